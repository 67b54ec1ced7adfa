#ifndef HTTPCHECK_SERVER_LISTENER_H
#define HTTPCHECK_SERVER_LISTENER_H

#include "base/problem.h"
#include "net/sock.h"

#include <sys/stat.h>

/* Where the server waits for clients. */
#define LISTENERS_MAX 16

struct listener {
	int fd;                       /* non-blocking */
	bool tls;
	struct sock_address address;  /* with the port chosen where 0 was asked for */
	struct stat file;             /* of a unix socket, to know it again */
	int lock;                     /* of a unix socket: says that it is served; else -1 */
};

struct listeners {
	struct listener at[LISTENERS_MAX];
	size_t n;
};

/* What was asked for on the command line. */
struct endpoint {
	struct sock_address address;
	bool tls;
};

/* Opens one more. A unix socket gets the permissions |unix_mode|. With |shared|, TCP
 * ports can be opened again by listeners_again(). 0 or a negative errno with |*reterr|.
 *
 * Of two servers that start on one unix path exactly one wins: PATH.lock is locked with
 * flock(2) from before the stale socket is looked at until the server ends. */
int listeners_open(struct listeners *ls, const struct endpoint *e, mode_t unix_mode, bool shared,
		   struct problem *reterr);

/* The same addresses once more for another process: TCP ports with sockets of their own,
 * among which the kernel spreads connections (SO_REUSEPORT), unix sockets as they are. */
int listeners_again(const struct listeners *ls, struct listeners *ret, struct problem *reterr);

/* "listening on http://127.0.0.1:8080", "https://..." or "unix:PATH", a line each, to
 * stdout, which the caller flushes. */
void listeners_announce(const struct listeners *ls);

/* New clients are refused from now on, and not queued. */
void listeners_refuse(const struct listener *l, size_t n);

/* Closes all, and removes the files of unix sockets if they are still ours. */
void listeners_close(struct listeners *ls);

#endif
