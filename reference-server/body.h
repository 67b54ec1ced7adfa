#ifndef HTTPCHECK_SERVER_BODY_H
#define HTTPCHECK_SERVER_BODY_H

#include "base/buffer.h"
#include "reference-server/request.h"

/* The message body: where it ends (RFC 9112 section 6) and what is in it. */

enum body_kind { BODY_NONE, BODY_LENGTH, BODY_CHUNKED };

enum chunk_state { CHUNK_SIZE, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER };

struct body {
	enum body_kind kind;
	uint64_t left;                /* octets of the content, or of the chunk, still to come */
	uint64_t received;            /* octets of content so far */
	bool ambiguous;               /* framed in a way that demands a close after the answer */

	/* The reader's own, for chunked. */
	enum chunk_state state;
	struct line_scan scan;
	size_t extensions;            /* octets of chunk extensions so far */
	size_t ntrailers, trailer_octets;
};

/* All chunk extensions of one body together (RFC 9112 section 7.1.1). */
#define MAX_EXTENSIONS ((size_t)16 * 1024)

/* How the body of |r| is framed. On PARSE_BAD the connection must end. */
enum parse body_init(struct body *b, const struct request *r, const struct limits *limits,
		     struct refusal *reterr);

/* True when nothing of it is still to come. */
static inline bool body_is_whole(const struct body *b)
{
	return b->kind == BODY_NONE || (b->kind == BODY_LENGTH && b->left == 0);
}

/* Where the octets go: both may be null, then they are read and dropped. */
struct body_sink {
	struct buffer *content;       /* transfer coding removed */
	struct buffer *trailers;      /* field lines of the trailer section, CRLF behind each */
};

/* Reads the body on; *ret_used octets of |in| are done with and must not be given
 * again, the rest is, with more behind. PARSE_PARTIAL may leave a line unused.
 * PARSE_BAD sets *reterr: a fault of the request, or 503 when memory ran out. */
enum parse body_read(struct body *b, struct slice in, struct body_sink sink,
		     const struct limits *limits, size_t *ret_used, struct refusal *reterr);

/* Takes the next field line off trailers kept by body_read(); false at the end. */
bool trailer_next(struct slice *trailers, struct field *ret);

#endif
