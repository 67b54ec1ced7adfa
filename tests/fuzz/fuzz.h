#ifndef HTTPCHECK_TESTS_FUZZ_H
#define HTTPCHECK_TESTS_FUZZ_H

#include "base/slice.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A target is one file, target-NAME.c, with this function: any bytes go in, and what must hold
 * whatever they are is checked. Nothing behind them may be read. It is run by libFuzzer, or by
 * replay.c over files that are there. */
void fuzz_input(struct slice in);

/* Both sanitizers and libFuzzer take an abort for a find, and keep the input. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			(void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__,           \
				      #condition);                                                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Takes |n| bytes off the front, fewer where there are not so many. */
static inline struct slice take(struct slice *rest, size_t n)
{
	struct slice s = slice_sub(*rest, 0, n);

	*rest = slice_skip(*rest, s.len);
	return s;
}

/* One byte that decides something; 0 behind the end. */
static inline unsigned take_byte(struct slice *rest)
{
	struct slice s = take(rest, 1);

	return s.len ? (unsigned char)s.at[0] : 0;
}

/* A copy as long as the bytes are: what looks behind them is seen by AddressSanitizer. */
static inline struct slice exact_copy(struct slice s)
{
	char *copy = malloc(s.len ? s.len : 1);

	if (!copy)
		abort();
	if (s.len)
		memcpy(copy, s.at, s.len);
	return slice_of(copy, s.len);
}

/* A string: what stands behind a NUL is lost. The caller frees it. */
static inline char *string_copy(struct slice s)
{
	char *copy = malloc(s.len + 1);

	if (!copy)
		abort();
	if (s.len)
		memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	return copy;
}

#endif
