#include "runner/memory.h"

#include "base/arena.h"

#include <argp.h>
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <jansson.h>
#include <libxml/xmlmemory.h>
#include <openssl/crypto.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>

/* Null tells of other troubles as well, here and there. */
static void *got(void *p)
{
	if (!p && errno == ENOMEM)
		memory_out();
	return p;
}

static int told(int r)
{
	if (r < 0 && errno == ENOMEM)
		memory_out();
	return r;
}

/* The linker turns calls of name() into calls of __wrap_name(), and name() itself into
 * __real_name(). Both are names of its choice.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define WRAP(type, name, params, args)      WRAP_BY(got, type, name, params, args)
#define WRAP_INT(name, params, args)        WRAP_BY(told, int, name, params, args)
#define WRAP_BY(sees, type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return sees(__real_##name args); \
	}

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *p, size_t size), (p, size))
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
WRAP(char *, strdup, (const char *s), (s))
WRAP(char *, strndup, (const char *s, size_t n), (s, n))
WRAP(char *, realpath, (const char *path, char *out), (path, out))
WRAP(char *, getcwd, (char *out, size_t room), (out, room))
WRAP(FILE *, open_memstream, (char **at, size_t *len), (at, len))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fopencookie, (void *arg, const char *mode, cookie_io_functions_t f), (arg, mode, f))
WRAP(void *, tsearch, (const void *key, void **root, int (*compare)(const void *, const void *)),
     (key, root, compare))
WRAP_INT(getifaddrs, (struct ifaddrs **ret), (ret))
WRAP_INT(scandir, (const char *path, struct dirent ***ret, int (*is_one)(const struct dirent *),
		   int (*compare)(const struct dirent **, const struct dirent **)),
	 (path, ret, is_one, compare))

/* The kernel's memory, or its bound on what may be watched (ENOSPC): a socket that nobody
 * watches would look like a target that does not answer. */
int __real_epoll_ctl(int fd, int op, int of, struct epoll_event *e);
int __wrap_epoll_ctl(int fd, int op, int of, struct epoll_event *e);
int __wrap_epoll_ctl(int fd, int op, int of, struct epoll_event *e)
{
	int r = __real_epoll_ctl(fd, op, of, e);

	if (r < 0 && errno == ENOSPC)
		memory_out();
	return told(r);
}

/* The end of a file leaves errno as it was. */
#define WRAP_LINE(name, params, args) \
	ssize_t __real_##name params; \
	ssize_t __wrap_##name params; \
	ssize_t __wrap_##name params \
	{ \
		errno = 0; \
		return told((int)__real_##name args); \
	}

WRAP_LINE(getline, (char **line, size_t *room, FILE *in), (line, room, in))
WRAP_LINE(__getdelim, (char **line, size_t *room, int end, FILE *in), (line, room, end, in))

/* Callers look at nothing that it returns: other errors it tells of and exits by itself. */
error_t __real_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
			  int *ret_index, void *input);
error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
			  int *ret_index, void *input);
error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
			  int *ret_index, void *input)
{
	error_t error = __real_argp_parse(argp, argc, argv, flags, ret_index, input);

	if (error == ENOMEM)
		memory_out();
	return error;
}

/* Under _FORTIFY_SOURCE the names with _chk are called. */
#define PRINTS(at) __attribute__((format(printf, at, 0)))

PRINTS(2) int __real_vasprintf(char **out, const char *format, va_list args);
PRINTS(2) int __wrap_vasprintf(char **out, const char *format, va_list args);
int __wrap_vasprintf(char **out, const char *format, va_list args)
{
	return told(__real_vasprintf(out, format, args));
}

PRINTS(3) int __real___vasprintf_chk(char **out, int flag, const char *format, va_list args);
PRINTS(3) int __wrap___vasprintf_chk(char **out, int flag, const char *format, va_list args);
int __wrap___vasprintf_chk(char **out, int flag, const char *format, va_list args)
{
	return told(__real___vasprintf_chk(out, flag, format, args));
}

__attribute__((format(printf, 3, 4)))
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...);
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...)
{
	va_list args;

	va_start(args, format);

	int len = __wrap___vasprintf_chk(out, flag, format, args);

	va_end(args);
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

/* OpenSSL says where it asks. */
static void *crypto_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return malloc(size);
}

static void *crypto_realloc(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return realloc(p, size);
}

static void crypto_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

int memory_begin(void)
{
	if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
		return -EIO;
	json_set_alloc_funcs(malloc, free);
	if (xmlMemSetup(free, malloc, realloc, strdup) != 0 ||
	    curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, realloc, strdup, calloc) !=
		    CURLE_OK)
		return -EIO;
	return 0;
}
