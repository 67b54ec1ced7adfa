#ifndef HTTPCHECK_SERVER_BARE_H
#define HTTPCHECK_SERVER_BARE_H

#include "reference-server/resources/resources.h"

/* Preconditions of a resource that has no validators, RFC 9110 section 13.1: no entity
 * tag is its own, there is no date to compare with, and "*" asks whether it has a
 * representation at all (GET would succeed). False, and an answer in |a|, where one does
 * not hold. To be asked where the answer would be a 2xx otherwise (section 13.2.1). */
bool bare_conditions_hold(const struct call *call, bool exists, struct answer *a);

#endif
