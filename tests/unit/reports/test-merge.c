#include "reports/merge.h"

#include "base/cleanup.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* ---- three shards of a suite of five cases ---- */

#define CASE(name, ends)                                                                      \
	{ .id = (name), .theme = "a", .title = "", .reason = "as it is", .verdict = (ends),   \
	  .level = LEVEL_MUST, .began = 5, .duration = 10, .attempts = 1 }
#define RULE(seen_times, broken_times, first, shown)                                          \
	{ .id = "rules/date", .theme = "rules", .title = "", .level = LEVEL_MUST,             \
	  .times_seen = (seen_times), .times_broken = (broken_times), .first_case = (first),  \
	  .seen = (shown), .reason = "of this shard",                                         \
	  .verdict = (broken_times) ? VERDICT_FAIL : VERDICT_PASS }

static const char *const chosen[] = { "a/1", "a/2", "a/3", "a/4", "a/5" };

static const struct result first[] = {
	CASE("a/1", VERDICT_PASS), CASE("a/4", VERDICT_WARN), RULE(7, 1, "a/4", "no Date"),
};
static const struct result second[] = { CASE("a/2", VERDICT_FAIL), RULE(3, 0, NULL, "") };
static const struct result third[] = {
	CASE("a/3", VERDICT_SKIP), CASE("a/5", VERDICT_PASS), RULE(4, 2, "a/3", "Date: no"),
};

static const struct clause clauses[] = { { "R-1", "MUST", "", LEVEL_MUST },
					 { "R-2", "MUST", "", LEVEL_MUST } };
static const char *const by_first[] = { "a/1", "rules/date" };
static const char *const by_third[] = { "a/3", "rules/date" };
static const struct covered covered_first[] = {
	{ &clauses[0], COVERAGE_COVERED, "", by_first, 2 },
	{ &clauses[1], COVERAGE_MISSING, "", NULL, 0 },
};
static const struct covered covered_third[] = {
	{ &clauses[0], COVERAGE_COVERED, "", by_third, 2 },
	{ &clauses[1], COVERAGE_COVERED, "", by_third, 1 },
};

static const struct stale_entry stale_second[] = {
	{ "a/2", { "baseline", 1, 1 }, "passes now" },
	{ "rules/date", { "baseline", 2, 1 }, "passes now" },
};

static const char *const words[] = { "cases/", "--shard=1/3", "--shard", "1/3", "-q" };

enum { SHARDS = 3 };

struct bench {
	struct arena arena;
	struct merge_part parts[SHARDS];
	struct problems problems, notes;
	struct run run;
};

static struct run shard(unsigned i, const struct result *results, size_t n)
{
	return (struct run){
		.program = "httpcheck 1", .target = "http://a", .target_note = "", .suite = "digest",
		.started = 1000 + (time_t)i, .duration = 2 * USEC_PER_SEC, .options = words,
		.noptions = ARRAY_SIZE(words), .shard = i, .shards = SHARDS, .chosen = chosen,
		.nchosen = ARRAY_SIZE(chosen), .results = results, .count = n,
	};
}

static int set_up(void **state)
{
	static struct bench b;

	b = (struct bench){ .problems = PROBLEMS_INIT(10), .notes = PROBLEMS_INIT(10) };
	arena_init(&b.arena);
	b.parts[0] = (struct merge_part){ "1.json", shard(1, first, ARRAY_SIZE(first)) };
	b.parts[1] = (struct merge_part){ "2.json", shard(2, second, ARRAY_SIZE(second)) };
	b.parts[2] = (struct merge_part){ "3.json", shard(3, third, ARRAY_SIZE(third)) };
	b.parts[0].run.coverage = covered_first;
	b.parts[0].run.ncoverage = ARRAY_SIZE(covered_first);
	b.parts[2].run.coverage = covered_third;
	b.parts[2].run.ncoverage = ARRAY_SIZE(covered_third);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	problems_release(&b->problems);
	problems_release(&b->notes);
	arena_release(&b->arena);
	return 0;
}

static int merge(struct bench *b, size_t n, bool force)
{
	return merge_runs(b->parts, n, force, &b->arena, &b->run, &b->problems, &b->notes);
}

static const struct result *result_of(const struct bench *b, const char *id)
{
	for (size_t i = 0; i < b->run.count; i++)
		if (strcmp(b->run.results[i].id, id) == 0)
			return &b->run.results[i];
	fail_msg("no result '%s'", id);
	return NULL;
}

static void assert_problem(const struct problems *ps, size_t i, const char *text)
{
	assert_true(i < ps->kept);
	assert_string_equal(ps->list[i].text, text);
}

/* ---- what belongs together ---- */

static void all_shards_are_one_run(void **state)
{
	static const char *const order[] = { "a/1", "a/2", "a/3", "a/4", "a/5", "rules/date" };
	struct bench *b = *state;

	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->problems.count + b->notes.count, 0);
	assert_int_equal(b->run.count, ARRAY_SIZE(order));
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		assert_string_equal(b->run.results[i].id, order[i]);
	assert_int_equal(b->run.shards, 0);
	assert_int_equal(b->run.nchosen, 0);
	assert_int_equal(run_exit_code(&b->run), 1);
	assert_int_equal(b->run.noptions, 2);
	assert_string_equal(b->run.options[1], "-q");
}

static void rules_are_added_up(void **state)
{
	struct bench *b = *state;

	assert_int_equal(merge(b, SHARDS, false), 0);

	const struct result *rule = result_of(b, "rules/date");

	assert_int_equal(rule->times_seen, 14);
	assert_int_equal(rule->times_broken, 3);
	assert_string_equal(rule->first_case, "a/3");
	assert_int_equal(rule->verdict, VERDICT_FAIL);
	assert_string_equal(rule->reason, "broken by 3 of 14 responses, first in a/3: Date: no");
}

static void times_span_all_shards(void **state)
{
	struct bench *b = *state;

	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->run.started, 1001);
	assert_int_equal(b->run.duration, 4 * USEC_PER_SEC);
	assert_int_equal(result_of(b, "a/1")->began, 5);
	assert_int_equal(result_of(b, "a/5")->began, 2 * USEC_PER_SEC + 5);
}

/* No number of it is one that json_read() refuses. */
static void parts_of_different_ages_are_a_run(void **state)
{
	struct bench *b = *state;

	b->parts[2].run.started = (time_t)4000 * 365 * 24 * 3600;
	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->run.duration, RUN_MOST);
	assert_int_equal(result_of(b, "a/5")->began, RUN_MOST);
	assert_int_equal(result_of(b, "a/1")->began, 5);
}

static void the_order_of_the_parts_does_not_matter(void **state)
{
	struct bench *b = *state;
	struct merge_part last = b->parts[2];

	b->parts[2] = b->parts[0];
	b->parts[0] = last;
	all_shards_are_one_run(state);
	assert_string_equal(result_of(b, "rules/date")->first_case, "a/3");
	assert_int_equal(b->run.started, 1001);
}

static void coverage_is_joined(void **state)
{
	struct bench *b = *state;

	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->run.ncoverage, 2);
	assert_int_equal(b->run.coverage[0].nby, 3);
	assert_string_equal(b->run.coverage[0].by[1], "a/3");
	assert_int_equal(b->run.coverage[1].state, COVERAGE_COVERED);
	assert_string_equal(b->run.coverage[1].by[0], "a/3");
}

static void what_is_stale_in_one_part_may_be_needed_in_another(void **state)
{
	struct result known[ARRAY_SIZE(first)];
	struct bench *b = *state;

	memcpy(known, first, sizeof(first));
	known[2].known = "issue 7";
	b->parts[0].run.results = known;
	b->parts[1].run.stale = stale_second;
	b->parts[1].run.nstale = ARRAY_SIZE(stale_second);
	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->run.nstale, 1);
	assert_string_equal(b->run.stale[0].id, "a/2");
	assert_string_equal(result_of(b, "rules/date")->known, "issue 7");
}

static void the_strictest_and_the_interrupted_count(void **state)
{
	struct bench *b = *state;

	b->parts[1].run.fail_on = FAIL_ON_ANY;
	b->parts[2].run.strict_baseline = true;
	b->parts[2].run.serial = true;
	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(b->run.fail_on, FAIL_ON_ANY);
	assert_true(b->run.strict_baseline && b->run.serial);
	b->parts[1].run.interrupted = 15;
	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_int_equal(run_exit_code(&b->run), 143);
}

static void a_server_of_our_own_has_another_port_each_time(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < SHARDS; i++)
		b->parts[i].run.target_note = "started by './server'";
	b->parts[1].run.target = "http://127.0.0.1:2";
	assert_int_equal(merge(b, SHARDS, false), 0);
}

/* ---- what is missing ---- */

static void a_shard_that_is_missing_is_no_green_run(void **state)
{
	struct bench *b = *state;

	b->parts[1] = b->parts[2];
	assert_int_equal(merge(b, 2, false), 0);
	assert_problem(&b->notes, 0, "shard 2 of 3 is missing");
	assert_problem(&b->notes, 1, "1 of 5 cases did not run: they count as errors");
	assert_int_equal(result_of(b, "a/2")->verdict, VERDICT_ERROR);
	assert_string_equal(result_of(b, "a/2")->theme, "a");
	assert_string_equal(b->run.results[1].id, "a/2");
	assert_int_equal(run_exit_code(&b->run), 3);
}

static void a_case_that_is_missing_in_its_shard_is_seen(void **state)
{
	struct bench *b = *state;

	b->parts[2].run.results++;
	b->parts[2].run.count--;
	assert_int_equal(merge(b, SHARDS, false), 0);
	assert_problem(&b->notes, 0, "1 of 5 cases did not run: they count as errors");
	assert_int_equal(result_of(b, "a/3")->verdict, VERDICT_ERROR);
}

static void one_run_alone_stays_as_it_is(void **state)
{
	struct bench *b = *state;

	b->parts[0].run.shards = b->parts[0].run.shard = 0;
	b->parts[0].run.nchosen = 0;
	assert_int_equal(merge(b, 1, false), 0);
	assert_int_equal(b->run.count, ARRAY_SIZE(first));
	assert_int_equal(b->run.duration, 2 * USEC_PER_SEC);
	assert_int_equal(b->notes.count, 0);
}

/* ---- what does not belong together ---- */

static void other_target(struct run *run)
{
	run->target = "http://b";
}

static void other_program(struct run *run)
{
	run->program = "httpcheck 2";
}

static void other_suite(struct run *run)
{
	run->suite = "other";
}

static void other_choice(struct run *run)
{
	run->nchosen = 4;
}

static void other_number(struct run *run)
{
	run->shards = 4;
}

static void no_shard(struct run *run)
{
	run->shard = run->shards = 0;
}

static void same_shard(struct run *run)
{
	run->shard = 2;
}

static const struct {
	const char *why, *text;
	void (*spoil)(struct run *run);
} unlike[] = {
	{ "target", "'2.json' is of the target http://a, '3.json' of http://b", other_target },
	{ "program", "'2.json' was made by httpcheck 1, '3.json' by httpcheck 2", other_program },
	{ "suite", "'2.json' and '3.json' are of different suites", other_suite },
	{ "choice", "'2.json' and '3.json' are shards of different choices of cases", other_choice },
	{ "number", "'2.json' is shard 2 of 3, '3.json' is shard 3 of 4", other_number },
	{ "whole", "'3.json' is a whole run, '1.json' is shard 1 of 3", no_shard },
	{ "double", "'2.json' and '3.json' are both shard 2 of 3", same_shard },
};

static void what_does_not_belong_together_is_refused(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(unlike); i++) {
		print_message("  %s\n", unlike[i].why);
		assert_int_equal(tear_down(state) + set_up(state), 0);
		unlike[i].spoil(&b->parts[2].run);
		assert_int_equal(merge(b, SHARDS, false), -EINVAL);
		assert_problem(&b->problems, 0, unlike[i].text);
		assert_int_equal(b->problems.count, 1);
	}
}

static void a_case_that_is_there_twice_is_refused(void **state)
{
	static const struct result twice[] = { CASE("a/2", VERDICT_FAIL), CASE("a/4", VERDICT_FAIL) };
	struct bench *b = *state;

	b->parts[1].run.results = twice;
	b->parts[1].run.count = ARRAY_SIZE(twice);
	assert_int_equal(merge(b, SHARDS, false), -EINVAL);
	assert_problem(&b->problems, 0, "case 'a/4' is in '1.json' and in '2.json'");
	assert_int_equal(merge(b, SHARDS, true), 0);
	assert_int_equal(b->run.count, 6);

	const struct result *r = result_of(b, "a/4");

	assert_int_equal(r->verdict, VERDICT_FAIL);
	assert_true(r->flaky);
	assert_string_equal(r->reason,
			    "flaky: warn in '1.json', fail in '2.json'; the worse: as it is");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_shards_are_one_run),
		TEST(rules_are_added_up),
		TEST(times_span_all_shards),
		TEST(parts_of_different_ages_are_a_run),
		TEST(the_order_of_the_parts_does_not_matter),
		TEST(coverage_is_joined),
		TEST(what_is_stale_in_one_part_may_be_needed_in_another),
		TEST(the_strictest_and_the_interrupted_count),
		TEST(a_server_of_our_own_has_another_port_each_time),
		TEST(a_shard_that_is_missing_is_no_green_run),
		TEST(a_case_that_is_missing_in_its_shard_is_seen),
		TEST(one_run_alone_stays_as_it_is),
		TEST(what_does_not_belong_together_is_refused),
		TEST(a_case_that_is_there_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
