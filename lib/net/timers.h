#ifndef HTTPCHECK_NET_TIMERS_H
#define HTTPCHECK_NET_TIMERS_H

#include "base/clock.h"

#include <stddef.h>

/* Deadlines in the order in which they come: a binary heap of timers that their
 * owners embed where they are used. */
struct loop_timer {
	usec at;
	void (*due)(struct loop_timer *t);
	size_t slot;                  /* place in the heap + 1, 0 = not set */
};

struct timers {
	struct loop_timer **heap;     /* heap[0] is due first */
	size_t n, room;
};

void timers_release(struct timers *ts);

/* t->due is called by timers_run() at or after |at|; sets anew a timer already set.
 * 0 or -ENOMEM: then it is not set. */
int timers_set(struct timers *ts, struct loop_timer *t, usec at);
void timers_stop(struct timers *ts, struct loop_timer *t);

/* When the next one is due, |deadline| at the latest. */
usec timers_next(const struct timers *ts, usec deadline);

/* Calls what is due at |now|. A timer set for a time already past by one of the calls
 * may have to wait for the next round, so that none can hold its caller for ever. */
void timers_run(struct timers *ts, usec now);

#endif
