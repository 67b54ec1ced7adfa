#include "reports/result.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

enum { MOST = 4 };

static const struct {
	const char *why;
	enum verdict verdicts[MOST];
	size_t n;
	int codes[FAIL_ON_ANY + 1];
} exit_row[] = {
	{ "nothing ran",                        { 0 }, 0, { 2, 2, 2 } },
	{ "all skipped",                        { VERDICT_SKIP, VERDICT_SKIP }, 2, { 2, 2, 2 } },
	{ "nothing was judged",                 { VERDICT_INCONCLUSIVE, VERDICT_SKIP }, 2, { 2, 2, 2 } },
	{ "all passed",                         { VERDICT_PASS, VERDICT_PASS }, 2, { 0, 0, 0 } },
	{ "behaviours never fail",              { VERDICT_PASS, VERDICT_INFO }, 2, { 0, 0, 0 } },
	{ "a skip is no failure",               { VERDICT_PASS, VERDICT_SKIP }, 2, { 0, 0, 0 } },
	{ "a warning fails from should on",     { VERDICT_PASS, VERDICT_WARN }, 2, { 0, 1, 1 } },
	{ "inconclusive fails in strict",       { VERDICT_PASS, VERDICT_INCONCLUSIVE }, 2, { 0, 0, 1 } },
	{ "a failure fails",                    { VERDICT_PASS, VERDICT_FAIL }, 2, { 1, 1, 1 } },
	{ "an error is worse than a failure",   { VERDICT_FAIL, VERDICT_ERROR }, 2, { 3, 3, 3 } },
	{ "whichever comes first",              { VERDICT_ERROR, VERDICT_FAIL }, 2, { 3, 3, 3 } },
};

static void exit_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(exit_row); i++) {
		struct result results[MOST] = { 0 };
		struct run run = { .results = results, .count = exit_row[i].n };

		for (size_t k = 0; k < run.count; k++)
			results[k] = (struct result){ .verdict = exit_row[i].verdicts[k], .theme = "t" };
		print_message("  %s\n", exit_row[i].why);
		for (run.fail_on = FAIL_ON_MUST; run.fail_on <= FAIL_ON_ANY; run.fail_on++)
			assert_int_equal(run_exit_code(&run), exit_row[i].codes[run.fail_on]);
	}
}

static void what_the_baseline_knows_fails_nothing(void **state)
{
	struct result results[] = {
		{ .theme = "t", .verdict = VERDICT_FAIL, .known = "issue 12" },
		{ .theme = "t", .verdict = VERDICT_ERROR, .known = "issue 13" },
	};
	const struct stale_entry stale = { .id = "t/b", .why = "passes now" };
	struct run run = { .results = results, .count = 2, .stale = &stale, .nstale = 1 };

	(void)state;
	assert_int_equal(run_exit_code(&run), 0);
	run.strict_baseline = true;
	assert_int_equal(run_exit_code(&run), 1);
	results[1].known = NULL;
	assert_int_equal(run_exit_code(&run), 3);
	results[1].verdict = VERDICT_PASS;
	results[0].known = NULL;
	run.nstale = 0;
	assert_int_equal(run_exit_code(&run), 1);
}

static const struct result mixed[] = {
	{ .theme = "framing", .level = LEVEL_MUST, .verdict = VERDICT_PASS },
	{ .theme = "framing", .level = LEVEL_MUST, .verdict = VERDICT_FAIL },
	{ .theme = "framing", .level = LEVEL_MAY, .verdict = VERDICT_INFO },
	{ .theme = "host", .level = LEVEL_MUST, .verdict = VERDICT_PASS },
	{ .theme = "rules", .level = LEVEL_SHOULD, .verdict = VERDICT_WARN },
};
static const struct run mixed_run = { .results = mixed, .count = ARRAY_SIZE(mixed) };

static void tallies(void **state)
{
	(void)state;
	struct tally all = run_tally(&mixed_run);

	assert_int_equal(all.total, 5);
	assert_int_equal(all.of[VERDICT_PASS], 2);
	assert_int_equal(all.of[VERDICT_SKIP], 0);

	struct tally framing = run_tally_of(&mixed_run, "framing", LEVEL_MUST);

	assert_int_equal(framing.total, 2);
	assert_int_equal(framing.of[VERDICT_PASS], 1);
	assert_int_equal(framing.of[VERDICT_FAIL], 1);
	assert_int_equal(run_tally_of(&mixed_run, NULL, LEVEL_MUST).total, 3);
	assert_int_equal(run_tally_of(&mixed_run, "host", LEVEL_MAY).total, 0);
}

static void themes(void **state)
{
	(void)state;
	static const bool begins[] = { true, false, false, true, true };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		assert_int_equal(run_theme_begins(&mixed_run, i), begins[i]);
	assert_true(result_is_rule(&mixed[4]));
	assert_false(result_is_rule(&mixed[0]));
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_PASS), "pass");
	assert_string_equal(verdict_name(VERDICT_INFO), "info");
	assert_string_equal(verdict_name(VERDICT_WARN), "warn");
	assert_string_equal(verdict_name(VERDICT_FAIL), "fail");
	assert_string_equal(verdict_name(VERDICT_INCONCLUSIVE), "inconclusive");
	assert_string_equal(verdict_name(VERDICT_SKIP), "skip");
	assert_string_equal(verdict_name(VERDICT_ERROR), "error");
	assert_string_equal(level_name(LEVEL_MUST), "MUST");
	assert_string_equal(level_name(LEVEL_SHOULD), "SHOULD");
	assert_string_equal(level_name(LEVEL_MAY), "MAY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_codes),
		cmocka_unit_test(what_the_baseline_knows_fails_nothing),
		cmocka_unit_test(tallies),
		cmocka_unit_test(themes),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
