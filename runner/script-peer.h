#ifndef HTTPCHECK_RUNNER_SCRIPT_PEER_H
#define HTTPCHECK_RUNNER_SCRIPT_PEER_H

#include "net/loop.h"
#include "runner/bytes.h"

#include <sys/queue.h>

/* The far end of a socket in a proof, for the steps whose bytes are not ours to write:
 * libcurl's and the kernel's. The sockets are of the unix domain: what goes in at one end
 * is there at the other before the call returns, so that virtual time holds.
 *
 * On a stream an exchange begins with a whole request, or with the head of one that
 * expects 100-continue; among datagrams each one begins one. */

LIST_HEAD(script_peers, script_peer);

/* The next answer of the connection |name|; null: silence. */
typedef const struct answer *script_next(void *arg, const char *name);

struct script_cast {
	struct loop *loop;
	const struct variables *variables;
	script_next *next;
	void *arg;
	struct script_peers peers;
	struct loop_watch listener;   /* of streams, once somebody asked for one */
	int node;                     /* the listener's file, which has no name any more */
	const char *streams;          /* their name */
	char path[32];                /* where to connect to */
};

void script_cast_init(struct script_cast *cast, struct loop *loop,
		      const struct variables *variables, script_next *next, void *arg);

/* Peers for the streams that are connected to the unix path |*ret|: 0 or a negative errno. */
int script_streams(struct script_cast *cast, const char *name, const char **ret);

/* Starts a peer for datagrams and returns the other end, connected and the caller's, or a
 * negative errno. */
int script_datagrams(struct script_cast *cast, const char *name);

/* Ends all peers; turns the loop until they are gone. */
void script_cast_end(struct script_cast *cast);

#endif
