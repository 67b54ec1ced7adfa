#ifndef HTTPCHECK_SERVER_DOCUMENT_H
#define HTTPCHECK_SERVER_DOCUMENT_H

#include "http/grammar.h"
#include "reference-server/resources/precondition.h"
#include "reference-server/resources/resources.h"

/* A representation. Of one that is always the same the field lines are put together
 * by the compiler, as they are of every answer. */
struct document {
	struct slice content;
	const struct source *source;  /* or this: the content is fetched as it leaves */
	struct validators validators;
	struct slice common;          /* what 200, 206 and 304 share, RFC 9110 section 15.4.5 */
	struct slice metadata;        /* what a client that has the document knows already */
	struct slice type;            /* of the content; stands in each part of a multipart, too */
	struct slice all;             /* the three of them, where they outlive the answer */
};

#define DOCUMENT_COMMON(tag)    "ETag: " tag "\r\nCache-Control: no-cache\r\n"
#define DOCUMENT_METADATA(date) "Last-Modified: " date "\r\nAccept-Ranges: bytes\r\n"
#define DOCUMENT_TYPE(media)    "Content-Type: " media "\r\n"

#define DOCUMENT(media, tag, date, octets)                                                     \
	{                                                                                      \
		.content = SLICE(octets),                                                      \
		.validators = { tag, date },                                                   \
		.common = SLICE(DOCUMENT_COMMON(tag)),                                         \
		.metadata = SLICE(DOCUMENT_METADATA(date)),                                    \
		.type = SLICE(DOCUMENT_TYPE(media)),                                           \
		.all = SLICE(DOCUMENT_COMMON(tag) DOCUMENT_METADATA(date) DOCUMENT_TYPE(media)), \
	}

/* Answers GET and HEAD as RFC 9110 asks: preconditions, then ranges, then 200. A
 * source is the answer's if a->source.read is set then, else still the caller's. */
void document_answer(const struct document *d, const struct call *call, struct answer *a);

/* What is known of a representation at run time. */
struct portrait {
	const char *etag;             /* entity-tag */
	time_t modified;
	const char *type;             /* media type */
	const char *coding;           /* content coding; null: none */
	const char *vary;             /* fields it was chosen by; null: none */
	const char *location;         /* its own path, where it was chosen; null: the target */
};

/* A document and the lines that it is made of. */
struct made_document {
	struct document document;
	char modified[HTTP_DATE_ROOM];
	char common[512], metadata[192], type[192];
};

/* Fills all of |*m| but content and source. |p->etag| outlives it. A time in the
 * future becomes |now| (RFC 9110 section 8.8.2.1). */
void document_make(struct made_document *m, const struct portrait *p, time_t now);

#endif
