#ifndef HTTPCHECK_REPORTS_MERGE_H
#define HTTPCHECK_REPORTS_MERGE_H

#include "base/arena.h"
#include "reports/result.h"

/* Several runs of parts of a suite against one target, joined to the run they would have
 * been in one: cases side by side, the numbers of each rule added up. */

struct merge_part {
	const char *name;             /* of the file, for messages */
	struct run run;
};

/* What does not fit goes to |problems|: another target or program, shards of different
 * wholes, a case that is in two parts. With |force| such parts are joined all the same;
 * of a case that is there twice the worse result counts, and where they differ it is
 * flaky. A case that was chosen and is in no part becomes an error, so that a run
 * of which a shard is missing can't be green; |notes| say so.
 *
 * 0 and |*ret|, whose memory is |arena|'s and the parts', or -EINVAL with problems. The
 * order of the parts does not matter. */
int merge_runs(struct merge_part *parts, size_t n, bool force, struct arena *arena,
	       struct run *ret, struct problems *problems, struct problems *notes);

#endif
