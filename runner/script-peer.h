#ifndef HTTPCHECK_RUNNER_SCRIPT_PEER_H
#define HTTPCHECK_RUNNER_SCRIPT_PEER_H

#include "net/task.h"
#include "runner/bytes.h"
#include "runner/sent.h"

#include <sys/queue.h>

/* The far end of a socket that plays answers: in a proof, for the steps whose bytes are not
 * ours to write, libcurl's and the kernel's; behind a gateway, as its origin server. In a proof the sockets are of the unix domain: what goes in at one end
 * is there at the other before the call returns, so that virtual time holds.
 *
 * On a stream an exchange begins with a whole request, or with the head of one that
 * expects 100-continue; among datagrams each one begins one. */

LIST_HEAD(script_peers, script_peer);

/* The next answer of the connection |name|, to |request| (null: a datagram); null: silence. */
typedef const struct answer *script_next(void *arg, const char *name,
					 const struct sent_request *request);

struct script_cast {
	struct loop *loop;
	const struct variables *variables;
	script_next *next;
	void *arg;
	void (*wrote)(void *arg, struct slice bytes);         /* or null */
	bool continues;               /* answers Expect by itself: an exchange is a whole request */
	struct script_peers peers;
	struct task_event ended;      /* one of them */
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

/* Starts a peer on a connected socket, which it takes over. 0 or a negative errno. */
int script_accept(struct script_cast *cast, const char *name, int fd);

/* Ends all peers and waits until they are gone: in a task, or turning the loop. */
void script_cast_end(struct script_cast *cast);

#endif
