#ifndef HTTPCHECK_SERVER_TLS_H
#define HTTPCHECK_SERVER_TLS_H

#include "base/problem.h"

#include <sys/types.h>

/* TLS of OpenSSL over non-blocking sockets: TLS 1.2 and 1.3, ALPN http/1.1, no
 * renegotiation. The handshake happens within the first read. */

struct tls_context;                   /* certificate and key; shared by all threads */
struct tls;                           /* one connection */

/* PEM files; the certificate may be followed by its chain. 0 or a negative errno with
 * |*reterr|. */
int tls_context_new(const char *cert, const char *key, struct tls_context **ret,
		    struct problem *reterr);
void tls_context_free(struct tls_context *c);         /* null is fine */

struct tls *tls_new(struct tls_context *c, int fd);   /* null: no memory */
void tls_free(struct tls *t);                         /* null is fine; |fd| stays open */

/* Octets; -EAGAIN: when one of *ret_events (enum io_event) has come, call again; -EPIPE:
 * the connection is broken, or ended without a close_notify (a truncation). Reading
 * gives 0 behind the client's close_notify. */
ssize_t tls_read(struct tls *t, void *buf, size_t len, unsigned *ret_events);
ssize_t tls_write(struct tls *t, const void *buf, size_t len, unsigned *ret_events);

/* Sends a close_notify: 0 when it is sent or cannot be, or -EAGAIN. Reading goes on. */
int tls_close(struct tls *t, unsigned *ret_events);

#endif
