#include "runner/session-inner.h"

#include "net/task.h"
#include "runner/fit.h"
#include "runner/origin.h"
#include "runner/order.h"
#include "runner/probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#define PREPARE_STACK ((size_t)256 * 1024)

/* ---- what is known of a case before it runs ---- */

/* A command that a shell takes as it is: single quotes around what needs them. */
static const char *replay_command(const struct session *s, const struct test_case *c)
{
	struct buffer b = BUFFER_INIT(1 << 16);

	(void)buffer_add_str(&b, "httpcheck run ");
	(void)buffer_add_str(&b, c->place.file);
	(void)buffer_add_str(&b, " --filter '");
	for (const char *at = c->id; *at; at++)
		(void)(*at == '\'' ? buffer_add_str(&b, "'\\''") : buffer_add_byte(&b, *at));
	(void)buffer_add_str(&b, s->options->replay_options[0] ? "' " : "'");
	(void)buffer_add_str(&b, s->options->replay_options);
	(void)buffer_add_str(&b, " -v");

	const char *kept = arena_str(s->arena, buffer_slice(&b));

	buffer_release(&b);
	return kept;
}

static void describe(const struct session *s, const struct test_case *c, struct result *r)
{
	*r = (struct result){
		.id = c->id,
		.theme = c->theme,
		.title = c->title,
		.why = c->why ? c->why : "",
		.place = c->place,
		.tags = c->tags,
		.ntags = c->ntags,
		.clauses = c->clauses,
		.nclauses = c->nclauses,
		.level = c->level,
		.verdict = VERDICT_SKIP,
		.reason = "",
		.expected = "",
		.seen = "",
		.replay = replay_command(s, c),
	};
}

/* ---- all cases ---- */

bool session_counts_as_failed(const struct result *r)
{
	return !r->known && (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR);
}

static void enter(struct session *s, const struct test_case *c)
{
	s->active += !c->apart;
}

static void leave(struct session *s, const struct test_case *c)
{
	s->active -= !c->apart;
	lanes_leave(&s->lanes, c);
}

static void case_ended(void *arg, size_t index)
{
	struct session *s = arg;

	leave(s, s->cases->cases[index]);
	if (deaths_case_ended(s, index))
		return;
	s->done++;
	live_case_ended(s, index);
	s->failed += session_counts_as_failed(&s->results[index]);
	if (s->options->fail_fast && s->failed)
		s->stopped = "not run: --fail-fast";
}

int session_start_case(struct session *s, size_t index)
{
	const struct test_case *c = s->cases->cases[index];
	struct result *r = &s->results[index];
	const char *skip = case_unfit(c, s->target->profile, &s->stage, s->arena);

	r->began = loop_now(s->loop) - s->began;
	if (skip) {
		r->reason = skip;
		s->done++;
		lanes_leave(&s->lanes, c);
		live_case_ended(s, index);
		return 0;
	}
	enter(s, c);
	live_case_started(s, index);

	int e = scenario_start(&s->ground, s->loop, c, index, r);

	if (e < 0)
		leave(s, c);
	return e;
}

/* A case that needs a target of ours signals it, and ends it for all others too. Which case
 * a request belongs to that a gateway forwards can't be told. */
static bool runs_alone(const struct test_case *c)
{
	bool alone = c->exclusive;

	for (size_t i = 0; i < c->nneeds; i++)
		alone |= strcmp(c->needs[i], "exec") == 0 || strcmp(c->needs[i], "origin") == 0;
	return alone;
}

/* The next case of the round that may start now. */
static bool next_case(struct session *s, size_t *ret)
{
	size_t jobs = s->exclusive || s->stage.serial ? 1 : s->options->jobs;
	bool room = s->active < jobs;

	if (s->deaths.seen)
		return false;
	if (!s->exclusive && lanes_next(&s->lanes, room, ret))
		return true;
	while (room && s->next < s->cases->ncases) {
		const struct test_case *c = s->cases->cases[*ret = s->order[s->next++]];

		if (runs_alone(c) == s->exclusive && !c->lane)
			return true;
	}
	return false;
}

static int start_some(struct session *s)
{
	size_t index;
	int r = 0;

	while (r == 0 && next_case(s, &index)) {
		if (s->stopped) {
			s->results[index].reason = s->stopped;
			lanes_leave(&s->lanes, s->cases->cases[index]);
		} else {
			r = session_start_case(s, index);
		}
	}
	return r;
}

static int run_round(struct session *s, bool exclusive)
{
	int r;

	s->exclusive = exclusive;
	s->next = 0;
	do {
		r = start_some(s);
		if (r == 0 && !LIST_EMPTY(&s->ground.under_way))
			r = loop_turn(s->loop, USEC_FOREVER);
		if (r == 0 && LIST_EMPTY(&s->ground.under_way))
			r = deaths_settle(s);
	} while (r == 0 && (!LIST_EMPTY(&s->ground.under_way) || s->next < s->cases->ncases ||
			    lanes_have_more(&s->lanes)));
	return r;
}

/* A scenario that waits long gives its place to another one, except where the target
 * serves one connection at a time: there it is the target that waits. */
static void case_idles(void *arg, bool idle)
{
	struct session *s = arg;

	if (s->stage.serial || s->exclusive)
		return;
	if (idle)
		s->active--;
	else
		s->active++;
}

static int in_order(const void *a, const void *b)
{
	return result_order(a, b);
}

/* ---- rules as results of their own ---- */

static struct clause *rule_clause(const struct session *s, const struct rule *rule)
{
	const struct clause *row = catalogue_find(s->cases->catalogue, rule->requirement);
	struct clause *c = arena_alloc(s->arena, sizeof(*c));

	*c = row ? *row
		 : (struct clause){ .id = rule->requirement,
				    .keyword = level_name(rule->level),
				    .text = "",
				    .level = rule->level };
	return c;
}

/* What an application says is a behaviour unless it is asked to be judged. */
static enum level level_of(const struct session *s, const struct rule *rule)
{
	bool recorded = rule_is_of_application(rule) && !selection_judges_applications(s->cases);

	return recorded ? LEVEL_MAY : rule->level;
}

static void rule_result(const struct session *s, const struct rule_record *record, struct result *r)
{
	static const char *const application[] = { "application" };
	const struct rule *rule = record->rule;
	enum level level = level_of(s, rule);

	*r = (struct result){
		.id = arena_printf(s->arena, "rules/%s", rule->name),
		.theme = "rules",
		.title = rule->title,
		.why = "",
		.clauses = rule_clause(s, rule),
		.nclauses = 1,
		.level = level,
		.tags = application,
		.ntags = rule_is_of_application(rule) ? 1 : 0,
		.attempts = 1,
		.times_seen = record->applied,
		.times_broken = record->broken,
		.first_case = record->case_id,
		.verdict = rule_verdict(level, record->applied, record->broken),
		.expected = "",
		.seen = "",
		.replay = "",
	};
	if (record->broken) {
		const struct result *offender = &s->results[record->result];

		r->expected = rule->title;
		r->seen = record->seen;
		r->events = offender->events;
		r->nevents = offender->nevents;
		r->replay = offender->replay;
	}
	r->reason = rule_reason(r, s->arena);
}

/* What judges a target beside our own code. curl_version(3) would start LDAP and SASL to tell
 * their versions, and take as long as fifty cases. */
static const char *describe_libraries(struct arena *a)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	return arena_printf(a, "libcurl/%s %s zlib/%s%s%s", v->version,
			    v->ssl_version ? v->ssl_version : "no TLS",
			    v->libz_version ? v->libz_version : "none",
			    v->nghttp2_version ? " nghttp2/" : "",
			    v->nghttp2_version ? v->nghttp2_version : "");
}

/* What is known of the run before its first case. */
static struct run describe_run(const struct session *s, time_t started)
{
	struct run run = *s->options->about;

	run.program = "httpcheck " HTTPCHECK_VERSION;
	run.libraries = describe_libraries(s->arena);
	run.target = s->target->name;
	run.target_note = s->target->note;
	run.serial = s->stage.serial;
	run.started = started;
	run.fail_on = s->options->fail_on;
	return run;
}

/* The rules that are not left out; their number. */
static size_t rule_results(const struct session *s, struct result *all)
{
	const struct session_options *o = s->options;
	size_t n = 0;

	for (size_t i = 0; i < s->observer.count; i++) {
		struct result *r = &all[n];

		rule_result(s, &s->observer.records[i], r);
		if (!selection_wants_rule(s->cases, r->id, r->level))
			continue;
		if (o->settle)
			o->settle(o->settle_arg, r, s->arena);
		n++;
	}
	qsort(all, n, sizeof(*all), in_order);
	return n;
}

static void finish(struct session *s, struct run *ret)
{
	size_t ncases = s->cases->ncases, n = ncases;
	struct result *all = arena_alloc(s->arena, (n + s->observer.count) * sizeof(*all));

	n += rule_results(s, all + ncases);
	if (ncases)
		memcpy(all, s->results, ncases * sizeof(*all));
	ret->duration = loop_clock(s->loop) - s->began;
	ret->interrupted = s->interrupted;
	ret->results = all;
	ret->count = n;
}

/* ---- before the cases ---- */

static void prepare_main(void *arg)
{
	struct session *s = arg;
	struct probed probed;
	int r = probe_all(curl_dialer_base(s->dialer), s->target,
			  patient(s->options->timeout, s->options->patience),
			  s->options->anyway, &probed, s->problem);

	s->stage.serial = probed.serial;
	s->stage.discerns = probed.discerns;
	s->prepared = r;
	s->preparing = NULL;
}

static int prepare(struct session *s)
{
	s->prepared = 1;

	int r = task_start(s->loop, prepare_main, s, PREPARE_STACK, &s->preparing);

	while (r == 0 && s->prepared > 0)
		r = loop_turn(s->loop, USEC_FOREVER);
	return r < 0 ? r : s->prepared;
}

static void interrupted(void *arg, int signal)
{
	struct session *s = arg;

	s->interrupted = signal;
	s->stopped = "not run: interrupted";
	scenario_cancel_all(&s->ground);
	if (s->preparing)
		task_cancel(s->preparing);
}

/* ---- the run ---- */

static void set_stage(struct session *s)
{
	const struct session_options *o = s->options;

	doorway_init(&s->doorway);
	s->variables = profile_variables(s->target->profile);
	s->stage.dialer = curl_dialer_base(s->dialer);
	s->stage.variables = &s->variables;
	s->stage.timeout = o->timeout;
	s->stage.patience = o->patience;
	s->stage.exec = s->target->exec;
	s->stage.tls = s->target->tls;
	s->stage.origin = s->origin;
	s->stage.segments = o->segments;
	s->stage.doorway = &s->doorway;
	s->stage.intake = &s->intake;
	s->stage.idles = case_idles;
	s->stage.arg = s;
	s->ground = (struct scenario_ground){
		.stage = &s->stage,
		.observer = &s->observer,
		.arena = s->arena,
		.keep_all = o->keep_all,
		.evidence = &s->evidence,
		.repeat = o->repeat,
		.retries = o->retries,
		.ended = case_ended,
		.arg = s,
	};
}

static int run_cases(struct session *s, const struct run *run)
{
	size_t n = s->cases->ncases;

	observer_init(&s->observer, s->arena);
	s->results = arena_alloc(s->arena, n * sizeof(*s->results));
	for (size_t i = 0; i < n; i++)
		describe(s, s->cases->cases[i], &s->results[i]);
	s->order = arena_alloc(s->arena, n * sizeof(*s->order));
	order_cases(s->cases->cases, n, s->options->shuffle, s->options->seed, s->order);
	s->progress = (struct progress){
		.done = &s->done, .failed = &s->failed, .running = &s->active, .all = n
	};
	live_begin(s, run);
	lanes_init(&s->lanes, s->arena, s->cases, s->order);
	if (s->options->progress)
		progress_start(&s->progress, s->loop);

	int r = deaths_watch(s);

	if (r == 0)
		r = run_round(s, false);
	if (r == 0)
		r = run_round(s, true);
	if (r == 0)
		r = deaths_last_look(s);
	deaths_unwatch(s);
	if (s->options->progress)
		progress_stop(&s->progress);
	live_end(s);
	return r;
}

static int run_all(struct session *s, struct run *ret)
{
	s->began = loop_clock(s->loop);

	time_t started = time(NULL);
	int r = prepare(s);

	if (r < 0 && !s->interrupted)
		return r;
	set_stage(s);
	*ret = describe_run(s, started);
	if (s->options->settle_run)
		s->options->settle_run(s->options->settle_arg, ret, s->arena);
	r = run_cases(s, ret);
	if (r == 0)
		finish(s, ret);
	return r;
}

/* A gateway that finds no origin can't be judged. */
static int listen_as_origin(struct session *s)
{
	const char *where = s->target->profile->origin_listen;

	return origin_listen(s->loop, where, &s->origin, s->problem) < 0 ? -ECONNREFUSED : 0;
}

int session_run(const struct selection *cases, struct target *target,
		const struct session_options *options, struct arena *arena, struct run *ret,
		struct problem *reterr)
{
	struct session s = { .cases = cases,
			     .target = target,
			     .options = options,
			     .arena = arena,
			     .problem = reterr };
	int r = loop_new(false, &s.loop);

	if (r < 0)
		return problem_errno(reterr, r, "start", "the event loop");
	reterr->text[0] = '\0';
	r = curl_dialer_new(s.loop, &target->endpoint, &s.dialer);
	if (r == 0 && target->profile->origin_listen)
		r = listen_as_origin(&s);
	if (r == 0)
		r = interrupts_start(&s.interrupts, s.loop, interrupted, &s);
	if (r == 0) {
		r = run_all(&s, ret);
		interrupts_stop(&s.interrupts);
	}
	if (r < 0 && !reterr->text[0])
		(void)problem_errno(reterr, r, "run", "the cases");
	origin_free(s.origin);
	curl_dialer_free(s.dialer);
	loop_free(s.loop);
	return r;
}
