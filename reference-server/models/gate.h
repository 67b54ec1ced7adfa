#ifndef HTTPCHECK_SERVER_GATE_H
#define HTTPCHECK_SERVER_GATE_H

#include "reference-server/models/models.h"

#include <poll.h>

/* Where clients come in, for models that wait for them in poll(2). */
struct gate {
	const struct model_job *job;
	struct pollfd poll[LISTENERS_MAX + 2];   /* the signal, what else to wait for, listeners */
	size_t next;                  /* listener whose turn it is */
	usec closed_until;            /* descriptors ran out */
};

/* |also| wakes the model as well; -1: nothing does. */
void gate_init(struct gate *g, const struct model_job *job, int also);

/* Waits for the next client, where |open|, for a signal and for |also|.
 *   >= 0      a descriptor; *ret_from is its listener
 *   -EAGAIN   something else has come
 *   others    the server cannot go on */
int gate_next(struct gate *g, bool open, const struct listener **ret_from);

#endif
