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

struct sent {
	struct arena *arena;
	struct buffer bytes;
	struct sent_request *requests;
	size_t count;
	size_t scanned;               /* where the first request not yet whole begins */
};

#define SENT_MAX ((size_t)32 * 1024 * 1024)

void sent_init(struct sent *s, struct arena *a);
void sent_release(struct sent *s);

/* Adds bytes that went out. 0, or -ENOSPC past SENT_MAX. */
int sent_add(struct sent *s, struct slice bytes);

/* The |index|th request begun on the connection; false when there is none. What it
 * points to is copied into the arena. */
bool sent_request(struct sent *s, size_t index, struct sent_request *ret);

#endif
