#ifndef HTTPCHECK_RUNNER_READ_CASE_H
#define HTTPCHECK_RUNNER_READ_CASE_H

#include "runner/case.h"
#include "runner/catalogue.h"

/* Reads one case file (YAML, case-language.md). All problems of the file go to
 * |problems|, each with line and column; the suite is made only when there are
 * none: 0 and |*ret|, else -EINVAL, or -errno when the file can't be read (that,
 * too, is in |problems|). |path| stands in the suite and in all places: it outlives
 * the suite and the problems. Guards: 1 MiB a file, 64 KiB a scalar, depth 64, UTF-8
 * only, one document, no anchors, aliases, tags, merge keys or duplicate keys. */
int suite_read(const char *path, const struct catalogue *catalogue, struct suite **ret,
	       struct problems *problems);

/* As above from memory; |path| gives theme (its folder's name) and places. */
int suite_read_memory(const char *path, struct slice yaml, const struct catalogue *catalogue,
		      struct suite **ret, struct problems *problems);

void suite_free(struct suite *s);

#endif
