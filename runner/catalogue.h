#ifndef HTTPCHECK_RUNNER_CATALOGUE_H
#define HTTPCHECK_RUNNER_CATALOGUE_H

#include "base/problem.h"
#include "reports/result.h"

/* The requirements of the RFCs: cases/requirements.tsv, one row per RFC 2119
 * keyword, with the columns id, level, binds, testable, needs, text. */
struct catalogue;

struct requirement {
	struct clause clause;
	const char *binds;            /* "origin-server", "sender", "cache", ... */
	const char *testable;         /* "yes", "needs-resource", "observe-only", "no" */
	const char *needs;            /* "etag", "proxy", ...; "" for nothing */
};

int catalogue_load(const char *path, struct catalogue **ret, struct problem *reterr);
void catalogue_free(struct catalogue *c);

/* The row of |id|; null when there is none. Lives as long as the catalogue. */
const struct clause *catalogue_find(const struct catalogue *c, const char *id);

/* All rows, in the order of the file; returns how many. */
size_t catalogue_all(const struct catalogue *c, const struct requirement **ret);

/* True if |id| names a section ("RFC9112-3.2") that at least one row belongs to. */
bool catalogue_has_section(const struct catalogue *c, const char *id);

/* The id nearest to a misspelt one, null when none is near. */
const char *catalogue_nearest(const struct catalogue *c, const char *id);

#endif
