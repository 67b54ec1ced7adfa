#ifndef HTTPCHECK_RUNNER_LANES_H
#define HTTPCHECK_RUNNER_LANES_H

#include "base/arena.h"
#include "runner/selection.h"

/* Cases with `exclusive: NAME`: of each name one runs at a time, beside all others. */

struct lanes {
	struct lane *list;
	size_t count;
};

/* Sorts out the cases that have a lane, in |order|, which has one entry a case. */
void lanes_init(struct lanes *l, struct arena *a, const struct selection *cases,
		const size_t *order);

/* The next case of a lane where none is under way now; it is from now on. |room|: one that
 * holds a place may be it. False where there is none. */
bool lanes_next(struct lanes *l, bool room, size_t *ret);

/* |c| is not under way any more. Fine for a case without a lane. */
void lanes_leave(struct lanes *l, const struct test_case *c);

/* True where a case of some lane was not started yet. */
bool lanes_have_more(const struct lanes *l);

#endif
