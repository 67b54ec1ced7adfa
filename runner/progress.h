#ifndef HTTPCHECK_RUNNER_PROGRESS_H
#define HTTPCHECK_RUNNER_PROGRESS_H

#include "net/loop.h"

/* One line on a terminal that tells how far a run is: "[===>   ] 312 of 620 done, 3 failed,
 * 64 running, 1.2 s", the bar where there is room. It goes to standard error, only where
 * that is a terminal, and is wiped at the end. */
struct progress {
	struct loop_timer timer;
	struct loop *loop;
	usec began;
	const size_t *done, *failed, *running;
	size_t all;
	bool shown;
};

void progress_start(struct progress *p, struct loop *l);
void progress_stop(struct progress *p);

/* For who prints while it may be shown: wipes it; it comes back by itself. */
void progress_wipe(void);

#endif
