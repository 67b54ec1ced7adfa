#include "runner/judge.h"

#include "base/text.h"
#include "http/grammar.h"
#include "runner/match.h"

/* ---- one response against the keys of an outcome ---- */

static bool status_fits(const struct outcome *o, int status)
{
	for (size_t i = 0; i < o->nstatuses; i++) {
		const struct status_range *s = &o->statuses[i];

		if ((status >= s->low && status <= s->high) != s->negate)
			return true;
	}
	return o->nstatuses == 0;
}

static bool check_status(const struct judge *j, const struct outcome *o, const struct facts *f,
			 struct buffer *why)
{
	(void)j;
	if (status_fits(o, f->response->status))
		return true;
	(void)buffer_printf(why, "the status is %d", f->response->status);
	return false;
}

static bool check_line(const struct judge *j, const struct outcome *o, const struct facts *f,
		       struct buffer *why)
{
	if (o->version && !match_value(j, o->version, f->response->version, "the version", why))
		return false;
	return !o->reason || match_value(j, o->reason, f->response->reason, "the reason", why);
}

static bool check_fields(const struct judge *j, const struct outcome *o, const struct facts *f,
			 struct buffer *why)
{
	const struct response *r = f->response;

	return match_fields(j, o->fields, o->nfields, r->fields, r->nfields, why) &&
	       match_fields(j, o->trailers, o->ntrailers, r->trailers, r->ntrailers, why);
}

static bool check_content(const struct judge *j, const struct outcome *o, const struct facts *f,
			  struct buffer *why)
{
	for (size_t i = 0; i < o->ncontent; i++)
		if (!match_content(j, &o->content[i], f->response->content, why))
			return false;
	return true;
}

static bool check_interim(const struct judge *j, const struct outcome *o, const struct facts *f,
			  struct buffer *why)
{
	(void)j;
	if (!o->has_interim)
		return true;

	bool same = o->ninterim == f->ninterims;

	for (size_t i = 0; same && i < o->ninterim; i++)
		same = o->interim[i] == f->interims[i];
	if (!same)
		(void)buffer_printf(why, "%zu interim responses came before it", f->ninterims);
	return same;
}

static const struct {
	enum response_framing is;
	enum framing wanted;
	const char *name;
} framings[] = {
	{ RESPONSE_LENGTH, FRAMING_LENGTH, "Content-Length" },
	{ RESPONSE_CHUNKED, FRAMING_CHUNKED, "the chunked coding" },
	{ RESPONSE_UNTIL_CLOSE, FRAMING_CLOSE, "the end of the connection" },
	{ RESPONSE_NONE, FRAMING_NONE, "nothing: it has no content" },
	{ RESPONSE_TUNNEL, FRAMING_NONE, "nothing: a tunnel follows" },
};

static bool check_framing(const struct judge *j, const struct outcome *o, const struct facts *f,
			  struct buffer *why)
{
	(void)j;
	for (size_t i = 0; o->framing != FRAMING_ANY && i < sizeof(framings) / sizeof(framings[0]);
	     i++)
		if (framings[i].is == f->response->framing && framings[i].wanted != o->framing) {
			(void)buffer_printf(why, "it is framed by %s", framings[i].name);
			return false;
		}
	return true;
}

static bool check_faults(const struct judge *j, const struct outcome *o, const struct facts *f,
			 struct buffer *why)
{
	(void)j;
	if (o->faults == FAULTS_CUT && f->response->complete) {
		(void)buffer_add_str(why, "it is whole");
		return false;
	}
	if (o->faults != FAULTS_NONE || f->response->nfaults == 0)
		return true;

	const struct fault *first = &f->response->faults[0];

	(void)buffer_printf(why,
			    "the response is malformed: %s (%s, at byte %llu of the connection)",
			    first->text, first->requirement, (unsigned long long)first->offset);
	return false;
}

static bool time_fits(const struct judge *j, const struct outcome *o, const struct facts *f,
		      struct buffer *why)
{
	usec bound;

	if (o->within.text.raw.at && duration_expand(&o->within, j->variables, &bound, NULL) == 0 &&
	    f->waited > patient(bound, j->patience)) {
		(void)buffer_printf(why, "it came after %lld ms",
				    (long long)(f->waited / USEC_PER_MS));
		return false;
	}
	if (o->after.text.raw.at && duration_expand(&o->after, j->variables, &bound, NULL) == 0 &&
	    f->waited < bound) {
		(void)buffer_printf(why, "it came after %lld ms already",
				    (long long)(f->waited / USEC_PER_MS));
		return false;
	}
	return true;
}

static enum judgement judge_after(const struct outcome *o, const struct facts *f,
				  struct buffer *why)
{
	if (o->then == THEN_ANY)
		return JUDGED_HOLDS;
	switch (f->after) {
	case AFTER_UNKNOWN:
		return JUDGED_NEEDS_AFTER;
	case AFTER_BYTES:
		(void)buffer_add_str(why, "more bytes followed the response");
		return JUDGED_FAILS;
	case AFTER_OPEN:
		(void)buffer_add_str(why, "the connection stayed open after it");
		return o->then == THEN_OPEN ? JUDGED_HOLDS : JUDGED_FAILS;
	default:
		(void)buffer_add_str(why, "the connection was closed after it");
		return o->then == THEN_CLOSED ? JUDGED_HOLDS : JUDGED_FAILS;
	}
}

/* Octets of which no response can be made have no status: "not 2xx" is true of them. */
static bool lacks_status(const struct outcome *o, const struct facts *f)
{
	return f->broken && o->faults == FAULTS_ALLOWED && o->nstatuses && status_fits(o, 0);
}

static enum judgement judge_response(const struct judge *j, const struct outcome *o,
				     const struct facts *f, struct buffer *why)
{
	static bool (*const checks[])(const struct judge *, const struct outcome *,
				      const struct facts *, struct buffer *) = {
		check_status,  check_faults, check_line,    check_interim,
		check_framing, check_fields, check_content, time_fits,
	};

	if (lacks_status(o, f))
		return JUDGED_HOLDS;
	if (!f->response) {
		facts_describe(f, why);
		return JUDGED_FAILS;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (!checks[i](j, o, f, why))
			return JUDGED_FAILS;
	return judge_after(o, f, why);
}

/* ---- the other outcomes ---- */

static bool ending_fits(enum ending wanted, enum ended is)
{
	return is == ENDED_FIN ? wanted != ENDING_RESET : is == ENDED_RESET && wanted != ENDING_FIN;
}

static enum judgement judge_closed(const struct judge *j, const struct outcome *o,
				   const struct facts *f, struct buffer *why)
{
	if (!f->response && !f->broken && !f->unfinished && ending_fits(o->closed, f->ended))
		return time_fits(j, o, f, why) ? JUDGED_HOLDS : JUDGED_FAILS;
	facts_describe(f, why);
	return JUDGED_FAILS;
}

static enum judgement judge_silence(const struct judge *j, const struct outcome *o,
				    const struct facts *f, struct buffer *why)
{
	usec long_enough = 0;

	(void)duration_expand(&o->silence, j->variables, &long_enough, NULL);
	if (f->timed_out && !f->unfinished && f->waited >= long_enough)
		return JUDGED_HOLDS;
	facts_describe(f, why);
	return JUDGED_FAILS;
}

enum judgement judge_outcome(const struct judge *j, const struct outcome *o, const struct facts *f,
			     struct buffer *why)
{
	buffer_clear(why);
	switch (o->kind) {
	case OUTCOME_CLOSED:
		return judge_closed(j, o, f, why);
	case OUTCOME_SILENCE:
		return judge_silence(j, o, f, why);
	default:
		return judge_response(j, o, f, why);
	}
}
