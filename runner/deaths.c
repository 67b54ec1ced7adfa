#include "runner/exec.h"
#include "runner/session-inner.h"

#include <errno.h>
#include <stdio.h>

/* How long a suspect that ran alone is given to bring the target down. */
#define MOMENT (100 * USEC_PER_MS)

#define TRIM_EVERY (20 * USEC_PER_MS)

/* How often a target is started again before it is given up. */
#define MOST_STARTS ((size_t)100)

static void suspect(struct session *s, size_t index)
{
	struct deaths *d = &s->deaths;

	*(size_t *)arena_push(s->arena, &d->suspects, &d->nsuspects, sizeof(index)) = index;
	live_case_withdrawn(s, index);
}

static void suspect_who_just_ended(struct session *s)
{
	for (size_t i = 0; i < s->cases->ncases; i++)
		if (s->deaths.ended_at[i] &&
		    loop_now(s->loop) - s->deaths.ended_at[i] < SESSION_JUST_ENDED) {
			s->done--;
			s->failed -= session_counts_as_failed(&s->results[i]);
			suspect(s, i);
		}
}

/* True, once, when the target has died. All that is under way is cancelled: nothing
 * more can be shown with a dead target. */
static bool notice(struct session *s)
{
	struct deaths *d = &s->deaths;

	if (!s->target->exec || d->seen || !exec_has_ended(s->target->exec))
		return false;
	d->seen = true;
	loop_unwatch(s->loop, &d->watch);
	if (s->target->exec->signalled) /* the case that did it runs alone, and goes on */
		return false;
	suspect_who_just_ended(s);
	scenario_cancel_all(&s->ground);
	return true;
}

static struct session *session_of(struct loop_watch *w)
{
	return (struct session *)((char *)w - offsetof(struct session, deaths.watch));
}

static void has_died(struct loop_watch *w, unsigned events)
{
	(void)events;
	(void)notice(session_of(w));
}

static int watch(struct session *s)
{
	s->deaths.watch = (struct loop_watch){ .fd = s->target->exec->pidfd,
					       .wanted = LOOP_READ,
					       .ready = has_died };
	return loop_watch(s->loop, &s->deaths.watch);
}

static void trim(struct loop_timer *t)
{
	struct session *s = (struct session *)((char *)t - offsetof(struct session, deaths.trim));

	exec_trim_output(s->target->exec);
	(void)loop_timer_set(s->loop, t, loop_now(s->loop) + TRIM_EVERY);
}

int deaths_watch(struct session *s)
{
	s->deaths.ended_at = arena_alloc(s->arena, s->cases->ncases * sizeof(usec));
	s->deaths.starts_left = MOST_STARTS;
	s->deaths.trim.due = trim;
	if (!s->target->exec)
		return 0;

	int r = loop_timer_set(s->loop, &s->deaths.trim, loop_now(s->loop));

	return r < 0 ? r : watch(s);
}

void deaths_unwatch(struct session *s)
{
	loop_unwatch(s->loop, &s->deaths.watch);
	loop_timer_stop(s->loop, &s->deaths.trim);
}

bool deaths_case_ended(struct session *s, size_t index)
{
	if (!s->target->exec || s->interrupted)
		return false;
	(void)notice(s);
	if (s->target->exec->signalled)
		return false;
	if (s->deaths.seen)
		suspect(s, index);
	else
		s->deaths.ended_at[index] = loop_now(s->loop);
	return s->deaths.seen;
}

/* ---- after a death ---- */

static int start_again(struct session *s)
{
	struct deaths *d = &s->deaths;

	if (d->starts_left-- == 0)
		return problem_set(s->problem, -ECHILD, "the target '%s' died %zu times",
				   s->target->exec->command, MOST_STARTS);

	int r = exec_start(s->target->exec, s->problem);

	if (r < 0)
		return r;
	d->seen = false;
	return watch(s);
}

/* A crash may come a moment after the last answer. */
static int wait_a_moment(struct session *s)
{
	usec until = loop_clock(s->loop) + MOMENT;
	int r = 0;

	while (r == 0 && !s->deaths.seen && loop_now(s->loop) < until)
		r = loop_turn(s->loop, until);
	return r;
}

/* Runs one case with nobody beside it. */
static int run_alone(struct session *s, size_t index)
{
	int r = session_start_case(s, index);

	while (r == 0 && !LIST_EMPTY(&s->ground.under_way))
		r = loop_turn(s->loop, USEC_FOREVER);
	return r < 0 ? r : wait_a_moment(s);
}

static void charge(struct session *s, size_t index)
{
	struct result *r = &s->results[index];
	const char *words = exec_last_words(s->target->exec, s->arena);

	r->verdict = VERDICT_FAIL;
	r->expected = "a target that lives on";
	r->seen = arena_printf(s->arena, "it died of this case: %s", words);
	r->reason = arena_printf(s->arena, "the target died of this case, run alone: %s", words);
	live_case_ended(s, index);
	s->failed += session_counts_as_failed(r);
	s->done++;
	if (s->options->fail_fast && s->failed)
		s->stopped = "not run: --fail-fast";
}

static int try_suspects(struct session *s, const size_t *suspects, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0 && !s->interrupted; i++) {
		s->deaths.nsuspects = 0;
		s->deaths.ended_at[suspects[i]] = 0;
		r = run_alone(s, suspects[i]);
		s->deaths.ended_at[suspects[i]] = 0; /* innocent, or charged: settled in any case */
		if (r == 0 && s->deaths.seen) {
			charge(s, suspects[i]);
			r = start_again(s);
		}
	}
	s->deaths.nsuspects = 0;
	return r;
}

/* A target that was told to stop may take its time, and would fail the case that comes next. */
static void end_signalled(struct session *s)
{
	struct exec *e = s->target->exec;

	if (!e || !e->signalled || s->deaths.seen)
		return;
	exec_stop(e);
	s->deaths.seen = true;
	loop_unwatch(s->loop, &s->deaths.watch);
}

int deaths_settle(struct session *s)
{
	struct deaths *d = &s->deaths;

	end_signalled(s);
	if (!d->seen)
		return 0;

	size_t n = d->nsuspects, *suspects = d->suspects;

	d->suspects = NULL;
	d->nsuspects = 0;
	if (n == 0)
		return start_again(s);
	(void)fprintf(stderr,
		      "httpcheck: the target died (%s); %zu cases are run again, each alone\n",
		      exec_last_words(s->target->exec, s->arena), n);

	int r = start_again(s);

	return r < 0 ? r : try_suspects(s, suspects, n);
}

int deaths_last_look(struct session *s)
{
	if (!s->target->exec || s->interrupted)
		return 0;

	int r = wait_a_moment(s);

	return r < 0 ? r : deaths_settle(s);
}
