#ifndef HTTPCHECK_SERVER_PRECONDITION_H
#define HTTPCHECK_SERVER_PRECONDITION_H

#include "reference-server/request.h"

#include <time.h>

/* What tells one state of a representation from another. */
struct validators {
	const char *etag;             /* entity-tag, strong */
	const char *modified;         /* HTTP-date, in the past */
};

enum precondition {
	PRECONDITION_TRUE,            /* perform the method */
	PRECONDITION_NOT_MODIFIED,    /* 304, only for GET and HEAD */
	PRECONDITION_FAILED,          /* 412 */
};

/* The conditions of a request that has one. */
enum precondition precondition_evaluate(const struct request *r, struct validators v, time_t now);

/* Evaluates the conditional fields of a request against the representation it
 * selects, in the order of RFC 9110 section 13.2.2. To be asked only where the answer
 * would otherwise be a 2xx (section 13.2.1). |now| settles two-digit years. */
static inline enum precondition precondition_check(const struct request *r, struct validators v,
						   time_t now)
{
	bool none = !request_may_have(r, "If-Match") && !request_may_have(r, "If-None-Match") &&
		    !request_may_have(r, "If-Unmodified-Since") &&
		    !request_may_have(r, "If-Modified-Since");

	return none ? PRECONDITION_TRUE : precondition_evaluate(r, v, now);
}

/* Step 5 of that order: true if Range may be obeyed, as no If-Range stands against
 * it (section 13.1.5). */
bool precondition_if_range(const struct request *r, struct validators v, time_t now);

#endif
