#include "read-suite.h"

#include "runner/profile.h"

#include <jansson.h>

/* cases/schema.json follows the reader: what an editor offers, the reader knows. The
 * other way round is seen when a case uses a key that the schema lacks. */

#define STEP(step) FILE_HEAD CASE_HEAD CASE_PROOF "   steps: [" step "]\n"

static json_t *schema;

static int load_schema(void **state)
{
	json_error_t error;

	schema = json_load_file("cases/schema.json", 0, &error);
	if (!schema)
		print_error("cases/schema.json:%d:%d: %s\n", error.line, error.column, error.text);
	return schema ? make_catalogue(state) : -1;
}

static int free_schema(void **state)
{
	json_decref(schema);
	return free_catalogue(state);
}

static const json_t *definition(const char *name)
{
	return *name ? json_object_get(json_object_get(schema, "definitions"), name) : schema;
}

/* The properties of a definition, or of its alternative number |alternative|. */
static json_t *properties_of(const char *name, int alternative)
{
	const json_t *d = definition(name);

	if (alternative >= 0)
		d = json_array_get(json_object_get(d, "oneOf"), (size_t)alternative);
	return json_object_get(d, "properties");
}

/* Whatever else is wrong with "KEY: x", the key itself must be known. */
static void expect_known(const struct catalogue *c, const char *definition_name, const char *yaml)
{
	struct problems problems = PROBLEMS_INIT(30);
	struct suite *s = NULL;

	(void)suite_read_memory("suite/file.yaml", slice_str(yaml), c, &s, &problems);
	for (size_t i = 0; i < problems.kept; i++)
		if (strstr(problems.list[i].text, "unknown key") ||
		    strstr(problems.list[i].text, "unknown step") ||
		    strstr(problems.list[i].text, "unknown part") ||
		    strstr(problems.list[i].text, "not YAML"))
			fail_msg("%s: %s\n%s", definition_name, problems.list[i].text, yaml);
	suite_free(s);
	problems_release(&problems);
}

static void add_with_key(struct buffer *out, const char *template, const char *key)
{
	const char *at = strchr(template, '@');

	(void)buffer_add(out, template, (size_t)(at - template));
	(void)buffer_add_str(out, key);
	(void)buffer_add_str(out, at + 1);
}

static void every_key_is_known(void **state)
{
	static const struct {
		const char *definition;
		int alternative;
		const char *beside;   /* a key of the template: already there */
		const char *yaml;     /* '@' is the key */
	} row[] = {
		{ "", -1, "", "@: x\n" },
		{ "case", -1, "", FILE_HEAD " - @: x\n" },
		{ "proof", -1, "", FILE_HEAD CASE_HEAD CASE_STEPS "   proof: {@: x}\n" },
		{ "proof-item", 1, "script",
		  FILE_HEAD CASE_HEAD CASE_STEPS "   proof: {refuses: [{script: [a], @: x}]}\n" },
		{ "response", -1, "", STEP("{expect: {@: x}}") },
		{ "closed", -1, "closed", STEP("{expect: {closed: fin, @: x}}") },
		{ "silence", -1, "silence", STEP("{expect: {silence: 1s, @: x}}") },
		{ "request", -1, "", STEP("{request: {@: x}}") },
		{ "tls", -1, "", STEP("{connect: {as: b, tls: {@: x}}}") },
		{ "client", -1, "", STEP("{client: {@: x}}") },
		{ "client-response", -1, "", STEP("{client: {expect: {@: x}}}") },
		{ "client-error", -1, "error", STEP("{client: {expect: {error: any, @: x}}}") },
		{ "udp", -1, "", STEP("{udp: {@: x}}") },
		{ "origin", -1, "", STEP("{origin: {@: x}}") },
		{ "forwarded", -1, "", STEP("{origin: {expect: {@: x}}}") },
		{ "field-condition", 2, "", STEP("{expect: {fields: {A: {@: x}}}}") },
		{ "line-condition", 2, "", STEP("{expect: {fields: {A: {any: {@: x}}}}}") },
		{ "text-condition", 2, "", STEP("{expect: {reason: {@: x}}}") },
		{ "content", 1, "", STEP("{expect: {content: {@: x}}}") },
		{ "part", 0, "", STEP("{send: {@: x}}") },
		{ "part", 1, "", STEP("{send: {@: x}}") },
		{ "part", 2, "repeat", STEP("{send: {repeat: a, @: x}}") },
		{ "part", 3, "", STEP("{send: {@: x}}") },
		{ "part", 4, "chunk", STEP("{send: {chunk: a, @: x}}") },
		{ "part", 5, "", STEP("{send: {@: x}}") },
		{ "part", 6, "", STEP("{send: {@: x}}") },
		{ "part", 7, "", STEP("{send: {@: x}}") },
		{ "part", 8, "digest", STEP("{send: {digest: a, @: x}}") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		json_t *properties = properties_of(row[i].definition, row[i].alternative), *value;
		const char *key;

		print_message("  %s %d\n", row[i].definition, row[i].alternative);
		assert_true(json_object_size(properties) > 0);
		json_object_foreach(properties, key, value) {
			CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);

			if (strcmp(key, row[i].beside) == 0)
				continue;
			add_with_key(&yaml, row[i].yaml, key);
			expect_known(*state, row[i].definition, buffer_str(&yaml));
		}
	}
}

/* Each alternative of a step is a verb, what may stand beside it, and the keys of its
 * value. */
static void every_step_is_known(void **state)
{
	json_t *steps = json_object_get(definition("step"), "oneOf"), *step, *word, *value;
	size_t i, k;
	const char *key;

	json_array_foreach(json_object_get(json_array_get(steps, 0), "enum"), k, word) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);

		add_with_key(&yaml, STEP("@"), json_string_value(word));
		suite_free(read_suite_ok(*state, buffer_str(&yaml)));
	}
	json_array_foreach(steps, i, step) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);
		CLEANUP(buffer_release) struct buffer all = BUFFER_INIT(4096);

		json_object_foreach(json_object_get(step, "properties"), key, value)
			(void)buffer_printf(&all, "%s%s: x", all.len ? ", " : "", key);
		if (i == 0)
			continue;
		add_with_key(&yaml, STEP("{@}"), buffer_str(&all));
		expect_known(*state, "step", buffer_str(&yaml));
	}
	assert_int_equal(json_array_size(steps), 1 + STEP_VERBS);
}

static void needs_are_those_of_a_profile(void **state)
{
	json_t *list = json_object_get(definition("need"), "enum");
	size_t n;
	const char *const *names = profile_need_names(&n);

	(void)state;
	assert_int_equal(json_array_size(list), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(json_string_value(json_array_get(list, i)), names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_known),
		cmocka_unit_test(every_step_is_known),
		cmocka_unit_test(needs_are_those_of_a_profile),
	};

	return cmocka_run_group_tests(tests, load_schema, free_schema);
}
