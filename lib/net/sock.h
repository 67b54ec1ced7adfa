#ifndef HTTPCHECK_NET_SOCK_H
#define HTTPCHECK_NET_SOCK_H

#include "base/problem.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Where a socket is: TCP over IPv4 or IPv6, or a unix path. Names are not looked
 * up here ("localhost" stands for 127.0.0.1). */
struct sock_address {
	struct sockaddr_storage storage;
	socklen_t len;
};

/* "127.0.0.1:8080", "[::1]:0", "localhost:80", ":8080" (127.0.0.1). 0 or -EINVAL. */
int sock_address_tcp(const char *text, struct sock_address *ret, struct problem *reterr);

/* A path of at most 107 bytes, else -ENAMETOOLONG; -EINVAL for an empty one. */
int sock_address_unix(const char *path, struct sock_address *ret, struct problem *reterr);

/* "127.0.0.1:8080", "[::1]:80", "unix:PATH" into |out|; what it is for a log. */
#define SOCK_NAME_ROOM (sizeof(((struct sockaddr_un *)0)->sun_path) + 16)
void sock_address_name(const struct sock_address *a, char *out, size_t room);

/* A listening socket, non-blocking, close-on-exec; |backlog| <= SOMAXCONN. For a
 * unix path a stale socket is probed and taken over only when nobody answers
 * there; any other file stays: -EADDRINUSE. Returns the descriptor, the caller's, or
 * a negative errno. */
int sock_listen(const struct sock_address *a, int backlog, struct problem *reterr);

/* As sock_listen() over TCP, and further processes of the same user may listen on the
 * same port with sock_listen_again(): the kernel spreads connections over all of them.
 * Another program that does so already is -EADDRINUSE all the same. */
int sock_listen_shared(const struct sock_address *a, int backlog, struct problem *reterr);
int sock_listen_again(const struct sock_address *a, int backlog, struct problem *reterr);

/* The address a socket is bound to (tells the port when 0 was asked for). */
int sock_local(int fd, struct sock_address *ret);

/* The next connection, non-blocking, close-on-exec, TCP_NODELAY where a TCP socket of
 * sock_listen() accepts it.
 * -EAGAIN when none waits, or one that did has died in the queue: accept(2) of Linux
 * hands on errors of the new connection, and says which. Other errors are the listener's. */
int sock_accept(int listener);

/* Starts a connection; non-blocking: 0 or -EINPROGRESS leave |*ret_fd| the caller's. */
int sock_connect(const struct sock_address *a, int *ret_fd);

/* read, write and shut down of a connection, EINTR retried, SIGPIPE never raised.
 * Return what read(2) and write(2) do, with -errno for errors. */
ssize_t sock_read(int fd, void *buf, size_t len);
ssize_t sock_write(int fd, const void *buf, size_t len);
int sock_half_close(int fd);

/* Makes the coming close(2) send a reset (SO_LINGER 0). */
int sock_abort_on_close(int fd);

#endif
