#ifndef HTTPCHECK_RUNNER_SENT_H
#define HTTPCHECK_RUNNER_SENT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "runner/response.h"

/* What we sent on a connection, cut into requests, so that each response can be
 * laid beside the request it answers (by order, RFC 9112 section 9.3.2). Cases
 * send broken requests on purpose: then the reading is a best guess, marked so. */
struct sent_request {
	struct slice bytes;           /* head and content, as far as sent */
	bool whole;                   /* its end was sent too */
	bool valid;                   /* well-formed HTTP/1.x: all below is set */
	struct slice method, target;
	int minor;                    /* HTTP/1.minor; 1 where not valid */
	struct field *fields;
	size_t nfields;
	bool upgrade, close;          /* the request asks for them */
};

/* How far a request that is not whole was read: nothing is read twice, however small the
 * pieces are in which it comes. */
struct sent_progress {
	size_t at;                    /* offset in it */
	bool begun, has_head;         /* behind the empty lines before it; behind its head */
	bool chunked, in_chunk, in_trailers, broken;
	uint64_t left;                /* of the content, or of the chunk under way */
};

struct sent {
	struct arena *arena;
	struct buffer bytes;
	struct sent_request *requests;
	size_t count;
	size_t scanned;               /* where the first request not yet whole begins */
	struct sent_request open;     /* that one, once its head is whole */
	struct sent_progress progress;
};

#define SENT_MAX        ((size_t)32 * 1024 * 1024)
#define SENT_MAX_FIELDS ((size_t)100 * 1000)   /* a request with more is not valid */

void sent_init(struct sent *s, struct arena *a);
void sent_release(struct sent *s);

/* Adds bytes that went out. 0, or -ENOSPC past SENT_MAX. */
int sent_add(struct sent *s, struct slice bytes);

/* The |index|th request begun on the connection; false when there is none. What it
 * points to is copied into the arena. */
bool sent_request(struct sent *s, size_t index, struct sent_request *ret);

/* The same, to be asked after every piece: of a request that is not whole it says nothing
 * but what its head says, once that is whole, and copies nothing. */
bool sent_begun(struct sent *s, size_t index, struct sent_request *ret);

#endif
