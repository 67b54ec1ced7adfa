#ifndef HTTPCHECK_RUNNER_ORIGIN_H
#define HTTPCHECK_RUNNER_ORIGIN_H

#include "runner/script-peer.h"

/* Where a gateway under test finds its origin server: us. One listener for a whole run; what
 * is answered is the affair of the one case that attends to it. */
struct origin;

/* "127.0.0.1:9000", "[::1]:9000" or "unix:PATH". 0 or a negative errno with |reterr| set. */
int origin_listen(struct loop *loop, const char *address, struct origin **ret,
		  struct problem *reterr);
void origin_free(struct origin *o);

/* Connections go to |cast| from now on; null: they are closed at once. */
void origin_attend(struct origin *o, struct script_cast *cast);

#endif
