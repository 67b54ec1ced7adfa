#ifndef HTTPCHECK_RUNNER_PROBE_H
#define HTTPCHECK_RUNNER_PROBE_H

#include "runner/target.h"

#include "net/loop.h"

/* What is asked of a target once before a run. All of it runs in the current task. */

/* Does it answer a plain request with HTTP? 0; -ECONNREFUSED where there is no
 * connection; -EPROTO where what comes is no HTTP response, with |reterr| set. */
int probe_answers(struct dialer *d, struct target *t, usec timeout, struct problem *reterr);

/* Can it say no? False where it answers 2xx both to a path that leads nowhere and to
 * bytes that are no request: then nothing it answers shows anything. */
int probe_discerns(struct dialer *d, struct target *t, usec timeout, bool *ret_discerns);

/* Does it serve a second connection while a first one is idle? */
int probe_serial(struct dialer *d, struct target *t, bool *ret_serial);

/* All of it in turn. |anyway|: go on where the target speaks no HTTP. 0 and |*ret|, or as
 * probe_answers(). */
struct probed {
	bool serial, discerns;
};

int probe_all(struct dialer *d, struct target *t, usec timeout, bool anyway, struct probed *ret,
	      struct problem *reterr);

/* Finds out what a target without a profile offers at `get`: validators, ranges, HEAD,
 * OPTIONS, TRACE; and adds that to its profile. Nothing that might change the target is sent. */
int probe_resources(struct dialer *d, struct target *t, usec timeout);

#endif
