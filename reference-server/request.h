#ifndef HTTPCHECK_SERVER_REQUEST_H
#define HTTPCHECK_SERVER_REQUEST_H

#include "http/grammar.h"
#include "reference-server/parse.h"
#include "reference-server/settings.h"
#include "reference-server/target.h"

/* The reader of request heads: strict RFC 9112. Where the RFC lets a server choose
 * between repairing and refusing, it refuses: bare LF, obs-fold, whitespace around
 * the request-line, white space behind it. */

/* A request head. Every slice points into the bytes given to request_read(). */
struct request {
	struct slice line;            /* the request-line without its CRLF */
	struct slice method_name, target, version;
	enum http_method method;      /* HTTP_OTHER: one that no RFC in the table defines */
	int minor;                    /* HTTP/1.minor */
	struct target where;
	struct slice host;            /* value of Host; empty where HTTP/1.0 sent none */
	struct field *fields;         /* in the order received */
	size_t nfields;
	size_t head_len;              /* octets of the head, an empty line before it included */

	/* The reader's own. */
	struct line_scan scan;
	size_t fields_begin;          /* of the header section */
	uint64_t seen;                /* a bit for each hash of a name: most look-ups end here */
};

/* |fields| has room for as many as limits.field_count and stays the caller's. */
void request_init(struct request *r, struct field *fields);

/* Reads the head that begins at in.at.
 * PARSE_DONE:    everything above is set.
 * PARSE_PARTIAL: call again with the same bytes, at the same place, and more behind; .method
 *                is set where it was readable.
 * PARSE_BAD:     only |*reterr| is set, and .method where it was readable. */
enum parse request_read(struct request *r, struct slice in, const struct limits *limits,
			struct refusal *reterr);

/* True once an octet of the request has come: an empty line before it is none. */
bool request_begun(const struct request *r);

/* A bit for the name of a field; letters of either case have the same. As most fields
 * that are looked for are not there, most look-ups end with a test of this bit, which
 * is a constant to the compiler where the name is. With 42, no field that browsers send
 * has the bit of one that this server looks for with each request, but for Connection. */
static inline uint64_t request_mark(struct slice name)
{
	return 1ull << ((((unsigned char)name.at[0] | 0x20u) + name.len * 42) & 63);
}

static inline bool request_may_have(const struct request *r, const char *name)
{
	return r->seen & request_mark(slice_str(name));
}

bool request_field_search(const struct request *r, struct slice name, size_t *at,
			  struct slice *ret);

/* All field lines of a name in turn: *at is 0 at first. */
static inline bool request_field_next(const struct request *r, const char *name, size_t *at,
				      struct slice *ret)
{
	return request_may_have(r, name) && request_field_search(r, slice_str(name), at, ret);
}

/* The value of the first field line of that name, false when there is none. */
static inline bool request_field(const struct request *r, const char *name, struct slice *ret)
{
	size_t at = 0;

	return request_field_next(r, name, &at, ret);
}

/* How many field lines have that name. */
static inline size_t request_field_count(const struct request *r, const char *name)
{
	size_t at = 0, n = 0;
	struct slice value;

	while (request_field_next(r, name, &at, &value))
		n++;
	return n;
}

/* True if a line of the list field |name| has the member |token|, without case. */
static inline bool request_has(const struct request *r, const char *name, const char *token)
{
	size_t at = 0;
	struct slice value;

	while (request_field_next(r, name, &at, &value))
		if (http_list_has(value, token))
			return true;
	return false;
}

#endif
