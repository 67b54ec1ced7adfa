#ifndef HTTPCHECK_BASE_RANDOM_H
#define HTTPCHECK_BASE_RANDOM_H

#include "base/slice.h"

#include <stdint.h>

/* Numbers that look random and are the same for the same seed on every machine: for
 * orders and sizes that a user can ask for again, never for secrets. */
struct random {
	uint64_t state;
};

/* splitmix64, https://prng.di.unimi.it/splitmix64.c (public domain). */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* From 0 to |below| - 1; |below| is at least 1. The bias is below 2^-32 for small ones. */
static inline uint64_t random_below(struct random *r, uint64_t below)
{
	return random_next(r) % below;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: a number for a name. */
static inline uint64_t random_hash(struct slice name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.at[i]) * 0x100000001b3u;
	return h;
}

#endif
