#include "feed.h"

#include "http/grammar.h"

/* The members, each in brackets, at the edge of an unreadable page. */
static const char *members(struct slice list, bool (*next)(struct slice *, struct slice *))
{
	static char text[256];
	struct edge e = edge_copy(list.at, list.len);
	struct slice rest = e.bytes, member;
	size_t len = 0;

	text[0] = '\0';
	while (next(&rest, &member))
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%.*s]", (int)member.len,
					member.at);
	assert_int_equal(rest.len, 0);
	edge_free(e);
	return text;
}

static void members_are_taken_in_order(void **state)
{
	static const struct {
		const char *why;
		struct slice list;
		const char *want, *raw;
	} row[] = {
		{ "an empty list has none", SLICE(""), "", "" },
		{ "blanks are no member", SLICE(" \t"), "", "" },
		{ "one", SLICE("close"), "[close]", "[close]" },
		{ "two", SLICE("a,b"), "[a][b]", "[a][b]" },
		{ "OWS around them", SLICE(" a\t ,\t b "), "[a][b]", "[a][b]" },
		{ "blanks inside stay", SLICE("a b,c"), "[a b][c]", "[a b][c]" },
		{ "empty in front", SLICE(",a"), "[a]", "[][a]" },
		{ "empty behind", SLICE("a,"), "[a]", "[a][]" },
		{ "empty behind, and a blank", SLICE("a, "), "[a]", "[a][]" },
		{ "empty between", SLICE("a,,b"), "[a][b]", "[a][][b]" },
		{ "a blank between", SLICE("a, \t,b"), "[a][b]", "[a][][b]" },
		{ "RFC 9110's example", SLICE("foo , ,bar,charlie"), "[foo][bar][charlie]",
		  "[foo][][bar][charlie]" },
		{ "a comma alone", SLICE(","), "", "[]" },
		{ "a comma between blanks", SLICE(" , "), "", "[]" },
		{ "two commas alone", SLICE(",,"), "", "[][]" },
		{ "two commas behind", SLICE("a,,"), "[a]", "[a][]" },
		{ "a quoted comma", SLICE("\"a,b\",c"), "[\"a,b\"][c]", "[\"a,b\"][c]" },
		{ "a quoted comma in a parameter", SLICE("a;x=\"1,2\",b"), "[a;x=\"1,2\"][b]",
		  "[a;x=\"1,2\"][b]" },
		{ "an escaped quote closes nothing", SLICE("\"a\\\",b\",c"), "[\"a\\\",b\"][c]",
		  "[\"a\\\",b\"][c]" },
		{ "an escaped backslash escapes nothing", SLICE("\"a\\\\\",b"), "[\"a\\\\\"][b]",
		  "[\"a\\\\\"][b]" },
		{ "a backslash outside of quotes", SLICE("a\\,b"), "[a\\][b]", "[a\\][b]" },
		{ "a quote never closed holds the rest", SLICE("a,\"b,c"), "[a][\"b,c]",
		  "[a][\"b,c]" },
		{ "an escape at the very end", SLICE("\"a\\"), "[\"a\\]", "[\"a\\]" },
		{ "an empty quoted-string is a member", SLICE("\"\","), "[\"\"]", "[\"\"][]" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const char *got = members(row[i].list, http_list_next);

		if (strcmp(got, row[i].want) != 0)
			fail_msg("%s: %s", row[i].why, got);
		got = members(row[i].list, http_list_next_raw);
		if (strcmp(got, row[i].raw) != 0)
			fail_msg("%s, raw: %s", row[i].why, got);
	}
	assert_string_equal(members((struct slice){ 0 }, http_list_next_raw), "");
}

static void members_are_slices_of_the_list(void **state)
{
	struct slice list = SLICE("a, \"b,\" ;c ,d"), rest = list, member;

	(void)state;
	assert_true(http_list_next(&rest, &member));
	assert_true(http_list_next(&rest, &member));
	assert_ptr_equal(member.at, list.at + 3);
	assert_int_equal(member.len, 7);
	assert_true(http_list_next(&rest, &member));
	assert_ptr_equal(member.at, list.at + list.len - 1);
	assert_false(http_list_next(&rest, &member));
	assert_false(http_list_next(&rest, &member));
}

static void a_million_commas_are_read_in_no_time(void **state)
{
	size_t len = 1000 * 1000, empty = 0;
	char *commas = malloc(len);

	(void)state;
	memset(commas, ',', len);

	struct slice rest = slice_of(commas, len), member;

	assert_false(http_list_next(&rest, &member));
	rest = slice_of(commas, len);
	while (http_list_next_raw(&rest, &member))
		empty++;
	assert_int_equal(empty, len);
	free(commas);
}

static void a_list_has_a_token(void **state)
{
	static const struct {
		const char *why;
		struct slice list;
		const char *token;
		bool want;
	} row[] = {
		{ "alone", SLICE("close"), "close", true },
		{ "among others", SLICE("keep-alive, close"), "close", true },
		{ "without case", SLICE("Keep-Alive, CLOSE"), "close", true },
		{ "asked for without case", SLICE("close"), "Close", true },
		{ "behind empty members", SLICE(",, close ,"), "close", true },
		{ "with parameters", SLICE("gzip;q=0.5"), "gzip", true },
		{ "with a blank before them", SLICE("gzip ; q=0.5"), "gzip", true },
		{ "not a longer one", SLICE("closed"), "close", false },
		{ "not a shorter one", SLICE("clos"), "close", false },
		{ "not a part", SLICE("not-close"), "close", false },
		{ "not two words", SLICE("close now"), "close", false },
		{ "not inside quotes", SLICE("\"a, close\""), "close", false },
		{ "not in a parameter", SLICE("a;close"), "close", false },
		{ "not in an empty list", SLICE(""), "close", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].list.at, row[i].list.len);

		if (http_list_has(e.bytes, row[i].token) != row[i].want)
			fail_msg("%s", row[i].why);
		edge_free(e);
	}
}

static void read_all(struct slice s)
{
	struct slice rest = s, member;

	while (http_list_next_raw(&rest, &member))
		assert_true(member.len == 0 ||
			    (member.at >= s.at && member.at + member.len <= s.at + s.len));
	(void)http_list_has(s, "b");
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE(" a , \"b\\\", \\\\\" ; c=\"\t,\",, \t, d"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_taken_in_order),
		cmocka_unit_test(members_are_slices_of_the_list),
		cmocka_unit_test(a_million_commas_are_read_in_no_time),
		cmocka_unit_test(a_list_has_a_token),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
