#include "base/cleanup.h"
#include "runner/catalogue.h"
#include "runner/response-parse.h"
#include "runner/rules-inner.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* All rules together. The programs test-rules-GROUP.c prove each of them. */

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

/* Calls |see| with every rule of every group. */
static void each_rule(void (*see)(const struct rule *r))
{
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++)
			see(r);
}

static const struct rule *named(const char *name, size_t *ret_count)
{
	const struct rule *found = NULL;

	*ret_count = 0;
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++)
			if (strcmp(r->name, name) == 0) {
				found = r;
				++*ret_count;
			}
	return found;
}

static void is_named_once(const struct rule *r)
{
	size_t count;

	(void)named(r->name, &count);
	if (count != 1)
		fail_msg("%zu rules are named '%s'", count, r->name);
}

static void names_are_unique(void **state)
{
	(void)state;
	each_rule(is_named_once);
}

/* A section where no row says it: the catalogue has sentences with a key word only, and
 * of RFC 6797 and the standards of browsers nothing. */
static bool is_section(const char *id)
{
	static const char *const rfc[] = { "RFC9110-", "RFC9111-", "RFC9112-", "RFC6797-",
					   "CSP3-", "UIR-" };

	for (size_t i = 0; i < ARRAY_SIZE(rfc); i++)
		if (strncmp(id, rfc[i], strlen(rfc[i])) == 0)
			return strspn(strchr(id, '-'), "-0123456789.") == strlen(strchr(id, '-'));
	return false;
}

static void rests_on_a_requirement(const struct rule *r)
{
	const struct clause *row = catalogue_find(catalogue, r->requirement);

	if (row && row->level != r->level)
		fail_msg("%s is %s, its row %s %s", r->name, level_name(r->level), row->id,
			 level_name(row->level));
	if (!row && !is_section(r->requirement))
		fail_msg("%s: no requirement '%s'", r->name, r->requirement);
	assert_non_null(r->title);
	assert_non_null(r->check);
}

static void requirements_exist(void **state)
{
	(void)state;
	each_rule(rests_on_a_requirement);
}

static void every_fault_has_its_rule(void **state)
{
	struct arena arena;
	struct fault_list faults;

	(void)state;
	arena_init(&arena);
	faults = (struct fault_list){ .arena = &arena };
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		fault_add(&faults, kind, 7);
	assert_int_equal(faults.count, FAULT_KINDS);
	for (size_t i = 0; i < faults.count; i++) {
		const struct fault *f = &faults.list[i];
		size_t count;

		assert_int_equal(f->offset, 7);
		assert_non_null(f->text);
		if (!catalogue_find(catalogue, f->requirement) && !is_section(f->requirement))
			fail_msg("fault '%s': no requirement '%s'", f->text, f->requirement);
		if (strcmp(f->rule, RESPONSE_LIMIT_RULE) != 0 && strcmp(f->rule, "reset") != 0 &&
		    !named(f->rule, &count))
			fail_msg("fault '%s': no rule '%s'", f->text, f->rule);
	}
	arena_release(&arena);
}

/* One program a group, so that none is left without its proof. */
static void every_group_has_its_test(void **state)
{
	glob_t found;
	size_t groups = 0;

	(void)state;
	while (rule_groups[groups])
		groups++;
	assert_int_equal(glob("tests/unit/runner/test-rules-*.c", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, groups);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(requirements_exist),
		cmocka_unit_test(every_fault_has_its_rule),
		cmocka_unit_test(every_group_has_its_test),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
