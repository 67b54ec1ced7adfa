#ifndef HTTPCHECK_RUNNER_LAST_FAILED_H
#define HTTPCHECK_RUNNER_LAST_FAILED_H

#include "base/arena.h"
#include "reports/result.h"

/* Which cases failed in the last runs from this working folder, for --last-failed: one id
 * a line in $XDG_STATE_HOME/httpcheck/ (~/.local/state/httpcheck/ where that is not set), in
 * a file named after a hash of the folder. A run never fails for want of it. */

/* The ids; their number in |*ret_count|, 0 where nothing is recorded. */
const char **last_failed_load(struct arena *a, size_t *ret_count);

/* Records |run|: a case that failed is added, one that ran and did not is removed, others
 * stay as they were. A rule that failed stands for the case that shows it. */
void last_failed_save(const struct run *run);

#endif
