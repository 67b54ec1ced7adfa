#ifndef HTTPCHECK_RUNNER_DISCOVER_H
#define HTTPCHECK_RUNNER_DISCOVER_H

#include "base/clock.h"
#include "base/problem.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds servers by UDP broadcast: a query M-SEARCH goes to the broadcast address of every
 * IPv4 network that this host is on, and who answers tells its URL in Location.
 *
 * Asks on |interface| (null: on all that are up) and takes answers for |timeout|; calls
 * |found| with each URL once. Returns how many there were, or a negative errno with
 * |reterr| set where nobody could be asked. Waits in the calling thread. */
int discover(const char *interface, uint16_t port, usec timeout,
	     void (*found)(void *arg, const char *url), void *arg, struct problem *reterr);

/* ---- its parts, without I/O ---- */

#define DISCOVER_MAX_URL 256

/* The query to |host|; its length. */
size_t discover_query(const char *host, uint16_t port, char *out, size_t room);

/* The URL out of an answer: false where it is none, or where the URL is not http(s) or holds
 * anything but printable ASCII, for it goes to a terminal. */
bool discover_url(struct slice answer, char ret[DISCOVER_MAX_URL]);

#endif
