#include "reference-server/resources/document.h"

#include "reference-server/resources/ranges.h"

#include <inttypes.h>
#include <stdio.h>

/* Occurs in no document: 128 random bits. */
#define BOUNDARY "5f0c9b1e7d2a4386a1c4e8b29d6f3075"

static uint64_t length(const struct document *d)
{
	return d->source ? d->source->left : d->content.len;
}

/* The octets of |s| are the content. */
static void put_part(const struct document *d, struct span s, struct answer *a)
{
	if (!d->source) {
		a->fixed = slice_sub(d->content, (size_t)s.first, (size_t)s.last + 1);
		return;
	}
	a->source = *d->source;
	a->source.at += s.first;
	a->source.left = s.last - s.first + 1;
}

static void whole(const struct document *d, struct answer *a)
{
	answer_begin(a, 200);
	if (d->all.len) {
		a->lines = d->all;
	} else {
		answer_lines(a, d->common);
		answer_lines(a, d->metadata);
		answer_lines(a, d->type);
	}
	if (length(d) > 0)
		put_part(d, (struct span){ 0, length(d) - 1 }, a);
}

static void one_part(const struct document *d, struct span s, struct answer *a)
{
	answer_lines(a, d->type);
	answer_fieldf(a, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, s.first,
		      s.last, length(d));
	put_part(d, s, a);
}

/* A part of a multipart is made at once, also that of a file. */
static void add_part(const struct document *d, struct span s, struct answer *a)
{
	size_t n = (size_t)(s.last - s.first + 1);

	if (!d->source) {
		answer_add(a, slice_sub(d->content, (size_t)s.first, (size_t)s.first + n));
		return;
	}

	struct source from = *d->source;
	char *to = buffer_reserve(&a->made, n);

	from.at += s.first;
	if (!to || from.read(&from, to, n) < 0)
		a->failed = true;
	else
		buffer_grew(&a->made, n);
}

/* multipart/byteranges, RFC 9110 section 14.6. */
static void many_parts(const struct document *d, const struct ranges *rs, struct answer *a)
{
	answer_field(a, "Content-Type", SLICE("multipart/byteranges; boundary=" BOUNDARY));
	for (size_t i = 0; i < rs->n; i++) {
		answer_add(a, SLICE("--" BOUNDARY "\r\n"));
		answer_add(a, d->type);
		answer_addf(a, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n\r\n",
			    rs->span[i].first, rs->span[i].last, length(d));
		add_part(d, rs->span[i], a);
		answer_add(a, SLICE("\r\n"));
	}
	answer_add(a, SLICE("--" BOUNDARY "--\r\n"));
}

/* To a request with If-Range, who has the rest already, only what it needs
 * (RFC9110-15.3.7-3). */
static void partial(const struct document *d, const struct call *call, const struct ranges *rs,
		    struct answer *a)
{
	struct slice if_range;

	answer_begin(a, 206);
	answer_lines(a, d->common);
	if (!request_field(call->request, "If-Range", &if_range))
		answer_lines(a, d->metadata);
	if (rs->n == 1)
		one_part(d, rs->span[0], a);
	else
		many_parts(d, rs, a);
}

static void unsatisfiable(const struct document *d, struct answer *a)
{
	answer_error(a, 416, "no octet of this resource is in the ranges asked for");
	answer_fieldf(a, "Content-Range", "bytes */%" PRIu64, length(d));
}

/* Parts of a multipart are held in memory, all at once. */
enum { MULTIPART_MAX = 1024 * 1024 };

static bool too_large(const struct ranges *rs)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rs->n && rs->n > 1; i++)
		sum += rs->span[i].last - rs->span[i].first + 1;
	return sum > MULTIPART_MAX;
}

/* Range is defined for GET alone; two Range lines are no valid field. */
static enum ranges_outcome wanted(const struct document *d, const struct call *call,
				  struct ranges *ret)
{
	const struct request *r = call->request;
	struct slice value;
	enum ranges_outcome how;

	if (r->method != HTTP_GET || request_field_count(r, "Range") != 1 ||
	    !request_field(r, "Range", &value) ||
	    !precondition_if_range(r, d->validators, call->now))
		return RANGES_IGNORED;
	how = ranges_parse(value, length(d), ret);
	return how == RANGES_FOUND && too_large(ret) ? RANGES_IGNORED : how;
}

static void perform(const struct document *d, const struct call *call, struct answer *a)
{
	struct ranges rs;

	switch (wanted(d, call, &rs)) {
	case RANGES_IGNORED:
		whole(d, a);
		break;
	case RANGES_FOUND:
		partial(d, call, &rs, a);
		break;
	case RANGES_UNSATISFIABLE:
		unsatisfiable(d, a);
		break;
	}
}

void document_answer(const struct document *d, const struct call *call, struct answer *a)
{
	switch (precondition_check(call->request, d->validators, call->now)) {
	case PRECONDITION_TRUE:
		perform(d, call, a);
		break;
	case PRECONDITION_NOT_MODIFIED:
		answer_begin(a, 304);
		answer_lines(a, d->common);
		break;
	case PRECONDITION_FAILED:
		answer_error(a, 412, "a precondition of the request does not hold");
		break;
	}
}

/* ---- made at run time ---- */

/* "NAME: VALUE" CRLF into |out|, behind what is there; nothing for a null value. */
static void add_line(char *out, size_t room, const char *name, const char *value)
{
	size_t len = strlen(out);

	if (value)
		(void)snprintf(out + len, room - len, "%s: %s\r\n", name, value);
}

void document_make(struct made_document *m, const struct portrait *p, time_t now)
{
	*m = (struct made_document){ .common = "", .metadata = "", .type = "" };
	http_date_format(p->modified < now ? p->modified : now, m->modified);
	add_line(m->common, sizeof(m->common), "ETag", p->etag);
	add_line(m->common, sizeof(m->common), "Cache-Control", "no-cache");
	add_line(m->common, sizeof(m->common), "Vary", p->vary);
	add_line(m->common, sizeof(m->common), "Content-Location", p->location);
	add_line(m->metadata, sizeof(m->metadata), "Last-Modified", m->modified);
	add_line(m->metadata, sizeof(m->metadata), "Accept-Ranges", "bytes");
	add_line(m->metadata, sizeof(m->metadata), "Content-Encoding", p->coding);
	add_line(m->type, sizeof(m->type), "Content-Type", p->type);
	m->document = (struct document){
		.validators = { p->etag, m->modified },
		.common = slice_str(m->common),
		.metadata = slice_str(m->metadata),
		.type = slice_str(m->type),
	};
}
