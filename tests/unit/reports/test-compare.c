#include "reports/compare.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reports/compare-write.h"

#include "tests/unit/reports/golden.h"

#include <jansson.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#define RESULT(name, of_theme, ends, says)                                                         \
	{                                                                                          \
		.id = (name), .theme = (of_theme), .title = (name), .why = "",                     \
		.level = LEVEL_MUST, .verdict = (ends), .reason = (says), .expected = "",          \
		.seen = "", .replay = ""                                                           \
	}

/* Three servers: two that agree on most, one that goes its own way. */
static const struct result first[] = {
	RESULT("host/a", "host", VERDICT_PASS, ""),
	RESULT("host/b", "host", VERDICT_PASS, ""),
	RESULT("host/c", "host", VERDICT_INFO, "served with 10 bytes of content"),
	RESULT("host/d", "host", VERDICT_PASS, ""),
	RESULT("rules/date", "rules", VERDICT_PASS, ""),
};
static const struct result second[] = {
	RESULT("host/a", "host", VERDICT_PASS, ""),
	RESULT("host/b", "host", VERDICT_FAIL, "<b>200</b>"),
	RESULT("host/c", "host", VERDICT_INFO, "served with 2345 bytes of content"),
	RESULT("host/d", "host", VERDICT_SKIP, "no upload"),
	RESULT("rules/date", "rules", VERDICT_FAIL, ""),
};
static const struct result third[] = {
	RESULT("host/a", "host", VERDICT_PASS, ""),
	RESULT("host/b", "host", VERDICT_FAIL, "404"),
	RESULT("host/c", "host", VERDICT_INFO, "refused"),
	RESULT("rules/date", "rules", VERDICT_FAIL, ""),
	RESULT("zeal/e", "zeal", VERDICT_WARN, "only here"),
};

#define RUN(list, at)                                                                              \
	{                                                                                          \
		.program = "httpcheck", .target = (at), .target_note = "", .results = (list),      \
		.count = ARRAY_SIZE(list)                                                          \
	}

static const struct run runs[] = {
	RUN(first, "http://1"),
	RUN(second, "http://2"),
	RUN(third, "http://3"),
};

static const struct compared columns[] = {
	{ "one", &runs[0] },
	{ "two", &runs[1] },
	{ "three", &runs[2] },
};

struct bench {
	struct arena arena;
	struct comparison c;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	arena_init(&b->arena);
	compare_runs(columns, ARRAY_SIZE(columns), &b->arena, &b->c);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	arena_release(&b->arena);
	free(b);
	return 0;
}

static const struct compare_row *row(const struct comparison *c, const char *id)
{
	for (size_t i = 0; i < c->nrows; i++)
		if (strcmp(c->rows[i].any->id, id) == 0)
			return &c->rows[i];
	fail_msg("no row '%s'", id);
	return NULL;
}

static void rows_are_all_cases_with_the_rules_last(void **state)
{
	static const char *const want[] = { "host/a", "host/b", "host/c",
					    "host/d", "zeal/e", "rules/date" };
	const struct comparison *c = &((struct bench *)*state)->c;

	assert_int_equal(c->nrows, ARRAY_SIZE(want));
	for (size_t i = 0; i < c->nrows; i++)
		assert_string_equal(c->rows[i].any->id, want[i]);
	assert_null(row(c, "zeal/e")->of[0]);
	assert_ptr_equal(row(c, "zeal/e")->of[2], &third[4]);
	assert_null(row(c, "host/d")->of[2]);
}

static void who_did_not_judge_does_not_differ(void **state)
{
	const struct comparison *c = &((struct bench *)*state)->c;

	assert_false(row(c, "host/a")->differs);
	assert_true(row(c, "host/b")->differs);
	assert_true(row(c, "host/c")->differs);	 /* "refused" */
	assert_false(row(c, "host/d")->differs); /* one skipped, one has it not */
	assert_false(row(c, "zeal/e")->differs);
	assert_true(row(c, "rules/date")->differs);
	assert_int_equal(c->ndiffering, 3);
	assert_true(row(c, "host/c")->behaviour);
	assert_false(row(c, "host/b")->behaviour);
}

static void measures_make_no_difference(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool agree;
	} pair[] = {
		{ "served with 10 bytes of content", "served with 2345 bytes of content", true },
		{ "closed after 0 ms", "closed after 5000 ms (x)", false },
		{ "closed after 0 ms", "closed after 5000 ms", true },
		{ "200 OK", "201 OK", false },
		{ "200 OK with 1 byte", "400 Bad Request with 1 byte", false },
		{ "", "", true },
		{ "a", "", false },
		{ "1 byte", "byte", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pair); i++) {
		struct result a = { .verdict = VERDICT_INFO, .reason = pair[i].a };
		struct result b = { .verdict = VERDICT_INFO, .reason = pair[i].b };

		print_message("  %s | %s\n", pair[i].a, pair[i].b);
		assert_int_equal(compare_agree(&a, &b), pair[i].agree);
		assert_int_equal(compare_agree(&b, &a), pair[i].agree);
	}
}

static void agreement_counts_what_both_judged(void **state)
{
	const struct comparison *c = &((struct bench *)*state)->c;

	assert_int_equal(c->agreement[0 * 3 + 1].both, 4);
	assert_int_equal(c->agreement[0 * 3 + 1].same, 2); /* a, c */
	assert_int_equal(c->agreement[1 * 3 + 2].both, 4);
	assert_int_equal(c->agreement[1 * 3 + 2].same, 3); /* a, b, rules/date */
	assert_int_equal(c->agreement[2 * 3 + 1].same, 3);
	assert_int_equal(c->agreement[2 * 3 + 2].both, 5);
}

static void splits_say_who_goes_with_whom(void **state)
{
	const struct comparison *c = &((struct bench *)*state)->c;

	assert_int_equal(c->nsplits, 2);
	assert_int_equal(c->splits[0].rows, 2); /* host/b, rules/date: one / two, three */
	assert_int_equal(c->splits[0].group[0], 0);
	assert_int_equal(c->splits[0].group[1], 1);
	assert_int_equal(c->splits[0].group[2], 1);
	assert_int_equal(c->splits[1].rows, 1); /* host/c: one, two / three */
	assert_int_equal(c->splits[1].group[1], 0);
	assert_int_equal(c->splits[1].group[2], 1);
}

static void what_is_a_regression(void **state)
{
	(void)state;
	static const struct {
		enum verdict old, new;
		const char *theme;
		bool worse;
	} step[] = {
		{ VERDICT_PASS, VERDICT_PASS, "a", false },
		{ VERDICT_PASS, VERDICT_INFO, "a", false },
		{ VERDICT_PASS, VERDICT_WARN, "a", true },
		{ VERDICT_PASS, VERDICT_FAIL, "a", true },
		{ VERDICT_WARN, VERDICT_FAIL, "a", true },
		{ VERDICT_WARN, VERDICT_WARN, "a", false },
		{ VERDICT_FAIL, VERDICT_FAIL, "a", false },
		{ VERDICT_FAIL, VERDICT_ERROR, "a", false },
		{ VERDICT_FAIL, VERDICT_PASS, "a", false },
		{ VERDICT_PASS, VERDICT_SKIP, "a", true },	/* judged no longer */
		{ VERDICT_PASS, VERDICT_SKIP, "rules", false }, /* only not seen */
		{ VERDICT_PASS, VERDICT_FAIL, "rules", true },
		{ VERDICT_INFO, VERDICT_ERROR, "a", true },
		{ VERDICT_WARN, VERDICT_INCONCLUSIVE, "a", true },
		{ VERDICT_SKIP, VERDICT_FAIL, "a", false },
		{ VERDICT_INCONCLUSIVE, VERDICT_FAIL, "a", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(step); i++) {
		struct result old = RESULT("x", step[i].theme, step[i].old, "");
		struct result new = RESULT("x", step[i].theme, step[i].new, "");

		print_message("  %s to %s (%s)\n", verdict_name(step[i].old),
			      verdict_name(step[i].new), step[i].theme);
		assert_int_equal(compare_regressed(&old, &new), step[i].worse);
		assert_false(compare_regressed(NULL, &new));
		assert_false(compare_regressed(&old, NULL));
	}
}

/* ---- the writers ---- */

static char *written(const struct comparison *c, const char *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(compare_format_find(format)->write(c, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_holds(const char *text, const char *what)
{
	print_message("  %s\n", what);
	assert_non_null(strstr(text, what));
}

static void as_markdown(void **state)
{
	CLEANUP(freep) char *text = written(&((struct bench *)*state)->c, "markdown");

	assert_golden(text, GOLDEN "compare.md");
	assert_holds(text, "# 3 servers compared\n");
	assert_holds(text, "3 of 6 rows differ.\n");
	assert_holds(text, "| 2 | one / two, three |\n| 1 | one, two / three |\n");
	assert_holds(text, "| host/b | MUST | pass | **fail** | **fail** |\n");
	assert_holds(text, "| host/c | MUST | served with 10 bytes of content | served with 2345 "
			   "bytes of content | refused |\n");
	assert_null(strstr(text, "host/a"));
	assert_null(strstr(text, "zeal"));
}

static void as_html(void **state)
{
	CLEANUP(freep) char *text = written(&((struct bench *)*state)->c, "html");

	assert_holds(text, "<h1>3 servers compared</h1>");
	assert_holds(text, "default-src 'none'; style-src 'sha256-");
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "script-src"));
	assert_holds(text, "<tbody class=\"differ\">");
	assert_holds(text, "<tbody class=\"same\">");
	assert_holds(text, "one / two = three");
	assert_holds(text, "<small>&lt;b&gt;200&lt;/b&gt;</small>");
	golden_cut(text, "style-src 'sha256-", "'");
	golden_cut(text, "<style>", "</style>");
	assert_golden(text, GOLDEN "compare.html");
}

static void as_json(void **state)
{
	CLEANUP(freep) char *text = written(&((struct bench *)*state)->c, "json");
	assert_golden(text, GOLDEN "compare.json");

	json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *verdict;
	int same, rows;

	assert_non_null(o);
	assert_int_equal(json_array_size(json_object_get(o, "rows")), 6);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(o, "servers"), 2), "name")),
			    "three");
	assert_int_equal(
		json_unpack(json_array_get(json_array_get(json_object_get(o, "agreement"), 1), 2),
			    "{s:i}", "same", &same),
		0);
	assert_int_equal(same, 3);
	assert_int_equal(json_unpack(json_array_get(json_object_get(o, "splits"), 0), "{s:i}",
				     "rows", &rows),
			 0);
	assert_int_equal(rows, 2);
	assert_int_equal(json_unpack(json_array_get(json_object_get(o, "rows"), 1),
				     "{s:[o,{s:s},o]}", "results", &(json_t *){ NULL }, "verdict",
				     &verdict, &(json_t *){ NULL }),
			 0);
	assert_string_equal(verdict, "fail");
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_all_cases_with_the_rules_last),
		cmocka_unit_test(who_did_not_judge_does_not_differ),
		cmocka_unit_test(measures_make_no_difference),
		cmocka_unit_test(agreement_counts_what_both_judged),
		cmocka_unit_test(splits_say_who_goes_with_whom),
		cmocka_unit_test(what_is_a_regression),
		cmocka_unit_test(as_markdown),
		cmocka_unit_test(as_html),
		cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
