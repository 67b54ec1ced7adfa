#ifndef HTTPCHECK_RUNNER_LIVE_H
#define HTTPCHECK_RUNNER_LIVE_H

#include "runner/commands/reporting.h"

/* The console report of a run that goes on: failures are explained as they come. */
struct live {
	const struct console_options *how;
	FILE *to;                     /* standard output or error */
	FILE *out;                    /* onto it, and does not wait for who reads (base/outlet.h) */
	struct console *console;      /* null until the run has begun */
	bool failed;                  /* out of memory */
};

struct live live_console(const struct reporting *r);
struct session_listener live_listener(struct live *l);

/* What is printed behind the last case. EXIT_OK, EXIT_INTERNAL when out of memory, or
 * EXIT_UNUSABLE with a message when standard output did not take it. */
int live_finish(struct live *l, const struct run *run);
void live_release(struct live *l);

#endif
