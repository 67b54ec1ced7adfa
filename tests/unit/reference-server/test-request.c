#include "feed.h"

#include "reference-server/request.h"

#define HOST "Host: a\r\n"
#define HEAD "GET / HTTP/1.1\r\n"

static const struct limits limits = {
	.request_line = 100, .fields = 200, .field_count = 4, .content = 0, .requests = 1,
};

struct reading {
	struct request request;
	struct field fields[4];
	struct refusal refusal;
};

static enum parse read_whole(struct slice in, struct reading *ret)
{
	request_init(&ret->request, ret->fields);
	return request_read(&ret->request, in, &limits, &ret->refusal);
}

/* Byte by byte at one place, as a connection would. */
static enum parse read_slowly(struct slice in, struct reading *ret)
{
	enum parse p = PARSE_PARTIAL;

	request_init(&ret->request, ret->fields);
	for (size_t len = 0; len <= in.len && p == PARSE_PARTIAL; len++)
		p = request_read(&ret->request, slice_sub(in, 0, len), &limits, &ret->refusal);
	return p;
}

/* ---- what is refused ---- */

static const struct {
	const char *why;
	struct slice bytes;
	int status;
	const char *requirement;
} refused[] = {
#define ROW(why, bytes, status, requirement) { why, SLICE(bytes), status, requirement }
	ROW("LF alone ends no line", "GET / HTTP/1.1\n" HOST "\r\n", 400, "RFC9112-2.2-2"),
	ROW("LF alone ends no field line", HEAD "Host: a\n\r\n", 400, "RFC9112-2.2-2"),
	ROW("CR alone in a value", HEAD "Host: a\rb\r\n\r\n", 400, "RFC9112-2.2-4"),
	ROW("CR alone in the request-line", "GET /\r HTTP/1.1\r\n", 400, "RFC9112-2.2-4"),
	ROW("CR before CRLF", HEAD "Host: a\r\r\n\r\n", 400, "RFC9112-2.2-4"),
	ROW("NUL in a value", HEAD "Host: a\0b\r\n\r\n", 400, "RFC9110-5.5-4"),
	ROW("another control byte", HEAD "Host: a\r\nX: \x1b[2J\r\n\r\n", 400, "RFC9110-5.5-5"),
	ROW("DEL", HEAD "Host: a\r\nX: \x7f\r\n\r\n", 400, "RFC9110-5.5-5"),
	ROW("two empty lines before it", "\r\n\r\n" HEAD HOST "\r\n", 400, "RFC9112-2.2-7"),
	ROW("a fold", HEAD HOST "X: a\r\n b\r\n\r\n", 400, "RFC9112-5.2-2"),
	ROW("a fold with HTAB", HEAD HOST "X: a\r\n\tb\r\n\r\n", 400, "RFC9112-5.2-2"),
	ROW("space before the first field", HEAD " Host: a\r\n\r\n", 400, "RFC9112-2.2-9"),
	ROW("space before a colon", HEAD "Host : a\r\n\r\n", 400, "RFC9112-5.1-1"),
	ROW("HTAB before a colon", HEAD HOST "X\t: a\r\n\r\n", 400, "RFC9112-5.1-1"),
	ROW("no colon", HEAD HOST "X\r\n\r\n", 400, "RFC9112-2.2-10"),
	ROW("no name", HEAD HOST ": a\r\n\r\n", 400, "RFC9112-2.2-10"),
	ROW("a name that is no token", HEAD HOST "X(y): a\r\n\r\n", 400, "RFC9112-2.2-10"),
	ROW("no Host", HEAD "\r\n", 400, "RFC9112-3.2-6"),
	ROW("no Host in HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", 400, "RFC9112-3.2-6"),
	ROW("two Hosts", HEAD HOST HOST "\r\n", 400, "RFC9112-3.2-6"),
	ROW("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\n" HOST "hOST: a\r\n\r\n", 400,
	    "RFC9112-3.2-6"),
	ROW("a Host with a space", HEAD "Host: a b\r\n\r\n", 400, "RFC9112-3.2-6"),
	ROW("a Host with a path", HEAD "Host: a/b\r\n\r\n", 400, "RFC9112-3.2-6"),
	ROW("a Host with userinfo", HEAD "Host: u@a\r\n\r\n", 400, "RFC9112-3.2-6"),
	ROW("a Host with a port of letters", HEAD "Host: a:b\r\n\r\n", 400, "RFC9112-3.2-6"),
	ROW("garbage", "\x16\x03\x01\r\n", 400, "RFC9110-5.5-5"),
	ROW("one word", "GET\r\n", 400, "RFC9112-3.2-1"),
	ROW("two words: HTTP/0.9", "GET /\r\n", 400, "RFC9112-3.2-1"),
	ROW("four words", "GET /a b HTTP/1.1\r\n", 400, "RFC9112-3.2-1"),
	ROW("two spaces", "GET  / HTTP/1.1\r\n", 400, "RFC9112-3.2-1"),
	ROW("three words, the last two as long as one version", "G 12345 78\r\n", 400,
	    "RFC9112-2.2-10"),
	ROW("a space within the version", "GET / HTTP/ 1.1\r\n", 400, "RFC9112-2.2-10"),
	ROW("a space behind", "GET / HTTP/1.1 \r\n", 400, "RFC9112-2.2-10"),
	ROW("a space before", " GET / HTTP/1.1\r\n", 400, "RFC9112-2.2-10"),
	ROW("a method that is no token", "G(T / HTTP/1.1\r\n", 400, "RFC9112-2.2-10"),
	ROW("a version in small letters", "GET / http/1.1\r\n", 400, "RFC9112-2.2-10"),
	ROW("a version without minor", "GET / HTTP/1\r\n", 400, "RFC9112-2.2-10"),
	ROW("a version of two digits", "GET / HTTP/1.10\r\n", 400, "RFC9112-2.2-10"),
	ROW("HTTP/2.0", "GET / HTTP/2.0\r\n", 505, "RFC9110-15.6.6-1"),
	ROW("HTTP/0.9", "GET / HTTP/0.9\r\n", 505, "RFC9110-15.6.6-1"),
	ROW("the preface of HTTP/2", "PRI * HTTP/2.0\r\n", 505, "RFC9110-15.6.6-1"),
	ROW("a fifth field where four may be", HEAD HOST "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n",
	    431, "RFC9110-5.4-1"),
#undef ROW
};

static void check_refusal(const struct reading *got, enum parse p, size_t i)
{
	if (p != PARSE_BAD)
		fail_msg("%s: was not refused", refused[i].why);
	if (got->refusal.status != refused[i].status)
		fail_msg("%s: %d should be %d", refused[i].why, got->refusal.status,
			 refused[i].status);
	if (strcmp(got->refusal.requirement, refused[i].requirement) != 0)
		fail_msg("%s: %s should be %s", refused[i].why, got->refusal.requirement,
			 refused[i].requirement);
}

static void a_bad_head_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct edge e = edge_copy(refused[i].bytes.at, refused[i].bytes.len);
		struct reading got;

		enum parse whole = read_whole(e.bytes, &got);

		check_refusal(&got, whole, i);

		enum parse slowly = read_slowly(e.bytes, &got);

		check_refusal(&got, slowly, i);
		edge_free(e);
	}
}

/* ---- what is read ---- */

static const struct {
	const char *why;
	struct slice bytes;
	enum http_method method;
	int minor;
	const char *target, *host;
	size_t nfields;
} taken[] = {
#define ROW(why, bytes, ...) { why, SLICE(bytes), __VA_ARGS__ }
	ROW("the usual", HEAD HOST "\r\n", HTTP_GET, 1, "/", "a", 1),
	ROW("an empty line before it", "\r\n" HEAD HOST "\r\n", HTTP_GET, 1, "/", "a", 1),
	ROW("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", HTTP_GET, 0, "/", "", 0),
	ROW("a higher minor version", "GET / HTTP/1.9\r\n" HOST "\r\n", HTTP_GET, 9, "/", "a", 1),
	ROW("an unknown method", "FOO / HTTP/1.1\r\n" HOST "\r\n", HTTP_OTHER, 1, "/", "a", 1),
	ROW("methods have a case", "get / HTTP/1.1\r\n" HOST "\r\n", HTTP_OTHER, 1, "/", "a", 1),
	ROW("an empty Host", HEAD "Host:\r\n\r\n", HTTP_GET, 1, "/", "", 1),
	ROW("a Host with IPv6 and port", HEAD "Host: [::1]:80\r\n\r\n", HTTP_GET, 1, "/",
	    "[::1]:80", 1),
	ROW("whitespace around a value", HEAD "Host:\t a \t\r\n\r\n", HTTP_GET, 1, "/", "a", 1),
	ROW("obs-text in a value", HEAD HOST "X: \x80\xff\xc3\r\n\r\n", HTTP_GET, 1, "/", "a", 2),
	ROW("HTAB within a value", HEAD HOST "X: a\tb\r\n\r\n", HTTP_GET, 1, "/", "a", 2),
	ROW("as many fields as may be", HEAD HOST "A:\r\nB:\r\nC:\r\n\r\n", HTTP_GET, 1, "/", "a",
	    4),
	ROW("\"*\" for OPTIONS", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", HTTP_OPTIONS, 1, "*", "a",
	    1),
#undef ROW
};

static void check_taken(const struct reading *got, enum parse p, size_t i)
{
	const struct request *r = &got->request;

	if (p != PARSE_DONE)
		fail_msg("%s: was refused", taken[i].why);
	assert_int_equal(r->method, taken[i].method);
	assert_int_equal(r->minor, taken[i].minor);
	assert_slice(r->target, taken[i].target, taken[i].why);
	assert_slice(r->host, taken[i].host, taken[i].why);
	assert_int_equal(r->nfields, taken[i].nfields);
	assert_int_equal(r->head_len, taken[i].bytes.len);
}

static void a_good_head_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		struct edge e = edge_copy(taken[i].bytes.at, taken[i].bytes.len);
		struct reading got;

		check_taken(&got, read_whole(e.bytes, &got), i);
		check_taken(&got, read_slowly(e.bytes, &got), i);
		edge_free(e);
	}
}

/* Lines are read many octets at a time: none must slip through, wherever it stands. */
static void every_octet_counts_at_every_place(void **state)
{
	char head[] = HEAD HOST "X: vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv\r\n\r\n";
	const size_t value = strlen(HEAD HOST "X: v"), end = strlen(head) - strlen("v\r\n\r\n");

	(void)state;
	for (size_t at = value; at < end; at++) {
		for (int c = 0; c < 256; c++) {
			bool text = c == '\t' || (c >= 0x20 && c != 0x7f);
			struct reading got;

			head[at] = (char)c;
			if (read_whole(slice_of(head, sizeof(head) - 1), &got) !=
			    (text ? PARSE_DONE : PARSE_BAD))
				fail_msg("octet %d at %zu", c, at);
		}
		head[at] = 'v';
	}
}

static void every_prefix_is_partial(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		for (size_t len = 0; len < taken[i].bytes.len; len++) {
			struct edge e = edge_copy(taken[i].bytes.at, len);
			struct reading got;

			if (read_whole(e.bytes, &got) != PARSE_PARTIAL)
				fail_msg("%s: not partial after %zu octets", taken[i].why, len);
			edge_free(e);
		}
	}
}

static void what_follows_the_head_is_left(void **state)
{
	struct reading got;

	(void)state;
	assert_int_equal(read_whole(SLICE(HEAD HOST "\r\nhello"), &got), PARSE_DONE);
	assert_int_equal(got.request.head_len, strlen(HEAD HOST "\r\n"));
}

static void an_empty_line_begins_no_request(void **state)
{
	struct reading got;

	(void)state;
	(void)read_whole(SLICE("\r\n"), &got);
	assert_false(request_begun(&got.request));
	(void)read_whole(SLICE("\r\nG"), &got);
	assert_true(request_begun(&got.request));
	(void)read_whole(SLICE(HEAD), &got);
	assert_true(request_begun(&got.request));
}

/* ---- limits: at the limit, and one octet above it ---- */

/* |before|, then |n| times "A", then |after|. */
static enum parse read_long(const char *before, size_t n, const char *after, struct reading *ret)
{
	CLEANUP(freep) char *long_word = repeated('A', n);
	CLEANUP(freep) char *bytes = NULL;
	int len = asprintf(&bytes, "%s%s%s", before, long_word, after);

	assert_true(len > 0);

	enum parse p = read_whole(slice_of(bytes, (size_t)len), ret);
	enum parse slow = read_slowly(slice_of(bytes, (size_t)len), ret);

	assert_int_equal(p, slow);
	ret->request.host = ret->refusal.subject = (struct slice){ 0 };   /* |bytes| goes */
	return p;
}

static void lengths_have_limits(void **state)
{
	static const struct {
		const char *why, *before, *after;
		size_t n;
		int status;           /* 0: read */
	} row[] = {
		{ "a request-line at the limit", "GET /", " HTTP/1.1\r\n" HOST "\r\n", 100 - 14,
		  0 },
		{ "a target above it", "GET /", " HTTP/1.1\r\n" HOST "\r\n", 100 - 13, 414 },
		{ "a target without end", "GET /", "", 1000, 414 },
		{ "a method above it", "", " / HTTP/1.1\r\n" HOST "\r\n", 101, 501 },
		{ "a method without end", "", "", 1000, 501 },
		{ "a version without end", "GET / ", "", 1000, 400 },
		/* 9 octets of Host, 5 of "X: " and CRLF */
		{ "a section at the limit", HEAD HOST "X: ", "\r\n\r\n", 200 - 14, 0 },
		{ "a section above it", HEAD HOST "X: ", "\r\n\r\n", 200 - 13, 431 },
		{ "a section without end", HEAD HOST "X: ", "", 1000, 431 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct reading got;
		enum parse p = read_long(row[i].before, row[i].n, row[i].after, &got);

		if (p != (row[i].status ? PARSE_BAD : PARSE_DONE))
			fail_msg("%s: outcome %d", row[i].why, p);
		if (row[i].status && got.refusal.status != row[i].status)
			fail_msg("%s: %d should be %d", row[i].why, got.refusal.status,
				 row[i].status);
	}
}

/* RFC 6585 section 5 wants to know which one it was. */
static void a_long_field_is_named(void **state)
{
	static const struct limits wide = { .request_line = 100,
					    .fields = 100000,
					    .field_count = 4 };
	CLEANUP(freep) char *value = repeated('v', MAX_FIELD_LINE);
	CLEANUP(freep) char *bytes = NULL;
	struct reading got;
	int len = asprintf(&bytes, HEAD HOST "X-Long: %s", value);

	(void)state;
	request_init(&got.request, got.fields);
	assert_int_equal(request_read(&got.request, slice_of(bytes, (size_t)len), &wide,
				      &got.refusal), PARSE_BAD);
	assert_int_equal(got.refusal.status, 431);
	assert_slice(got.refusal.subject, "X-Long", "the subject of the refusal");
}

/* ---- look-ups ---- */

static void fields_are_found_without_case(void **state)
{
	struct reading got;
	struct slice value = SLICE("");
	size_t at = 0;

	(void)state;
	assert_int_equal(read_whole(SLICE(HEAD HOST "conNection: a, Close\r\nX: 1\r\nx: 2\r\n\r\n"),
				    &got), PARSE_DONE);
	assert_true(request_has(&got.request, "Connection", "close"));
	assert_false(request_has(&got.request, "Connection", "clos"));
	assert_false(request_field(&got.request, "Cookie", &value));
	assert_int_equal(request_field_count(&got.request, "X"), 2);
	assert_true(request_field_next(&got.request, "X", &at, &value));
	assert_slice(value, "1", "the first X");
	assert_true(request_field_next(&got.request, "X", &at, &value));
	assert_slice(value, "2", "the second X");
	assert_false(request_field_next(&got.request, "X", &at, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_head_is_refused),
		cmocka_unit_test(a_good_head_is_read),
		cmocka_unit_test(every_octet_counts_at_every_place),
		cmocka_unit_test(every_prefix_is_partial),
		cmocka_unit_test(what_follows_the_head_is_left),
		cmocka_unit_test(an_empty_line_begins_no_request),
		cmocka_unit_test(lengths_have_limits),
		cmocka_unit_test(a_long_field_is_named),
		cmocka_unit_test(fields_are_found_without_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
