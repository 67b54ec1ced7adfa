#ifndef HTTPCHECK_RUNNER_DOORWAY_H
#define HTTPCHECK_RUNNER_DOORWAY_H

#include "net/loop.h"

#include <sys/queue.h>

/* New connections in front of a target that has not turned to them yet. A plain server
 * lets five wait (the backlog of Python's socketserver); of more, the kernel drops some,
 * and their requests come a second late or not at all: no verdict may depend on that. */
#define DOORWAY_ROOM    ((size_t)5)

/* A target that is silent for so long has turned to a connection, but says nothing. */
#define DOORWAY_LONGEST (20 * USEC_PER_MS)

/* Of a run. */
struct doorway {
	struct {
		const void *who;      /* null: free */
		usec since;
	} in[DOORWAY_ROOM];
	TAILQ_HEAD(doorway_queue, doorway_waiter) waiting;
};

void doorway_init(struct doorway *d);

/* Waits for room in front of the target and takes it for |who|; moves |*deadline| by as
 * long as that took. 0 or -ECANCELED. |d| may be null: there is room. */
int doorway_enter(struct doorway *d, const void *who, usec *deadline);

/* The target has answered |who|, or it has gone. No matter if it was in there. */
void doorway_leave(struct doorway *d, const void *who);

#endif
