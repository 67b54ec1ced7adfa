#ifndef HTTPCHECK_SERVER_CODING_H
#define HTTPCHECK_SERVER_CODING_H

#include "base/buffer.h"
#include "reference-server/request.h"

/* Content codings, RFC 9110 sections 8.4.1 and 12.5.3: gzip or none. */
enum coding { CODING_NONE, CODING_GZIP, CODING_REFUSED };

/* What Accept-Encoding asks for: the one of higher weight, gzip of two equals. Refused:
 * neither gzip nor the plain content is wanted (406). */
enum coding coding_choose(const struct request *r);

/* Appends |plain| in gzip form: 0, -ENOMEM or -ENOSPC. */
int coding_gzip(struct slice plain, struct buffer *out);

#endif
