#include "feed.h"

#include "reference-server/resources/json-patch.h"

/* Most rows are the examples of RFC 6902 appendix A. */
static const struct {
	const char *why, *document, *patch;
	int error;
	const char *want;
} row[] = {
#define OP(op, rest) "[{\"op\":\"" op "\"," rest "}]"
	{ "A.1 add a member", "{\"foo\":\"bar\"}", OP("add", "\"path\":\"/baz\",\"value\":\"qux\""), 0,
	  "{\"baz\":\"qux\",\"foo\":\"bar\"}" },
	{ "A.2 add an element", "{\"foo\":[\"bar\",\"baz\"]}",
	  OP("add", "\"path\":\"/foo/1\",\"value\":\"qux\""), 0, "{\"foo\":[\"bar\",\"qux\",\"baz\"]}" },
	{ "A.3 remove a member", "{\"baz\":1,\"foo\":2}", OP("remove", "\"path\":\"/baz\""), 0,
	  "{\"foo\":2}" },
	{ "A.4 remove an element", "{\"foo\":[1,2,3]}", OP("remove", "\"path\":\"/foo/1\""), 0,
	  "{\"foo\":[1,3]}" },
	{ "A.5 replace", "{\"baz\":1,\"foo\":2}", OP("replace", "\"path\":\"/baz\",\"value\":3"), 0,
	  "{\"baz\":3,\"foo\":2}" },
	{ "A.6 move a member", "{\"foo\":{\"bar\":1,\"waldo\":2},\"qux\":{\"corge\":3}}",
	  OP("move", "\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\""), 0,
	  "{\"foo\":{\"bar\":1},\"qux\":{\"corge\":3,\"thud\":2}}" },
	{ "A.7 move an element", "{\"foo\":[1,2,3,4]}",
	  OP("move", "\"from\":\"/foo/1\",\"path\":\"/foo/3\""), 0, "{\"foo\":[1,3,4,2]}" },
	{ "an element into one that has moved up", "[1,2,[3]]",
	  OP("move", "\"from\":\"/0\",\"path\":\"/1/-\""), 0, "[2,[3,1]]" },
	{ "A.8 a test that holds", "{\"baz\":\"qux\"}", OP("test", "\"path\":\"/baz\",\"value\":\"qux\""),
	  0, "{\"baz\":\"qux\"}" },
	{ "A.9 a test that does not", "{\"baz\":\"qux\"}",
	  OP("test", "\"path\":\"/baz\",\"value\":\"bar\""), -ESTALE, NULL },
	{ "A.10 add a nested object", "{}", OP("add", "\"path\":\"/c\",\"value\":{\"g\":{}}"), 0,
	  "{\"c\":{\"g\":{}}}" },
	{ "A.11 members nobody knows", "{}", OP("add", "\"path\":\"/b\",\"value\":1,\"xyz\":2"), 0,
	  "{\"b\":1}" },
	{ "A.12 add below nothing", "{}", OP("add", "\"path\":\"/b/c\",\"value\":1"), -ESTALE, NULL },
	{ "A.14 tilde", "{\"/\":9,\"~1\":10}", OP("test", "\"path\":\"/~01\",\"value\":10"), 0,
	  "{\"/\":9,\"~1\":10}" },
	{ "slash in a name", "{\"/\":9}", OP("remove", "\"path\":\"/~1\""), 0, "{}" },
	{ "A.15 a text is no number", "{\"a\":10}", OP("test", "\"path\":\"/a\",\"value\":\"10\""),
	  -ESTALE, NULL },
	{ "A.16 add at the end", "{\"foo\":[1]}", OP("add", "\"path\":\"/foo/-\",\"value\":[2]"), 0,
	  "{\"foo\":[1,[2]]}" },
	{ "copy", "{\"a\":{\"b\":1}}", OP("copy", "\"from\":\"/a\",\"path\":\"/c\""), 0,
	  "{\"a\":{\"b\":1},\"c\":{\"b\":1}}" },
	{ "copy of itself into itself", "{\"a\":1}", OP("copy", "\"from\":\"\",\"path\":\"/b\""), 0,
	  "{\"a\":1,\"b\":{\"a\":1}}" },
	{ "the whole document", "{\"a\":1}", OP("replace", "\"path\":\"\",\"value\":[]"), 0, "[]" },
	{ "move into itself", "{\"a\":{\"b\":1}}", OP("move", "\"from\":\"/a\",\"path\":\"/a/b\""),
	  -ESTALE, NULL },
	{ "behind the end", "[1]", OP("add", "\"path\":\"/2\",\"value\":1"), -ESTALE, NULL },
	{ "an index with a zero in front", "[1,2]", OP("remove", "\"path\":\"/01\""), -ESTALE, NULL },
	{ "'-' is no element", "[1]", OP("remove", "\"path\":\"/-\""), -ESTALE, NULL },
	{ "below a number", "{\"a\":1}", OP("add", "\"path\":\"/a/b\",\"value\":1"), -ESTALE, NULL },
	{ "remove the whole", "{}", OP("remove", "\"path\":\"\""), -ESTALE, NULL },
	{ "no slash in front", "{\"a\":1}", OP("remove", "\"path\":\"a\""), -EINVAL, NULL },
	{ "a broken tilde", "{\"a\":1}", OP("remove", "\"path\":\"/~2\""), -EINVAL, NULL },
	{ "no value", "{}", OP("add", "\"path\":\"/a\""), -EINVAL, NULL },
	{ "no from", "{}", OP("copy", "\"path\":\"/a\""), -EINVAL, NULL },
	{ "no path", "{}", "[{\"op\":\"remove\"}]", -EINVAL, NULL },
	{ "no operation", "{}", "[7]", -EINVAL, NULL },
	{ "no array", "{}", "{}", -EINVAL, NULL },
	{ "null is a value", "{}", OP("add", "\"path\":\"/a\",\"value\":null"), 0, "{\"a\":null}" },
#undef OP
};

static void each_row_gives_what_the_rfc_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		json_t *document = json_read(slice_str(row[i].document)), *result = NULL;
		json_t *patch = json_read(slice_str(row[i].patch));
		const char *why = "";
		int r = json_patch(document, patch, &result, &why);
		CLEANUP(freep) char *text = NULL;

		assert_non_null(document);
		assert_non_null(patch);
		if (r == 0)
			text = json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
		if (r != row[i].error || (r == 0 && strcmp(text, row[i].want) != 0))
			fail_msg("%s: %d %s %s", row[i].why, r, text ? text : "", why);
		json_decref(document);
		json_decref(patch);
		json_decref(result);
	}
}

/* Each copy doubles the document: a few hundred octets of patch, and no end. */
static void a_document_does_not_explode(void **state)
{
	json_t *document = json_pack("{s:[i]}", "a", 1), *patch = json_array(), *result = NULL;
	const char *why;

	(void)state;
	for (int i = 0; i < 40; i++)
		json_array_append_new(patch, json_pack("{s:s,s:s,s:s}", "op", "copy", "from", "/a",
						       "path", "/a/-"));
	assert_int_equal(json_patch(document, patch, &result, &why), -E2BIG);
	json_decref(document);
	json_decref(patch);
}

static void deep_json_is_refused_before_it_is_read(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 3];

	(void)state;
	for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);

		json_t *json = json_read(slice_of(text, 2 * depth));

		assert_int_equal(json != NULL, depth == JSON_DEPTH_MAX);
		json_decref(json);
	}

	json_t *json = json_read(SLICE("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\""));

	assert_non_null(json);        /* brackets of a text are none */
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_gives_what_the_rfc_says),
		cmocka_unit_test(a_document_does_not_explode),
		cmocka_unit_test(deep_json_is_refused_before_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
