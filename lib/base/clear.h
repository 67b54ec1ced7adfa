#ifndef HTTPCHECK_BASE_CLEAR_H
#define HTTPCHECK_BASE_CLEAR_H

#include <string.h>

/* memset(3) to 0 by libc: a size that GCC knows and finds too large to unroll becomes
 * "rep stos", which takes some thirty cycles to begin. For what is cleared with each
 * request. */
static inline void clear_octets(void *at, size_t n)
{
	__asm__("" : "+r"(n));
	memset(at, 0, n);
}

#endif
