#ifndef HTTPCHECK_RUNNER_STEP_ORIGIN_H
#define HTTPCHECK_RUNNER_STEP_ORIGIN_H

#include "runner/player.h"

/* `origin`: from now on until the next one, or the end of the case, requests that a gateway
 * forwards are judged and answered, beside the steps that follow. */
enum play_end step_origin(struct play *p, const struct step *s, struct connection *c);

/* What the last `origin` came to, where the steps so far came to |end|; waits for requests
 * that are still due. To be called behind the last step, whatever its end. */
enum play_end origin_settle(struct play *p, enum play_end end);

#endif
