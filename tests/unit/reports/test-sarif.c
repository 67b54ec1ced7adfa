#include "reports/sarif.h"

#include "base/buffer.h"
#include "reports/visible.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample.h"
#include "tests/unit/reports/strange.h"

#include <jansson.h>

static json_t *parsed(const struct run *run)
{
	CLEANUP(freep) char *text = written_by(sarif_write, run);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(root);
	return root;
}

/* "runs.0.results": a member or an element for each word; null where there is none. */
static json_t *at(json_t *value, const char *path)
{
	while (value && *path) {
		char word[64];
		size_t len = strcspn(path, ".");

		assert_true(len < sizeof(word));
		memcpy(word, path, len);
		word[len] = '\0';
		value = json_is_array(value) ? json_array_get(value, strtoul(word, NULL, 10))
					     : json_object_get(value, word);
		path += len + (path[len] == '.');
	}
	return value;
}

static const char *string_at(json_t *value, const char *path)
{
	const char *text = json_string_value(at(value, path));

	return text ? text : "(none)";
}

static json_t *result_of(json_t *root, const char *id)
{
	json_t *results = at(root, "runs.0.results"), *r;
	size_t i;

	json_array_foreach(results, i, r)
		if (strcmp(string_at(r, "properties.case"), id) == 0)
			return r;
	return NULL;
}

/* ---- the sample ---- */

static const struct {
	const char *id, *rule, *level, *uri;
	int line;
	const char *justification;
} want[] = {
	{ "host/missing", "RFC9112-3.2-6", "error", "cases/host/host.yaml", 17, "(none)" },
	{ "host/two", "RFC9112-3.2-6", "error", "cases/host/host.yaml", 31,
	  "issue 12: the old parser takes the first one" },
	{ "methods/unknown", "RFC9110-9.1-4", "warning", "cases/methods/unknown.yaml", 8, "(none)" },
	{ "rules/date-present", "RFC9110-6.6.1-3", "error", "cases/host/host.yaml", 17, "(none)" },
};

static void results_are_findings(void **state)
{
	(void)state;
	CLEANUP(json_decrefp) json_t *root = parsed(&sample_run);

	assert_int_equal(json_array_size(at(root, "runs.0.results")), ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		json_t *r = result_of(root, want[i].id);
		json_t *physical = at(r, "locations.0.physicalLocation");

		print_message("  %s\n", want[i].id);
		assert_non_null(r);
		assert_string_equal(string_at(r, "ruleId"), want[i].rule);
		assert_string_equal(string_at(r, "level"), want[i].level);
		assert_string_equal(string_at(r, "suppressions.0.justification"),
				    want[i].justification);
		assert_string_equal(string_at(physical, "artifactLocation.uri"), want[i].uri);
		assert_int_equal(json_integer_value(at(physical, "region.startLine")), want[i].line);
	}
}

static void each_rule_has_its_sentence_and_its_link(void **state)
{
	(void)state;
	CLEANUP(json_decrefp) json_t *root = parsed(&sample_run);
	json_t *rules = at(root, "runs.0.tool.driver.rules"), *r;
	size_t i;

	json_array_foreach(at(root, "runs.0.results"), i, r) {
		size_t index = (size_t)json_integer_value(at(r, "ruleIndex"));
		json_t *rule = json_array_get(rules, index);

		assert_string_equal(string_at(rule, "id"), string_at(r, "ruleId"));
	}
	json_array_foreach(rules, i, r) {
		bool of_rfc = strncmp(string_at(r, "id"), "RFC", 3) == 0;

		assert_int_equal(at(r, "helpUri") != NULL, of_rfc);
		assert_string_not_equal(string_at(r, "help.text"), "(none)");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(string_at(json_array_get(rules, k), "id"),
						string_at(r, "id"));
	}
	assert_string_equal(string_at(json_array_get(rules, 1), "helpUri"),
			    "https://www.rfc-editor.org/rfc/rfc9112#section-6.1");
}

static void the_invocation_tells_what_was_not_judged(void **state)
{
	(void)state;
	struct run strict = sample_strict_run(), interrupted = sample_run;
	CLEANUP(json_decrefp) json_t *root = parsed(&sample_run);
	CLEANUP(json_decrefp) json_t *gate = parsed(&strict);

	interrupted.interrupted = 15;
	CLEANUP(json_decrefp) json_t *cut = parsed(&interrupted);
	json_t *told = at(root, "runs.0.invocations.0.toolExecutionNotifications");

	assert_int_equal(json_array_size(told), 5);
	assert_string_equal(string_at(told, "0.level"), "error");
	assert_string_equal(string_at(told, "1.level"), "warning");
	assert_string_equal(string_at(told, "1.associatedRule.id"), "framing/chunk-extension");
	assert_string_equal(string_at(told, "4.message.text"),
			    "stale entry of the baseline: methods/gone: no such case");
	assert_string_equal(string_at(told, "4.level"), "warning");
	told = at(gate, "runs.0.invocations.0.toolExecutionNotifications");
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(string_at(json_array_get(told, i), "level"), "error");

	assert_int_equal(json_integer_value(at(root, "runs.0.invocations.0.exitCode")), 3);
	assert_true(json_is_false(at(root, "runs.0.invocations.0.executionSuccessful")));
	assert_int_equal(json_integer_value(at(cut, "runs.0.invocations.0.exitSignalNumber")), 15);
	assert_string_equal(string_at(root, "runs.0.invocations.0.startTimeUtc"),
			    "2026-01-31T09:30:00Z");
	assert_string_equal(string_at(root, "runs.0.invocations.0.endTimeUtc"),
			    "2026-01-31T09:30:05.012000Z");
}

static void a_finding_keeps_its_fingerprint(void **state)
{
	(void)state;
	struct result before = plain_result(), after = before;
	struct run was = run_of(&before, 1), is = run_of(&after, 1);

	before.place = (struct place){ "cases/a.yaml", 3, 1 };
	after.place = (struct place){ "cases/b.yaml", 30, 1 };
	after.seen = "something else";
	after.title = "said better";

	CLEANUP(json_decrefp) json_t *a = parsed(&was);
	CLEANUP(json_decrefp) json_t *b = parsed(&is);

	assert_true(json_equal(at(a, "runs.0.results.0.partialFingerprints"),
			       at(b, "runs.0.results.0.partialFingerprints")));
	after.id = "a/c";

	CLEANUP(json_decrefp) json_t *other = parsed(&is);

	assert_false(json_equal(at(a, "runs.0.results.0.partialFingerprints"),
				at(other, "runs.0.results.0.partialFingerprints")));
}

static void files_are_uris(void **state)
{
	(void)state;
	static const struct {
		const char *file, *uri, *base;
	} row[] = {
		{ "cases/a.yaml", "cases/a.yaml", "%SRCROOT%" },
		{ "./cases/a b.yaml", "cases/a%20b.yaml", "%SRCROOT%" },
		{ "a:b?c#d%.yaml", "a%3Ab%3Fc%23d%25.yaml", "%SRCROOT%" },
		{ "\xc3\xa9.yaml", "%C3%A9.yaml", "%SRCROOT%" },
		{ "/usr/share/a.yaml", "file:///usr/share/a.yaml", "(none)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct result r = plain_result();
		struct run run = run_of(&r, 1);

		r.place = (struct place){ row[i].file, 1, 1 };
		CLEANUP(json_decrefp) json_t *root = parsed(&run);
		json_t *where = at(root, "runs.0.results.0.locations.0.physicalLocation."
					 "artifactLocation");

		assert_string_equal(string_at(where, "uri"), row[i].uri);
		assert_string_equal(string_at(where, "uriBaseId"), row[i].base);
	}
}

/* ---- strange content ---- */

/* "[words](target)" without a backslash in it is a link (SARIF 2.1.0, section 3.11.6). */
static void assert_no_link(const char *text)
{
	for (const char *end = text; (end = strstr(end, "](")); end++)
		assert_true(end > text && end[-1] == '\\');
}

static void random_strings(void **state)
{
	(void)state;
	static struct strange strange[1000];
	static struct result results[1000];
	struct run run = run_of(results, 1000);
	uint64_t seed = 19;

	for (int round = 0; round < 10; round++) {
		for (size_t i = 0; i < 1000; i++)
			fill_strange(&strange[i], &results[i], &seed);

		CLEANUP(json_decrefp) json_t *root = parsed(&run);
		json_t *list = at(root, "runs.0.results"), *r;
		size_t i;

		assert_int_equal(json_array_size(list), 1000);
		json_array_foreach(list, i, r) {
			CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1 << 16);

			assert_int_equal(visible_add(&shown, strange[i].seen, BREAKS_SPELT), 0);
			assert_no_link(string_at(r, "message.text"));
			assert_string_equal(shown.len ? string_at(r, "properties.seen") : "",
					    buffer_str(&shown));
		}
	}
}

static void every_byte(void **state)
{
	(void)state;
	struct result r = plain_result();
	struct run run = run_of(&r, 1);
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1 << 16);

	r.id = r.title = r.reason = r.expected = r.seen = r.why = r.replay = all_bytes();
	r.known = all_bytes();
	CLEANUP(json_decrefp) json_t *root = parsed(&run);

	assert_int_equal(visible_add(&shown, all_bytes(), BREAKS_SPELT), 0);
	assert_string_equal(string_at(root, "runs.0.results.0.ruleId"), buffer_str(&shown));
	assert_string_equal(string_at(root, "runs.0.results.0.suppressions.0.justification"),
			    buffer_str(&shown));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_findings),
		cmocka_unit_test(each_rule_has_its_sentence_and_its_link),
		cmocka_unit_test(the_invocation_tells_what_was_not_judged),
		cmocka_unit_test(a_finding_keeps_its_fingerprint),
		cmocka_unit_test(files_are_uris),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
