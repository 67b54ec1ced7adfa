#ifndef HTTPCHECK_SERVER_ANSWER_H
#define HTTPCHECK_SERVER_ANSWER_H

#include "base/buffer.h"
#include "base/clock.h"
#include "reference-server/request.h"

#include <time.h>

/* A final response while it is made. Handlers of resources fill it in; how it is
 * framed, dated and whether the connection stays open is not theirs to decide. */
struct answer {
	int status;
	struct buffer fields;         /* field lines, CRLF behind each */
	struct buffer made;           /* content made for this answer */
	struct slice fixed;           /* content that outlives the answer; if |made| is empty */
	size_t chunk;                 /* > 0: chunked coding with chunks of so many octets */
	struct field trailer;         /* with chunked coding only; no name: none */
	int interim;                  /* a 1xx to send before; 0: none */
	usec pause;                   /* to wait before it is sent */
	bool failed;                  /* memory ran out on the way */
};

/* Empties |a| for the next answer; its buffers keep their memory. */
void answer_begin(struct answer *a, int status);
void answer_release(struct answer *a);

/* Adds a field line. CR, LF and NUL in |value| become SP: nothing a client sent can
 * begin a line of its own (RFC 9110 section 5.5). */
void answer_field(struct answer *a, const char *name, struct slice value);
void answer_fieldf(struct answer *a, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds whole field lines, ready-made, with CRLF behind each. */
void answer_lines(struct answer *a, struct slice lines);

/* Adds to the content. */
void answer_add(struct answer *a, struct slice content);
void answer_addf(struct answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The content as it stands. */
struct slice answer_content(const struct answer *a);

/* The whole answer of an error: text that explains it and says whether it is
 * temporary (RFC 9110 sections 15.5 and 15.6). |why| is one clause. */
void answer_error(struct answer *a, int status, const char *why);
void answer_refusal(struct answer *a, const struct refusal *why);

/* What the framing and the connection fields depend on. */
struct answer_to {
	bool head;                    /* the method was HEAD: no content */
	bool http10;                  /* no 1xx, no transfer coding */
	bool persist;                 /* the connection stays open behind it */
	const char *date;             /* IMF-fixdate of now */
};

/* Appends the response, and the interim one before it. 0, or -ENOMEM: then |out| may
 * hold a part of it. */
int answer_write(const struct answer *a, struct answer_to to, struct buffer *out);

#endif
