#ifndef HTTPCHECK_SERVER_CHILDREN_H
#define HTTPCHECK_SERVER_CHILDREN_H

#include "reference-server/stop.h"

#include <sys/types.h>

/* Child processes: counted, reaped, stopped. stop_init() has blocked SIGCHLD in all threads,
 * or one of them could take it, and nobody would hear of it here. */
struct children {
	pid_t *pid;                   /* 0: none */
	size_t max, n;
	int fd;                       /* readable when one has ended */
};

/* At most |max|. 0 or -errno. */
int children_init(struct children *c, size_t max);
void children_release(struct children *c);    /* also in a child, which has none */

/* fork(2) into the place |at|, which is free: 0 in the child, with a |stop| of its own,
 * else 1, or -errno. */
int children_fork(struct children *c, size_t at, struct stop *stop);

/* A place that is free; there is one while n < max. */
size_t children_place(const struct children *c);

/* Frees the places of those who have ended. */
void children_reap(struct children *c);

/* Passes the stop on and waits until all have ended: those that outlive its deadline by
 * a moment, or a second signal, are killed. */
void children_stop(struct children *c, struct stop *stop);

#endif
