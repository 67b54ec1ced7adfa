#ifndef HTTPCHECK_SERVER_MISBEHAVE_H
#define HTTPCHECK_SERVER_MISBEHAVE_H

#include "base/buffer.h"
#include "reference-server/settings.h"

/* Degenerate servers: what a suite must not let pass. */

/* Looks at input and appends what such a server says to it. *ret_used octets are done
 * with. False when the connection is to end behind the output. */
bool misbehave(enum misbehaviour how, struct slice in, const char *date, uint64_t seed,
	       size_t *ret_used, struct buffer *out);

#endif
