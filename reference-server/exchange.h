#ifndef HTTPCHECK_SERVER_EXCHANGE_H
#define HTTPCHECK_SERVER_EXCHANGE_H

#include "reference-server/flight.h"
#include "reference-server/log.h"

/* The server side of one HTTP/1.1 connection, without I/O: octets in, octets out,
 * and what it wants next. It sees no socket and no clock, so it can be driven by any
 * server model, and by a test that hands it a time.
 *
 *      +-------------------- next request ---------------------+
 *      v                                                       |
 *    HEAD --whole--> BODY --whole--> (PAUSE) --> the answer goes out (STREAM)
 *      |               |                                       |
 *      +---- refused, late, hung up, or "close" ---------------+
 *                                                              v
 *                           LAST --written--> half-close --> LINGER --> GONE
 *                                \--where the client has said "close" itself--^
 *
 * An answer of 101 leaves this picture: WEBSOCKET, and from there LAST.
 */
enum phase {
	PHASE_HEAD,                   /* between requests, and reading a head */
	PHASE_BODY,
	PHASE_PAUSE,                  /* the answer is ready and waits for its time */
	PHASE_STREAM,                 /* the rest of the answer is fetched as it leaves */
	PHASE_WEBSOCKET,
	PHASE_LAST,                   /* nothing more is read; what is written leaves */
	PHASE_LINGER,                 /* half-closed; input is dropped (RFC 9112 section 9.6) */
	PHASE_GONE,
};

enum want {
	WANT_READ,                    /* exchange_room(), then exchange_fed() or _hung_up() */
	WANT_WRITE,                   /* exchange_output(), then exchange_sent() */
	WANT_PAUSE,                   /* nothing before exchange_deadline(), then exchange_late() */
	WANT_HALF_CLOSE,              /* end the sending side, then exchange_half_closed() */
	WANT_CLOSE,
};

/* Now: the clock for deadlines, and the one that dates are made of. */
struct instant {
	usec mono;
	time_t wall;
};

/* All that an idle connection owns. */
struct exchange {
	struct flights *flights;
	struct flight *flight;        /* borrowed; null while nothing is in flight */
	enum phase phase;
	bool begun;                   /* an octet of the current request has come */
	bool persist;                 /* the connection outlives the current answer */
	bool last_request;            /* the client has said that it will send no other */
	bool parted;                  /* nothing more will come, and nobody is owed a half-close */
	bool hung_up;                 /* the client has ended its sending side */
	bool draining;                /* the server stops: no further request */
	bool secure;                  /* TLS; set by whoever made the connection */
	uint64_t answered;
	usec since, deadline;         /* of the phase */
	usec write_since, write_deadline;   /* while there is output */
	uint64_t moved;               /* octets written, or dropped while lingering, since then */
	struct peer peer;             /* for the access log */
	unsigned kept_len;
	char *kept;                   /* a head that has begun, while nothing else is in flight */
};

/* A connection just accepted. |flights| outlives it and is used by one thread. */
void exchange_init(struct exchange *x, struct flights *flights, struct instant now);
void exchange_release(struct exchange *x);

/* Answers 503 and ends it: there are too many connections. Right behind exchange_init(). */
void exchange_refuse(struct exchange *x, struct instant now);

enum want exchange_wants(const struct exchange *x);

/* When exchange_late() is due if nothing else happens; USEC_FOREVER: never. */
usec exchange_deadline(const struct exchange *x);
void exchange_late(struct exchange *x, struct instant now);

/* WANT_READ: where to put octets, and how many at most; 0 when memory ran out. */
size_t exchange_room(struct exchange *x, char **ret);
/* |n| octets were put there; 0: none were there to read. */
void exchange_fed(struct exchange *x, size_t n, struct instant now);
void exchange_hung_up(struct exchange *x, struct instant now);

/* WANT_WRITE: what to write; exchange_sent() says how much of it was taken. */
struct slice exchange_output(const struct exchange *x);
void exchange_sent(struct exchange *x, size_t n, struct instant now);

void exchange_half_closed(struct exchange *x, struct instant now);

/* The server is about to stop: an idle connection ends now, others after the answer
 * that is being made. */
void exchange_drain(struct exchange *x, struct instant now);

/* True while no request is being received or answered. */
bool exchange_idle(const struct exchange *x);

#endif
