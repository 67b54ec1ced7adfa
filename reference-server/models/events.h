#ifndef HTTPCHECK_SERVER_EVENTS_H
#define HTTPCHECK_SERVER_EVENTS_H

#include "net/timers.h"
#include "reference-server/models/models.h"
#include "reference-server/serve.h"

/* What the event models have in common: connections, listeners, deadlines, stopping. A
 * model brings the system call that tells what is ready, and the loop around it:
 *
 *     while (!events_over(e)) {
 *         wait for what is watched, events_timeout(e) at most;
 *         for each that is ready: event_ready(w, events);
 *         events_turn(e);
 *     }
 *
 * event_ready() unwatches no other than |w| and listeners; events_turn() may unwatch any. */

/* A descriptor and what it waits for. */
struct watch {
	struct events *events;
	void (*ready)(struct watch *w, unsigned events);
	int fd;
	unsigned wanted;              /* IO_READ, IO_WRITE; 0: a hang-up, where it can be had */
	size_t slot;                  /* the model's own; 0 at first */
};

struct connection {
	struct watch watch;
	struct exchange exchange;
	struct io io;
	struct loop_timer timer;
	struct connection *next, *prev;
	struct connection *again;     /* in the queue of those whose turn was over */
	bool queued;
};

struct events {
	const struct model_job *job;
	size_t most;                  /* connections the model can watch; 0: any number */

	/* Tells the kernel of w->wanted, which has changed. 0 or -errno. */
	int (*watch)(struct events *e, struct watch *w);
	/* Forgets |w|; with |closing| its descriptor is closed right behind. */
	void (*unwatch)(struct events *e, struct watch *w, bool closing);

	usec now;                     /* in the last events_turn() */
	struct flights flights;
	struct timers timers;
	struct watch signal, listener[LISTENERS_MAX];
	usec reopen_at;               /* accepting again after descriptors ran out */
	bool listening, stopping;
	struct connection *connections, *again;
	size_t n;
	int error;
};

/* |e| has its job, its functions and |most|. 0 or -errno. */
int events_init(struct events *e);
void events_release(struct events *e);

bool events_over(struct events *e);
int events_timeout(struct events *e);        /* in milliseconds, for poll(2) and epoll(7) */

static inline void event_ready(struct watch *w, unsigned events)
{
	w->ready(w, events);
}

void events_turn(struct events *e);

#endif
