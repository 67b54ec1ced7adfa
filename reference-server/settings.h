#ifndef HTTPCHECK_SERVER_SETTINGS_H
#define HTTPCHECK_SERVER_SETTINGS_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the operator may decide. Read-only once the server runs, so that every
 * thread and every exchange can share one. */

struct timeouts {
	usec header;                  /* for a request head, from its first octet -> 408 */
	usec body;                    /* for content, and for a client to take an answer -> 408 */
	usec idle;                    /* between two requests -> FIN */
	usec linger;                  /* reading on after the last answer, RFC 9112 section 9.6 */
	usec drain;                   /* for what is in flight when the server is to stop */
};

struct limits {
	uint64_t request_line;        /* octets, without the CRLF -> 414 */
	uint64_t fields;              /* octets of a header or trailer section -> 431 */
	uint64_t field_count;         /* lines of it -> 431 */
	uint64_t content;             /* octets -> 413 */
	uint64_t requests;            /* on one connection; the last answer says close */
	uint64_t connections;         /* at once; one more -> 503 */
};

/* Ways to be a bad server on purpose: a suite must pass none of them. */
enum misbehaviour {
	MISBEHAVE_NOT,
	MISBEHAVE_CLOSE,              /* closes every connection at once */
	MISBEHAVE_MUTE,               /* reads, never answers */
	MISBEHAVE_BAD_REQUEST,        /* 400 to everything, then a correct close */
	MISBEHAVE_OK,                 /* 200 to everything that has an empty line */
	MISBEHAVE_GARBAGE,            /* random octets */
};

struct store;
struct nonces;

struct settings {
	struct timeouts timeouts;
	struct limits limits;
	int access_log;               /* descriptor; -1: none */
	const char *user, *password;  /* of the resources that ask who is there; UTF-8 */
	int root;                     /* folder of the static files; -1: none */
	bool discovers;               /* answers queries by UDP */
	uint64_t discovery;           /* on this port; 0: a free one */
	struct store *store;          /* see resources_open() */
	struct nonces *nonces;
	enum misbehaviour misbehave;
};

/* One field line may be this long, whatever the section may hold -> 431. */
#define MAX_FIELD_LINE ((size_t)8192)

#define SETTINGS_DEFAULT                                                           \
	((struct settings){                                                        \
		.timeouts = { .header = 10 * USEC_PER_SEC, .body = 10 * USEC_PER_SEC, \
			      .idle = 10 * USEC_PER_SEC, .linger = 2 * USEC_PER_SEC, \
			      .drain = 2 * USEC_PER_SEC },                         \
		.limits = { .request_line = 8192, .fields = 32 * 1024,             \
			    .field_count = 100, .content = 1024 * 1024,            \
			    .requests = 1000, .connections = 10000 },              \
		.access_log = -1,                                                  \
		.user = "test", .password = "123\u00a3", .root = -1,               \
	})

#endif
