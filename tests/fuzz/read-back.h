#ifndef HTTPCHECK_TESTS_FUZZ_READ_BACK_H
#define HTTPCHECK_TESTS_FUZZ_READ_BACK_H

#include "base/slice.h"

#include <stdbool.h>

/* The checker's response reader, for targets that are of the server: the two rooms have
 * each a struct field of their own, so they do not meet in one file. */
struct read_back;

struct read_back *read_back_new(void);
void read_back_free(struct read_back *r);

enum read_back_state {
	READ_BACK_MORE, /* no whole response is there */
	READ_BACK_INTERIM,
	READ_BACK_FINAL,
	READ_BACK_TUNNEL, /* 101: what follows is no HTTP */
	READ_BACK_FAULTY, /* it has a fault, or is cut */
};

/* All that came; the bytes stay the caller's until the next call. */
void read_back_feed(struct read_back *r, struct slice bytes);

/* The next response, as one to |method|; its status and content. The content is the reader's. */
enum read_back_state read_back_next(struct read_back *r, struct slice method, bool http10,
				    int *ret_status, struct slice *ret_content);

/* What is wrong with the response taken last; null: nothing, or it is cut. */
const char *read_back_fault(const struct read_back *r);

/* Bytes that are no part of a response taken yet. */
bool read_back_begun(const struct read_back *r);

#endif
