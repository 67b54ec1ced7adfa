#ifndef HTTPCHECK_SERVER_DISCOVERY_H
#define HTTPCHECK_SERVER_DISCOVERY_H

#include "base/clock.h"
#include "base/slice.h"
#include "reference-server/listener.h"

#include <netinet/in.h>

/* Tells who asks by UDP, IPv4 broadcast or unicast, where the server is:
 *
 *     M-SEARCH * HTTP/1.1          HTTP/1.1 200 OK
 *     Host: 127.255.255.255:1900   Location: http://127.0.0.1:8080/
 *
 * A service that answers datagrams can be turned against others by a forged source. So
 * an answer is never longer than its query, is sent seldom, and to nobody who cannot
 * have asked: see discovery_admits(). It lives in a thread of its own, which works
 * beside every server model and is in the way of none. */
struct discovery;

/* |ls| outlives it. |port| 0 takes a free one. 0, or a negative errno with |*reterr|. */
int discovery_start(uint16_t port, const struct listeners *ls, struct discovery **ret,
		    struct problem *reterr);
uint16_t discovery_port(const struct discovery *d);
void discovery_stop(struct discovery *d);         /* null is fine */

/* ---- its parts, without I/O ---- */

#define DISCOVERY_A_SOURCE 10                     /* answers a second */
#define DISCOVERY_ALL      100
#define DISCOVERY_SOURCES  128

/* When the last answers left: a ring. */
struct discovery_window {
	usec at[DISCOVERY_ALL];
	size_t next;
};

struct discovery_limits {
	struct discovery_window all;
	struct discovery_window source[DISCOVERY_SOURCES];   /* by hash: who shares one, shares it */
};

/* False for a source that is no single host, that has a port of a service (below 1024, or
 * |own|: two such servers would talk for ever), and for one too many in a second. Takes
 * note of the answer. */
bool discovery_admits(struct discovery_limits *l, const struct sockaddr_in *from, uint16_t own,
		      usec now);

/* True for an M-SEARCH that looks for everything or for "httpcheck:server" in its ST. */
bool discovery_is_query(struct slice datagram);

/* Writes the answer; its length, 0 where it would be longer than |most|. */
size_t discovery_answer(const char *url, size_t most, char *out, size_t room);

#endif
