#ifndef HTTPCHECK_SERVER_RESOURCES_H
#define HTTPCHECK_SERVER_RESOURCES_H

#include "reference-server/answer.h"
#include "reference-server/body.h"

/* What this server has to offer: one row a resource, one file a capability. */

/* The request as a handler sees it. All of it lives until the handler returns. */
struct call {
	const struct request *request;
	struct slice content;         /* of a resource that keeps it, else empty */
	struct slice trailers;        /* likewise; trailer_next() takes them apart */
	uint64_t content_octets;      /* how many came, kept or not */
	struct slice below;           /* the path behind that of the row */
	const struct settings *settings;
	bool secure;                  /* it came over TLS */
	time_t now;
};

struct resource {
	struct slice path;            /* "/delay/": with what is below it where .below */
	bool below;
	bool keeps_content;
	bool conditional;             /* the handler evaluates preconditions itself */
	unsigned methods;             /* METHOD_BIT() of each; HEAD goes with GET */
	void (*handle)(const struct call *call, struct answer *a);
};

#define METHOD_BIT(m) (1u << (m))

extern const struct resource resources[];   /* ends with an empty path */

/* The row for a normalized path, null where there is none. */
const struct resource *resource_find(struct slice path);

/* What resources share, between all processes that serve: made before the first of them.
 * 0 or -ENOMEM. */
int resources_open(struct settings *s);
void resources_close(struct settings *s);

/* Runs the handler, and the preconditions where that does not. */
void resource_handle(const struct resource *r, const struct call *call, struct answer *a);

/* Fills in the Allow field: what the row allows, and OPTIONS and TRACE, which this
 * server answers for every resource. |r| may be null: all methods of the server. */
void resource_allow(const struct resource *r, struct answer *a);

/* Names of a profile, and where the reference server has them. */
struct capability {
	const char *name, *path;
};

extern const struct capability capabilities[];   /* ends with a null name */

void get_handle(const struct call *call, struct answer *a);
void static_handle(const struct call *call, struct answer *a);
void range_handle(const struct call *call, struct answer *a);
void post_handle(const struct call *call, struct answer *a);
void body_handle(const struct call *call, struct answer *a);
void echo_handle(const struct call *call, struct answer *a);
void chunked_handle(const struct call *call, struct answer *a);
void trailers_handle(const struct call *call, struct answer *a);
void delay_handle(const struct call *call, struct answer *a);
void status_handle(const struct call *call, struct answer *a);
void upload_handle(const struct call *call, struct answer *a);
void files_handle(const struct call *call, struct answer *a);
void redirect_handle(const struct call *call, struct answer *a);
void negotiate_handle(const struct call *call, struct answer *a);
void gzip_handle(const struct call *call, struct answer *a);
void auth_basic_handle(const struct call *call, struct answer *a);
void auth_digest_handle(const struct call *call, struct answer *a);
void cookies_handle(const struct call *call, struct answer *a);
void stream_handle(const struct call *call, struct answer *a);
void websocket_handle(const struct call *call, struct answer *a);

/* TRACE, for any target: the request as it came, without what is secret in it. */
void trace_handle(const struct call *call, struct answer *a);

#endif
