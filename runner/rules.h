#ifndef HTTPCHECK_RUNNER_RULES_H
#define HTTPCHECK_RUNNER_RULES_H

#include "runner/response.h"

/* Passive rules: each is held against every response of every case. */

/* One exchange as a rule sees it. */
struct exchange_seen {
	struct slice request;         /* the bytes of the request head and content, as sent; may be malformed */
	bool request_valid;           /* well-formed HTTP/1.x: method, version and fields below are set */
	struct slice method, target;
	int request_minor;            /* HTTP/1.minor */
	const struct field *request_fields;
	size_t nrequest_fields;
	const struct response *response;
	bool interim;                 /* response is a 1xx before the final one */
	bool answered_alone;          /* no other request was outstanding on this connection */
	bool closed_after, reset_after;   /* the target ended the connection after it, with nothing else sent by us */
	bool more_followed;           /* bytes came behind the response though no request was open */
	bool rest_followed;           /* so did bytes that begin no response, though one was due */
	bool response_followed;       /* a further response came behind it on the connection */
	bool tls;
	time_t wall;                  /* wall clock when it came */
	const struct response *get_sibling;   /* the 200 to a GET of the same target in the same case; null */
};

enum rule_outcome { RULE_NOT_APPLICABLE, RULE_PASS, RULE_FAIL };

struct rule {
	const char *name;             /* "date-header-required" */
	const char *requirement;      /* row of the catalogue, or a section */
	enum level level;
	const char *title;            /* what a response must be like, one clause */
	enum rule_outcome (*check)(const struct exchange_seen *seen, struct buffer *ret_seen);
	                              /* on FAIL |ret_seen| holds what was seen, escaped */
	struct rule_scope {
		const char *field;    /* it does not apply to a response without; null: it may */
		bool exchange;        /* it looks beyond the two heads: at content, trailers,
		                         what follows on the connection, other exchanges */
	} scope;
};

extern const struct rule *const rule_groups[];   /* null-terminated; each ends with a null name */

/* True for a rule about what an application says, not the server that it stands behind: it
 * is judged with `--tag application` only, else what breaks it is a behaviour. */
bool rule_is_of_application(const struct rule *rule);

#endif
