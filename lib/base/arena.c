#include "base/arena.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* No exit(3): what it would run and print may need memory, too. */
_Noreturn void memory_out(void)
{
	(void)fputs("httpcheck: out of memory\n", stderr);
	quick_exit(4);
}

static void *chunk_alloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		memory_out();
	return p;
}

#define obstack_chunk_alloc chunk_alloc
#define obstack_chunk_free free

void arena_init(struct arena *a)
{
	obstack_init(&a->stack);
}

void arena_release(struct arena *a)
{
	obstack_free(&a->stack, NULL);
}

size_t arena_size(const struct arena *a)
{
	return (size_t)_obstack_memory_used((struct obstack *)&a->stack);
}

/* obstack counts in int. */
static int as_int(size_t size)
{
	if (size >= INT_MAX)
		memory_out();
	return (int)size;
}

/* The macros of <obstack.h> align by counting from a null pointer, which clang's
 * UBSan calls an overflow. */
#define USES_OBSTACK_MACROS __attribute__((no_sanitize("pointer-overflow")))

USES_OBSTACK_MACROS void *arena_alloc(struct arena *a, size_t size)
{
	int len = as_int(size ? size : 1);

	return memset(obstack_alloc(&a->stack, len), 0, size);
}

struct slice arena_copy(struct arena *a, struct slice s)
{
	return (struct slice){ arena_str(a, s), s.len };
}

USES_OBSTACK_MACROS char *arena_str(struct arena *a, struct slice s)
{
	if (s.len == 0)
		return arena_alloc(a, 1);

	int len = as_int(s.len);

	return obstack_copy0(&a->stack, s.at, len);
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	int len = vasprintf(&text, format, args);

	va_end(args);
	if (len < 0)
		memory_out();

	char *copy = arena_str(a, slice_of(text, (size_t)len));

	free(text);
	return copy;
}

void *arena_push(struct arena *a, void *list, size_t *n, size_t size)
{
	char **at = list;

	if ((*n & (*n - 1)) == 0) {   /* full at 0, 1, 2, 4, 8, ... */
		char *wider = arena_alloc(a, (*n ? *n * 2 : 1) * size);

		if (*n)
			memcpy(wider, *at, *n * size);
		*at = wider;
	}
	return *at + (*n)++ * size;
}
