#ifndef HTTPCHECK_SERVER_FLIGHT_H
#define HTTPCHECK_SERVER_FLIGHT_H

#include "reference-server/answer.h"
#include "reference-server/body.h"
#include "reference-server/resources/resources.h"
#include "reference-server/websocket.h"

/* What an exchange needs only while bytes are in flight: buffers, the request, its
 * answer. It is borrowed, so that ten thousand idle connections own none of it. */
struct flight {
	struct flight *next;          /* in the pool */
	struct request request;
	struct body body;
	struct buffer content, trailers;
	const struct resource *resource;   /* null: |answer| is decided already */
	struct slice path;            /* of the target, normalized */
	struct buffer normal;         /* its octets, where it was not so */
	struct answer answer;
	struct websocket websocket;

	struct buffer out;            /* answers that wait to be written */
	size_t sent;                  /* octets of |out| that are */

	size_t from, to;              /* in[from] to in[to - 1] have come and are not read yet */
	size_t body_at;               /* where the content of the request begins in |in| */
	size_t room;                  /* of |in| */
	struct field *fields;
	char in[];
};

/* Octets a read may bring beyond the largest head. */
#define FLIGHT_READ ((size_t)16 * 1024)

/* The flights of one thread, and what else its exchanges share. */
struct flights {
	const struct settings *settings;
	struct flight *spare;
	size_t nspare;
	struct buffer log;            /* lines that wait to be written */
	time_t second;                /* that |date| and |common| are of */
	char date[HTTP_DATE_ROOM], common[ANSWER_COMMON];
};

void flights_init(struct flights *p, const struct settings *settings);
void flights_release(struct flights *p);   /* all flights are back */

struct flight *flight_borrow(struct flights *p);          /* null: no memory */
void flight_return(struct flights *p, struct flight *f);  /* null is fine */

/* Largest head the settings allow, an empty line before it included. */
size_t flight_head_max(const struct settings *s);

/* Makes |date|, an IMF-fixdate, and |common|, for answer_to, where they are not of |now|. */
__attribute__((cold)) void flights_new_second(struct flights *p, time_t now);

static inline void flights_date(struct flights *p, time_t now)
{
	if (now != p->second)
		flights_new_second(p, now);
}

#endif
