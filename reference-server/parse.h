#ifndef HTTPCHECK_SERVER_PARSE_H
#define HTTPCHECK_SERVER_PARSE_H

#include "base/slice.h"

#include <stdint.h>

/* What the readers of head and body share: an outcome, a refusal, lines, fields. */

enum parse {
	PARSE_DONE,                   /* all of it is there and well-formed */
	PARSE_PARTIAL,                /* well-formed so far: call again with more */
	PARSE_BAD,                    /* the refusal says why; the message cannot be read on */
};

/* Why a request is refused. The connection ends after each of these: where one
 * message is not understood, nobody knows where the next begins. */
struct refusal {
	int status;                   /* to answer */
	const char *requirement;      /* row of the catalogue; static */
	const char *why;              /* one clause; static */
	struct slice subject;         /* the token it is about, out of the request; may be empty */
};

/* Fills |reterr| and returns PARSE_BAD, so that a reader can end with it. */
enum parse refuse(struct refusal *reterr, int status, const char *requirement, const char *why);

/* Lines of a head, a trailer section or of chunk sizes. Strict: CRLF ends a line,
 * CR and LF never stand alone, and of the control bytes only HTAB may occur (RFC
 * 9112 section 2.2, RFC 9110 section 5.5). */
struct line_scan {
	size_t begin;                 /* of the line, in the bytes given */
	size_t seen;                  /* where the search goes on: no byte is looked at twice */
};

enum line { LINE_WHOLE, LINE_PARTIAL, LINE_TOO_LONG, LINE_BAD };

/* LINE_WHOLE:    *ret is the line without its CRLF; the scan stands behind it.
 * LINE_PARTIAL:  call again with the same bytes and more behind them.
 * LINE_TOO_LONG: more than |max| bytes without CRLF; *ret is what there is of it.
 * LINE_BAD:      *reterr is set. */
enum line line_next(struct line_scan *s, struct slice in, size_t max, struct slice *ret,
		    struct refusal *reterr);

/* A field line; value without the OWS around it. Both point into the line. */
struct field {
	struct slice name, value;
};

/* field-line of RFC 9112 section 5, without its CRLF. |reterr| only on PARSE_BAD. */
enum parse field_parse(struct slice line, struct field *ret, struct refusal *reterr);

#endif
