#include "runner/session-inner.h"

/* A target of ours that dies makes suspects of the cases that ended just before: only
 * after that time their verdict is final. */
static bool is_final(const struct session *s, size_t index)
{
	usec ended = s->live.state[index].ended_at;

	return !s->target->exec || loop_now(s->loop) - ended >= SESSION_JUST_ENDED;
}

static void tell(struct session *s, size_t index)
{
	const struct session_options *o = s->options;

	s->live.state[index].is = LIVE_TOLD;
	for (size_t i = 0; i < o->nlisteners; i++)
		if (o->listeners[i].case_ended)
			o->listeners[i].case_ended(o->listeners[i].arg, &s->results[index]);
}

static void flush(struct session *s, bool all)
{
	struct live *l = &s->live;

	for (; l->next < l->nended; l->next++) {
		size_t index = l->ended[l->next];

		if (l->state[index].is != LIVE_ENDED) /* it runs again, or was told */
			continue;
		if (!all && !is_final(s, index))
			return;
		tell(s, index);
	}
}

void live_begin(struct session *s, const struct run *run)
{
	const struct session_options *o = s->options;

	s->live.state = arena_alloc(s->arena, s->cases->ncases * sizeof(*s->live.state));
	for (size_t i = 0; i < o->nlisteners; i++)
		if (o->listeners[i].begun)
			o->listeners[i].begun(o->listeners[i].arg, run);
}

void live_case_started(struct session *s, size_t index)
{
	const struct session_options *o = s->options;

	s->live.state[index].is = LIVE_RUNS;
	for (size_t i = 0; i < o->nlisteners; i++)
		if (o->listeners[i].case_started)
			o->listeners[i].case_started(o->listeners[i].arg, &s->results[index]);
}

void live_case_ended(struct session *s, size_t index)
{
	const struct session_options *o = s->options;
	struct live *l = &s->live;

	if (o->settle)
		o->settle(o->settle_arg, &s->results[index], s->arena);
	l->state[index].is = LIVE_ENDED;
	l->state[index].ended_at = loop_now(s->loop);
	*(size_t *)arena_push(s->arena, &l->ended, &l->nended, sizeof(index)) = index;
	flush(s, false);
}

void live_case_withdrawn(struct session *s, size_t index)
{
	s->live.state[index].is = LIVE_RUNS;
}

void live_end(struct session *s)
{
	flush(s, true);
	for (size_t i = 0; i < s->cases->ncases; i++)
		if (s->live.state[i].is != LIVE_TOLD)
			tell(s, i);
}
