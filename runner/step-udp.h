#ifndef HTTPCHECK_RUNNER_STEP_UDP_H
#define HTTPCHECK_RUNNER_STEP_UDP_H

#include "runner/player.h"

/* `udp`: a datagram from a port of its own, and what comes back to that port. */
enum play_end step_udp(struct play *p, const struct step *s, struct connection *c);

#endif
