#include "runner/baseline.h"

#include "problems.h"

#include <errno.h>

static struct baseline *read_baseline(const char *yaml)
{
	struct problems problems = PROBLEMS_INIT(10);
	struct baseline *b = NULL;

	if (baseline_read_memory("suite/file.yaml", slice_str(yaml), &b, &problems) < 0)
		check_problems(yaml, &problems, "");
	assert_int_equal(problems.count, 0);
	problems_release(&problems);
	assert_non_null(b);
	return b;
}

/* ---- reading ---- */

static void each_field(void **state)
{
	struct baseline *b = read_baseline("baseline: 1\n"
					   "known:\n"
					   "  - case: host/missing\n"
					   "    verdict: fail\n"
					   "    reason: fixed in 2.0\n"
					   "    until: 2028-02-29\n"
					   "    link: https://example.org/12\n"
					   "  - {case: 'host/invalid[u@a]', reason: wontfix}\n");

	(void)state;
	assert_int_equal(b->count, 2);
	assert_string_equal(b->list[0].id, "host/missing");
	assert_int_equal(b->list[0].verdict, VERDICT_FAIL);
	assert_string_equal(b->list[0].reason, "fixed in 2.0");
	assert_int_equal(b->list[0].until, 20280229);
	assert_string_equal(b->list[0].link, "https://example.org/12");
	assert_int_equal(b->list[0].place.line, 3);
	assert_int_equal(b->list[0].place.column, 5);
	assert_string_equal(b->list[1].id, "host/invalid[u@a]");
	assert_int_equal(b->list[1].verdict, -1);
	assert_int_equal(b->list[1].until, 0);
	assert_ptr_equal(baseline_find(b, "host/invalid[u@a]"), &b->list[1]);
	assert_null(baseline_find(b, "host/other"));
	baseline_free(b);
}

static void nothing_known(void **state)
{
	static const char *const empty[] = { "baseline: 1\n", "baseline: 1\nknown:\n",
					     "baseline: 1\nknown: []\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++) {
		struct baseline *b = read_baseline(empty[i]);

		assert_int_equal(b->count, 0);
		baseline_free(b);
	}
}

#define ENTRY "baseline: 1\nknown:\n  - case: a/b\n    reason: r\n"

static const struct bad_row bad[] = {
	{ "an empty file", "", "1:1: the file holds no YAML document" },
	{ "a list at the top", "- a\n", "1:1: a baseline must be a mapping of keys to values" },
	{ "no version", "known: []\n",
	  "1:1: a baseline begins with 'baseline: 1', the version of its form" },
	{ "another version", "baseline: 2\n", "1:11: 'baseline' must be 1, not '2'" },
	{ "an unknown key", "baseline: 1\nknow: []\n",
	  "2:1: unknown key 'know' in a baseline, did you mean 'known'?" },
	{ "no list", "baseline: 1\nknown: a/b\n", "2:8: 'known' must be a list" },
	{ "no mapping", "baseline: 1\nknown:\n  - a/b\n",
	  "3:5: an entry of 'known' must be a mapping of keys to values" },
	{ "no reason", "baseline: 1\nknown:\n  - case: a/b\n",
	  "3:5: an entry of 'known' needs 'reason'" },
	{ "an empty reason", "baseline: 1\nknown:\n  - {case: a/b, reason: ''}\n",
	  "3:25: 'reason' is empty" },
	{ "no case", "baseline: 1\nknown:\n  - reason: r\n",
	  "3:5: an entry of 'known' needs 'case'" },
	{ "a verdict that needs no excuse", ENTRY "    verdict: pass\n",
	  "5:14: 'verdict' must be fail, warn, inconclusive or error, not 'pass'" },
	{ "a month that is none", ENTRY "    until: 2026-13-01\n",
	  "5:12: 'until' must be a day such as 2026-12-31, not '2026-13-01'" },
	{ "a day that is none", ENTRY "    until: 2027-02-29\n",
	  "5:12: 'until' must be a day such as 2026-12-31, not '2027-02-29'" },
	{ "another form of day", ENTRY "    until: 31.12.2026\n",
	  "5:12: 'until' must be a day such as 2026-12-31, not '31.12.2026'" },
	{ "a key written wrong", ENTRY "    untill: 2026-12-31\n",
	  "5:5: unknown key 'untill' in an entry of 'known', did you mean 'until'?" },
	{ "a case twice", ENTRY "  - case: a/b\n    reason: again\n",
	  "5:11: case 'a/b' is already there in line 3" },
	{ "an alias", "baseline: 1\nknown: *a\n",
	  "2:8: aliases are not supported: write the value out" },
	{ "several problems", "baseline: 1\nknown:\n  - case: a/b\n  - reason: r\n    until: x\n",
	  "3:5: an entry of 'known' needs 'reason'\n"
	  "5:12: 'until' must be a day such as 2026-12-31, not 'x'\n"
	  "4:5: an entry of 'known' needs 'case'" },
};

static void bad_baselines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct problems problems = PROBLEMS_INIT(10);
		struct baseline *b = NULL;

		assert_int_equal(baseline_read_memory("suite/file.yaml", slice_str(bad[i].yaml), &b,
						      &problems), -EINVAL);
		assert_null(b);
		check_problems(bad[i].why, &problems, bad[i].want);
		problems_release(&problems);
	}
}

static void a_file_that_is_not_there(void **state)
{
	struct problems problems = PROBLEMS_INIT(10);
	struct baseline *b = NULL;

	(void)state;
	assert_int_equal(baseline_load("/nonexistent/baseline.yaml", &b, &problems), -ENOENT);
	assert_int_equal(problems.count, 1);
	problems_release(&problems);
}

/* ---- what is expected ---- */

enum { TODAY = 20261124 };

#define RESULT(name, group, v) \
	{ .id = name, .theme = group, .title = "title", .why = "", .level = LEVEL_MUST, \
	  .verdict = (v), .reason = "expected 400, saw \"200\"", .expected = "", .seen = "", \
	  .replay = "" }

static const char rows[] = "baseline: 1\n"
			   "known:\n"
			   "  - {case: a/any, reason: any}\n"
			   "  - {case: a/fail, verdict: fail, reason: fails}\n"
			   "  - {case: a/warn, verdict: warn, reason: warns}\n"
			   "  - {case: a/error, verdict: error, reason: errs}\n"
			   "  - {case: a/today, reason: today, until: 2026-11-24}\n"
			   "  - {case: a/past, reason: past, until: 2026-11-23}\n";

static const struct {
	const char *why;
	struct result result;
	const char *want;             /* the reason; null: not expected */
} expected[] = {
	{ "a fail", RESULT("a/any", "a", VERDICT_FAIL), "any" },
	{ "a warning", RESULT("a/any", "a", VERDICT_WARN), "any" },
	{ "inconclusive", RESULT("a/any", "a", VERDICT_INCONCLUSIVE), "any" },
	{ "an error is named, or unknown", RESULT("a/any", "a", VERDICT_ERROR), NULL },
	{ "a pass is never known", RESULT("a/any", "a", VERDICT_PASS), NULL },
	{ "a skip neither", RESULT("a/any", "a", VERDICT_SKIP), NULL },
	{ "the verdict named", RESULT("a/fail", "a", VERDICT_FAIL), "fails" },
	{ "another one", RESULT("a/fail", "a", VERDICT_WARN), NULL },
	{ "worse than expected", RESULT("a/warn", "a", VERDICT_FAIL), NULL },
	{ "an error that is named", RESULT("a/error", "a", VERDICT_ERROR), "errs" },
	{ "a fail where an error is named", RESULT("a/error", "a", VERDICT_FAIL), NULL },
	{ "on its last day", RESULT("a/today", "a", VERDICT_FAIL), "today" },
	{ "the day behind it", RESULT("a/past", "a", VERDICT_FAIL), NULL },
	{ "who is not there", RESULT("a/anyone", "a", VERDICT_FAIL), NULL },
};

static void what_is_expected(void **state)
{
	struct baseline *b = read_baseline(rows);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *got = baseline_expects(b, &expected[i].result, TODAY);

		print_message("  %s\n", expected[i].why);
		if (expected[i].want) {
			assert_non_null(got);
			assert_string_equal(got, expected[i].want);
		} else {
			assert_null(got);
		}
	}
	baseline_free(b);
}

static void days(void **state)
{
	(void)state;
	assert_int_equal(baseline_day(0), 19700101);
	assert_int_equal(baseline_day(1769851800), 20260131);
	assert_int_equal(baseline_day(1769903999), 20260131);
	assert_int_equal(baseline_day(1769904000), 20260201);
}

/* ---- what is stale ---- */

static bool knows(const void *arg, const char *id)
{
	(void)arg;
	return strcmp(id, "b/gone") != 0;
}

static const struct baseline_scope whole = { TODAY, true, true, knows, NULL };
static const struct baseline_scope shard = { TODAY, false, true, knows, NULL };
static const struct baseline_scope folder = { TODAY, false, false, knows, NULL };

static struct run run_of(const struct result *results, size_t n)
{
	return (struct run){ .results = results, .count = n };
}

static const struct {
	const char *why, *entry;
	struct result result;
	bool flaky;
	const struct baseline_scope *scope;
	const char *want;             /* null: not stale */
} stale[] = {
	{ "still fails", "case: a/b", RESULT("a/b", "a", VERDICT_FAIL), false, &whole, NULL },
	{ "passes", "case: a/b", RESULT("a/b", "a", VERDICT_PASS), false, &whole, "passes now" },
	{ "passes in a shard", "case: a/b", RESULT("a/b", "a", VERDICT_PASS), false, &shard,
	  "passes now" },
	{ "passed in a second try", "case: a/b", RESULT("a/b", "a", VERDICT_PASS), true, &whole,
	  NULL },
	{ "a behaviour", "case: a/b", RESULT("a/b", "a", VERDICT_INFO), false, &whole,
	  "passes now" },
	{ "skipped", "case: a/b", RESULT("a/b", "a", VERDICT_SKIP), false, &whole, NULL },
	{ "an error", "case: a/b", RESULT("a/b", "a", VERDICT_ERROR), false, &whole, NULL },
	{ "inconclusive", "case: a/b, verdict: fail",
	  RESULT("a/b", "a", VERDICT_INCONCLUSIVE), false, &whole, NULL },
	{ "another verdict", "case: a/b, verdict: fail", RESULT("a/b", "a", VERDICT_WARN), false,
	  &whole, "is a warn now, a fail is expected" },
	{ "expired", "case: a/b, until: 2026-01-31", RESULT("a/b", "a", VERDICT_FAIL), false,
	  &whole, "expired on 2026-01-31" },
	{ "expired, and passes", "case: a/b, until: 2026-01-31",
	  RESULT("a/b", "a", VERDICT_PASS), false, &whole, "passes now" },
	{ "expired, but not chosen", "case: b/c, until: 2026-01-31",
	  RESULT("a/b", "a", VERDICT_PASS), false, &shard, NULL },
	{ "not chosen", "case: b/c", RESULT("a/b", "a", VERDICT_PASS), false, &shard, NULL },
	{ "gone", "case: b/gone", RESULT("a/b", "a", VERDICT_PASS), false, &shard,
	  "no such case" },
	{ "gone or elsewhere", "case: b/gone", RESULT("a/b", "a", VERDICT_PASS), false, &folder,
	  NULL },
	{ "a rule kept in the whole suite", "case: rules/r",
	  RESULT("rules/r", "rules", VERDICT_PASS), false, &whole, "passes now" },
	{ "a rule kept in a part", "case: rules/r", RESULT("rules/r", "rules", VERDICT_PASS),
	  false, &shard, NULL },
};

static void what_is_stale(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stale); i++) {
		char yaml[256];
		struct result result = stale[i].result;
		struct run run = run_of(&result, 1);
		struct arena arena;
		size_t n;

		(void)snprintf(yaml, sizeof(yaml), "baseline: 1\nknown:\n  - {%s, reason: r}\n",
			       stale[i].entry);

		struct baseline *b = read_baseline(yaml);

		print_message("  %s\n", stale[i].why);
		result.flaky = stale[i].flaky;
		arena_init(&arena);

		const struct stale_entry *list = baseline_stale(b, &run, stale[i].scope, &arena,
								&n);

		assert_int_equal(n, stale[i].want != NULL);
		if (stale[i].want) {
			assert_string_equal(list[0].why, stale[i].want);
			assert_int_equal(list[0].place.line, 3);
		}
		arena_release(&arena);
		baseline_free(b);
	}
}

/* ---- what is written ---- */

#define HEAD "# ours\nbaseline: 1\n"
#define NEW  "    verdict: fail\n    reason: \"fill in why: expected 400, saw \\\"200\\\"\"\n"

static const struct {
	const char *why, *before;
	struct result results[3];
	size_t n;
	const char *after;
	struct baseline_changes changes;
} update[] = {
	{ "nothing changes", HEAD "known:\n  - case: a/b   # why\n    reason: r\n\n# end\n",
	  { RESULT("a/b", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n  - case: a/b   # why\n    reason: r\n\n# end\n", { 0, 0, 0 } },
	{ "a new one at the end", HEAD "known:\n  - case: a/b\n    reason: r\n\n# end\n",
	  { RESULT("a/b", "a", VERDICT_FAIL), RESULT("a/c", "a", VERDICT_FAIL) }, 2,
	  HEAD "known:\n  - case: a/b\n    reason: r\n  - case: a/c\n" NEW "\n# end\n",
	  { 1, 0, 0 } },
	{ "at the depth of the others", HEAD "known:\n- case: a/b\n  reason: r",
	  { RESULT("a/c", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n- case: a/b\n  reason: r\n- case: a/c\n  verdict: fail\n"
	       "  reason: \"fill in why: expected 400, saw \\\"200\\\"\"\n", { 1, 0, 0 } },
	{ "into an empty list", HEAD "known: []  # none\n", { RESULT("a/c", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:   # none\n  - case: a/c\n" NEW, { 1, 0, 0 } },
	{ "into no list", HEAD, { RESULT("a/c", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n  - case: a/c\n" NEW, { 1, 0, 0 } },
	{ "into an emptied list", HEAD "known:\n", { RESULT("a/c", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n  - case: a/c\n" NEW, { 1, 0, 0 } },
	{ "an id that needs quotes", HEAD, { RESULT("a/c[\"x: #\"]", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n  - case: \"a/c[\\\"x: #\\\"]\"\n" NEW, { 1, 0, 0 } },
	{ "warnings only where they fail", HEAD, { RESULT("a/c", "a", VERDICT_WARN) }, 1, HEAD,
	  { 0, 0, 0 } },
	{ "errors never", HEAD, { RESULT("a/c", "a", VERDICT_ERROR) }, 1, HEAD, { 0, 0, 0 } },
	{ "the only one passes", HEAD "known:\n  # about b\n  - case: a/b\n    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS) }, 1, HEAD "known:\n", { 0, 0, 1 } },
	{ "one of two below a heading",
	  HEAD "known:\n  # both\n  - case: a/b\n    reason: r\n  - case: a/c\n    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS) }, 1,
	  HEAD "known:\n  # both\n  - case: a/c\n    reason: r\n", { 0, 0, 1 } },
	{ "both below a heading",
	  HEAD "known:\n  # both\n  - case: a/b\n    reason: r\n  - case: a/c\n    reason: r\n\n"
	       "  # d\n  - case: a/d\n    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS), RESULT("a/c", "a", VERDICT_PASS) }, 2,
	  HEAD "known:\n\n  # d\n  - case: a/d\n    reason: r\n", { 0, 0, 2 } },
	{ "a comment of its own each",
	  HEAD "known:\n  # b\n  - case: a/b\n    # in b\n    reason: >\n      folded\n\n"
	       "      text\n"
	       "  # c\n  - case: a/c\n    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS) }, 1,
	  HEAD "known:\n  # c\n  - case: a/c\n    reason: r\n", { 0, 0, 1 } },
	{ "entries in braces",
	  HEAD "known:\n  - {case: a/b, reason: r}\n  - {case: a/c, reason: r}\n",
	  { RESULT("a/b", "a", VERDICT_PASS) }, 1, HEAD "known:\n  - {case: a/c, reason: r}\n",
	  { 0, 0, 1 } },
	{ "a dash alone",
	  HEAD "known:\n  -  # b\n    case: a/b\n    reason: r\n  -\n    case: a/c\n"
	       "    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS), RESULT("a/d", "a", VERDICT_FAIL) }, 2,
	  HEAD "known:\n  -\n    case: a/c\n    reason: r\n  - case: a/d\n" NEW, { 1, 0, 1 } },
	{ "a verdict that changed",
	  HEAD "known:\n  - {case: a/b, reason: \"\xc3\xa4 fail\", verdict: fail} # fail\n",
	  { RESULT("a/b", "a", VERDICT_WARN) }, 1,
	  HEAD "known:\n  - {case: a/b, reason: \"\xc3\xa4 fail\", verdict: warn} # fail\n",
	  { 0, 1, 0 } },
	{ "no such case", HEAD "known:\n  - case: b/gone\n    reason: r\n",
	  { RESULT("a/b", "a", VERDICT_PASS) }, 1, HEAD "known:\n", { 0, 0, 1 } },
	{ "expired and still failing",
	  HEAD "known:\n  - {case: a/b, reason: r, until: 2026-01-01}\n",
	  { RESULT("a/b", "a", VERDICT_FAIL) }, 1,
	  HEAD "known:\n  - {case: a/b, reason: r, until: 2026-01-01}\n", { 0, 0, 0 } },
	{ "what was skipped stays", HEAD "known:\n  - {case: a/b, reason: r}\n",
	  { RESULT("a/b", "a", VERDICT_SKIP) }, 1, HEAD "known:\n  - {case: a/b, reason: r}\n",
	  { 0, 0, 0 } },
	{ "lines that end with CR LF",
	  "baseline: 1\r\nknown:\r\n  - case: a/b\r\n    reason: r\r\n",
	  { RESULT("a/c", "a", VERDICT_FAIL) }, 1,
	  "baseline: 1\r\nknown:\r\n  - case: a/b\r\n    reason: r\r\n  - case: a/c\r\n"
	  "    verdict: fail\r\n    reason: \"fill in why: expected 400, saw \\\"200\\\"\"\r\n",
	  { 1, 0, 0 } },
};

static void what_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(update); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
		struct baseline *b = read_baseline(update[i].before);
		struct run run = run_of(update[i].results, update[i].n);
		struct baseline_changes changes;
		struct problem p = { 0 };

		print_message("  %s\n", update[i].why);
		assert_int_equal(baseline_update(b, &run, &whole, &out, &changes, &p), 0);
		assert_string_equal(buffer_str(&out), update[i].after);
		assert_memory_equal(&changes, &update[i].changes, sizeof(changes));
		baseline_free(b);
	}
}

static void a_new_file(void **state)
{
	static const struct result results[] = { RESULT("a/b", "a", VERDICT_FAIL) };
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
	struct baseline *b = baseline_empty("suite/file.yaml");
	struct run run = run_of(results, 1);
	struct baseline_changes changes;

	(void)state;
	assert_int_equal(baseline_update(b, &run, &whole, &out, &changes, NULL), 0);
	baseline_free(b);
	b = read_baseline(buffer_str(&out));
	assert_int_equal(b->count, 1);
	assert_string_equal(b->list[0].reason, "fill in why: expected 400, saw \"200\"");
	assert_int_equal(baseline_unfilled(b), 1);
	assert_int_equal(strncmp(buffer_str(&out), "# ", 2), 0);
	baseline_free(b);
}

static void forms_that_are_not_understood(void **state)
{
	static const char *const forms[] = {
		"baseline: 1\nknown: [{case: a/b, reason: r}]\n",
		"baseline: 1\nknown: [\n  {case: a/b, reason: r},\n  {case: a/c, reason: r}]\n",
		"{baseline: 1, known: [{case: a/b, reason: r}]}\n",
		"{baseline: 1}\n",
		"baseline: 1\nknown: [ ]\n",
	};
	static const struct result results[] = { RESULT("a/b", "a", VERDICT_PASS),
						 RESULT("a/d", "a", VERDICT_FAIL) };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
		struct baseline *b = read_baseline(forms[i]);
		struct run run = run_of(results, 2);
		struct baseline_changes changes;
		struct problem p = { 0 };

		assert_int_equal(baseline_update(b, &run, &whole, &out, &changes, &p), -EINVAL);
		assert_non_null(strstr(p.text, "'- "));
		baseline_free(b);
	}
}

/* YAML ends lines where no editor of text does: its places are of no use then. */
static void line_ends_that_only_yaml_knows(void **state)
{
	static const char *const texts[] = {
		"baseline: 1\r\r\rknown:\n- case: a/b\n  reason: r\n",
		"baseline: 1\n# \xe2\x80\xa8\nknown:\n- case: a/b\n  reason: r\n",
		"baseline: 1\n# \xc2\x85\nknown:\n- case: a/b\n  reason: r\n",
	};
	static const struct result results[] = { RESULT("a/b", "a", VERDICT_PASS) };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
		struct baseline *b = read_baseline(texts[i]);
		struct run run = run_of(results, 1);
		struct baseline_changes changes;
		struct problem p = { 0 };

		assert_int_equal(baseline_update(b, &run, &whole, &out, &changes, &p), -EINVAL);
		assert_non_null(strstr(p.text, "its lines end in something else"));
		baseline_free(b);
	}
}

/* The profile's `allow` is known, too, but never written. */
static void added_ones_are_not_written(void **state)
{
	static const struct result results[] = { RESULT("a/b", "a", VERDICT_FAIL) };
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
	struct baseline *b = read_baseline(HEAD);
	struct run run = run_of(results, 1);
	struct baseline_changes changes;

	(void)state;
	baseline_add(b, "a/b", "the profile", (struct place){ 0 });
	assert_string_equal(baseline_expects(b, &results[0], TODAY), "the profile");
	assert_int_equal(baseline_update(b, &run, &whole, &out, &changes, NULL), 0);
	assert_string_equal(buffer_str(&out), HEAD);
	baseline_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(bad_baselines),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(what_is_expected),
		cmocka_unit_test(days),
		cmocka_unit_test(what_is_stale),
		cmocka_unit_test(what_is_written),
		cmocka_unit_test(a_new_file),
		cmocka_unit_test(forms_that_are_not_understood),
		cmocka_unit_test(line_ends_that_only_yaml_knows),
		cmocka_unit_test(added_ones_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
