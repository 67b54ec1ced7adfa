#include "base/text.h"
#include "http/tables.h"
#include "runner/judge.h"

/* Outcomes and facts in words, for reports. */

static void add_status(struct buffer *out, const struct status_range *s)
{
	if (s->negate)
		(void)buffer_add_str(out, "not ");
	if (s->low == s->high)
		(void)buffer_printf(out, "%d", s->low);
	else if (s->low % 100 == 0 && s->high == s->low + 99)
		(void)buffer_printf(out, "%dxx", s->low / 100);
	else
		(void)buffer_printf(out, "%d to %d", s->low, s->high);
}

static void add_bytes(struct buffer *out, const struct bytes *b, const struct variables *v)
{
	struct buffer text = BUFFER_INIT(1 << 16);

	(void)buffer_add_str(out, "\"");
	if (bytes_expand(b, v, &text, NULL) == 0)
		(void)text_escape_cut(out, buffer_slice(&text), 80);
	(void)buffer_add_str(out, "\"");
	buffer_release(&text);
}

void matcher_describe(struct buffer *out, const char *what, const struct matcher *m,
		      const struct variables *v)
{
	const char *lines = m->lines == LINES_ANY   ? "some line of "
			    : m->lines == LINES_ALL ? "each line of "
						    : "";

	switch (m->kind) {
	case MATCH_PRESENT:
		(void)buffer_printf(out, "a %s", what);
		return;
	case MATCH_ABSENT:
		(void)buffer_printf(out, "no %s", what);
		return;
	case MATCH_COUNT:
		(void)buffer_printf(out, "%llu %s lines", (unsigned long long)m->number, what);
		return;
	case MATCH_DATE:
		(void)buffer_printf(out, "%s%s an IMF-fixdate", lines, what);
		return;
	case MATCH_EMPTY:
		(void)buffer_printf(out, "%s empty", what);
		return;
	case MATCH_SIZE:
		(void)buffer_printf(out, "%s of %llu bytes", what, (unsigned long long)m->number);
		return;
	case MATCH_LACKS:
		(void)buffer_printf(out, "no %s matching /%s/", what, m->pattern);
		return;
	case MATCH_REGEX:
		(void)buffer_printf(out, "%s%s matching /%s/", lines, what, m->pattern);
		return;
	case MATCH_SLICE:
		(void)buffer_printf(out, "%s being bytes %llu to ", what,
				    (unsigned long long)m->from);
		if (m->to == UINT64_MAX)
			(void)buffer_add_str(out, "the end of ");
		else
			(void)buffer_printf(out, "%llu of ", (unsigned long long)m->to);
		break;
	case MATCH_JSON:
		(void)buffer_printf(out, "%s with ", what);
		add_bytes(out, &m->text, v);
		(void)buffer_add_str(out, " being ");
		add_bytes(out, &m->value, v);
		return;
	case MATCH_HAS:
		(void)buffer_printf(out, "%s%s with ", lines, what);
		break;
	case MATCH_SHA256:
		(void)buffer_printf(out, "%s with the SHA-256 ", what);
		break;
	default:
		(void)buffer_printf(out, "%s%s ", lines, what);
	}
	add_bytes(out, &m->text, v);
}

static void add_fields(struct buffer *out, const struct field_matcher *list, size_t n,
		       const char *before, const struct variables *v)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < list[i].nmatchers; k++) {
			(void)buffer_add_str(out, before);
			matcher_describe(out, list[i].name, &list[i].matchers[k], v);
		}
}

static void add_duration(struct buffer *out, const char *before, const struct duration *d,
			 const struct variables *v)
{
	usec t;

	if (d->text.raw.at && duration_expand(d, v, &t, NULL) == 0)
		(void)buffer_printf(out, "%s%lld ms", before, (long long)(t / USEC_PER_MS));
}

void message_describe(const struct outcome *o, const struct variables *v, struct buffer *out)
{
	static const char *const framing[] = {
		[FRAMING_LENGTH] = ", framed by Content-Length",
		[FRAMING_CHUNKED] = ", in the chunked coding",
		[FRAMING_CLOSE] = ", ended by the close",
		[FRAMING_NONE] = ", without content",
	};

	if (o->version)
		(void)buffer_add_str(out, ", "), matcher_describe(out, "version", o->version, v);
	if (o->reason)
		(void)buffer_add_str(out, ", "), matcher_describe(out, "reason", o->reason, v);
	add_fields(out, o->fields, o->nfields, ", ", v);
	add_fields(out, o->trailers, o->ntrailers, ", trailer ", v);
	for (size_t i = 0; i < o->ncontent; i++) {
		(void)buffer_add_str(out, ", ");
		matcher_describe(out, "content", &o->content[i], v);
	}
	if (o->framing)
		(void)buffer_add_str(out, framing[o->framing]);
}

static void describe_response(const struct outcome *o, const struct variables *v,
			      struct buffer *out)
{
	static const char *const then[] = {
		[THEN_CLOSED] = ", then closed",
		[THEN_OPEN] = ", then open",
	};

	if (o->nstatuses == 0)
		(void)buffer_add_str(out, "a response");
	for (size_t i = 0; i < o->nstatuses; i++) {
		(void)buffer_add_str(out, i ? " or " : "");
		add_status(out, &o->statuses[i]);
	}
	message_describe(o, v, out);
	if (o->faults == FAULTS_CUT)
		(void)buffer_add_str(out, ", cut off");
	if (o->then)
		(void)buffer_add_str(out, then[o->then]);
}

void outcome_describe(const struct outcome *o, const struct variables *v, struct buffer *out)
{
	static const char *const closed[] = {
		[ENDING_FIN] = "a close (FIN) without an answer",
		[ENDING_RESET] = "a reset without an answer",
		[ENDING_ANY] = "a close without an answer",
	};

	switch (o->kind) {
	case OUTCOME_CLOSED:
		(void)buffer_add_str(out, closed[o->closed]);
		break;
	case OUTCOME_SILENCE:
		(void)buffer_add_str(out, "silence");
		add_duration(out, " for ", &o->silence, v);
		break;
	default:
		describe_response(o, v, out);
	}
	add_duration(out, ", within ", &o->within, v);
	add_duration(out, ", not before ", &o->after, v);
}

void outcomes_describe(const struct outcome *list, size_t n, const struct variables *v,
		       struct buffer *out)
{
	for (size_t i = 0; i < n; i++) {
		(void)buffer_add_str(out, i ? "; or " : "");
		outcome_describe(&list[i], v, out);
	}
}

static void describe_seen(const struct response *r, struct buffer *out)
{
	(void)buffer_printf(out, "%d", r->status);
	if (r->reason.len) {
		(void)buffer_add_str(out, " ");
		(void)text_escape_cut(out, r->reason, 40);
	}
	if (r->framing != RESPONSE_NONE)
		(void)buffer_printf(out, " with %zu bytes of content", r->content.len);
	if (!r->complete)
		(void)buffer_add_str(out, ", cut off");
}

void facts_describe(const struct facts *f, struct buffer *out)
{
	static const char *const after[] = {
		[AFTER_UNKNOWN] = "",
		[AFTER_OPEN] = ", the connection left open",
		[AFTER_CLOSED] = ", then closed",
		[AFTER_BYTES] = ", then more bytes",
	};
	long long ms = (long long)(f->waited / USEC_PER_MS);

	if (f->response) {
		describe_seen(f->response, out);
		(void)buffer_add_str(out, after[f->after]);
	} else if (f->broken) {
		(void)buffer_add_str(out, "bytes that are no HTTP response");
	} else if (f->unfinished) {
		(void)buffer_printf(out, "a response still unfinished after %lld ms", ms);
	} else if (f->ended) {
		(void)buffer_printf(out,
				    "the connection ended (%s) without an answer after %lld ms",
				    f->ended == ENDED_FIN ? "FIN" : "RST", ms);
	} else {
		(void)buffer_printf(out, "no answer within %lld ms", ms);
	}
}
