#ifndef HTTPCHECK_SERVER_LISTENER_H
#define HTTPCHECK_SERVER_LISTENER_H

#include "base/problem.h"
#include "net/sock.h"

#include <sys/stat.h>

/* Where the server waits for clients. */
#define LISTENERS_MAX 16

struct listeners {
	int fd[LISTENERS_MAX];
	struct sock_address address[LISTENERS_MAX];   /* the port chosen where 0 was asked for */
	struct stat file[LISTENERS_MAX];              /* of a unix socket, to know it again */
	size_t n;
};

/* Opens one more. A unix socket is for its owner only (mode 0600). 0 or a negative
 * errno with |*reterr|. */
int listeners_open(struct listeners *ls, const struct sock_address *a, struct problem *reterr);

/* "listening on http://127.0.0.1:8080" or "listening on unix:PATH", a line each, to
 * stdout, at once. */
int listeners_announce(const struct listeners *ls);

/* Closes all, and removes the files of unix sockets if they are still ours. */
void listeners_close(struct listeners *ls);

#endif
