#ifndef HTTPCHECK_RUNNER_JUDGE_H
#define HTTPCHECK_RUNNER_JUDGE_H

#include "runner/bytes.h"
#include "runner/connection.h"

/* Does what was seen fit an outcome of a case? */

/* What an `expect` saw, gathered by the player. */
struct facts {
	const struct response *response;      /* null: none was whole or readable */
	const int *interims;                  /* statuses of the 1xx before it */
	size_t ninterims;
	bool broken;                          /* bytes came, but no response can be made of them */
	bool timed_out;                       /* the deadline came before a whole response */
	bool unfinished;                      /* ... with part of one there */
	enum ended ended;                     /* before a whole response: how the connection ended */
	usec waited;                          /* from the step's start to the first byte or the end */
	enum after { AFTER_UNKNOWN, AFTER_OPEN, AFTER_CLOSED, AFTER_BYTES } after;
};

/* Contents kept by `capture`, for slice-of. */
struct captured_content {
	const char *name;
	struct slice content;
	const struct captured_content *next;
};

struct judge {
	const struct variables *variables;
	const struct captured_content *contents;
	time_t now;                           /* wall clock, for dates */
	double patience;                      /* see patient() */
};

/* --timeout-scale: an upper bound of time on a slow machine. 0 is 1. */
static inline usec patient(usec bound, double patience)
{
	return patience > 0 ? (usec)((double)bound * patience) : bound;
}

enum judgement {
	JUDGED_HOLDS,
	JUDGED_FAILS,                 /* |why| says what does not fit */
	JUDGED_NEEDS_AFTER,           /* all fits so far; facts.after has to be found out */
};

/* |why| gets one clause, such as "status is 200"; it is cleared first. */
enum judgement judge_outcome(const struct judge *j, const struct outcome *o, const struct facts *f,
			     struct buffer *why);

/* "400, then closed" / "a close without an answer" / "silence for 300ms". */
void outcome_describe(const struct outcome *o, const struct variables *v, struct buffer *out);
void outcomes_describe(const struct outcome *list, size_t n, const struct variables *v,
		       struct buffer *out);

/* Of a message what is asked of it but a status: ", version ..., no Via". A matcher: "WHAT
 * matching /x/". */
void message_describe(const struct outcome *o, const struct variables *v, struct buffer *out);
void matcher_describe(struct buffer *out, const char *what, const struct matcher *m,
		      const struct variables *v);

/* "200 OK with 5 bytes, then closed" / "the connection ended (RST) without an answer". */
void facts_describe(const struct facts *f, struct buffer *out);

#endif
