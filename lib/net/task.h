#ifndef HTTPCHECK_NET_TASK_H
#define HTTPCHECK_NET_TASK_H

#include "net/loop.h"

#include <sys/types.h>

/* Coroutines on a loop. A task has a stack of its own with a guard page below it
 * and runs until it waits; each wait takes an absolute deadline last and returns
 *   0            what was waited for has come
 *   -ETIMEDOUT   the deadline came first
 *   -ECANCELED   the task was cancelled: it leaves by its normal path
 * Only the running task may wait; only one thread may run tasks of a loop. */

struct task;

typedef void task_main(void *arg);

/* Starts |main| at once, on the caller's time, until its first wait. The task is
 * destroyed when |main| returns. |stack| in bytes (rounded up to pages; at least
 * 16 KiB). 0 or -ENOMEM. |ret| (may be null) is valid until |main| returns. */
int task_start(struct loop *l, task_main *main, void *arg, size_t stack, struct task **ret);

/* The running task; null outside of any. */
struct task *task_self(void);

/* The loop of the running task. */
struct loop *task_loop(void);

/* The time on the clock of the running task's loop, read anew where it is real. */
usec task_now(void);

/* Makes the current and all later waits of the task return -ECANCELED. */
void task_cancel(struct task *t);

/* Ends the current wait as though its deadline had come. */
void task_hurry(struct task *t);

int task_sleep(usec deadline);

/* Waits until |fd| is ready for one of |events|; those that came in |ret_events|. */
int task_wait_fd(int fd, unsigned events, unsigned *ret_events, usec deadline);

/* For a task that waits for one descriptor again and again: it stays known to the kernel
 * between two waits, which saves two system calls each. task_drop_fd() before it is
 * closed, and before the task ends. */
int task_wait_held_fd(int fd, unsigned events, usec deadline);
void task_drop_fd(void);

/* A place to wait for what another task or callback does. task_wake() lets the
 * task waiting there go on (in the loop's next step, not inside the call); with
 * nobody there the call is remembered until the next wait. */
struct task_event {
	struct task *waiting;
	bool raised;
};

int task_wait(struct task_event *e, usec deadline);
void task_wake(struct task_event *e);

/* As task_wait() without a deadline, but not ended by a cancellation: only to see off
 * tasks that use what the running one owns. May return early; ask again then. */
void task_await(struct task_event *e);

#endif
