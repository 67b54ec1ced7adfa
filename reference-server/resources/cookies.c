#include "reference-server/resources/resources.h"

#include "http/bytes.h"
#include "http/grammar.h"

enum { WEEK = 7 * 24 * 3600 };

/* Of a visit, and of the browser: a cookie that ends with the session, and one that
 * lasts; in the well-behaved profile of RFC 6265 section 4. Over TLS only for TLS. */
static void set_cookies(const struct call *call, struct answer *a)
{
	const char *secure = call->secure ? "; Secure" : "";
	char expires[HTTP_DATE_ROOM];

	http_date_format(call->now + WEEK, expires);
	answer_fieldf(a, "Set-Cookie", "visit=1; Path=/cookies; HttpOnly%s", secure);
	answer_fieldf(a, "Set-Cookie",
		      "seen=dGhpcyBpcyBodHRwY2hlY2s; Expires=%s; Max-Age=%d; Path=/cookies; "
		      "HttpOnly%s", expires, WEEK, secure);
}

/* Sets two cookies and says which came back, a line each. */
void cookies_handle(const struct call *call, struct answer *a)
{
	size_t at = 0;
	struct slice line;

	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_field(a, "Cache-Control", SLICE("no-store"));
	set_cookies(call, a);
	while (request_field_next(call->request, "Cookie", &at, &line)) {
		while (line.len) {
			size_t end = slice_find(line, ';');

			answer_add(a, slice_trim(slice_sub(line, 0, end)));
			answer_add(a, SLICE("\n"));
			line = slice_skip(line, end + 1);
		}
	}
	if (a->made.len == 0)
		answer_add(a, SLICE("no cookie came\n"));
}
