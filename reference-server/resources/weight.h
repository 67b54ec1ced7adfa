#ifndef HTTPCHECK_SERVER_WEIGHT_H
#define HTTPCHECK_SERVER_WEIGHT_H

#include "reference-server/request.h"

/* Accept and its kin: members with a weight, RFC 9110 section 12.4.2. */
struct choice {
	struct slice name;            /* "text/html", "gzip", "en", "*" */
	struct slice parameters;      /* those before the weight, ";" in front; may be empty */
	int weight;                   /* 0 to 1000: q=0.5 is 500 */
};

/* Walks over the members of all lines of a field; zeroed at first. */
struct choices {
	size_t at;
	struct slice list;
};

/* The next member; one whose weight is none is passed over. False at the end. */
bool choice_next(const struct request *r, const char *field, struct choices *c,
		 struct choice *ret);

/* What the field says of |name| or its |alias| (may be null), and if it is silent by
 * "*": the weight, or |otherwise| where none of them occurs. For lists of tokens. */
int choice_weight(const struct request *r, const char *field, const char *name,
		  const char *alias, int otherwise);

#endif
