#ifndef HTTPCHECK_SERVER_SERVE_H
#define HTTPCHECK_SERVER_SERVE_H

#include "reference-server/exchange.h"
#include "reference-server/io.h"

/* Moves octets between a connection and its exchange until one of them has to wait.
 *   0                the exchange is over: close the connection
 *   SERVE_TURN_OVER  it could go on: call again when others have had their turn
 *   -EAGAIN          call again when io->awaits or exchange_deadline() has come
 *   other            the connection is lost: close it
 * The same for every model: see io.h for what makes them different. */
int serve(struct exchange *x, struct io *io);

enum { SERVE_TURN_OVER = 1 };

struct instant instant_now(void);

#endif
