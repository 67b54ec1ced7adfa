#ifndef HTTPCHECK_REPORTS_JSON_FIND_H
#define HTTPCHECK_REPORTS_JSON_FIND_H

#include "base/problem.h"
#include "base/slice.h"

/* Where in a JSON text a value stands, which jansson does not keep. */

/* From the value up to the root: a member's key, or (|key| null) an element's index. */
struct json_path {
	const struct json_path *up;   /* null: this is the root, and has neither */
	const char *key;
	size_t index;
};

/* Sets line and column of the value in |text|, which jansson has accepted; those of the
 * nearest value above it where it is not there. */
void json_find(struct slice text, const struct json_path *path, struct place *ret);

/* How many values there are at most in what may be JSON. */
size_t json_count(struct slice text);

#endif
