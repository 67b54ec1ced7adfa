#ifndef HTTPCHECK_SERVER_ANSWER_H
#define HTTPCHECK_SERVER_ANSWER_H

#include "base/buffer.h"
#include "base/clock.h"
#include "reference-server/request.h"

#include <time.h>

/* Content that is fetched while it leaves, as it may be larger than memory should be. */
struct source {
	/* Puts the |n| octets that begin at s->at to |to|; 0 or -errno. Null: no source. */
	int (*read)(const struct source *s, char *to, size_t n);
	void (*end)(const struct source *s);   /* may be null */
	uint64_t at, left;            /* the next octet, and how many are still to come */
	int fd;                       /* the source's own */
};

/* A final response while it is made. Handlers of resources fill it in; how it is
 * framed, dated and whether the connection stays open is not theirs to decide. */
struct answer {
	struct buffer fields;         /* field lines, CRLF behind each */
	struct buffer made;           /* content made for this answer */
	int status;
	struct slice lines;           /* field lines that outlive the answer, beside |fields| */
	struct slice fixed;           /* content that outlives the answer; if |made| is empty */
	struct source source;         /* content instead of both */
	bool websocket;               /* with 101: RFC 6455 is spoken from here on */
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

/* Keeps a copy of |fixed|, where that does not outlive the handler. */
void answer_own(struct answer *a);

/* Adds to the content. */
void answer_add(struct answer *a, struct slice content);
void answer_addf(struct answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The content as it stands, without that of a source. */
struct slice answer_content(const struct answer *a);

/* Octets of it, with those of a source. */
uint64_t answer_length(const struct answer *a);

/* The whole answer of an error: text that explains it and says whether it is
 * temporary (RFC 9110 sections 15.5 and 15.6). |why| is one clause. */
__attribute__((cold)) void answer_error(struct answer *a, int status, const char *why);
__attribute__((cold)) void answer_refusal(struct answer *a, const struct refusal *why);

/* The field lines that every final response has: Date and Server. */
enum { ANSWER_COMMON = sizeof("Date: Tue, 24 Nov 2026 21:52:06 GMT\r\nServer: httpcheck\r\n") - 1 };

void answer_common(time_t now, char out[ANSWER_COMMON]);

/* What the framing and the connection fields depend on. */
struct answer_to {
	bool head;                    /* the method was HEAD: no content */
	bool http10;                  /* no 1xx, no transfer coding */
	bool persist;                 /* the connection stays open behind it */
	const char *common;           /* answer_common() of now */
};

/* Appends the response, and the interim one before it. 0, or -ENOMEM: then |out| may
 * hold a part of it. */
int answer_write(const struct answer *a, struct answer_to to, struct buffer *out);

/* What has a source goes on behind answer_write(): appends the next piece. 1: there is
 * more, 0: that was the end, or a negative errno: the response cannot be finished. */
int answer_more(struct answer *a, struct answer_to to, struct buffer *out);

/* The source is not needed any more; nothing where there is none. */
static inline void answer_end_source(struct answer *a)
{
	if (a->source.read && a->source.end)
		a->source.end(&a->source);
	a->source.read = NULL;
}

#endif
