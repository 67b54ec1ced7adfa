#ifndef HTTPCHECK_RUNNER_INTAKE_H
#define HTTPCHECK_RUNNER_INTAKE_H

#include "net/loop.h"

#include <sys/queue.h>

/* How much of what a target sends a run holds in memory, however many scenarios read at
 * once. Up to INTAKE_TOGETHER all read as they like; beyond it one scenario after the
 * other reads on, up to INTAKE_ALONE. The others wait with full sockets, and the time
 * they wait is not counted against the target: so no verdict depends on what else runs. */
#define INTAKE_TOGETHER ((size_t)12 * 1024 * 1024)
#define INTAKE_ALONE    ((size_t)28 * 1024 * 1024)

/* Of a run; zeroed at first. */
struct intake {
	size_t held;
	const struct intake_share *turn;      /* whose turn it is; null: nobody's */
	LIST_HEAD(, intake_waiter) waiting;
};

/* Of a scenario: all its connections together. */
struct intake_share {
	struct intake *of;            /* null: no bound but that of each reader */
	size_t held;
};

/* To be called before bytes are read: waits until it is the scenario's turn, and moves
 * |*deadline| by as long. 0; -EMSGSIZE where it holds all it may; -ETIMEDOUT where it
 * would wait though the deadline has come; -ECANCELED. */
int intake_wait(struct intake_share *s, usec *deadline);

/* True where it may read now, so that intake_wait() would not wait nor fail. */
bool intake_open(struct intake_share *s);

/* What a connection of the scenario holds has changed from |*held| to |now|. */
void intake_holds(struct intake_share *s, size_t *held, size_t now);

/* The scenario holds nothing any more; others go on. */
void intake_release(struct intake_share *s);

#endif
