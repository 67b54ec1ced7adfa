#ifndef HTTPCHECK_TESTS_RUNNER_PROOF_ROWS_H
#define HTTPCHECK_TESTS_RUNNER_PROOF_ROWS_H

#include "runner/prove.h"
#include "runner/read-case.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Each row is a case's steps and two answers, one that holds and one that must not. Played
 * as a proof: an answer that must be refused (bad) or accepted (ok) and is not leaves a
 * problem. */
struct row {
	const char *why, *steps, *ok, *bad;   /* answers; either may be null */
};

#define OK200  "\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok\""

static inline int run_row(const struct row *r, struct problems *problems)
{
	char yaml[8192];
	struct catalogue *catalogue;
	struct suite *suite = NULL;
	struct profile *profile = profile_of_proofs();

	assert_non_null(profile);
	assert_int_equal(catalogue_load("cases/requirements.tsv", &catalogue, NULL), 0);
	(void)snprintf(yaml, sizeof(yaml),
		       "httpcheck: 1\nsuite: s\ncases:\n"
		       "  - id: a\n    title: t\n    requirement: RFC9112-3.2-6\n    steps: %s\n    proof:\n"
		       "      refuses: [%s]\n%s%s%s",
		       r->steps, r->bad ? r->bad : "silence", r->ok ? "      accepts: [" : "",
		       r->ok ? r->ok : "", r->ok ? "]\n" : "");

	int e = suite_read_memory("x/y.yaml", slice_str(yaml), catalogue, &suite, problems);
	int played = -1;

	if (e == 0) {
		struct variables v = profile_variables(profile);

		played = case_prove(&suite->cases[0], &v, problems);
		suite_free(suite);
	}
	catalogue_free(catalogue);
	profile_free(profile);
	return played;
}

static inline void rows_hold(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct problems problems = PROBLEMS_INIT(10);
		int played = run_row(&row[i], &problems);

		print_message("  %s\n", row[i].why);
		for (size_t k = 0; k < problems.kept; k++)
			print_message("    %d:%d: %s\n", problems.list[k].place.line,
				      problems.list[k].place.column, problems.list[k].text);
		assert_int_equal(problems.count, 0);
		assert_int_equal(played, row[i].ok ? 2 : 1);
		problems_release(&problems);
	}
}

/* The other way round, every row must leave a problem: a proof that is wrong is seen. */
static inline void turned_rows_are_seen(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct row turned = { row[i].why, row[i].steps, row[i].bad, row[i].ok };
		struct problems problems = PROBLEMS_INIT(10);

		if (!row[i].ok)
			continue;
		print_message("  %s\n", row[i].why);
		(void)run_row(&turned, &problems);
		assert_int_equal(problems.count, 2);
		problems_release(&problems);
	}
}

#endif
