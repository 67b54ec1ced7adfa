#ifndef HTTPCHECK_SERVER_DOCUMENT_H
#define HTTPCHECK_SERVER_DOCUMENT_H

#include "precondition.h"
#include "resources.h"

/* A representation that is always the same. */
struct document {
	struct slice content;
	const char *media_type;
	struct validators validators;
};

/* Answers GET and HEAD as RFC 9110 asks: preconditions, then ranges, then 200. */
void document_answer(const struct document *d, const struct call *call, struct answer *a);

#endif
