#ifndef HTTPCHECK_BASE_ARENA_H
#define HTTPCHECK_BASE_ARENA_H

#include "base/slice.h"

#include <obstack.h>

/* Memory that is given back all at once: glibc's obstack behind four verbs. What
 * it hands out is zeroed, aligned, and lives until arena_release(). Running out
 * of memory ends the process with exit code 4 and a message: arenas hold what
 * the checker itself reads and keeps, never what a stranger's bytes decide. */
struct arena {
	struct obstack stack;
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);

/* What an arena does where there is no memory: it says so on standard error and ends the
 * process with exit code 4, behind what at_quick_exit(3) has been told. */
_Noreturn void memory_out(void);

/* Bytes it has taken from the system's heap. */
size_t arena_size(const struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
struct slice arena_copy(struct arena *a, struct slice s);   /* a NUL follows it */
char *arena_str(struct arena *a, struct slice s);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lengthens an array of |n| elements of |size| bytes by one and returns the new
 * last element, zeroed; |*list| moves. Growth doubles, so it costs O(n). */
void *arena_push(struct arena *a, void *list, size_t *n, size_t size);

#endif
