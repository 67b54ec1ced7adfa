#ifndef HTTPCHECK_BASE_PROBLEM_H
#define HTTPCHECK_BASE_PROBLEM_H

#include <stddef.h>

/* A place in a file that a user wrote; line and column count from 1, 0 = none. */
struct place {
	const char *file;             /* not owned; outlives the place */
	int line, column;
};

/* What went wrong, in one sentence for the user: no capital, no full stop, the
 * subject in single quotes. */
struct problem {
	struct place place;           /* .file may be null: then there is no place */
	char text[512];               /* cut with "..." where it does not fit */
};

/* Fills |p| and returns |error| (a negative errno), so that a function can end
 * with `return problem_set(...)`. |p| may be null: then only the number goes up. */
int problem_set(struct problem *p, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int problem_at(struct problem *p, struct place place, int error, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* "cannot WHAT 'SUBJECT': strerror(error)"; |error| may have either sign. */
int problem_errno(struct problem *p, int error, const char *what, const char *subject);

/* Several problems of one reading, in the order found. At most |max| are kept;
 * .count goes on counting. */
struct problems {
	struct problem *list;
	size_t kept, count, max;
};

#define PROBLEMS_INIT(most) ((struct problems){ NULL, 0, 0, (most) })

void problems_release(struct problems *ps);
void problems_add(struct problems *ps, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "FILE:LINE:COLUMN: TEXT", without the parts that the place does not have, into
 * |out| of |room| bytes; always terminated. */
void problem_format(const struct problem *p, char *out, size_t room);

#endif
