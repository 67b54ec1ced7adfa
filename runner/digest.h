#ifndef HTTPCHECK_RUNNER_DIGEST_H
#define HTTPCHECK_RUNNER_DIGEST_H

#include "base/buffer.h"

/* What a client says to a challenge, RFC 7616 section 3.4, with qop=auth. The judge's
 * own: nothing of it is shared with the reference server. */
struct digest_answer {
	struct slice challenge;       /* WWW-Authenticate; several challenges are taken apart */
	struct slice algorithm;       /* which of them; empty: the first with SHA-256 or MD5 */
	struct slice method, uri, user, password;
	struct slice nc;              /* empty: 00000001 */
};

#define DIGEST_CNONCE "6874747063686563"

/* Appends a value of Authorization; "Digest" alone where no challenge fits, so that the
 * server shows what it makes of that. 0 or what buffer_add() returns. */
int digest_answer(const struct digest_answer *a, struct buffer *out);

#endif
