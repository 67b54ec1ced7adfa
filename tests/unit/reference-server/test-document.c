#include "ask.h"

/* The validators of /data.bin and its neighbours in time. */
#define TAG    "\"data-1\""
#define EXACT  "Wed, 03 Jan 2024 00:00:00 GMT"
#define BEFORE "Tue, 02 Jan 2024 23:59:59 GMT"
#define AFTER  "Wed, 03 Jan 2024 00:00:01 GMT"
#define LEN    "2048"

static const struct {
	const char *why, *method, *fields;
	int status;
} condition[] = {
	{ "none", "GET", "", 200 },
	{ "If-Match, the tag", "GET", "If-Match: " TAG "\r\n", 200 },
	{ "If-Match, any", "GET", "If-Match: *\r\n", 200 },
	{ "If-Match, in a list", "GET", "If-Match: \"x\", " TAG "\r\n", 200 },
	{ "If-Match, on a second line", "GET", "If-Match: \"x\"\r\nIf-Match: " TAG "\r\n", 200 },
	{ "If-Match, another", "GET", "If-Match: \"nope\"\r\n", 412 },
	{ "If-Match compares strongly", "GET", "If-Match: W/" TAG "\r\n", 412 },
	{ "If-Match, no tag at all", "GET", "If-Match: data-1\r\n", 412 },
	{ "If-Match on HEAD", "HEAD", "If-Match: \"nope\"\r\n", 412 },
	{ "If-None-Match, the tag", "GET", "If-None-Match: " TAG "\r\n", 304 },
	{ "If-None-Match compares weakly", "GET", "If-None-Match: W/" TAG "\r\n", 304 },
	{ "If-None-Match, in a list", "GET", "If-None-Match: \"x\", " TAG "\r\n", 304 },
	{ "If-None-Match, any", "GET", "If-None-Match: *\r\n", 304 },
	{ "If-None-Match on HEAD", "HEAD", "If-None-Match: *\r\n", 304 },
	{ "If-None-Match, another", "GET", "If-None-Match: \"nope\"\r\n", 200 },
	{ "If-Modified-Since, the date", "GET", "If-Modified-Since: " EXACT "\r\n", 304 },
	{ "If-Modified-Since, later", "GET", "If-Modified-Since: " AFTER "\r\n", 304 },
	{ "If-Modified-Since, earlier", "GET", "If-Modified-Since: " BEFORE "\r\n", 200 },
	{ "If-Modified-Since, rfc850", "GET",
	  "If-Modified-Since: Wednesday, 03-Jan-24 00:00:00 GMT\r\n", 304 },
	{ "If-Modified-Since, asctime", "GET", "If-Modified-Since: Wed Jan  3 00:00:00 2024\r\n",
	  304 },
	{ "rfc850 year 94 is 1994", "GET", "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n",
	  200 },
	{ "If-Modified-Since, no date", "GET", "If-Modified-Since: yesterday\r\n", 200 },
	{ "If-Modified-Since, two", "GET",
	  "If-Modified-Since: " EXACT "\r\nIf-Modified-Since: " EXACT "\r\n", 200 },
	{ "If-None-Match makes it void", "GET",
	  "If-None-Match: \"nope\"\r\nIf-Modified-Since: " AFTER "\r\n", 200 },
	{ "If-Unmodified-Since, the date", "GET", "If-Unmodified-Since: " EXACT "\r\n", 200 },
	{ "If-Unmodified-Since, earlier", "GET", "If-Unmodified-Since: " BEFORE "\r\n", 412 },
	{ "If-Unmodified-Since, no date", "GET", "If-Unmodified-Since: yesterday\r\n", 200 },
	{ "If-Match makes it void", "GET",
	  "If-Match: " TAG "\r\nIf-Unmodified-Since: " BEFORE "\r\n", 200 },
	{ "If-Match comes before If-None-Match", "GET",
	  "If-None-Match: " TAG "\r\nIf-Match: \"nope\"\r\n", 412 },
	{ "conditions come before Range", "GET", "Range: bytes=9999-\r\nIf-None-Match: " TAG "\r\n",
	  304 },
	{ "no condition on a 405", "PUT", "If-Match: \"nope\"\r\n", 405 },
};

static void ask_data(struct asked *a, const char *method, const char *fields)
{
	CLEANUP(freep) char *request = NULL;

	assert_true(asprintf(&request, "%s /data.bin HTTP/1.1\r\nHost: a\r\n%s\r\n", method,
			     fields) > 0);
	ask(a, slice_str(request));
}

static void preconditions_are_evaluated_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(condition); i++) {
		struct asked a;

		ask_data(&a, condition[i].method, condition[i].fields);
		if (a.status != condition[i].status)
			fail_msg("%s: %d", condition[i].why, a.status);
		ask_done(&a);
	}
}

static void a_304_has_the_fields_of_the_200_that_matter(void **state)
{
	struct asked a;

	(void)state;
	ask_data(&a, "GET", "If-None-Match: *\r\n");
	assert_true(ask_has(&a, "ETag: " TAG));
	assert_true(ask_has(&a, "Cache-Control: no-cache"));
	assert_true(ask_has_field(&a, "Date"));
	assert_false(ask_has_field(&a, "Last-Modified"));
	assert_false(ask_has_field(&a, "Content-Type"));
	assert_false(ask_has_field(&a, "Content-Length"));
	assert_int_equal(a.content.len, 0);
	ask_done(&a);
}

/* ---- ranges ---- */

static const struct {
	const char *why, *fields;
	int status;
	const char *range;            /* Content-Range; null: none */
	size_t from, to;              /* of the content, where it is one part or all */
} range[] = {
	{ "the first", "Range: bytes=0-4\r\n", 206, "bytes 0-4/" LEN, 0, 5 },
	{ "to the end", "Range: bytes=2040-\r\n", 206, "bytes 2040-2047/" LEN, 2040, 2048 },
	{ "the last", "Range: bytes=-5\r\n", 206, "bytes 2043-2047/" LEN, 2043, 2048 },
	{ "one octet", "Range: bytes=7-7\r\n", 206, "bytes 7-7/" LEN, 7, 8 },
	{ "all of it", "Range: bytes=0-\r\n", 206, "bytes 0-2047/" LEN, 0, 2048 },
	{ "beyond the end", "Range: bytes=2047-9999\r\n", 206, "bytes 2047-2047/" LEN, 2047, 2048 },
	{ "a suffix longer than all", "Range: bytes=-9999\r\n", 206, "bytes 0-2047/" LEN, 0, 2048 },
	{ "units have no case", "Range: BYTES=0-4\r\n", 206, "bytes 0-4/" LEN, 0, 5 },
	{ "a last position of 2^64+1", "Range: bytes=0-18446744073709551617\r\n", 206,
	  "bytes 0-2047/" LEN, 0, 2048 },
	{ "of two only one is there", "Range: bytes=5000-,0-4\r\n", 206, "bytes 0-4/" LEN, 0, 5 },
	{ "behind the end", "Range: bytes=2048-\r\n", 416, "bytes */" LEN, 0, 0 },
	{ "a first position of 2^64+1", "Range: bytes=18446744073709551617-\r\n", 416,
	  "bytes */" LEN, 0, 0 },
	{ "a suffix of none", "Range: bytes=-0\r\n", 416, "bytes */" LEN, 0, 0 },
	{ "the last before the first", "Range: bytes=5-2\r\n", 200, NULL, 0, 2048 },
	{ "another unit", "Range: foo=0-1\r\n", 200, NULL, 0, 2048 },
	{ "no unit", "Range: 0-1\r\n", 200, NULL, 0, 2048 },
	{ "no range", "Range: bytes=\r\n", 200, NULL, 0, 2048 },
	{ "no numbers", "Range: bytes=a-b\r\n", 200, NULL, 0, 2048 },
	{ "two lines", "Range: bytes=0-1\r\nRange: bytes=0-1\r\n", 200, NULL, 0, 2048 },
	{ "five ranges", "Range: bytes=0-0,2-2,4-4,6-6,8-8\r\n", 200, NULL, 0, 2048 },
	{ "three that overlap", "Range: bytes=0-9,1-8,2-7\r\n", 200, NULL, 0, 2048 },
	{ "If-Range, the tag", "Range: bytes=0-4\r\nIf-Range: " TAG "\r\n", 206, "bytes 0-4/" LEN,
	  0, 5 },
	{ "If-Range, another", "Range: bytes=0-4\r\nIf-Range: \"nope\"\r\n", 200, NULL, 0, 2048 },
	{ "If-Range, weak", "Range: bytes=0-4\r\nIf-Range: W/" TAG "\r\n", 200, NULL, 0, 2048 },
	{ "If-Range, the date", "Range: bytes=0-4\r\nIf-Range: " EXACT "\r\n", 206,
	  "bytes 0-4/" LEN, 0, 5 },
	{ "If-Range, a later date", "Range: bytes=0-4\r\nIf-Range: " AFTER "\r\n", 200, NULL, 0,
	  2048 },
	{ "If-Range, an earlier one", "Range: bytes=0-4\r\nIf-Range: " BEFORE "\r\n", 200, NULL, 0,
	  2048 },
	{ "If-Range, nonsense", "Range: bytes=0-4\r\nIf-Range: x\r\n", 200, NULL, 0, 2048 },
	{ "If-Range without Range", "If-Range: " TAG "\r\n", 200, NULL, 0, 2048 },
};

static void parts_are_cut_exactly(void **state)
{
	struct asked whole;

	(void)state;
	ask_data(&whole, "GET", "");
	assert_int_equal(whole.content.len, 2048);
	for (size_t i = 0; i < ARRAY_SIZE(range); i++) {
		CLEANUP(freep) char *line = NULL;
		struct asked a;

		ask_data(&a, "GET", range[i].fields);
		if (a.status != range[i].status)
			fail_msg("%s: %d", range[i].why, a.status);
		assert_true(asprintf(&line, "Content-Range: %s", range[i].range) > 0);
		if (range[i].range ? !ask_has(&a, line) : ask_has_field(&a, "Content-Range"))
			fail_msg("%s: %.*s", range[i].why, (int)a.head.len, a.head.at);
		if (range[i].to &&
		    !slice_eq(a.content, slice_sub(whole.content, range[i].from, range[i].to)))
			fail_msg("%s: the content is not that part", range[i].why);
		ask_done(&a);
	}
	ask_done(&whole);
}

static void several_parts_are_multipart(void **state)
{
	struct asked a;

	(void)state;
	ask_data(&a, "GET", "Range: bytes=32-33, 0-1\r\n");
	assert_int_equal(a.status, 206);
	assert_false(ask_has_field(&a, "Content-Range"));

#define B "5f0c9b1e7d2a4386a1c4e8b29d6f3075"
	assert_true(ask_has(&a, "Content-Type: multipart/byteranges; boundary=" B));
	assert_slice(a.content,
		     "--" B "\r\nContent-Type: application/octet-stream\r\n"
		     "Content-Range: bytes 32-33/" LEN "\r\n\r\nro\r\n"
		     "--" B "\r\nContent-Type: application/octet-stream\r\n"
		     "Content-Range: bytes 0-1/" LEN "\r\n\r\nro\r\n"
		     "--" B "--\r\n",
		     "the content");
#undef B
	ask_done(&a);
}

static void a_206_has_the_fields_of_the_200(void **state)
{
	struct asked a;

	(void)state;
	ask_data(&a, "GET", "Range: bytes=0-4\r\n");
	assert_true(ask_has(&a, "ETag: " TAG));
	assert_true(ask_has(&a, "Cache-Control: no-cache"));
	assert_true(ask_has(&a, "Last-Modified: " EXACT));
	assert_true(ask_has(&a, "Content-Type: application/octet-stream"));
	ask_done(&a);

	/* who asks with If-Range has the rest of them (RFC9110-15.3.7-3) */
	ask_data(&a, "GET", "Range: bytes=0-4\r\nIf-Range: " TAG "\r\n");
	assert_true(ask_has(&a, "ETag: " TAG));
	assert_false(ask_has_field(&a, "Last-Modified"));
	ask_done(&a);
}

static void range_is_for_get_alone(void **state)
{
	struct asked a;

	(void)state;
	ask_data(&a, "HEAD", "Range: bytes=0-4\r\n");
	assert_int_equal(a.status, 200);
	assert_true(ask_has(&a, "Content-Length: " LEN));
	ask_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(preconditions_are_evaluated_in_order),
		cmocka_unit_test(a_304_has_the_fields_of_the_200_that_matter),
		cmocka_unit_test(parts_are_cut_exactly),
		cmocka_unit_test(several_parts_are_multipart),
		cmocka_unit_test(a_206_has_the_fields_of_the_200),
		cmocka_unit_test(range_is_for_get_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
