#include "runner/last-failed.h"

#include "base/buffer.h"
#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[] = "/tmp/httpcheck-state-XXXXXX";

static int enter(void **state)
{
	char *made = mkdtemp(folder);

	(void)state;
	return made && setenv("XDG_STATE_HOME", folder, 1) == 0 ? 0 : -1;
}

/* The one file there is, and the folders. */
static int leave(void **state)
{
	char path[128];
	DIR *dir;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/httpcheck", folder);
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));)
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	if (dir)
		(void)closedir(dir);
	(void)rmdir(path);
	return rmdir(folder);
}

#define RESULT(name, group, v) \
	{ .id = name, .theme = group, .title = "", .why = "", .level = LEVEL_MUST, \
	  .verdict = (v), .reason = "", .expected = "", .seen = "", .replay = "" }

static void save(const struct result *results, size_t n, enum fail_on fail_on)
{
	struct run run = { .results = results, .count = n, .fail_on = fail_on };

	last_failed_save(&run);
}

static void assert_failed(const char *want)
{
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(256);
	struct arena a;
	size_t n;

	arena_init(&a);

	const char **ids = last_failed_load(&a, &n);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(buffer_printf(&got, "%s ", ids[i]), 0);
	assert_string_equal(buffer_str(&got), want);
	arena_release(&a);
}

static void what_failed_stays_until_it_does_not(void **state)
{
	static const struct result first[] = {
		RESULT("a/fails", "a", VERDICT_FAIL),	RESULT("a/errs", "a", VERDICT_ERROR),
		RESULT("a/warns", "a", VERDICT_WARN),	RESULT("a/passes", "a", VERDICT_PASS),
		RESULT("a[b c]", "a", VERDICT_FAIL),
	};
	static const struct result second[] = {
		RESULT("a/fails", "a", VERDICT_PASS), RESULT("a/errs", "a", VERDICT_SKIP),
		RESULT("b/new", "b", VERDICT_FAIL),
	};

	(void)state;
	assert_failed("");
	save(first, ARRAY_SIZE(first), FAIL_ON_MUST);
	assert_failed("a/fails a/errs a[b c] ");
	save(second, ARRAY_SIZE(second), FAIL_ON_MUST);
	assert_failed("a/errs a[b c] b/new ");
	save(first, ARRAY_SIZE(first), FAIL_ON_SHOULD);
	assert_failed("b/new a/fails a/errs a/warns a[b c] ");
}

static void what_is_known_has_not_failed(void **state)
{
	struct result known = RESULT("b/new", "b", VERDICT_FAIL);

	(void)state;
	known.known = "issue 7";
	save(&known, 1, FAIL_ON_MUST);
	assert_failed("a/fails a/errs a/warns a[b c] ");
}

static void a_rule_stands_for_its_case(void **state)
{
	struct result rule = RESULT("rules/r", "rules", VERDICT_FAIL);

	(void)state;
	save(&rule, 1, FAIL_ON_MUST);        /* nobody knows which case */
	assert_failed("a/fails a/errs a/warns a[b c] ");
	rule.first_case = "c/shows-it";
	save(&rule, 1, FAIL_ON_MUST);
	assert_failed("a/fails a/errs a/warns a[b c] c/shows-it ");
}

static void another_folder_has_its_own(void **state)
{
	CLEANUP(freep) char *here = getcwd(NULL, 0);

	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_failed("");
	assert_int_equal(chdir(here), 0);
	assert_failed("a/fails a/errs a/warns a[b c] c/shows-it ");
}

static void nowhere_to_keep_it(void **state)
{
	static const struct result fails = RESULT("a/b", "a", VERDICT_FAIL);

	(void)state;
	assert_int_equal(setenv("XDG_STATE_HOME", "/dev/null/none", 1), 0);
	save(&fails, 1, FAIL_ON_MUST);
	assert_failed("");
	assert_int_equal(setenv("XDG_STATE_HOME", "relative", 1), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	save(&fails, 1, FAIL_ON_MUST);
	assert_failed("");
	assert_int_equal(setenv("XDG_STATE_HOME", folder, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_failed_stays_until_it_does_not),
		cmocka_unit_test(what_is_known_has_not_failed),
		cmocka_unit_test(a_rule_stands_for_its_case),
		cmocka_unit_test(another_folder_has_its_own),
		cmocka_unit_test(nowhere_to_keep_it),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
