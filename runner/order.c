#include "runner/order.h"

#include "base/random.h"

static bool waits_long(const struct test_case *c)
{
	for (size_t i = 0; i < c->nneeds; i++)
		if (slice_starts(slice_str(c->needs[i]), SLICE("timeouts.")))
			return true;
	return false;
}

size_t order_shard(const struct test_case **cases, size_t n, uint64_t index, uint64_t count)
{
	uint64_t dealt = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t shard = waits_long(cases[i])
				     ? dealt++ % count
				     : random_hash(slice_str(cases[i]->id)) % count;

		if (shard + 1 == index)
			cases[kept++] = cases[i];
	}
	return kept;
}

/* Fisher and Yates. */
static void shuffle_all(size_t *order, size_t n, uint64_t seed)
{
	struct random r = { seed };

	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)random_below(&r, i);
		size_t other = order[k];

		order[k] = order[i - 1];
		order[i - 1] = other;
	}
}

void order_cases(const struct test_case *const *cases, size_t n, bool shuffle, uint64_t seed,
		 size_t *order)
{
	size_t at = 0;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n; i++)
			if (waits_long(cases[i]) == (round == 0))
				order[at++] = i;
	if (shuffle)
		shuffle_all(order, n, seed);
}
