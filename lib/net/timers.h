#ifndef HTTPCHECK_NET_TIMERS_H
#define HTTPCHECK_NET_TIMERS_H

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>

/* Deadlines in the order in which they come, and of one time in the order in which they
 * were set: a binary heap of timers that their owners embed where they are used. */
struct loop_timer {
	usec at;
	void (*due)(struct loop_timer *t);
	size_t slot;                  /* place in the heap + 1, 0 = not set */
	uint64_t order;
};

struct timers {
	struct loop_timer **heap;     /* heap[0] is due first */
	size_t n, room;
	uint64_t order;               /* of the next that is set */
};

void timers_release(struct timers *ts);

/* t->due is called by timers_run() at or after |at|; sets anew a timer already set.
 * 0 or -ENOMEM: then it is not set. */
int timers_set(struct timers *ts, struct loop_timer *t, usec at);
void timers_stop(struct timers *ts, struct loop_timer *t);

/* When the next one is due, |deadline| at the latest. */
usec timers_next(const struct timers *ts, usec deadline);

/* Calls what is due at |now|. What one of the calls sets waits for the next round, so
 * that nobody can hold the caller. */
void timers_run(struct timers *ts, usec now);

#endif
