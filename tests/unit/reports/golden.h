#ifndef HTTPCHECK_TESTS_REPORTS_GOLDEN_H
#define HTTPCHECK_TESTS_REPORTS_GOLDEN_H

#include "base/cleanup.h"
#include "reports/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* What a writer makes of one fixed run, byte for byte, in files that people read in a
 * review. UPDATE_GOLDEN=1 in the environment writes them anew, for `git diff` to show. */
#define GOLDEN "tests/unit/reports/golden/"

typedef int run_writer(const struct run *run, FILE *out);

/* The caller frees it. The text holds no NUL. Not inlined: gcc 12 would take what
 * open_memstream() put there for a pointer to |text|. */
static __attribute__((noinline, unused)) char *written_by(run_writer *write, const struct run *run)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(write(run, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static inline char *golden_read(const char *path)
{
	CLEANUP(file_closep) FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (!in)
		return NULL;
	return getdelim(&text, &room, '\0', in) >= 0 ? text : NULL;
}

static inline void golden_write(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

/* Takes out what stands between two marks, the first such pair. */
static inline void golden_cut(char *text, const char *from, const char *to)
{
	char *start = strstr(text, from);

	assert_non_null(start);
	start += strlen(from);

	char *end = strstr(start, to);

	assert_non_null(end);
	memmove(start, end, strlen(end) + 1);
}

static inline void assert_golden(const char *text, const char *path)
{
	if (getenv("UPDATE_GOLDEN"))
		golden_write(path, text);

	CLEANUP(freep) char *want = golden_read(path);

	print_message("  %s\n", path);
	assert_non_null(want);
	assert_string_equal(text, want);
}

#endif
