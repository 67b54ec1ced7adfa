#include "feed.h"

#include "http/grammar.h"

static bool is_etag(struct slice s)
{
	struct http_etag e;

	return http_etag_parse(s, &e) == 0;
}

static void entity_tag(void **state)
{
	static const struct claim row[] = {
		{ "strong", SLICE("\"xyzzy\""), true },
		{ "weak", SLICE("W/\"xyzzy\""), true },
		{ "empty", SLICE("\"\""), true },
		{ "weak and empty", SLICE("W/\"\""), true },
		{ "punctuation", SLICE("\"a,b;c=d!#~\""), true },
		{ "a backslash is an ordinary byte", SLICE("\"a\\\""), true },
		{ "obs-text", SLICE("\"\x80\xff\""), true },
		{ "nothing", SLICE(""), false },
		{ "no quotes", SLICE("xyzzy"), false },
		{ "one quote", SLICE("\""), false },
		{ "never closed", SLICE("\"xyzzy"), false },
		{ "never opened", SLICE("xyzzy\""), false },
		{ "a quote inside", SLICE("\"a\"b\""), false },
		{ "a blank inside", SLICE("\"a b\""), false },
		{ "DEL", SLICE("\"\x7f\""), false },
		{ "NUL", SLICE("\"\0\""), false },
		{ "a small w", SLICE("w/\"xyzzy\""), false },
		{ "W without a slash", SLICE("W\"xyzzy\""), false },
		{ "W/ alone", SLICE("W/"), false },
		{ "W/ without quotes", SLICE("W/xyzzy"), false },
		{ "a blank behind W/", SLICE("W/ \"xyzzy\""), false },
		{ "a blank in front", SLICE(" \"xyzzy\""), false },
		{ "a blank behind", SLICE("\"xyzzy\" "), false },
		{ "two of them", SLICE("\"a\", \"b\""), false },
		{ "an asterisk", SLICE("*"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), is_etag);
	assert_false(is_etag((struct slice){ 0 }));
}

static void parts(void **state)
{
	struct http_etag e;

	(void)state;
	assert_int_equal(http_etag_parse(SLICE("W/\"a\""), &e), 0);
	assert_true(e.weak);
	assert_true(slice_is(e.opaque, "\"a\""));
	assert_int_equal(http_etag_parse(SLICE("\"\""), &e), 0);
	assert_false(e.weak);
	assert_true(slice_is(e.opaque, "\"\""));
	assert_int_equal(http_etag_parse(SLICE("b"), &e), -EINVAL);
	assert_true(slice_is(e.opaque, "\"\""));
}

/* The table of RFC 9110 section 8.8.3.2, and case and length beside it. */
static void comparison(void **state)
{
	static const struct {
		struct slice a, b;
		bool strong, weak;
	} row[] = {
		{ SLICE("W/\"1\""), SLICE("W/\"1\""), false, true },
		{ SLICE("W/\"1\""), SLICE("W/\"2\""), false, false },
		{ SLICE("W/\"1\""), SLICE("\"1\""), false, true },
		{ SLICE("\"1\""), SLICE("W/\"1\""), false, true },
		{ SLICE("\"1\""), SLICE("\"1\""), true, true },
		{ SLICE("\"a\""), SLICE("\"A\""), false, false },
		{ SLICE("\"1\""), SLICE("\"11\""), false, false },
		{ SLICE("\"\""), SLICE("\"\""), true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct http_etag a, b;

		assert_int_equal(http_etag_parse(row[i].a, &a), 0);
		assert_int_equal(http_etag_parse(row[i].b, &b), 0);
		assert_int_equal(http_etag_strong_eq(a, b), row[i].strong);
		assert_int_equal(http_etag_weak_eq(a, b), row[i].weak);
	}
}

/* The tags of a list in brackets, weak ones with a W; "!" where it is broken. */
static const char *tags(struct slice list)
{
	static char text[256];
	struct edge edge = edge_copy(list.at, list.len);
	struct slice rest = edge.bytes;
	struct http_etag e;
	size_t len = 0;
	int r;

	text[0] = '\0';
	while ((r = http_etag_next(&rest, &e)) > 0)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%s%.*s]",
					e.weak ? "W" : "", (int)e.opaque.len, e.opaque.at);
	if (r < 0) {
		assert_int_equal(r, -EINVAL);
		(void)snprintf(text + len, sizeof(text) - len, "!");
	}
	edge_free(edge);
	return text;
}

static void lists_of_tags(void **state)
{
	static const struct {
		const char *why;
		struct slice list;
		const char *want;
	} row[] = {
		{ "nothing", SLICE(""), "" },
		{ "one", SLICE("\"a\""), "[\"a\"]" },
		{ "strong and weak", SLICE("\"a\", W/\"b\""), "[\"a\"][W\"b\"]" },
		{ "no blanks", SLICE("\"a\",\"b\""), "[\"a\"][\"b\"]" },
		{ "empty members", SLICE(", \"a\" ,, \"b\" , "), "[\"a\"][\"b\"]" },
		{ "commas alone", SLICE(" ,, "), "" },
		{ "a comma in a tag", SLICE("\"a,b\", \"c\""), "[\"a,b\"][\"c\"]" },
		{ "a backslash escapes nothing", SLICE("\"a\\\", \"b\""), "[\"a\\\"][\"b\"]" },
		{ "no comma between", SLICE("\"a\" \"b\""), "!" },
		{ "no quotes", SLICE("a, \"b\""), "!" },
		{ "a good one before a broken one", SLICE("\"a\", b"), "[\"a\"]!" },
		{ "never closed", SLICE("\"a\", \"b"), "[\"a\"]!" },
		{ "an asterisk is for the caller", SLICE("*"), "!" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const char *got = tags(row[i].list);

		if (strcmp(got, row[i].want) != 0)
			fail_msg("%s: %s", row[i].why, got);
	}
}

static void read_all(struct slice s)
{
	(void)is_etag(s);
	(void)tags(s);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE(" , \"a\\\" , W/\"b,c\", "), read_all);
	feed_prefixes(SLICE("W/\"b\""), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entity_tag),
		cmocka_unit_test(parts),
		cmocka_unit_test(comparison),
		cmocka_unit_test(lists_of_tags),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
