#ifndef HTTPCHECK_RUNNER_FIT_H
#define HTTPCHECK_RUNNER_FIT_H

#include "runner/player.h"
#include "runner/profile.h"

/* Why the case can't be played against a target with this profile, in one clause for
 * the report (in |arena|); null where it can. */
const char *case_unfit(const struct test_case *c, const struct profile *p, const struct stage *stage,
		       struct arena *arena);

#endif
