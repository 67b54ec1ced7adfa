#ifndef HTTPCHECK_SERVER_MODELS_H
#define HTTPCHECK_SERVER_MODELS_H

#include "reference-server/listener.h"
#include "reference-server/settings.h"
#include "reference-server/stop.h"
#include "reference-server/tls.h"

#include <stdbool.h>

/* The ways to serve many clients: one file and one row each. */

struct model_job {
	const struct listener *listeners;
	size_t nlisteners;
	const struct settings *settings;
	struct tls_context *tls;      /* null: no listener needs it */
	struct stop *stop;
};

struct model {
	const char *name;
	const char *what;             /* one clause for --help */
	/* Serves until the server is stopped: 0; or a negative errno. */
	int (*run)(const struct model_job *job);
	bool workers;                 /* several processes may run it side by side */
};

extern const struct model models[];   /* the first is the default; ends with a null name */

const struct model *model_find(const char *name);   /* null: no such model */

/* ---- clients, for all models ---- */

struct exchange;
struct flights;
struct io;

/* Begins to serve a connection just accepted from |l|, whose descriptor |io| has and the
 * caller closes at the end. With |refuse| it gets 503 and no more. 0 or -ENOMEM. */
int client_begin(struct exchange *x, struct io *io, const struct model_job *job,
		 const struct listener *l, struct flights *flights, bool refuse);

void client_end(struct exchange *x, struct io *io);

/* A client from the beginning to the end, for models whose io waits itself. */
void client_serve(struct io io, const struct model_job *job, const struct listener *l,
		  struct flights *flights, bool refuse);

/* ---- how many ---- */

enum admission { ADMIT, REFUSE, PAUSE };

/* What to do with the next client where |n| are served already. The first few above the
 * limit are told so (503); then nobody is accepted, and they queue in the kernel. */
enum admission admission(size_t n, const struct settings *s);

/* Most clients at once, those who are refused included. */
size_t admission_most(const struct settings *s);

/* True for an accept(2), or a watch for the next one, that failed for want of descriptors
 * or memory: to be tried again after ACCEPT_RETRY, not at once, or the server spins on a
 * full table. Says so on stderr, once a second at most. Called by one thread. */
bool accept_exhausted(int error, usec now);

#define ACCEPT_RETRY (100 * USEC_PER_MS)

/* What it means that a wait for events has failed with |error|, a positive errno: 0 where
 * another one may succeed, after a moment if the kernel has no memory for its tables; or
 * -errno. */
int wait_failed(int error);

int iterative_run(const struct model_job *job);
int fork_run(const struct model_job *job);
int thread_run(const struct model_job *job);
int select_run(const struct model_job *job);
int poll_run(const struct model_job *job);
int epoll_run(const struct model_job *job);
int epoll_edge_run(const struct model_job *job);
int coroutine_run(const struct model_job *job);

#endif
