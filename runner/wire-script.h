#ifndef HTTPCHECK_RUNNER_WIRE_SCRIPT_H
#define HTTPCHECK_RUNNER_WIRE_SCRIPT_H

#include "runner/bytes.h"
#include "runner/wire.h"

/* A scripted peer in place of a target: the answers of one proof item
 * (case-language.md, section 3), in memory, on a clock that need not be real.
 *
 * An exchange begins when the case waits on a connection for the first time, and anew
 * when it waits after it has sent more. Each exchange gets the next answer of the
 * connection's script; behind the end of a script there is silence. The connection
 * that `alive` opens is answered 204 unless the item says otherwise. */
struct script_dialer;

/* |item|, |variables| and |loop| must outlive the dialer. */
int script_dialer_new(struct loop *loop, const struct proof_item *item,
		      const struct variables *variables, struct script_dialer **ret);
void script_dialer_free(struct script_dialer *d);     /* outside of any task */
struct dialer *script_dialer_base(struct script_dialer *d);

#endif
