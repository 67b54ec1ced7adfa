#ifndef HTTPCHECK_RUNNER_MATCH_JSON_H
#define HTTPCHECK_RUNNER_MATCH_JSON_H

#include "base/buffer.h"

/* True if |content| is JSON in which the JSON Pointer |pointer| (RFC 6901) leads to a
 * value that |wanted| describes: a string by its characters (bytes up to U+00FF as
 * one code point each), a number, true, false and null as they are written, an array
 * or object by its JSON text. A missing value is written "absent". */
bool match_json(struct slice content, const char *pointer, struct slice wanted, struct buffer *why);

#endif
