#ifndef HTTPCHECK_RUNNER_ORDER_H
#define HTTPCHECK_RUNNER_ORDER_H

#include "runner/case.h"

/* In which order cases are started, and which of them belong to a shard. */

/* Of |cases| (sorted by id) those of shard |index| of |count| (from 1), still sorted; the
 * number of them. A case without a long wait stays in its shard whatever is added to the
 * suite; those with one are dealt out in turn, so that the shards take equally long. */
size_t order_shard(const struct test_case **cases, size_t n, uint64_t index, uint64_t count);

/* Fills |order| with 0 to n - 1: cases that wait for a time-out of the target first, so
 * that the run is no longer than the longest of them; with |shuffle| in an order that
 * |seed| decides. */
void order_cases(const struct test_case *const *cases, size_t n, bool shuffle, uint64_t seed,
		 size_t *order);

#endif
