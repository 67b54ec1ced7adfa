#ifndef HTTPCHECK_SERVER_SERVE_H
#define HTTPCHECK_SERVER_SERVE_H

#include "reference-server/exchange.h"
#include "reference-server/io.h"

/* Moves octets between a connection and its exchange until one of them has to wait.
 *   0        the exchange is over: close the connection
 *   -EAGAIN  call again when exchange_wants() can be had or exchange_deadline() has come
 *   other    the connection is lost: close it
 * The same for every model: see io.h for what makes them different. */
int serve(struct exchange *x, struct io *io);

struct instant instant_now(void);

#endif
