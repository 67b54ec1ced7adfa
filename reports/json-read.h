#ifndef HTTPCHECK_REPORTS_JSON_READ_H
#define HTTPCHECK_REPORTS_JSON_READ_H

#include "base/arena.h"
#include "reports/result.h"

/* Reads what json_write() has written back to a run that is the same in all it holds;
 * written again it gives the same bytes. All of |*ret| is |arena|'s.
 *
 * Strict, for the file may come from anywhere: members unknown, missing, doubled or of
 * the wrong type, numbers out of their range, results out of order are errors. Bounded:
 * at most JSON_READ_BYTES bytes and JSON_READ_VALUES values, so it takes some 1 GiB of
 * memory at worst. 0, or -EINVAL or another negative errno with file, line and column
 * in |reterr|; |*ret| is not set then, though the arena may have grown. */
#define JSON_READ_BYTES  ((size_t)256 * 1024 * 1024)
#define JSON_READ_VALUES ((size_t)8 * 1000 * 1000)

/* A regular file, or "-" for the standard input. */
int json_read(const char *path, struct arena *arena, struct run *ret, struct problem *reterr);

/* |name| is what errors call the text; it outlives |reterr|. */
int json_read_text(struct slice text, const char *name, struct arena *arena, struct run *ret,
		   struct problem *reterr);

#endif
