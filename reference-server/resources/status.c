#include "reference-server/resources/resources.h"

#include "http/bytes.h"
#include "http/tables.h"

/* Fields that a status code demands, or that make no sense to leave out. */
static const struct {
	int status;
	const char *name, *value;
} needed[] = {
	{ 201, "Location", "/index.html" },                           /* RFC 9110 15.3.2 */
	{ 300, "Location", "/index.html" },                           /* 15.4.1 */
	{ 301, "Location", "/index.html" },                           /* 15.4.2 */
	{ 302, "Location", "/index.html" },                           /* 15.4.3 */
	{ 303, "Location", "/index.html" },                           /* 15.4.4 */
	{ 304, "ETag", "\"status-1\"" },                              /* 15.4.5 */
	{ 305, "Location", "/index.html" },                           /* 15.4.6 */
	{ 307, "Location", "/index.html" },                           /* 15.4.8 */
	{ 308, "Location", "/index.html" },                           /* 15.4.9 */
	{ 401, "WWW-Authenticate", "Basic realm=\"httpcheck\"" },     /* 15.5.2 */
	{ 405, "Allow", "PUT" },                                      /* 15.5.6 */
	{ 407, "Proxy-Authenticate", "Basic realm=\"httpcheck\"" },   /* 15.5.8 */
	{ 413, "Retry-After", "60" },                                 /* 15.5.14 */
	{ 415, "Accept", "text/plain" },                              /* 15.5.16 */
	{ 416, "Content-Range", "bytes */0" },                        /* 15.5.17 */
	{ 426, "Upgrade", "websocket" },                              /* 15.5.22 */
	{ 426, "Connection", "Upgrade" },                             /* 7.8 */
	{ 429, "Retry-After", "60" },                                 /* RFC 6585 4 */
	{ 503, "Retry-After", "60" },                                 /* RFC 9110 15.6.4 */
};

static bool has_content(int status)
{
	return status != 204 && status != 205 && status != 304;
}

/* A 1xx is never the last word: it comes before a 200. 101 would end HTTP here, and 511
 * is not for an origin server to say (RFC 6585 section 6). */
static bool is_offered(uint64_t code)
{
	return code >= 100 && code <= 599 && code != 101 && code != 511;
}

/* What the user can do about it. */
static const struct {
	int status;
	const char *text;
} advice[] = {
	{ 401, "Say who you are.\n" },
	{ 408, "Send it faster.\n" },
	{ 409, "It was changed by another: get it again, and send your change of that.\n" },
	{ 428, "Send it again with If-Match and the ETag that GET gives.\n" },   /* RFC 6585 3 */
	{ 429, "More than one request a minute is too many: wait 60 seconds.\n" },   /* 4 */
	{ 431, "Send it again with fewer or shorter header fields.\n" },   /* 5 */
	{ 503, "Wait 60 seconds.\n" },
};

static void add_advice(int status, struct answer *a)
{
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (advice[i].status == status)
			answer_addf(a, "%s", advice[i].text);
}

static void add_needed(int status, struct answer *a)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (needed[i].status == status)
			answer_field(a, needed[i].name, slice_str(needed[i].value));
}

static void add_explanation(int status, struct answer *a)
{
	const char *reason = http_reason(status);

	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_addf(a, "%d %s\nThis status was asked for.\n", status,
		    reason ? reason : "(unregistered)");
	if (status / 100 == 3)
		answer_add(a, SLICE("See /index.html\n"));
	if (status == 206)
		answer_fieldf(a, "Content-Range", "bytes 0-%zu/%zu", a->made.len - 1, a->made.len);
}

void status_handle(const struct call *call, struct answer *a)
{
	uint64_t code;

	if (call->below.len != 3 || http_decimal(call->below, &code) < 0 || !is_offered(code)) {
		answer_error(a, 404, "there is /status/100 to /status/599, without 101 and 511");
		return;
	}
	if (code >= 400 && http_reason((int)code)) {
		answer_error(a, (int)code, "this status was asked for");
		add_advice((int)code, a);
	} else {
		answer_begin(a, code < 200 ? 200 : (int)code);
		if (has_content(a->status))
			add_explanation(a->status, a);
	}
	if (code < 200)
		a->interim = (int)code;
	add_needed((int)code, a);
}
