#include "net/task.h"
#include "runner/player.h"

#include <errno.h>

/* How long a connection must stay open after a response to count as `then: open`: a
 * server that closes does so with the response, not a tenth of a second later. */
#define OPEN_AFTER (150 * USEC_PER_MS)

/* A bound of a case may lie behind its timeout: then it decides, and this much
 * more, so that "too late" is seen and not only "nothing". */
#define BEYOND_BOUND (500 * USEC_PER_MS)

static const char *keep(struct play *p, struct buffer *text)
{
	const char *kept = arena_str(p->arena, buffer_slice(text));

	buffer_release(text);
	return kept;
}

/* ---- expect ---- */

struct expecting {
	struct play *p;
	const struct step *s;
	struct connection *c;
	struct facts facts;
	usec began, deadline;
	usec held_up_before;
	const struct outcome *held;
	struct buffer why;
	int interims[RESPONSE_MAX_INTERIM];
};

static usec later(usec a, usec b)
{
	return a > b ? a : b;
}

static usec expect_deadline(const struct play *p, const struct step *s, usec began)
{
	usec most = play_timeout(p), silence = USEC_FOREVER;

	for (size_t i = 0; i < s->noutcomes; i++) {
		const struct outcome *o = &s->outcomes[i];

		most = later(most, play_bound(p, &o->within, 0) + BEYOND_BOUND);
		most = later(most, play_duration(p, &o->after, 0) + play_timeout(p));
		if (o->kind == OUTCOME_SILENCE)
			silence = play_duration(p, &o->silence, 0);
	}
	return began + (silence < most ? silence : most);
}

/* The first outcome that holds. True also when one needs to know what the connection
 * does next: then |*ret_needs_after|. */
static bool judge_all(struct expecting *e, bool *ret_needs_after)
{
	struct judge j = play_judge(e->p);

	*ret_needs_after = false;
	for (size_t i = 0; i < e->s->noutcomes; i++) {
		struct buffer why = BUFFER_INIT(1 << 16);
		enum judgement is = judge_outcome(&j, &e->s->outcomes[i], &e->facts, &why);

		if (is == JUDGED_HOLDS)
			e->held = &e->s->outcomes[i];
		if (is == JUDGED_NEEDS_AFTER)
			*ret_needs_after = true;
		if (is == JUDGED_FAILS && e->s->noutcomes == 1) {
			buffer_clear(&e->why);
			(void)buffer_add_slice(&e->why, buffer_slice(&why));
		}
		buffer_release(&why);
		if (e->held)
			return true;
	}
	return *ret_needs_after;
}

/* Interim responses are collected, unless an outcome asks for that very status. */
static bool interim_is_it(struct expecting *e, const struct response *interim)
{
	bool needs_after;

	if (e->facts.ninterims < RESPONSE_MAX_INTERIM)
		e->interims[e->facts.ninterims++] = interim->status;
	for (size_t i = 0; i < e->s->noutcomes; i++)
		for (size_t k = 0; k < e->s->outcomes[i].nstatuses; k++)
			if (e->s->outcomes[i].statuses[k].high < 200) {
				e->facts.response = interim;
				if (judge_all(e, &needs_after) && e->held)
					return true;
				e->facts.response = NULL;
			}
	return false;
}

/* A response beyond what httpcheck reads is no fault of the target. */
static bool is_beyond_limits(const struct response *r)
{
	for (size_t i = 0; r && i < r->nfaults; i++)
		if (strcmp(r->faults[i].rule, RESPONSE_LIMIT_RULE) == 0)
			return true;
	return false;
}

static void note_time(struct expecting *e)
{
	const struct response *r = e->facts.response;
	usec at = r ? r->first_byte : e->c->ended ? e->c->ended_at : task_now();

	usec began = e->began + e->c->held_up - e->held_up_before;

	e->facts.waited = at > began ? at - began : 0;
}

/* Reads until there is something to judge. */
static int gather(struct expecting *e)
{
	for (;;) {
		enum response_state state;
		const struct response *response = NULL;
		int r = connection_read_response(e->c, e->deadline, &state, &response);

		if (r < 0 && r != -ETIMEDOUT)
			return r;
		if (r == 0 && state == RESPONSE_INTERIM) {
			if (interim_is_it(e, response))
				return 0;
			continue;
		}
		e->facts.timed_out = r == -ETIMEDOUT;
		e->facts.unfinished = r == -ETIMEDOUT && connection_has_rest(e->c);
		e->facts.response = r == 0 && state == RESPONSE_FINAL ? response : NULL;
		e->facts.broken = r == 0 && state == RESPONSE_BROKEN;
		e->facts.ended = r == 0 && state == RESPONSE_WANTS_MORE ? e->c->ended : ENDED_NOT;
		note_time(e);
		if (is_beyond_limits(response))
			return problem_set(&e->p->problem, -EMSGSIZE,
					   "the response is larger than httpcheck reads: %s",
					   response->faults[0].text);
		return 0;
	}
}

/* Too many octets of a response that said close are for the passive rules to name: the end
 * behind them is its end. */
static bool goes_on(const struct connection *c)
{
	return connection_has_rest(c) && !connection_has_excess(c);
}

/* What the connection does after a response: `then: closed` waits for its end as
 * long as the case would, `then: open` only a moment. */
static int gather_after(struct expecting *e)
{
	bool wait_for_close = false;

	for (size_t i = 0; i < e->s->noutcomes; i++)
		wait_for_close |= e->s->outcomes[i].then == THEN_CLOSED;

	usec deadline = task_now() + (wait_for_close ? play_timeout(e->p) : OPEN_AFTER);

	while (!goes_on(e->c) && !e->c->ended) {
		int r = connection_receive(e->c, deadline);

		if (r == -ETIMEDOUT)
			break;
		if (r < 0)
			return r;
	}
	e->facts.after = goes_on(e->c)		     ? AFTER_BYTES
			 : e->c->ended		     ? AFTER_CLOSED
			 : connection_has_rest(e->c) ? AFTER_BYTES
						     : AFTER_OPEN;
	return 0;
}

void play_capture(struct play *p, const struct capture *what, const struct response *r)
{
	struct variable v = { .name = what->name };

	switch (what->kind) {
	case CAPTURE_FIELD:
		(void)response_field(r, what->field, &v.value);
		break;
	case CAPTURE_STATUS:
		v.value = slice_str(arena_printf(p->scratch, "%d", r->status));
		break;
	case CAPTURE_CONTENT: {
		struct captured_content *content = arena_alloc(p->scratch, sizeof(*content));

		*content = (struct captured_content){ what->name, r->content, p->contents };
		p->contents = content;
		v.value = r->content;
	}
	}
	for (size_t i = 0; i < p->ncaptured; i++)
		if (strcmp(p->captured[i].name, v.name) == 0) {
			p->captured[i] = v;
			return;
		}
	*(struct variable *)arena_push(p->scratch, &p->captured, &p->ncaptured, sizeof(v)) = v;
	p->captures.list = p->captured;
	p->captures.count = p->ncaptured;
}

/* A server may close a connection that is idle at any time (RFC 9112 section 9.5);
 * when that crosses our next request, nothing was shown: worth a second try. */
static bool lost_while_idle(const struct connection *c, const struct facts *f)
{
	return f->ended && !f->response && c->finals > 0 && !c->said_close &&
	       !connection_has_rest(c);
}

static enum play_end not_as_expected(struct expecting *e)
{
	struct buffer expected = BUFFER_INIT(1 << 16), seen = BUFFER_INIT(1 << 16);
	bool lost = lost_while_idle(e->c, &e->facts);

	outcomes_describe(e->s->outcomes, e->s->noutcomes, &e->p->captures, &expected);
	facts_describe(&e->facts, &seen);
	if (e->why.len && e->facts.response) {
		(void)buffer_add_str(&seen, ": ");
		(void)buffer_add_slice(&seen, buffer_slice(&e->why));
	}
	if (e->facts.timed_out)
		transcript_note(e->p->transcript, EVENT_TIMEOUT, e->c->name, task_now(),
				"waiting for a response");

	const char *kept = keep(e->p, &expected);

	(void)play_broken(e->p, e->s->place, kept, keep(e->p, &seen));
	return lost ? PLAY_LOST : PLAY_BROKEN;
}

static enum play_end as_expected(struct expecting *e)
{
	struct buffer seen = BUFFER_INIT(1 << 16);

	for (size_t i = 0; i < e->held->ncaptures; i++)
		play_capture(e->p, &e->held->captures[i], e->facts.response);
	if (e->held->by)
		e->p->allowed_by = e->held->by;
	if (e->held->choice)
		e->p->choice = e->held->choice;
	facts_describe(&e->facts, &seen);
	e->p->answered = keep(e->p, &seen);
	return PLAY_HELD;
}

enum play_end step_expect(struct play *p, const struct step *s, struct connection *c)
{
	struct expecting e = {
		.p = p, .s = s, .c = c, .began = task_now(), .why = BUFFER_INIT(1 << 16)
	};
	bool needs_after = false;

	e.deadline = expect_deadline(p, s, e.began);
	e.facts.interims = e.interims;
	e.held_up_before = c->held_up;

	int r = gather(&e);

	if (r == 0 && !e.held && judge_all(&e, &needs_after) && !e.held) {
		r = gather_after(&e);
		if (r == 0)
			(void)judge_all(&e, &needs_after);
	}

	enum play_end end = r < 0    ? play_error(p, r, s->place)
			    : e.held ? as_expected(&e)
				     : not_as_expected(&e);

	buffer_release(&e.why);
	return end;
}

/* ---- expect-interim ---- */

enum play_end step_expect_interim(struct play *p, const struct step *s, struct connection *c)
{
	usec began = task_now();
	usec within = play_bound(p, &s->within, play_timeout(p));
	enum response_state state;
	const struct response *response;
	struct status_range wanted = s->interim;
	int r = connection_read_response(c, began + within, &state, &response);

	if (r < 0 && r != -ETIMEDOUT)
		return play_error(p, r, s->place);
	if (r == 0 && state == RESPONSE_INTERIM &&
	    (response->status >= wanted.low && response->status <= wanted.high) != wanted.negate)
		return PLAY_HELD;

	struct buffer seen = BUFFER_INIT(1 << 16);
	struct facts f = {
		.response = r == 0 && state != RESPONSE_BROKEN ? response : NULL,
		.broken = r == 0 && state == RESPONSE_BROKEN,
		.timed_out = r < 0,
		.unfinished = r < 0 && connection_has_rest(c),
		.ended = r == 0 && state == RESPONSE_WANTS_MORE ? c->ended : ENDED_NOT,
		.waited = task_now() - began,
	};
	const char *expected = arena_printf(p->arena, "an interim response %d within %lld ms",
					    wanted.low, (long long)(within / USEC_PER_MS));

	facts_describe(&f, &seen);
	(void)play_broken(p, s->place, expected, keep(p, &seen));
	return lost_while_idle(c, &f) ? PLAY_LOST : PLAY_BROKEN;
}

/* ---- silence, open, close ---- */

static const char *milliseconds(struct play *p, const char *before, usec t, const char *behind)
{
	return arena_printf(p->arena, "%s%lld ms%s", before, (long long)(t / USEC_PER_MS), behind);
}

/* Waits for bytes or the end until |deadline|; 1 something came, 0 nothing did. */
static int something_came(struct connection *c, usec deadline)
{
	if (connection_has_rest(c) || c->ended)
		return 1;

	int r = connection_receive(c, deadline);

	return r == -ETIMEDOUT ? 0 : r < 0 ? r : 1;
}

static const char *what_came(const struct connection *c)
{
	if (connection_has_rest(c))
		return "bytes came";
	if (c->cut)
		return "the connection was closed (FIN) without close_notify";
	return c->ended == ENDED_FIN ? "the connection was closed (FIN)"
				     : "the connection was reset (RST)";
}

enum play_end step_expect_silence(struct play *p, const struct step *s, struct connection *c)
{
	usec began = task_now(), time = play_duration(p, &s->time, 0);
	int r = something_came(c, began + time);

	if (r < 0)
		return play_error(p, r, s->place);
	if (r == 0)
		return PLAY_HELD;
	return play_broken(p, s->place, milliseconds(p, "silence for ", time, ""),
			   arena_printf(p->arena, "%s after %lld ms", what_came(c),
					(long long)((task_now() - began) / USEC_PER_MS)));
}

enum play_end step_expect_open(struct play *p, const struct step *s, struct connection *c)
{
	usec began = task_now(), time = play_duration(p, &s->time, 0);

	while (!c->ended) {
		int r = connection_receive(c, began + time);

		if (r == -ETIMEDOUT)
			return PLAY_HELD;
		if (r < 0)
			return play_error(p, r, s->place);
	}
	return play_broken(p, s->place, milliseconds(p, "a connection still open after ", time, ""),
			   c->ended == ENDED_FIN ? "it was closed (FIN)" : "it was reset (RST)");
}

static bool how_fits(enum ending wanted, const struct connection *c)
{
	switch (wanted) {
	case ENDING_FIN:
		return c->ended == ENDED_FIN;
	case ENDING_NOTIFY:
		return c->ended == ENDED_FIN && !c->cut;
	case ENDING_RESET:
		return c->ended == ENDED_RESET;
	default:
		return true;
	}
}

static const char *ending_words(struct play *p, const struct step *s, usec within, usec after)
{
	static const char *const how[] = { [ENDING_FIN] = "a close (FIN)",
					   [ENDING_RESET] = "a reset (RST)",
					   [ENDING_NOTIFY] = "a close (close_notify, FIN)",
					   [ENDING_ANY] = "the end of the connection" };

	return arena_printf(p->arena, "%s without a byte before it, after %lld to %lld ms",
			    how[s->how], (long long)(after / USEC_PER_MS),
			    (long long)(within / USEC_PER_MS));
}

enum play_end step_expect_close(struct play *p, const struct step *s, struct connection *c)
{
	usec began = task_now();
	usec after = play_duration(p, &s->after, 0);
	usec within = play_bound(p, &s->within, later(play_timeout(p), after + play_timeout(p)));
	int r = something_came(c, began + within);

	if (r < 0)
		return play_error(p, r, s->place);

	usec waited = c->ended && c->ended_at > began ? c->ended_at - began
		      : c->ended		      ? 0
						      : task_now() - began;
	bool closed = r == 1 && c->ended && !connection_has_rest(c);

	if (closed && how_fits(s->how, c) && waited >= after)
		return PLAY_HELD;

	const char *seen = r == 0 ? milliseconds(p, "still open after ", waited, "")
				  : arena_printf(p->arena, "%s after %lld ms", what_came(c),
						 (long long)(waited / USEC_PER_MS));

	return play_broken(p, s->place, ending_words(p, s, within, after), seen);
}
