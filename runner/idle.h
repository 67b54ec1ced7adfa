#ifndef HTTPCHECK_RUNNER_IDLE_H
#define HTTPCHECK_RUNNER_IDLE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

/* A scenario that only waits holds no place among those that run at once: where all its
 * tasks wait long, it says so, and again when the first of them goes on. */

/* What comes, comes soon on most connections; only a wait beyond that counts. */
#define IDLE_SOON (100 * USEC_PER_MS)

/* Of a scenario. */
struct idler {
	void (*says)(void *arg, bool idle);   /* null: nobody cares */
	void *arg;
	size_t tasks, waiting;
	bool idle;
};

/* With one task, which does not wait. */
void idler_init(struct idler *i, void (*says)(void *arg, bool idle), void *arg);

/* One task more, or less; it does not wait. |i| may be null in all that follow. */
void idler_joins(struct idler *i);
void idler_leaves(struct idler *i);

/* One of the tasks begins a wait that is known to be long, or ends it. */
void idler_waits(struct idler *i, bool waits);

/* Returns what |wait| returns, which is called once or twice in turn: the first time with a
 * deadline that may lie before |deadline|. It returns -ETIMEDOUT at its deadline. */
int idler_wait(struct idler *i, int (*wait)(void *what, usec deadline), void *what, usec deadline);

#endif
