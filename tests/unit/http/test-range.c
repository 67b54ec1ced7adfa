#include "feed.h"

#include "http/grammar.h"

static void range_spec(void **state)
{
	static const struct {
		const char *why;
		struct slice text;
		int want;
		struct http_range range;
	} row[] = {
		{ "from and to", SLICE("0-4"), 0, { 0, 4, false } },
		{ "one byte", SLICE("7-7"), 0, { 7, 7, false } },
		{ "to the end", SLICE("5-"), 0, { 5, UINT64_MAX, false } },
		{ "the last ones", SLICE("-5"), 0, { 0, 5, true } },
		{ "the last none is a suffix too", SLICE("-0"), 0, { 0, 0, true } },
		{ "leading zeros", SLICE("000-0009"), 0, { 0, 9, false } },
		{ "the greatest numbers",
		  SLICE("18446744073709551615-18446744073709551615"),
		  0,
		  { UINT64_MAX, UINT64_MAX, false } },
		{ "a last position that fits in no number means the end",
		  SLICE("0-18446744073709551616"),
		  0,
		  { 0, UINT64_MAX, false } },
		{ "so does such a suffix",
		  SLICE("-18446744073709551617"),
		  0,
		  { 0, UINT64_MAX, true } },
		{ "a first position that fits in no number",
		  SLICE("18446744073709551617-"),
		  -ERANGE,
		  { 0 } },
		{ "both of them",
		  SLICE("18446744073709551617-18446744073709551618"),
		  -ERANGE,
		  { 0 } },
		{ "last below first", SLICE("5-2"), -EINVAL, { 0 } },
		{ "nothing", SLICE(""), -EINVAL, { 0 } },
		{ "no number", SLICE("-"), -EINVAL, { 0 } },
		{ "no dash", SLICE("5"), -EINVAL, { 0 } },
		{ "two dashes", SLICE("1--2"), -EINVAL, { 0 } },
		{ "three numbers", SLICE("1-2-3"), -EINVAL, { 0 } },
		{ "a blank before the dash", SLICE("1 -2"), -EINVAL, { 0 } },
		{ "a blank behind it", SLICE("1- 2"), -EINVAL, { 0 } },
		{ "a blank at the end", SLICE("1-2 "), -EINVAL, { 0 } },
		{ "a sign", SLICE("+1-2"), -EINVAL, { 0 } },
		{ "a letter", SLICE("a-2"), -EINVAL, { 0 } },
		{ "a letter behind", SLICE("1-b"), -EINVAL, { 0 } },
		{ "the unit is not part of it", SLICE("bytes=0-4"), -EINVAL, { 0 } },
		{ "a list", SLICE("0-1,2-3"), -EINVAL, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		struct http_range got = { 0 }, want = row[i].range;
		int r = http_range_parse(e.bytes, &got);

		if (r != row[i].want || got.first != want.first || got.last != want.last ||
		    got.suffix != want.suffix)
			fail_msg("%s: %d", row[i].why, r);
		edge_free(e);
	}
}

static void content_range(void **state)
{
	static const struct {
		const char *why;
		struct slice text;
		int want;
		struct http_content_range range;
	} row[] = {
		{ "all known", SLICE("bytes 42-1233/1234"), 0, { 42, 1233, 1234, true, true } },
		{ "length not known", SLICE("bytes 42-1233/*"), 0, { 42, 1233, 0, true, false } },
		{ "not satisfied", SLICE("bytes */1234"), 0, { 0, 0, 1234, false, true } },
		{ "units have no case", SLICE("Bytes 0-0/1"), 0, { 0, 0, 1, true, true } },
		{ "that it makes sense is for the caller to see",
		  SLICE("bytes 9-5/3"),
		  0,
		  { 9, 5, 3, true, true } },
		{ "the greatest numbers",
		  SLICE("bytes 0-18446744073709551614/18446744073709551615"),
		  0,
		  { 0, UINT64_MAX - 1, UINT64_MAX, true, true } },
		{ "a number that does not fit",
		  SLICE("bytes 0-1/18446744073709551616"),
		  -ERANGE,
		  { 0 } },
		{ "nothing", SLICE(""), -EINVAL, { 0 } },
		{ "the unit alone", SLICE("bytes"), -EINVAL, { 0 } },
		{ "the unit and a space", SLICE("bytes "), -EINVAL, { 0 } },
		{ "another unit", SLICE("lines 0-4/5"), -EINVAL, { 0 } },
		{ "a longer unit", SLICE("bytess 0-4/5"), -EINVAL, { 0 } },
		{ "an equals sign for the space", SLICE("bytes=0-4/5"), -EINVAL, { 0 } },
		{ "HTAB for the space", SLICE("bytes\t0-4/5"), -EINVAL, { 0 } },
		{ "two spaces", SLICE("bytes  0-4/5"), -EINVAL, { 0 } },
		{ "nothing known", SLICE("bytes */*"), -EINVAL, { 0 } },
		{ "no length", SLICE("bytes 0-4"), -EINVAL, { 0 } },
		{ "an empty length", SLICE("bytes 0-4/"), -EINVAL, { 0 } },
		{ "an asterisk without length", SLICE("bytes *"), -EINVAL, { 0 } },
		{ "no last position", SLICE("bytes 0-/5"), -EINVAL, { 0 } },
		{ "no first position", SLICE("bytes -4/5"), -EINVAL, { 0 } },
		{ "no dash", SLICE("bytes 4/5"), -EINVAL, { 0 } },
		{ "blanks around the slash", SLICE("bytes 0-4 / 5"), -EINVAL, { 0 } },
		{ "a blank behind", SLICE("bytes 0-4/5 "), -EINVAL, { 0 } },
		{ "a slash too many", SLICE("bytes 0-4/5/6"), -EINVAL, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		struct http_content_range got = { 0 }, want = row[i].range;
		int r = http_content_range_parse(e.bytes, &got);

		if (r != row[i].want || got.first != want.first || got.last != want.last ||
		    got.length != want.length || got.has_range != want.has_range ||
		    got.has_length != want.has_length)
			fail_msg("%s: %d", row[i].why, r);
		edge_free(e);
	}
}

static void read_all(struct slice s)
{
	struct http_range r;
	struct http_content_range c;

	(void)http_range_parse(s, &r);
	(void)http_content_range_parse(s, &c);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE("123-456"), read_all);
	feed_prefixes(SLICE("bytes 123-456/789"), read_all);
	feed_prefixes(SLICE("bytes */789"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_spec),
		cmocka_unit_test(content_range),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
