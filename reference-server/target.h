#ifndef HTTPCHECK_SERVER_TARGET_H
#define HTTPCHECK_SERVER_TARGET_H

#include "base/buffer.h"
#include "http/tables.h"
#include "reference-server/parse.h"

/* The request-target, RFC 9112 section 3.2. */
enum target_form { TARGET_ORIGIN, TARGET_ABSOLUTE, TARGET_AUTHORITY, TARGET_ASTERISK };

struct target {
	enum target_form form;
	struct slice authority;       /* of absolute and authority form: it counts, not Host */
	struct slice path;            /* begins with "/"; empty in the last two forms */
	struct slice query;           /* behind the "?" */
	bool https;                   /* of absolute form: which scheme */
	bool normal;                  /* |path| has no escape and no dot: see target_normalize() */
};

/* Which forms are allowed depends on the method: authority for CONNECT and only
 * there, "*" for OPTIONS. A method nobody knows may have any of them, as 501 and
 * not 400 is its answer. Slices of |*ret| point into |text| or to static memory. */
enum parse target_parse(struct slice text, enum http_method method, struct target *ret,
			struct refusal *reterr);

/* The path that all equivalent paths have in common (RFC 9110 section 4.2.3, RFC 3986
 * section 6.2.2): "%69" of an unreserved character is that character, "." and ".." are
 * resolved; "%2F" is not a "/". |*ret| is |path| itself or in |scratch|, whose content
 * is replaced. 0 or -ENOMEM. */
int target_normalize(struct slice path, struct buffer *scratch, struct slice *ret);

#endif
