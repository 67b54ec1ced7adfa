#ifndef HTTPCHECK_RUNNER_BYTES_H
#define HTTPCHECK_RUNNER_BYTES_H

#include "base/buffer.h"
#include "runner/case.h"

/* Variables: ${get}, ${host}, ${status:404}, ${timeouts.idle}, captures, `each`. */
struct variable {
	const char *name;
	struct slice value;
};

/* Layers of variables; the first that knows a name wins. */
struct variables {
	const struct variable *list;
	size_t count;
	const struct variables *below;   /* null at the bottom */
};

/* The value of |name|. A resource written as a template ("/status/{code}") is
 * asked for with an argument, "status:404": the argument replaces its "{...}" and
 * is put together in |scratch|. False when no layer knows it. */
bool variables_find(const struct variables *v, struct slice name, struct buffer *scratch,
		    struct slice *ret);

/* Put the variables in and write the bytes to |out|. 0; -EINVAL for an unknown
 * variable and -ENOSPC when |out| is full, both with |reterr| set. */
int text_expand(const struct text *t, const struct variables *v, struct buffer *out,
		struct problem *reterr);
int bytes_expand(const struct bytes *b, const struct variables *v, struct buffer *out,
		 struct problem *reterr);

/* A duration with its variables. 0 or -EINVAL; |*ret| >= 0. */
int duration_expand(const struct duration *d, const struct variables *v, usec *ret,
		    struct problem *reterr);

/* Everything of duration_expand() that can be said without knowing the variables. */
int duration_check(const struct duration *d, struct problem *reterr);

/* The next literal bytes or ${name} of a text, taken off the front of |rest|. 1 with
 * |*ret| set, 0 at the end, -EINVAL at an unclosed "${". */
struct text_piece {
	struct slice bytes;           /* of a variable: its name */
	bool variable;
};

int text_next(struct slice *rest, struct text_piece *ret);

/* Calls |seen| with each ${name} in |t|; -EINVAL at an unclosed "${". */
int text_each_variable(const struct text *t, int (*seen)(void *arg, struct slice name), void *arg);

#endif
