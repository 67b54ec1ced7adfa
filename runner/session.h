#ifndef HTTPCHECK_RUNNER_SESSION_H
#define HTTPCHECK_RUNNER_SESSION_H

#include "reports/result.h"
#include "runner/observe.h"
#include "runner/selection.h"
#include "runner/target.h"

/* One run of chosen cases against one target: many scenarios at once, each a task. */

/* Who is told of a run while it goes on; each function may be null. A result lives as long
 * as the run's arena. */
struct session_listener {
	/* Once, before the first case: |run| says program, target, cases and time; no results. */
	void (*begun)(void *arg, const struct run *run);
	/* No verdict yet. Once more where the target died and the case runs again. */
	void (*case_started)(void *arg, const struct result *r);
	/* Once for every case, also for one that was not started. The verdict is final. */
	void (*case_ended)(void *arg, const struct result *r);
	void *arg;
};

struct session_options {
	size_t jobs;                  /* scenarios at once, at least 1 */
	usec timeout;                 /* of one wait */
	double patience;              /* a factor on every upper bound of time; 0 is 1 */
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
	const struct run *about;      /* what is known of the run before it begins */
	const struct session_listener *listeners;
	size_t nlisteners;
	/* Null, or makes of the run and of each result what may be shown and counted, before
	 * anybody is told; what they allocate comes from |a|, which is the run's. */
	void (*settle_run)(void *arg, struct run *run, struct arena *a);
	void (*settle)(void *arg, struct result *r, struct arena *a);
	void *settle_arg;
};

/* Runs the cases. 0 and |*ret| (its memory is |arena|'s), -ECONNREFUSED where the
 * target can't be used (|reterr| says why), or another negative errno. */
int session_run(const struct selection *cases, struct target *target,
		const struct session_options *options, struct arena *arena, struct run *ret,
		struct problem *reterr);

#endif
