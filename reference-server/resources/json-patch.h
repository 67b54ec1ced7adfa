#ifndef HTTPCHECK_SERVER_JSON_PATCH_H
#define HTTPCHECK_SERVER_JSON_PATCH_H

#include "base/slice.h"

#include <jansson.h>

/* JSON Patch, RFC 6902: the media type application/json-patch+json. */

/* More operations, or a result of more values, is refused: a few bytes of "copy" could
 * make a document of any size. */
#define JSON_PATCH_OPERATIONS 256
#define JSON_PATCH_VALUES     ((size_t)20000)

/* Deeper JSON is refused: readers of it recurse, and the stack of a coroutine is small. */
#define JSON_DEPTH_MAX 32

/* Null where |text| is no JSON, is nested too deeply, or memory ran out. */
json_t *json_read(struct slice text);

/* Applies all of |patch| to a copy of |document|.
 * 0:          *ret is the result, the caller's to json_decref()
 * -EINVAL:    |patch| is no JSON Patch
 * -ESTALE:    one of its operations does not fit the document
 * -E2BIG, -ENOMEM
 * |*reterr| says why, in one clause; static. */
int json_patch(const json_t *document, const json_t *patch, json_t **ret, const char **reterr);

#endif
