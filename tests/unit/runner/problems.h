#ifndef HTTPCHECK_TESTS_RUNNER_PROBLEMS_H
#define HTTPCHECK_TESTS_RUNNER_PROBLEMS_H

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* A reading that goes wrong, and all its problems as "LINE:COLUMN: TEXT", one a line. */
struct bad_row {
	const char *why, *yaml, *want;
};

static inline void add_problem(struct buffer *out, const struct problem *p)
{
	if (out->len)
		(void)buffer_add_str(out, "\n");
	if (p->place.line)
		(void)buffer_printf(out, "%d:%d: ", p->place.line, p->place.column);
	(void)buffer_add_str(out, p->text);
}

static inline void check_problems(const char *why, const struct problems *problems,
				  const char *want)
{
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(1024 * 1024);

	for (size_t i = 0; i < problems->kept; i++)
		add_problem(&got, &problems->list[i]);
	if (strcmp(buffer_str(&got), want) != 0)
		fail_msg("%s\n--- wanted\n%s\n--- got\n%s", why, want, buffer_str(&got));
	for (size_t i = 0; i < problems->kept; i++)
		if (problems->list[i].place.line)
			assert_string_equal(problems->list[i].place.file, "suite/file.yaml");
}

#endif
