#ifndef HTTPCHECK_TESTS_RUNNER_READ_SUITE_H
#define HTTPCHECK_TESTS_RUNNER_READ_SUITE_H

#include "problems.h"
#include "runner/read-case.h"
#include "runner/yaml.h"

#include <errno.h>
#include <stdlib.h>

/* A small catalogue: what the tests need to know stands here, not in the RFCs. */
static const char catalogue_rows[] =
	"id\tlevel\tbinds\ttestable\tneeds\ttext\n"
	"RFC9112-3.2-6\tMUST\tserver\tyes\t\tA server MUST respond with a 400.\n"
	"RFC9112-3.2-7\tMUST NOT\tserver\tyes\t\tA server MUST NOT.\n"
	"RFC9112-6.3-5\tSHOULD\tserver\tyes\t\tA server SHOULD.\n"
	"RFC9112-9.5-1\tMAY\tserver\tyes\t\tA server MAY.\n"
	"RFC9112-9.5-2\tOUGHT\tserver\tyes\t\tA server ought to.\n";

static inline struct catalogue *small_catalogue(void)
{
	char path[] = "/tmp/httpcheck-catalogue-XXXXXX";
	struct catalogue *c = NULL;
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, catalogue_rows, sizeof(catalogue_rows) - 1) < 0 || close(fd) < 0)
		return NULL;
	(void)catalogue_load(path, &c, NULL);
	(void)unlink(path);
	return c;
}

static inline int make_catalogue(void **state)
{
	*state = small_catalogue();
	return *state ? 0 : -1;
}

static inline int free_catalogue(void **state)
{
	catalogue_free(*state);
	return 0;
}

/* What every file and case must have, so that a test shows only what it is about. */
#define FILE_HEAD  "httpcheck: 1\nsuite: S\ncases:\n"
#define CASE_HEAD  " - id: a\n   title: t\n   requirement: RFC9112-3.2-6\n"
#define CASE_STEPS "   steps: [alive]\n"
#define CASE_PROOF "   proof: {refuses: [close]}\n"

static inline struct suite *read_suite_ok(const struct catalogue *c, const char *yaml)
{
	struct problems problems = PROBLEMS_INIT(10);
	struct suite *s = NULL;

	if (suite_read_memory("suite/file.yaml", slice_str(yaml), c, &s, &problems) < 0)
		check_problems(yaml, &problems, "");
	assert_int_equal(problems.count, 0);
	problems_release(&problems);
	assert_non_null(s);
	return s;
}

static inline void read_suite_bad(const struct catalogue *c, const char *why, const char *yaml,
				  const char *want)
{
	struct problems problems = PROBLEMS_INIT(20);
	struct suite *s = NULL;

	print_message("  %s\n", why);
	if (suite_read_memory("suite/file.yaml", slice_str(yaml), c, &s, &problems) != -EINVAL)
		fail_msg("%s: was read\n%s", why, yaml);
	assert_null(s);
	check_problems(why, &problems, want);
	problems_release(&problems);
}

#endif
