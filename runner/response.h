#ifndef HTTPCHECK_RUNNER_RESPONSE_H
#define HTTPCHECK_RUNNER_RESPONSE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "reports/result.h"

#include <stdbool.h>
#include <stdint.h>

/* The response reader: a strict reading of RFC 9112, fed with bytes as they come.
 * It keeps going after a fault where it can, so that a case sees both the fault and
 * the content. Bounded against a hostile server: see RESPONSE_MAX_*. */

#define RESPONSE_MAX_HEAD    ((size_t)256 * 1024)   /* bytes of one head or trailer section */
#define RESPONSE_MAX_FIELDS  ((size_t)1000)
#define RESPONSE_MAX_INTERIM ((size_t)16)           /* 1xx before one final response */
#define RESPONSE_MAX_CONTENT ((size_t)10 * 1024 * 1024)

/* A fault of this rule is none of the server's: more came than the checker reads. */
#define RESPONSE_LIMIT_RULE "limit"

/* A breach of the message syntax. Of each kind a response has the first only. */
struct fault {
	const char *requirement;      /* "RFC9112-4-4"; static */
	const char *rule;             /* the passive rule that reports it, "status-line-space"; static */
	const char *text;             /* "no space after the status code"; static */
	uint64_t offset;              /* of the first wrong byte, counted from the connection's first */
};

struct field {
	struct slice name, value;     /* value without OWS at its ends; an obs-fold joined by SP */
};

enum response_framing {
	RESPONSE_NONE,                /* no content possible: 1xx, 204, 304, HEAD */
	RESPONSE_LENGTH, RESPONSE_CHUNKED, RESPONSE_UNTIL_CLOSE,
	RESPONSE_TUNNEL,              /* 101, or 2xx to CONNECT: what follows is not HTTP */
};

/* One response. All memory is the reader's; it lives until the reader goes. */
struct response {
	struct slice head;            /* the raw bytes from status line to empty line */
	int major, minor;             /* of the version; 0, 0 when unreadable */
	int status;                   /* 0 when unreadable */
	struct slice version, reason; /* as sent */
	struct field *fields, *trailers;
	size_t nfields, ntrailers;
	enum response_framing framing;
	struct slice content;         /* transfer coding removed; content coding kept */
	uint64_t content_length;      /* announced; valid if has_content_length */
	bool has_content_length;
	bool complete;                /* all of it came; false: cut off by the end of the connection */
	struct fault *faults;
	size_t nfaults;
	uint64_t begins, ends;        /* offsets in the connection's bytes */
	usec first_byte, last_byte;   /* when they came */
};

enum response_state {
	RESPONSE_WANTS_MORE,          /* feed on */
	RESPONSE_INTERIM,             /* a 1xx but 101 is whole: response_take() it, then feed on */
	RESPONSE_FINAL,               /* a final response, or 101, is whole */
	RESPONSE_BROKEN,              /* no response can be made of this: faults say why */
};

struct response_reader;

struct response_reader *response_reader_new(void);   /* null when out of memory */
void response_reader_free(struct response_reader *r);

/* The request that the next final response answers: its method and version decide
 * how the response is framed. To be called before its bytes are fed, or before they
 * are read on with an empty slice. A response nobody asked for is read as one to GET. */
void response_reader_expect(struct response_reader *r, struct slice method, bool http10);

/* Feeds bytes received at |at|. Returns the state after reading as far as one
 * response goes; bytes behind it are kept for the next. With an empty slice it
 * reads on in what was kept. */
enum response_state response_reader_feed(struct response_reader *r, struct slice bytes, usec at);

/* The connection has ended (|reset|: by RST). A response read until close is whole
 * now, an unfinished one is FINAL with .complete false and a fault; with no byte of
 * a response there the state stays RESPONSE_WANTS_MORE. */
enum response_state response_reader_end(struct response_reader *r, bool reset, usec at);

/* The whole response after INTERIM, FINAL or BROKEN, else null; the reader goes on to
 * the next. After BROKEN or a tunnel nothing more is read: bytes stay in the rest,
 * RESPONSE_MAX_CONTENT of them at most. */
const struct response *response_take(struct response_reader *r);

/* True if bytes were fed that are not part of a response taken yet: of one that has
 * begun, or bytes behind the last one. */
bool response_reader_begun(const struct response_reader *r);

/* Of those, the bytes not read yet. */
struct slice response_reader_rest(const struct response_reader *r);

/* True once bytes were dropped, as more waited behind a response than is kept. */
bool response_reader_overflowed(const struct response_reader *r);

/* Bytes of memory that the reader and its responses take up. */
size_t response_reader_size(const struct response_reader *r);

/* Fields by name without case. The value of the first line, or all lines joined by
 * ", " (in |scratch| where there are several); false when there is none. */
bool response_field(const struct response *r, const char *name, struct slice *ret);
bool response_field_combined(const struct response *r, const char *name, struct buffer *scratch,
			     struct slice *ret);
size_t response_field_count(const struct response *r, const char *name);

#endif
