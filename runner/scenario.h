#ifndef HTTPCHECK_RUNNER_SCENARIO_H
#define HTTPCHECK_RUNNER_SCENARIO_H

#include "net/loop.h"
#include "runner/observe.h"

#include <sys/queue.h>

/* One case of a run: its control, its steps, the target's health, and the verdict. */

/* What all scenarios of a run share. */
struct scenario_ground {
	const struct stage *stage;
	struct observer *observer;
	struct arena *arena;          /* of results: reasons, transcripts */
	bool keep_all;                /* the transcripts of cases that pass, too */
	size_t *evidence;             /* bytes that transcripts have kept so far */
	unsigned repeat;              /* how often each case is run; at least 1 */
	unsigned retries;             /* how often one that does not pass is tried again */
	void (*ended)(void *arg, size_t index);  /* called last by each scenario */
	void *arg;
	LIST_HEAD(, scenario) under_way;
};

/* Starts the case in a task of its own; |*result|, whose description is there
 * already, gets verdict, reason and transcript. |index| is the result's number for the
 * observer and for ended(), which may be called before this returns. 0 or -ENOMEM. */
int scenario_start(struct scenario_ground *g, struct loop *loop, const struct test_case *test,
		   size_t index, struct result *result);

/* Ends all that are under way, in the loop's next steps; each becomes a skip. */
void scenario_cancel_all(struct scenario_ground *g);

#endif
