#include "runner/scenario.h"

#include "net/task.h"
#include "runner/player.h"
#include "runner/step-origin.h"

#include <errno.h>
#include <stdlib.h>

#define CASE_STACK ((size_t)256 * 1024)

/* One case under way; its task owns it. */
struct scenario {
	const struct scenario_ground *ground;
	const struct test_case *test;
	size_t index;
	struct result *result;
	struct transcript transcript;
	struct task *task;
	bool cancelled;
	LIST_ENTRY(scenario) link;
};

/* True where nothing more is asked of the target, and its connections are closed: the next case
 * may ask it while this one is judged. */
static bool is_done_with_target(const struct scenario *sc, const struct step *steps,
				enum play_end end)
{
	return steps == sc->test->steps && end == PLAY_HELD && !sc->test->hostile &&
	       sc->ground->repeat == 1;
}

static void let_next_begin(struct play *p)
{
	idler_waits(p->idler, true);
	(void)task_sleep(task_now());
	idler_waits(p->idler, false);
}

static enum play_end play_once(struct scenario *sc, const struct step *steps, size_t n, bool alive,
			       struct play *ret)
{
	const struct scenario_ground *g = sc->ground;
	struct arena scratch;

	arena_init(&scratch);
	play_init(ret, g->stage, sc->test, &scratch, &sc->transcript);

	enum play_end end = origin_settle(ret, play_steps(ret, steps, n));

	play_close(ret);
	if (is_done_with_target(sc, steps, end))
		let_next_begin(ret);
	observe_play(g->observer, ret, sc->index);
	if (alive && end != PLAY_UNUSABLE && end != PLAY_CANCELLED) {
		struct place place = end == PLAY_HELD ? sc->test->place : ret->failed_at;
		enum play_end lives = play_alive(ret, place);

		play_close(ret);
		end = lives == PLAY_HELD ? end : lives;
	}
	play_release(ret);
	arena_release(&scratch);
	return end;
}

/* Plays steps, once more where the target had closed an idle connection under them. */
static enum play_end play(struct scenario *sc, const struct step *steps, size_t n, bool alive,
			  struct play *ret)
{
	enum play_end end = play_once(sc, steps, n, alive, ret);

	sc->result->attempts = sc->result->attempts ? sc->result->attempts : 1;
	if (end != PLAY_LOST)
		return end;
	sc->result->attempts = 2;
	transcript_note(&sc->transcript, EVENT_NOTE, "", task_now(),
			"the target closed an idle connection (RFC 9112 section 9.5); once more "
			"from the start");
	end = play_once(sc, steps, n, alive, ret);
	return end == PLAY_LOST ? PLAY_BROKEN : end;
}

static void error(struct scenario *sc, const struct play *p, enum play_end end)
{
	sc->result->verdict = VERDICT_ERROR;
	sc->result->reason = end == PLAY_CANCELLED
				 ? "interrupted"
				 : arena_printf(sc->ground->arena, "%s", p->problem.text);
	sc->result->failed_at = p->failed_at;
}

/* True if the control works, so that the steps can show something. */
static bool control_works(struct scenario *sc)
{
	const struct test_case *c = sc->test;
	struct play p;

	if (c->ncontrol == 0)
		return true;
	transcript_note(&sc->transcript, EVENT_NOTE, "", task_now(), "the control");

	enum play_end end = play(sc, c->control, c->ncontrol, false, &p);

	if (end == PLAY_HELD) {
		transcript_note(&sc->transcript, EVENT_NOTE, "", task_now(), "the case itself");
		return true;
	}
	if (end != PLAY_BROKEN) {
		error(sc, &p, end);
		return false;
	}
	sc->result->verdict = VERDICT_INCONCLUSIVE;
	sc->result->failed_at = p.failed_at;
	sc->result->expected = p.expected;
	sc->result->seen = p.seen;
	sc->result->reason = arena_printf(
	    sc->ground->arena, "its control failed: expected %s, saw %s", p.expected, p.seen);
	return false;
}

static void judge_broken(struct scenario *sc, const struct play *p)
{
	static const enum verdict of_level[] = { [LEVEL_MAY] = VERDICT_INFO,
						 [LEVEL_SHOULD] = VERDICT_WARN,
						 [LEVEL_MUST] = VERDICT_FAIL };
	struct result *r = sc->result;

	r->verdict = of_level[sc->test->level];
	r->failed_at = p->failed_at;
	if (r->verdict == VERDICT_INFO) {
		r->reason = p->seen;
		return;
	}
	r->expected = p->expected;
	r->seen = p->seen;
	r->reason = arena_printf(sc->ground->arena, "expected %s, saw %s", p->expected, p->seen);
}

static void judge_held(struct scenario *sc, const struct play *p)
{
	struct result *r = sc->result;
	const char *answered = p->choice ? p->choice : p->answered ? p->answered : "";

	r->verdict = sc->test->level == LEVEL_MAY ? VERDICT_INFO : VERDICT_PASS;
	if (p->allowed_by)
		r->reason = arena_printf(sc->ground->arena, "%s (allowed by %s)", answered,
					 p->allowed_by);
	else if (r->verdict == VERDICT_INFO)
		r->reason = answered;
}

static void judge(struct scenario *sc)
{
	struct play p;

	if (!sc->ground->stage->discerns) {
		sc->result->verdict = VERDICT_INCONCLUSIVE;
		sc->result->reason = "the target answers 2xx to whatever is sent, so nothing it "
				     "answers shows anything";
		return;
	}
	if (!control_works(sc))
		return;

	enum play_end end = play(sc, sc->test->steps, sc->test->nsteps, sc->test->hostile, &p);

	sc->result->expectations = p.expectations;
	if (end == PLAY_HELD)
		judge_held(sc, &p);
	else if (end == PLAY_BROKEN)
		judge_broken(sc, &p);
	else
		error(sc, &p, end);
}

/* What a report shows: of a case that passes only where that was asked for, or where a
 * rule points at it. Ten thousand passing cases would else hold what nobody reads. */
static bool is_shown(const struct scenario *sc)
{
	enum verdict v = sc->result->verdict;

	return sc->ground->keep_all || (v != VERDICT_PASS && v != VERDICT_INFO) ||
	       observer_shows(sc->ground->observer, sc->index);
}

static void keep_transcript(struct scenario *sc)
{
	sc->result->events = NULL;
	sc->result->nevents = 0;
	if (is_shown(sc)) {
		sc->result->events = transcript_copy(&sc->transcript, sc->ground->arena);
		sc->result->nevents = sc->transcript.count;
	} else {
		transcript_drop(&sc->transcript);
	}
}

/* Judges the case from the start: |*sc->result| is described, the rest is filled. */
static void run_once(struct scenario *sc)
{
	struct arena events;

	sc->result->reason = sc->result->expected = sc->result->seen = "";
	sc->result->failed_at = (struct place){ 0 };
	sc->result->attempts = 0;
	arena_init(&events);
	transcript_init(&sc->transcript, &events, sc->ground->arena, task_now());
	sc->transcript.run_kept = sc->ground->evidence;
	judge(sc);
	sc->result->duration = task_now() - sc->transcript.began;
	keep_transcript(sc);
	arena_release(&events);
}

/* ---- more than once ---- */

/* --repeat: the worst of all runs counts; that they differ is said. */
static void run_repeated(struct scenario *sc)
{
	struct result worst;
	bool differ = false;

	run_once(sc);
	worst = *sc->result;
	for (unsigned i = 1; i < sc->ground->repeat && !sc->cancelled; i++) {
		run_once(sc);
		differ |= sc->result->verdict != worst.verdict;
		if (verdict_weight(sc->result->verdict) > verdict_weight(worst.verdict))
			worst = *sc->result;
	}
	*sc->result = worst;
	sc->result->flaky = differ;
	if (differ)
		sc->result->reason = arena_printf(sc->ground->arena,
						  "flaky: its %u runs differed; the worst: %s",
						  sc->ground->repeat, worst.reason);
}

/* --retries: a case that passes in a later try is flaky, and shown with the evidence of
 * its first one. */
static void retry(struct scenario *sc)
{
	struct result first = *sc->result;

	for (unsigned i = 1;
	     i <= sc->ground->retries && verdict_weight(first.verdict) > 1 && !sc->cancelled; i++) {
		run_once(sc);
		if (verdict_weight(sc->result->verdict) > 1)
			continue;
		sc->result->flaky = true;
		sc->result->reason = arena_printf(sc->ground->arena,
						  "flaky: passed in try %u; the first: %s", i + 1,
						  first.reason);
		sc->result->events = first.events;
		sc->result->nevents = first.nevents;
		return;
	}
	*sc->result = first;
}

static void scenario_main(void *arg)
{
	struct scenario *sc = arg;
	const struct scenario_ground *g = sc->ground;

	run_repeated(sc);
	if (!sc->cancelled)
		retry(sc);
	if (sc->cancelled) {
		sc->result->verdict = VERDICT_SKIP;
		sc->result->reason = "interrupted before it ended";
	}
	LIST_REMOVE(sc, link);
	g->ended(g->arg, sc->index);
	free(sc);
}

int scenario_start(struct scenario_ground *g, struct loop *loop, const struct test_case *test,
		   size_t index, struct result *result)
{
	struct scenario *sc = calloc(1, sizeof(*sc));

	if (!sc)
		return -ENOMEM;
	*sc = (struct scenario){ .ground = g, .test = test, .index = index, .result = result };
	LIST_INSERT_HEAD(&g->under_way, sc, link);

	int r = task_start(loop, scenario_main, sc, CASE_STACK, &sc->task);

	if (r < 0) {
		LIST_REMOVE(sc, link);
		free(sc);
	}
	return r;
}

void scenario_cancel_all(struct scenario_ground *g)
{
	struct scenario *sc;

	LIST_FOREACH(sc, &g->under_way, link)
	{
		sc->cancelled = true;
		task_cancel(sc->task);
	}
}
