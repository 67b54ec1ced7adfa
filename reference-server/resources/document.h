#ifndef HTTPCHECK_SERVER_DOCUMENT_H
#define HTTPCHECK_SERVER_DOCUMENT_H

#include "reference-server/resources/precondition.h"
#include "reference-server/resources/resources.h"

/* A representation that is always the same. Its field lines are put together by the
 * compiler, as they are of every answer. */
struct document {
	struct slice content;
	struct validators validators;
	struct slice common;          /* what 200, 206 and 304 share, RFC 9110 section 15.4.5 */
	struct slice metadata;        /* what a client that has the document knows already */
	struct slice type;            /* of the content; stands in each part of a multipart, too */
};

#define DOCUMENT(media, tag, date, octets)                                            \
	{                                                                             \
		.content = SLICE(octets),                                             \
		.validators = { tag, date },                                          \
		.common = SLICE("ETag: " tag "\r\nCache-Control: no-cache\r\n"),      \
		.metadata = SLICE("Last-Modified: " date "\r\nAccept-Ranges: bytes\r\n"), \
		.type = SLICE("Content-Type: " media "\r\n"),                         \
	}

/* Answers GET and HEAD as RFC 9110 asks: preconditions, then ranges, then 200. */
void document_answer(const struct document *d, const struct call *call, struct answer *a);

#endif
