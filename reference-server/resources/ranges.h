#ifndef HTTPCHECK_SERVER_RANGES_H
#define HTTPCHECK_SERVER_RANGES_H

#include "base/slice.h"

#include <stdint.h>

/* The Range field of a GET, RFC 9110 section 14.2, for content of a known length. */

/* More parts in one request, or more than one pair of parts that overlap, is no
 * honest wish (RFC 9110 section 17.15): the field is ignored. */
#define RANGES_MAX 4

struct span {
	uint64_t first, last;         /* positions, both inclusive */
};

struct ranges {
	struct span span[RANGES_MAX]; /* in the order asked for */
	size_t n;
};

enum ranges_outcome {
	RANGES_IGNORED,               /* another unit, not the grammar, or too greedy: 200 */
	RANGES_FOUND,                 /* 206 */
	RANGES_UNSATISFIABLE,         /* 416 */
};

/* *ret is set on RANGES_FOUND; spans are cut to |len| octets. */
enum ranges_outcome ranges_parse(struct slice value, uint64_t len, struct ranges *ret);

#endif
