#ifndef HTTPCHECK_SERVER_MODELS_H
#define HTTPCHECK_SERVER_MODELS_H

#include "reference-server/settings.h"
#include "reference-server/stop.h"

#include <stdbool.h>

/* The ways to serve many clients: one file and one row each. */

struct model_job {
	const int *listeners;         /* non-blocking */
	size_t nlisteners;
	const struct settings *settings;
	struct stop *stop;
};

struct model {
	const char *name;
	const char *what;             /* one clause for --help */
	/* Serves until the server is stopped: 0; or a negative errno. */
	int (*run)(const struct model_job *job);
};

extern const struct model models[];   /* the first is the default; ends with a null name */

const struct model *model_find(const char *name);   /* null: no such model */

/* True for an accept(2) that failed for want of descriptors or memory: to be tried
 * again after ACCEPT_RETRY, not at once, or the server spins on a full table. Says so
 * on stderr, once a second at most. */
bool accept_exhausted(int error, usec now);

#define ACCEPT_RETRY (100 * USEC_PER_MS)

int iterative_run(const struct model_job *job);
int epoll_run(const struct model_job *job);

#endif
