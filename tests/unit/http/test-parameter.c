#include "feed.h"

#include "http/grammar.h"

static void quoted_string(void **state)
{
	static const struct claim row[] = {
		{ "empty", SLICE("\"\""), true },
		{ "words", SLICE("\"a b\tc\""), true },
		{ "a quoted quote", SLICE("\"a\\\"b\""), true },
		{ "a quoted backslash at the end", SLICE("\"a\\\\\""), true },
		{ "a quoted blank", SLICE("\"\\ \""), true },
		{ "obs-text, plain and quoted", SLICE("\"\xff\\\x80\""), true },
		{ "separators", SLICE("\"(),/:;<=>?@[]{}\""), true },
		{ "nothing", SLICE(""), false },
		{ "one quote", SLICE("\""), false },
		{ "a token", SLICE("a"), false },
		{ "never closed", SLICE("\"a"), false },
		{ "closed by a quoted quote", SLICE("\"a\\\""), false },
		{ "ends in a backslash", SLICE("\"a\\"), false },
		{ "something behind", SLICE("\"a\"b"), false },
		{ "something in front", SLICE("b\"a\""), false },
		{ "two of them", SLICE("\"a\"\"b\""), false },
		{ "single quotes", SLICE("'a'"), false },
		{ "LF", SLICE("\"a\nb\""), false },
		{ "NUL", SLICE("\"a\0b\""), false },
		{ "a quoted CR", SLICE("\"a\\\rb\""), false },
		{ "DEL", SLICE("\"\x7f\""), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), http_is_quoted);
	assert_false(http_is_quoted((struct slice){ 0 }));
}

static void quoted_string_at_the_front(void **state)
{
	(void)state;
	assert_int_equal(http_quoted_span(SLICE("\"a\"b")), 3);
	assert_int_equal(http_quoted_span(SLICE("\"a\\\"\" \"b\"")), 5);
	assert_int_equal(http_quoted_span(SLICE("a\"b\"")), 0);
	assert_int_equal(http_quoted_span(SLICE("\"a\n\"")), 0);
	assert_int_equal(http_quoted_span(SLICE("\"\\\n\"")), 0);
	assert_int_equal(http_quoted_span(SLICE("\"\\")), 0);
	assert_int_equal(http_quoted_span(SLICE("")), 0);
}

/* The parameters as [name|value], and "!" where reading ended at a broken one. */
static const char *parameters(struct slice s)
{
	static char text[256];
	struct edge e = edge_copy(s.at, s.len);
	struct slice rest = e.bytes, name, value;
	size_t len = 0;
	int r;

	text[0] = '\0';
	while ((r = http_parameter_next(&rest, &name, &value)) > 0)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%.*s|%.*s]",
					(int)name.len, name.at, (int)value.len, value.at);
	if (r < 0) {
		assert_int_equal(r, -EINVAL);
		(void)snprintf(text + len, sizeof(text) - len, "!");
	}
	edge_free(e);
	return text;
}

static void parameters_are_taken_in_order(void **state)
{
	static const struct {
		const char *why;
		struct slice text;
		const char *want;
	} row[] = {
		{ "nothing", SLICE(""), "" },
		{ "one", SLICE(";q=1"), "[q|1]" },
		{ "two", SLICE(";a=1;b=2"), "[a|1][b|2]" },
		{ "OWS around the semicolon", SLICE(" ;\ta=1 \t; b=2"), "[a|1][b|2]" },
		{ "a quoted value keeps its quotes", SLICE(";a=\"1;b=2\";c=3"),
		  "[a|\"1;b=2\"][c|3]" },
		{ "a quoted quote", SLICE(";a=\"\\\"\";c=3"), "[a|\"\\\"\"][c|3]" },
		{ "an empty quoted value", SLICE(";a=\"\""), "[a|\"\"]" },
		{ "empty parameters are grammatical", SLICE(";; ;a=1;"), "[a|1]" },
		{ "a semicolon and a blank", SLICE("; "), "" },
		{ "no semicolon", SLICE("a=1"), "!" },
		{ "no value", SLICE(";a"), "!" },
		{ "an empty value", SLICE(";a="), "!" },
		{ "an empty value before another", SLICE(";a=;b=1"), "!" },
		{ "no name", SLICE(";=1"), "!" },
		{ "a blank before =", SLICE(";a =1"), "!" },
		{ "a blank behind =", SLICE(";a= 1"), "!" },
		{ "a quoted name", SLICE(";\"a\"=1"), "!" },
		{ "a value that is no token", SLICE(";a=1/2"), "!" },
		{ "a quote never closed", SLICE(";a=\"1"), "!" },
		{ "something behind the quotes", SLICE(";a=\"1\"2"), "!" },
		{ "two words", SLICE(";a=1 2"), "!" },
		{ "a good one before a broken one", SLICE(";a=1;b"), "[a|1]!" },
		{ "a comma", SLICE(";a=1,b"), "!" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const char *got = parameters(row[i].text);

		if (strcmp(got, row[i].want) != 0)
			fail_msg("%s: %s", row[i].why, got);
	}
}

static bool is_media_type(struct slice s)
{
	return http_is_media_type(s, NULL);
}

static void media_type(void **state)
{
	static const struct claim row[] = {
		{ "plain", SLICE("text/html"), true },
		{ "a parameter", SLICE("text/html;charset=utf-8"), true },
		{ "OWS around the semicolon", SLICE("text/html ; charset=utf-8"), true },
		{ "a quoted value", SLICE("multipart/byteranges; boundary=\"a b\""), true },
		{ "several parameters", SLICE("a/b;c=d;e=f"), true },
		{ "all of tchar", SLICE("application/vnd.a+json!#$&-^_"), true },
		{ "an empty parameter", SLICE("text/html;"), true },
		{ "an empty parameter and a blank", SLICE("text/html; "), true },
		{ "nothing", SLICE(""), false },
		{ "no subtype", SLICE("text"), false },
		{ "an empty subtype", SLICE("text/"), false },
		{ "an empty type", SLICE("/html"), false },
		{ "a slash too many", SLICE("text/html/x"), false },
		{ "a blank before the slash", SLICE("text /html"), false },
		{ "a blank behind the slash", SLICE("text/ html"), false },
		{ "a blank at the end", SLICE("text/html "), false },
		{ "a blank behind a parameter", SLICE("text/html;a=b "), false },
		{ "a blank in front", SLICE(" text/html"), false },
		{ "two words", SLICE("text/html charset=utf-8"), false },
		{ "a comma for the semicolon", SLICE("text/html, charset=utf-8"), false },
		{ "a parameter without a value", SLICE("text/html; utf-8"), false },
		{ "blanks around =", SLICE("text/html; charset = utf-8"), false },
		{ "two types", SLICE("text/html, text/plain"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), is_media_type);
}

static void media_type_without_its_parameters(void **state)
{
	struct slice type = SLICE("as it was");

	(void)state;
	assert_true(http_is_media_type(SLICE("Text/HTML ;a=b"), &type));
	assert_true(slice_is(type, "Text/HTML"));
	assert_true(http_is_media_type(SLICE("a/b"), &type));
	assert_true(slice_is(type, "a/b"));
	assert_false(http_is_media_type(SLICE("c/d e"), &type));
	assert_true(slice_is(type, "a/b"));
}

static void read_all(struct slice s)
{
	(void)parameters(s);
	(void)http_is_quoted(s);
	(void)http_is_media_type(s, NULL);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE(" ; a=1 ;; b=\"x\\\"y\" ; c=z"), read_all);
	feed_prefixes(SLICE("\"x\\\"y\\\\\""), read_all);
	feed_prefixes(SLICE("text/html ; a=1;b=\"c\\d\" ;"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoted_string),
		cmocka_unit_test(quoted_string_at_the_front),
		cmocka_unit_test(parameters_are_taken_in_order),
		cmocka_unit_test(media_type),
		cmocka_unit_test(media_type_without_its_parameters),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
