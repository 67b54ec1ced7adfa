#ifndef HTTPCHECK_RUNNER_CLIENT_TRANSFER_H
#define HTTPCHECK_RUNNER_CLIENT_TRANSFER_H

#include "net/loop.h"
#include "runner/connection.h"
#include "runner/transcript.h"

/* What libcurl hands over of a transfer, taken apart: the last response with its fields
 * and decoded content, bounded, all bytes for the transcript, and for the passive rules the
 * heads of HTTP/1.x, of which libcurl mends nothing. */

#define CLIENT_MAX_RATIO 100           /* decoded to received, from 1 MiB on */

/* The heads of a request and of one response to it. */
struct heads {
	struct exchange_record record;
	struct response_reader *reader;        /* has the memory of the response */
	struct heads *next;
};

void heads_free(struct heads *list);
void heads_append(struct heads **list, struct heads *more);

struct transfer {
	struct loop *loop;
	struct curl_pace pace;
	struct arena *arena;           /* of fields and content */
	struct transcript *transcript;
	void *easy;
	const char *own_url;           /* a redirect may lead to the host of this one */
	const char *target_url;        /* or of this one; elsewhere the transfer ends */
	uint64_t most_redirects;

	struct response response;      /* the last one, as an application sees it */
	bool begun;                    /* a response has begun */
	int interims[RESPONSE_MAX_INTERIM];
	size_t ninterims;
	uint64_t redirects;            /* followed; libcurl counts challenges among them */
	const char *refused;           /* where a redirect led that was one too many, or away */
	const char *beyond;            /* what came was more than httpcheck takes; why */

	bool in_head;
	size_t head_bytes, folds;
	struct buffer asked, head;     /* of the request and of the response, as they went */
	bool answered;                 /* the request, at least in part */
	struct heads *heads;           /* in turn; transfer_release() frees those nobody took */
	size_t kept, held;             /* bytes: in |heads|; of all, as |pace.intake| has it */
	uint64_t received;             /* bytes of content, still coded */
	struct buffer content;
	int shown_kind;                /* curl_infotype of |shown| */
	struct buffer shown;           /* to go into the transcript together */
};

void transfer_init(struct transfer *t, struct arena *arena, struct transcript *transcript);
void transfer_release(struct transfer *t);

/* Sets libcurl's callbacks; false where it has no memory. */
bool transfer_attach(struct transfer *t, void *easy);

/* After the end: content and transcript are complete. Returns the bytes that the response's
 * content is in, which the caller frees; null where there are none. */
char *transfer_finish(struct transfer *t);

#endif
