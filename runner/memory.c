#include "runner/memory.h"

#include "base/arena.h"

#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <libxml/xmlmemory.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Null tells of other troubles as well, here and there. */
static void *got(void *p)
{
	if (!p && errno == ENOMEM)
		memory_out();
	return p;
}

/* The linker turns calls of name() into calls of __wrap_name(), and name() itself into
 * __real_name(). Both are names of its choice.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define WRAP(type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return got(__real_##name args); \
	}

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *p, size_t size), (p, size))
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
WRAP(char *, strdup, (const char *s), (s))
WRAP(char *, strndup, (const char *s, size_t n), (s, n))
WRAP(char *, realpath, (const char *path, char *out), (path, out))
WRAP(FILE *, open_memstream, (char **at, size_t *len), (at, len))

__attribute__((format(printf, 2, 0)))
int __real_vasprintf(char **out, const char *format, va_list args);
__attribute__((format(printf, 2, 0)))
int __wrap_vasprintf(char **out, const char *format, va_list args);
int __wrap_vasprintf(char **out, const char *format, va_list args)
{
	int len = __real_vasprintf(out, format, args);

	if (len < 0 && errno == ENOMEM)
		memory_out();
	return len;
}

__attribute__((format(printf, 2, 3)))
int __wrap_asprintf(char **out, const char *format, ...);
int __wrap_asprintf(char **out, const char *format, ...)
{
	va_list args;

	va_start(args, format);

	int len = vasprintf(out, format, args);

	va_end(args);
	return len;
}

void *__real_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *map = __real_mmap(at, len, prot, flags, fd, offset);

	if (map == MAP_FAILED && errno == ENOMEM)
		memory_out();
	return map;
}

/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

int memory_begin(void)
{
	json_set_alloc_funcs(malloc, free);
	if (xmlMemSetup(free, malloc, realloc, strdup) != 0 ||
	    curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, realloc, strdup, calloc) !=
		    CURLE_OK)
		return -EIO;
	return 0;
}
