#ifndef HTTPCHECK_SERVER_WORKERS_H
#define HTTPCHECK_SERVER_WORKERS_H

#include "reference-server/models/models.h"

/* Several processes that each run a model of one thread, on the same addresses. Each has
 * TCP sockets of its own among which the kernel spreads the clients (SO_REUSEPORT). The
 * parent holds all of them open: when a worker dies, its clients-to-be wait for the next
 * one, which the parent starts, each place once a second at most.
 *
 *     parent:   start, wait, start again, pass signals on
 *     worker 1: model on sockets 1     worker 2: model on sockets 2     ...        */

#define WORKERS_MAX 64

/* Opens the sockets of |n| workers: |ls|, opened to be shared, are those of the first. 0 or a
 * negative errno with |*reterr|. */
int workers_open(size_t n, const struct listeners *ls, struct problem *reterr);

/* Runs them. 0 when stopped, or a negative errno with |*reterr|. */
int workers_run(const struct model *model, const struct model_job *job, struct problem *reterr);

#endif
