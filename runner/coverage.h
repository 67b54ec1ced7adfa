#ifndef HTTPCHECK_RUNNER_COVERAGE_H
#define HTTPCHECK_RUNNER_COVERAGE_H

#include "runner/rules.h"
#include "runner/selection.h"

/* Which cases and rules test which row of the catalogue, and which rows nobody can test. */

/* Why a row can't be tested: an entry of cases/untestable.yaml. */
struct excuse {
	const char *id, *reason;
	struct place place;           /* of the id */
};

struct excuses {                      /* {0}: none */
	struct excuse *list;
	size_t count;
};

/* Reads the list of excuses into |arena|; |path| outlives it. 0, or -EINVAL or -errno with
 * problems. An id that is there twice is one. */
int excuses_read(const char *path, struct arena *arena, struct excuses *ret,
		 struct problems *problems);
int excuses_read_memory(const char *path, struct slice yaml, struct arena *arena,
			struct excuses *ret, struct problems *problems);

struct coverage_table {
	enum role role;               /* whom the rows bind */
	struct covered *rows;         /* in the order of the catalogue */
	size_t count;
};

/* True for a row that binds an origin server, or what stands before one as |role| says, and
 * can be tested, by a case or by watching. */
bool coverage_asks(const struct requirement *row, enum role role);

/* The rows that coverage_asks() for, each with the ids of those |cases| that are asked of
 * that role, and of the rules in |groups| (null-terminated), that rest on it, in |arena|. 0, or
 * -EINVAL with problems: a rule that rests on a row that is not there; an excuse for a row that
 * is not there, that binds none of the roles, or that is tested in each that it binds. */
int coverage_compute(const struct catalogue *catalogue, enum role role,
		     const struct test_case *const *cases, size_t ncases,
		     const struct rule *const *groups, const struct excuses *excuses,
		     struct arena *arena, struct coverage_table *ret, struct problems *problems);

/* The same for the cases chosen, all rules, and the excuses in untestable.yaml beside the
 * catalogue, if there are any. */
int coverage_of(const struct selection *s, enum role role, struct arena *arena,
		struct coverage_table *ret, struct problems *problems);

struct coverage_tally {
	size_t of[COVERAGE_UNTESTABLE + 1];   /* by enum coverage */
	size_t total;
};

/* How many rows of |level| are what; of an RFC ("RFC9110"), or (|rfc| null) of all. */
struct coverage_tally coverage_tally(const struct coverage_table *c, const char *rfc, enum level level);

/* MUST and SHOULD rows that are missing. */
size_t coverage_gaps(const struct coverage_table *c);

#endif
