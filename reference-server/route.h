#ifndef HTTPCHECK_SERVER_ROUTE_H
#define HTTPCHECK_SERVER_ROUTE_H

#include "reference-server/flight.h"

/* What is to become of a request whose head is whole: f->resource is the one that will
 * answer, and f->path what it is asked for. Where none will (404, 405, 417, 501, OPTIONS),
 * f->resource is null and f->answer is made. */
void route_request(struct flight *f);

#endif
