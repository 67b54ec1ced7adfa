#ifndef HTTPCHECK_SERVER_STOP_H
#define HTTPCHECK_SERVER_STOP_H

#include "base/clock.h"

#include <stdatomic.h>
#include <stdbool.h>

/* SIGTERM and SIGINT as something to wait for: a descriptor, as a handler could do
 * next to nothing. The first asks the server to finish what is in flight, within
 * |grace|; the second, or the end of that time, to go at once. */
struct stop {
	int fd;                       /* readable when a signal has come */
	usec grace;
	_Atomic bool asked;
	_Atomic usec deadline;        /* USEC_FOREVER until asked; 0 after the second */
	bool told;                    /* by stop_tell(), and not by signals */
};

/* Blocks both signals, and SIGCHLD, for this thread and those it starts. 0 or -errno. */
int stop_init(struct stop *s, usec grace);

/* For a child process with a copy of its parent's, whose parent passes SIGTERM on: SIGINT, which a terminal sends
 * to all of them, would make it two. Also ends it when its parent dies. */
int stop_init_child(struct stop *s);

/* For threads that hear of it from another one with stop_tell(). */
int stop_init_told(struct stop *s, usec grace);

void stop_release(struct stop *s);

/* Takes note of the signals that have come; nothing to do for one who is told. */
void stop_take(struct stop *s, usec now);
void stop_tell(struct stop *s, usec now);

/* What to wait for beside a connection; -1: no more will come there. */
int stop_awaited(const struct stop *s);

/* Relaxed, as both are all there is to know. */
static inline bool stop_asked(const struct stop *s)
{
	return atomic_load_explicit(&s->asked, memory_order_relaxed);
}

static inline usec stop_deadline(const struct stop *s)
{
	return atomic_load_explicit(&s->deadline, memory_order_relaxed);
}

/* True if nothing is worth waiting for any more. */
static inline bool stop_now(const struct stop *s, usec now)
{
	return now >= stop_deadline(s);
}

#endif
