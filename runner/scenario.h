#ifndef HTTPCHECK_RUNNER_SCENARIO_H
#define HTTPCHECK_RUNNER_SCENARIO_H

#include "net/loop.h"
#include "runner/observe.h"

/* One case of a run: its control, its steps, the target's health, and the verdict. */

/* What all scenarios of a run share. */
struct scenario_ground {
	const struct stage *stage;
	struct observer *observer;
	struct arena *arena;          /* of results: reasons, transcripts */
	size_t *active;               /* scenarios under way; each counts itself */
};

/* Starts the case in a task of its own; |*result|, whose description is there
 * already, gets verdict, reason and transcript. |index| is the result's number for the
 * observer. 0 or -ENOMEM. */
int scenario_start(const struct scenario_ground *g, struct loop *loop, const struct test_case *test,
		   size_t index, struct result *result);

#endif
