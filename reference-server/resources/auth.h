#ifndef HTTPCHECK_SERVER_AUTH_H
#define HTTPCHECK_SERVER_AUTH_H

#include "base/buffer.h"
#include "reference-server/resources/resources.h"

/* What the authentication schemes have in common, RFC 9110 section 11. */

/* What stands behind |scheme| in Authorization; false where it is not there, twice
 * there, or of another scheme. */
bool auth_credentials(const struct request *r, const char *scheme, struct slice *ret);

/* Takes the next auth-param off |*list|: 1 taken, 0 at the end, -EINVAL broken. A
 * quoted value keeps its quotes. */
int auth_param_next(struct slice *list, struct slice *ret_name, struct slice *ret_value);

/* What a value stands for: without quotes and, in a quoted one, without the backslash of
 * each quoted-pair. Appends; 0 or what buffer_add() returns. */
int auth_unquote(struct slice value, struct buffer *out);

/* "users@HOST": it names the host that asks (RFC 7616 section 5.2). */
#define AUTH_REALM_ROOM 300
void auth_realm(const struct call *call, char out[AUTH_REALM_ROOM]);

/* Equal, in a time that depends on nothing but the length of |theirs|. */
bool auth_equal(struct slice theirs, const char *ours);

/* The page behind the door, for GET of an authenticated client. */
void auth_answer(const struct call *call, struct answer *a);

#endif
