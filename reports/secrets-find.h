#ifndef HTTPCHECK_REPORTS_SECRETS_FIND_H
#define HTTPCHECK_REPORTS_SECRETS_FIND_H

#include "base/arena.h"

#include "base/slice.h"

/* Where credentials stand in bytes. */

struct secret {
	size_t from, to;              /* offsets */
};

struct secrets {
	struct secret *list;          /* in order, not overlapping; in the arena */
	size_t count;
};

/* Values of the fields named in reports/secrets.h and userinfo. A field is its name with a
 * colon, at the beginning of a line or anywhere in a text, or quoted as JSON has it. */
struct secrets secrets_find(struct slice bytes, struct arena *a);

#endif
