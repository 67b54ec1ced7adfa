#ifndef HTTPCHECK_SERVER_STOP_H
#define HTTPCHECK_SERVER_STOP_H

#include "base/clock.h"

#include <stdbool.h>

/* SIGTERM and SIGINT as something to wait for: a descriptor, as a handler could do
 * next to nothing. The first asks the server to finish what is in flight, within
 * STOP_GRACE; the second, or the end of that time, to go at once. */
struct stop {
	int fd;                       /* readable when a signal has come */
	bool asked;
	usec deadline;                /* USEC_FOREVER until asked; 0 after the second */
};

#define STOP_GRACE (2 * USEC_PER_SEC)

/* Blocks both signals for this thread and those it starts. 0 or -errno. */
int stop_init(struct stop *s);
void stop_release(struct stop *s);

/* Takes note of the signals that have come. */
void stop_take(struct stop *s, usec now);

/* True if nothing is worth waiting for any more. */
bool stop_now(const struct stop *s, usec now);

#endif
