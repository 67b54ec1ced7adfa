#include "base/cleanup.h"
#include "runner/coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <jansson.h>

static struct catalogue *catalogue;

static int load(void **state)
{
	(void)state;
	return catalogue_load("cases/requirements.tsv", &catalogue, NULL);
}

static int unload(void **state)
{
	(void)state;
	catalogue_free(catalogue);
	return 0;
}

/* ---- the list of excuses ---- */

struct listed {
	struct arena arena;
	struct excuses excuses;
	struct problems problems;
	int r;
};

static struct listed list(const char *yaml)
{
	struct listed l = { .problems = PROBLEMS_INIT(20) };

	arena_init(&l.arena);
	l.r = excuses_read_memory("untestable.yaml", slice_str(yaml), &l.arena, &l.excuses,
				  &l.problems);
	return l;
}

static void list_release(struct listed *l)
{
	problems_release(&l->problems);
	arena_release(&l->arena);
}

static void excuses_have_a_place(void **state)
{
	CLEANUP(list_release) struct listed l =
		list("untestable:\n - id: RFC9110-5.3-1\n   reason: it is so\n"
		     " - {reason: because, id: RFC9110-5.3-2}\n");

	(void)state;
	assert_int_equal(l.r, 0);
	assert_int_equal(l.excuses.count, 2);
	assert_string_equal(l.excuses.list[0].id, "RFC9110-5.3-1");
	assert_string_equal(l.excuses.list[0].reason, "it is so");
	assert_int_equal(l.excuses.list[0].place.line, 2);
	assert_int_equal(l.excuses.list[0].place.column, 8);
	assert_int_equal(l.excuses.list[1].place.column, 26);
}

static void bad_excuses_are_told(void **state)
{
	static const struct {
		const char *yaml, *problem;
	} row[] = {
		{ "untestable:\n - {id: a, reason: b}\n - {id: a, reason: c}\n",
		  "untestable.yaml:3:9: id 'a' is already there in line 2" },
		{ "untestable:\n - {id: a}\n", "untestable.yaml:2:4: an excuse needs 'reason'" },
		{ "untestable:\n - {id: a, reason: \"\"}\n", "untestable.yaml:2:20: " },
		{ "untestable:\n - {id: a, reasn: b, reason: c}\n",
		  "untestable.yaml:2:12: unknown key 'reasn' in an excuse, did you mean 'reason'?" },
		{ "untestable: {}\n", "untestable.yaml:1:13: " },
		{ "untestabel: []\n", "untestable.yaml:1:1: " },
		{ "[\n", "untestable.yaml:2:1: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(list_release) struct listed l = list(row[i].yaml);
		char text[1024] = "";

		assert_true(l.r < 0);
		assert_true(l.problems.count > 0);
		problem_format(&l.problems.list[0], text, sizeof(text));
		if (strncmp(text, row[i].problem, strlen(row[i].problem)) != 0)
			fail_msg("%s instead of %s", text, row[i].problem);
	}
}

static json_t *items_of_schema(json_t *schema)
{
	json_t *list = json_object_get(json_object_get(schema, "properties"), "untestable");

	return json_object_get(json_object_get(list, "items"), "properties");
}

static void schema_has_the_keys(void **state)
{
	json_t *schema = json_load_file("cases/untestable.schema.json", 0, NULL);
	json_t *keys = items_of_schema(schema);

	(void)state;
	assert_int_equal(json_object_size(keys), 2);
	assert_non_null(json_object_get(keys, "id"));
	assert_non_null(json_object_get(keys, "reason"));
	json_decref(schema);
}

/* ---- who tests what ---- */

static enum rule_outcome pass(const struct exchange_seen *seen, struct buffer *out)
{
	(void)seen;
	(void)out;
	return RULE_PASS;
}

struct computed {
	struct arena arena;
	struct coverage_table table;
	struct problems problems;
	int r;
};

/* Two cases, and a rule that rests on |requirement|; an excuse for |excused|. */
static struct computed compute_for(enum role role, const char *requirement, const char *excused)
{
	struct clause clause[] = { { .id = "RFC9112-3.2-6" }, { .id = "RFC9112-5.2" } };
	struct clause hop[] = { { .id = "RFC9110-7.6.1-2" }, { .id = "RFC9112-3.2-6" } };
	const struct test_case b = { .id = "host/b[1]", .clauses = clause, .nclauses = 2 };
	const struct test_case a = { .id = "a/c", .clauses = clause, .nclauses = 1 };
	const struct test_case g = { .id = "gateway/g", .clauses = hop, .nclauses = 2,
				     .roles = ROLE_GATEWAY };
	const struct test_case *const cases[] = { &b, &a, &g };
	const struct rule rules[] = { { .name = "r", .requirement = requirement, .check = pass },
				      { 0 } };
	const struct rule *const groups[] = { rules, NULL };
	struct excuse excuse = { excused, "nobody sees it", { "untestable.yaml", 7, 9 } };
	const struct excuses excuses = { &excuse, excused ? 1 : 0 };
	struct computed c = { .problems = PROBLEMS_INIT(20) };

	arena_init(&c.arena);
	c.r = coverage_compute(catalogue, role, cases, ARRAY_SIZE(cases), groups, &excuses,
			       &c.arena, &c.table, &c.problems);
	return c;
}

static struct computed compute(const char *requirement, const char *excused)
{
	return compute_for(ROLE_ORIGIN, requirement, excused);
}

static void computed_release(struct computed *c)
{
	problems_release(&c->problems);
	arena_release(&c->arena);
}

static const struct covered *row_of(const struct computed *c, const char *id)
{
	for (size_t i = 0; i < c->table.count; i++)
		if (strcmp(c->table.rows[i].clause->id, id) == 0)
			return &c->table.rows[i];
	return NULL;
}

static void rows_name_who_tests_them(void **state)
{
	CLEANUP(computed_release) struct computed c = compute("RFC9112-3.2-6", NULL);
	const struct covered *row = row_of(&c, "RFC9112-3.2-6");

	(void)state;
	assert_int_equal(c.r, 0);
	assert_int_equal(row->state, COVERAGE_COVERED);
	assert_int_equal(row->nby, 3);
	assert_string_equal(row->by[0], "a/c");
	assert_string_equal(row->by[1], "host/b[1]");
	assert_string_equal(row->by[2], "rules/r");
	row = row_of(&c, "RFC9112-5.2-2");      /* its section was cited, not the row */
	assert_int_equal(row->state, COVERAGE_MISSING);
	assert_int_equal(row->nby, 0);
	assert_string_equal(row->reason, "");
}

static void an_excuse_is_no_gap(void **state)
{
	CLEANUP(computed_release) struct computed c = compute("RFC9112-3.2", NULL);
	CLEANUP(computed_release) struct computed e = compute("RFC9112-3.2", "RFC9112-5.2-2");
	const struct covered *row = row_of(&e, "RFC9112-5.2-2");

	(void)state;
	assert_int_equal(e.r, 0);
	assert_int_equal(row->state, COVERAGE_UNTESTABLE);
	assert_string_equal(row->reason, "nobody sees it");
	assert_int_equal(coverage_gaps(&e.table), coverage_gaps(&c.table) - 1);
}

/* requirements-guide: 189 MUST-level and 115 SHOULD-level rows of an origin server. */
static void only_testable_rows_of_a_server_are_asked(void **state)
{
	CLEANUP(computed_release) struct computed c = compute("RFC9112-3.2-6", NULL);
	struct coverage_tally must = coverage_tally(&c.table, NULL, LEVEL_MUST);

	(void)state;
	assert_int_equal(must.total, 189);
	assert_int_equal(must.of[COVERAGE_COVERED], 1);
	assert_int_equal(must.of[COVERAGE_MISSING], 188);
	assert_int_equal(coverage_tally(&c.table, NULL, LEVEL_SHOULD).total, 115);
	assert_int_equal(coverage_tally(&c.table, "RFC9112", LEVEL_MUST).total, 38);
	assert_int_equal(coverage_tally(&c.table, "RFC911", LEVEL_MUST).total, 0);
	assert_int_equal(coverage_gaps(&c.table), 188 + 115);
	assert_null(row_of(&c, "RFC9110-1.1-1"));       /* testable: no */
	assert_null(row_of(&c, "RFC9110-5.1-3"));       /* binds a proxy */
}

/* requirements-guide: what needs a proxy, but for what only one of the two is bound to. */
static void each_role_has_rows_of_its_own(void **state)
{
	CLEANUP(computed_release) struct computed g = compute_for(ROLE_GATEWAY, "RFC9112-3.2-6", NULL);
	CLEANUP(computed_release) struct computed p = compute_for(ROLE_PROXY, "RFC9112-3.2-6", NULL);

	(void)state;
	assert_int_equal(row_of(&g, "RFC9110-7.6.1-2")->state, COVERAGE_COVERED);
	assert_string_equal(row_of(&g, "RFC9110-7.6.1-2")->by[0], "gateway/g");
	assert_int_equal(row_of(&p, "RFC9110-7.6.1-2")->state, COVERAGE_MISSING);   /* not asked of it */
	assert_non_null(row_of(&g, "RFC9110-7.6.3-2"));
	assert_null(row_of(&p, "RFC9110-7.6.3-2"));
	assert_non_null(row_of(&p, "RFC9110-7.6.3-1"));
	assert_null(row_of(&g, "RFC9110-7.6.3-1"));
	assert_non_null(row_of(&p, "RFC9110-9.3.6-6"));  /* needs connect */
	assert_null(row_of(&g, "RFC9110-9.3.6-6"));
	assert_non_null(row_of(&g, "RFC9110-6.6.1-6"));  /* a recipient, behind it */
	assert_null(row_of(&g, "RFC9112-3.2-6"));
}

static void an_excuse_is_for_the_role_that_asks(void **state)
{
	CLEANUP(computed_release) struct computed o = compute("RFC9112-3.2", "RFC9110-7.7-2");
	CLEANUP(computed_release) struct computed p = compute_for(ROLE_PROXY, "RFC9112-3.2", "RFC9110-7.7-2");

	(void)state;
	assert_int_equal(o.r, 0);
	assert_int_equal(row_of(&p, "RFC9110-7.7-2")->state, COVERAGE_UNTESTABLE);
}

static void order_is_the_catalogue_s(void **state)
{
	CLEANUP(computed_release) struct computed c = compute("RFC9112-3.2-6", NULL);

	(void)state;
	assert_true(row_of(&c, "RFC9110-5.5-1") < row_of(&c, "RFC9110-15.5.6-1"));
	assert_true(row_of(&c, "RFC9110-15.5.6-1") < row_of(&c, "RFC9112-2.2-1"));
}

static void what_does_not_fit_is_a_problem(void **state)
{
	static const struct {
		const char *requirement, *excused, *problem;
	} row[] = {
		{ "RFC9112-3.2-99", NULL,
		  "the rule 'r' rests on 'RFC9112-3.2-99', which is no requirement" },
		{ "RFC9112-3.2", "RFC9112-5.2-99",
		  "untestable.yaml:7:9: there is no requirement 'RFC9112-5.2-99', did you mean "
		  "'RFC9112-" },
		{ "RFC9112-3.2", "RFC9112-3.2-6",
		  "untestable.yaml:7:9: 'RFC9112-3.2-6' is no longer untestable: " },
		{ "RFC9112-3.2", "RFC9110-1.1-1",
		  "untestable.yaml:7:9: 'RFC9110-1.1-1' needs no excuse: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(computed_release)
		struct computed c = compute(row[i].requirement, row[i].excused);
		char text[1024] = "";

		assert_int_equal(c.r, -EINVAL);
		assert_int_equal(c.problems.count, 1);
		problem_format(&c.problems.list[0], text, sizeof(text));
		if (strncmp(text, row[i].problem, strlen(row[i].problem)) != 0)
			fail_msg("%s instead of %s", text, row[i].problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(excuses_have_a_place),
		cmocka_unit_test(bad_excuses_are_told),
		cmocka_unit_test(schema_has_the_keys),
		cmocka_unit_test(rows_name_who_tests_them),
		cmocka_unit_test(an_excuse_is_no_gap),
		cmocka_unit_test(only_testable_rows_of_a_server_are_asked),
		cmocka_unit_test(each_role_has_rows_of_its_own),
		cmocka_unit_test(an_excuse_is_for_the_role_that_asks),
		cmocka_unit_test(order_is_the_catalogue_s),
		cmocka_unit_test(what_does_not_fit_is_a_problem),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
