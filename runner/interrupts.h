#ifndef HTTPCHECK_RUNNER_INTERRUPTS_H
#define HTTPCHECK_RUNNER_INTERRUPTS_H

#include "net/loop.h"

/* SIGINT and SIGTERM as events of the loop, so that a run that is broken off still
 * finishes its reports. A second one ends the process at once. */
struct interrupts {
	struct loop_watch watch;
	struct loop *loop;
	int seen;                     /* the first signal; 0: none yet */
	void (*interrupted)(void *arg, int signal);
	void *arg;
};

/* From now on the signals wait until somebody takes them: to be called before anything is
 * started that must be ended in order. */
void interrupts_block(void);

/* Calls |interrupted| for the first signal. 0 or a negative errno. */
int interrupts_start(struct interrupts *i, struct loop *l, void (*interrupted)(void *arg, int signal),
		     void *arg);
void interrupts_stop(struct interrupts *i);

/* For a child between fork() and exec(): it gets the signals as any program does. */
void interrupts_unblock(void);

#endif
