#ifndef HTTPCHECK_RUNNER_SESSION_H
#define HTTPCHECK_RUNNER_SESSION_H

#include "reports/result.h"
#include "runner/observe.h"
#include "runner/selection.h"
#include "runner/target.h"

/* One run of chosen cases against one target: many scenarios at once, each a task. */

struct session_options {
	size_t jobs;                  /* scenarios at once, at least 1 */
	usec timeout;                 /* of one wait */
	enum fail_on fail_on;
	bool keep_all;                /* the transcripts of cases that pass, too */
	bool fail_fast;               /* start no more cases after the first that fails */
	bool shuffle;                 /* in an order that |seed| decides */
	uint64_t seed;
	unsigned repeat;              /* how often each case is run; at least 1 */
	unsigned retries;             /* how often one that does not pass is tried again */
	struct segments segments;     /* --segment */
	bool progress;                /* the progress line may be shown */
	bool anyway;                  /* run though the target does not answer a plain request */
	const char *replay_options;   /* "--target http://..."; for the replay command */
	const char *cases_path;       /* as given */
};

/* Runs the cases. 0 and |*ret| (its memory is |arena|'s), -ECONNREFUSED where the
 * target can't be used (|reterr| says why), or another negative errno. */
int session_run(const struct selection *cases, struct target *target,
		const struct session_options *options, struct arena *arena, struct run *ret,
		struct problem *reterr);

#endif
