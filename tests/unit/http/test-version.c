#include "feed.h"

#include "http/grammar.h"

static bool is_version(struct slice s)
{
	int major = -1, minor = -1, r = http_version_parse(s, &major, &minor);

	if (r < 0) {
		assert_int_equal(r, -EINVAL);
		assert_int_equal(major, -1);
		assert_int_equal(minor, -1);
	}
	return r == 0;
}

static void http_version(void **state)
{
	static const struct claim row[] = {
		{ "1.1", SLICE("HTTP/1.1"), true },
		{ "1.0", SLICE("HTTP/1.0"), true },
		{ "0.9", SLICE("HTTP/0.9"), true },
		{ "9.9", SLICE("HTTP/9.9"), true },
		{ "nothing", SLICE(""), false },
		{ "no minor", SLICE("HTTP/1"), false },
		{ "no minor, but a dot", SLICE("HTTP/1."), false },
		{ "small letters", SLICE("http/1.1"), false },
		{ "one small letter", SLICE("HTTp/1.1"), false },
		{ "two digits", SLICE("HTTP/1.10"), false },
		{ "two digits in front", SLICE("HTTP/11.1"), false },
		{ "a comma", SLICE("HTTP/1,1"), false },
		{ "no slash", SLICE("HTTP 1.1"), false },
		{ "another protocol", SLICE("HTPT/1.1"), false },
		{ "a letter for the major", SLICE("HTTP/x.1"), false },
		{ "a letter for the minor", SLICE("HTTP/1.x"), false },
		{ "a sign", SLICE("HTTP/+.1"), false },
		{ "a blank behind", SLICE("HTTP/1.1 "), false },
		{ "a blank in front", SLICE(" HTTP/1.1"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), is_version);
	assert_false(is_version((struct slice){ 0 }));
}

static void numbers(void **state)
{
	(void)state;
	for (int major = 0; major < 10; major++)
		for (int minor = 0; minor < 10; minor++) {
			char text[32];
			int got_major = -1, got_minor = -1;

			(void)snprintf(text, sizeof(text), "HTTP/%d.%d", major, minor);
			assert_int_equal(
			    http_version_parse(slice_of(text, 8), &got_major, &got_minor), 0);
			assert_int_equal(got_major, major);
			assert_int_equal(got_minor, minor);
		}
}

static void every_byte_at_every_place(void **state)
{
	(void)state;
	for (size_t at = 0; at < 8; at++)
		for (int c = 0; c < 256; c++) {
			char text[] = "HTTP/1.1";
			bool digit = c >= '0' && c <= '9';
			bool want = (at == 5 || at == 7) ? digit : text[at] == (char)c;

			text[at] = (char)c;
			assert_int_equal(is_version(slice_of(text, 8)), want);
		}
}

static void read_all(struct slice s)
{
	(void)is_version(s);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE("HTTP/1.1"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_version),
		cmocka_unit_test(numbers),
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
