#ifndef HTTPCHECK_RUNNER_REGEX_H
#define HTTPCHECK_RUNNER_REGEX_H

#include "base/slice.h"

#include <stdbool.h>

/* Regular expressions of PCRE2 on bytes, never UTF: a response may hold anything. Their memory
 * is that of runner/memory.h, so where there is none no pattern is called wrong or not found. */

/* Null where |pattern| is no regular expression: the reason and its offset are set then. */
#define REGEX_REASON_ROOM 256
void *regex_compile(struct slice pattern, char ret_reason[REGEX_REASON_ROOM], size_t *ret_at);
void regex_free(void *regex);

/* Bounded in backtracking, so that a target can't choose bytes that stall us: then nobody
 * knows whether it is there. */
enum regex_found { REGEX_FOUND, REGEX_NOT_FOUND, REGEX_UNKNOWN };

enum regex_found regex_find(const void *regex, struct slice s);

#endif
