#include "reference-server/resources/document.h"

#include "reference-server/resources/ranges.h"

#include <inttypes.h>

/* Occurs in no document: 128 random bits. */
#define BOUNDARY "5f0c9b1e7d2a4386a1c4e8b29d6f3075"

static void whole(const struct document *d, struct answer *a)
{
	answer_begin(a, 200);
	answer_lines(a, d->common);
	answer_lines(a, d->metadata);
	answer_lines(a, d->type);
	a->fixed = d->content;
}

static struct slice part(const struct document *d, struct span s)
{
	return slice_sub(d->content, (size_t)s.first, (size_t)s.last + 1);
}

static void one_part(const struct document *d, struct span s, struct answer *a)
{
	answer_lines(a, d->type);
	answer_fieldf(a, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%zu", s.first, s.last,
		      d->content.len);
	a->fixed = part(d, s);
}

/* multipart/byteranges, RFC 9110 section 14.6. */
static void many_parts(const struct document *d, const struct ranges *rs, struct answer *a)
{
	answer_field(a, "Content-Type", SLICE("multipart/byteranges; boundary=" BOUNDARY));
	for (size_t i = 0; i < rs->n; i++) {
		answer_add(a, SLICE("--" BOUNDARY "\r\n"));
		answer_add(a, d->type);
		answer_addf(a, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%zu\r\n\r\n",
			    rs->span[i].first, rs->span[i].last, d->content.len);
		answer_add(a, part(d, rs->span[i]));
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
	answer_fieldf(a, "Content-Range", "bytes */%zu", d->content.len);
}

/* Range is defined for GET alone; two Range lines are no valid field. */
static enum ranges_outcome wanted(const struct document *d, const struct call *call,
				  struct ranges *ret)
{
	const struct request *r = call->request;
	struct slice value;

	if (r->method != HTTP_GET || request_field_count(r, "Range") != 1 ||
	    !precondition_if_range(r, d->validators, call->now))
		return RANGES_IGNORED;
	(void)request_field(r, "Range", &value);
	return ranges_parse(value, d->content.len, ret);
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
