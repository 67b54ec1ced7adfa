#ifndef HTTPCHECK_RUNNER_CONNECTION_H
#define HTTPCHECK_RUNNER_CONNECTION_H

#include "runner/doorway.h"
#include "runner/idle.h"
#include "runner/intake.h"
#include "runner/response.h"
#include "runner/sent.h"
#include "runner/transcript.h"
#include "runner/wire.h"

/* A named connection of a case: what was sent on it, what came back, how it ended. */

enum ended { ENDED_NOT, ENDED_FIN, ENDED_RESET };

/* A response laid beside the request it answers, for the passive rules. */
struct exchange_record {
	struct sent_request request;
	bool has_request;             /* false: it came with no request open */
	const struct response *response;
	bool interim;
	size_t connection;            /* number of the connection in the case */
	time_t wall;
	struct exchange_record *next;
};

struct connection {
	const char *name;
	size_t number;
	struct wire *wire;            /* null once we closed it */
	struct transcript *transcript;
	struct arena *arena;
	struct response_reader *reader;
	struct doorway *doorway;      /* where new connections queue; null: nowhere */
	struct intake_share *intake;  /* where what it holds is counted; null: nowhere */
	size_t held;
	size_t at_once;               /* read since it last waited */
	usec held_up;                 /* waited for its turn to read, all together */
	struct sent sent;
	uint64_t received;            /* bytes */
	enum ended ended;             /* by the target */
	usec ended_at;
	bool cut;                     /* over TLS: by FIN, without close_notify before it */
	bool send_failed;             /* the target took no more of what we sent */
	size_t finals;                /* final responses taken */
	bool told_reader;             /* response_reader_expect() was called for the next one */
	bool said_close;              /* the last final response, or the request, said close */
	bool answered_close;          /* the response itself did */
	bool tunnel;                  /* after 101 or a 2xx to CONNECT: no more HTTP */
	struct exchange_record *records, **last_record;
	uint64_t read_rate;           /* bytes at most at once; 0: as they come */
	usec read_every, read_next;   /* not more often than that, and not before that */
	struct idler *idler;          /* told of long waits; null: nobody cares */
	size_t sent_at_last_final;    /* bytes sent when the last final response was whole */
};

void connection_init(struct connection *c, const char *name, size_t number, struct arena *arena,
		     struct transcript *transcript);
void connection_release(struct connection *c);

/* Opens it. As dialer.open; the transcript gets its event. */
int connection_open(struct connection *c, struct dialer *d, const struct wire_how *how,
		    usec deadline, struct problem *reterr);

/* Sends all of |bytes|, reading what comes meanwhile. 0; -EPIPE when the target took
 * no more (noted, and c->send_failed set); -ETIMEDOUT, -ECANCELED, -EMSGSIZE. */
int connection_send(struct connection *c, struct slice bytes, usec deadline);

/* Waits for bytes or the end of the connection and feeds the reader. 0 when one of
 * the two came (or the end was there before), else -ETIMEDOUT, -ECANCELED, or -EMSGSIZE
 * where the scenario holds all it may (intake.h). With CONNECTION_NO_WAIT as the deadline
 * only what is there already is taken. */
#define CONNECTION_NO_WAIT ((usec)0)
int connection_receive(struct connection *c, usec deadline);

/* Reads until a response is whole, interim ones too. *ret_state as the reader's;
 * RESPONSE_WANTS_MORE when the connection ended with no byte of one. 0, -ETIMEDOUT,
 * -ECANCELED, -EMSGSIZE. After INTERIM, FINAL and BROKEN the response is in |*ret|. */
int connection_read_response(struct connection *c, usec deadline, enum response_state *ret_state,
			     const struct response **ret);

/* True if there are bytes not part of a response taken yet. */
bool connection_has_rest(const struct connection *c);

/* True if they stand behind a final response that said close, and begin no other: it has
 * more octets than it should. */
bool connection_has_excess(const struct connection *c);

/* True if every request sent whole has its final response. */
bool connection_all_answered(struct connection *c);

/* The last segment of what is sent next leaves with connection_half_close(), FIN in it. */
void connection_hold_last(struct connection *c);
void connection_half_close(struct connection *c);
void connection_close(struct connection *c, bool abort);

#endif
