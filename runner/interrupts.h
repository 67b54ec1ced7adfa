#ifndef HTTPCHECK_RUNNER_INTERRUPTS_H
#define HTTPCHECK_RUNNER_INTERRUPTS_H

#include "net/loop.h"

/* SIGINT and SIGTERM as events of the loop, so that a run that is broken off still
 * finishes its reports. A second one ends the process at once, whatever it is at: the
 * handler does it, for the loop may stand still in a write(2) that nobody reads. */
struct interrupts {
	struct loop_watch watch;
	struct loop *loop;
	void (*interrupted)(void *arg, int signal);
	void *arg;
};

/* From now on the first signal waits until somebody takes it: to be called before anything
 * is started that must be ended in order. |abandon| is called before the process ends by
 * the second, in a signal handler. A signal that is ignored stays so (nohup). */
void interrupts_catch(void (*abandon)(void));

/* The signal that came, 0: none yet. */
int interrupts_seen(void);

/* Calls |interrupted| for the first signal, also when it has come already. 0 or a negative errno. */
int interrupts_start(struct interrupts *i, struct loop *l, void (*interrupted)(void *arg, int signal),
		     void *arg);
void interrupts_stop(struct interrupts *i);

#endif
