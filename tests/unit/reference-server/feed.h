#ifndef HTTPCHECK_TESTS_SERVER_FEED_H
#define HTTPCHECK_TESTS_SERVER_FEED_H

#include "base/cleanup.h"
#include "tests/unit/edge.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static inline void assert_slice(struct slice got, const char *want, const char *why)
{
	if (!slice_is(got, want))
		fail_msg("%s: '%.*s' should be '%s'", why, (int)got.len, got.at, want);
}

/* Many octets of one kind, for limits; the caller frees it. */
static inline char *repeated(char c, size_t n)
{
	char *s = malloc(n + 1);

	assert_non_null(s);
	memset(s, c, n);
	s[n] = '\0';
	return s;
}

#endif
