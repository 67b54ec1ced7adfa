#ifndef HTTPCHECK_RUNNER_GATE_H
#define HTTPCHECK_RUNNER_GATE_H

#include "runner/baseline.h"
#include "runner/profile.h"
#include "runner/selection.h"

/* What a run is held against: the baseline of known failures, and what failed last time. */
struct gate {
	const char *path;             /* --baseline; null: none */
	bool update;                  /* --update-baseline */
	bool part;                    /* of the cases, by --shard */
	struct baseline *baseline;    /* null until gate_open() */
	int day;
};

/* Reads the baseline and adds what the profile allows. A file that is not there is a
 * problem, unless it is to be written. All problems go to |problems|; 0 or -EINVAL. */
int gate_open(struct gate *g, const struct profile *profile, struct problems *problems);
void gate_release(struct gate *g);

/* Fills .known of a result. */
void gate_settle(const struct gate *g, struct result *r);

/* Fills .stale of the run. With --update-baseline the file is written first and the run
 * then held against it, unless the run was interrupted. 0, or a negative errno with |reterr|
 * set where the file could not be written. What it allocates is |a|'s. */
int gate_judge(struct gate *g, const struct selection *s, struct run *run, struct arena *a,
	       struct problem *reterr);

#endif
