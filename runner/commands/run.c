#include "base/cleanup.h"
#include "reports/secrets.h"
#include "runner/commands/about.h"
#include "runner/commands/live.h"
#include "runner/exec.h"
#include "runner/fit.h"
#include "runner/interrupts.h"
#include "runner/last-failed.h"
#include "runner/order.h"

#include <errno.h>
#include <stdio.h>

/* A word that a shell takes as it is; in single quotes where it needs them. */
static void add_word(struct buffer *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=@%+,";

	if (*word && strspn(word, plain) == strlen(word)) {
		(void)buffer_add_str(out, word);
		return;
	}
	(void)buffer_add_byte(out, '\'');
	for (; *word; word++)
		(void)(*word == '\'' ? buffer_add_str(out, "'\\''") : buffer_add_byte(out, *word));
	(void)buffer_add_byte(out, '\'');
}

/* The options that the replay command of a case repeats: those that say which target. */
static const char *replay_options(struct run_options *r)
{
	const struct {
		const char *name, *value;
	} options[] = {
		{ "--target", r->target },  { "--exec", r->exec },   { "--profile", r->profile },
		{ "--model", r->model },    { "--cacert", r->tls.ca }, { "--proxy", r->proxy },
	};
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].value) {
			(void)buffer_printf(&out, "%s%s ", out.len ? " " : "", options[i].name);
			add_word(&out, options[i].value);
		}
	if (r->tls.unverified)
		(void)buffer_printf(&out, "%s--insecure", out.len ? " " : "");
	return arena_str(&r->choosing.arena, buffer_slice(&out));
}

static int open_target(struct run_options *r, struct target *ret)
{
	struct problems problems = PROBLEMS_INIT(100);
	int e = r->exec ? target_exec(r->exec, r->target, r->profile, ret, &problems)
		: r->target || r->profile ? target_open(r->target, r->profile, ret, &problems)
					  : target_start_bundled(r->model, ret, &problems);

	complain_all(&problems);
	problems_release(&problems);
	return e == 0 ? EXIT_OK : e == -ECHILD ? EXIT_UNUSABLE : EXIT_USAGE;
}

static int open_gate(struct run_options *r, const struct profile *profile)
{
	struct problems problems = PROBLEMS_INIT(100);
	int e = gate_open(&r->gate, profile, &problems);

	complain_all(&problems);
	problems_release(&problems);
	return e == 0 ? EXIT_OK : EXIT_USAGE;
}

/* What would run and what not, as far as it can be told without asking the target. */
static int tell_what_would_run(const struct selection *s, struct target *t)
{
	struct variables variables = profile_variables(t->profile);
	struct stage stage = { .variables = &variables };
	struct arena arena;
	size_t would = 0;

	arena_init(&arena);
	for (size_t i = 0; i < s->ncases; i++) {
		const char *unfit = case_unfit(s->cases[i], t->profile, &stage, &arena);

		(void)printf("%s  %s%s%s\n", unfit ? "skip" : "run ", s->cases[i]->id,
			     unfit ? ": " : "", unfit ? unfit : "");
		would += !unfit;
	}
	(void)printf("%zu of %zu cases would run against %s\n", would, s->ncases,
		     secrets_mask_text(t->name, &arena));
	arena_release(&arena);
	return EXIT_OK;
}

/* ---- what is shown of a run ---- */

static void settle_run(void *arg, struct run *run, struct arena *a)
{
	const struct run_options *r = arg;

	run->strict_baseline = r->strict_baseline;
	if (!r->show_secrets)
		secrets_mask_head(run, a);
}

static void settle(void *arg, struct result *result, struct arena *a)
{
	const struct run_options *r = arg;

	if (!r->show_secrets)
		secrets_mask_result(result, a);
	gate_settle(&r->gate, result);
}

static int conclude(struct run_options *r, struct live *l, const struct selection *s,
		    struct run *run, struct arena *a)
{
	struct problem p = { 0 };
	int judged = gate_judge(&r->gate, s, run, a, &p), code;

	if (judged < 0)
		complain(&p);
	last_failed_save(run);

	int printed = live_finish(l, run);
	int written = reporting_write_files(&r->reporting, run);

	code = run->interrupted || !interrupts_seen() ? run_exit_code(run)
						      : 128 + interrupts_seen();
	if (code == EXIT_USAGE)
		(void)fputs("httpcheck: no case came to a verdict: each was skipped or inconclusive\n", stderr);
	if (printed != EXIT_OK || written != EXIT_OK)
		return printed != EXIT_OK ? printed : written;
	return judged == 0 ? code : judged == -EINVAL ? EXIT_USAGE : EXIT_UNUSABLE;
}

static int run_session(struct run_options *r, const struct selection *s, struct target *t)
{
	struct live l = live_console(&r->reporting);
	struct problem p = { 0 };
	struct arena arena;
	struct run run;

	arena_init(&arena);
	r->reporting.listeners[r->reporting.nlisteners++] = live_listener(&l);
	r->session.listeners = r->reporting.listeners;
	r->session.nlisteners = r->reporting.nlisteners;
	r->session.replay_options = replay_options(r);
	r->session.progress = !r->reporting.console.quiet;
	r->session.keep_all = r->reporting.console.verbose || r->reporting.nreports > 0;
	r->session.settle_run = settle_run;
	r->session.settle = settle;
	r->session.settle_arg = r;

	int e = session_run(s, t, &r->session, &arena, &run, &p), code;

	if (e == 0) {
		code = conclude(r, &l, s, &run, &arena);
	} else {
		complain(&p);
		code = e == -ECONNREFUSED || e == -EPROTO ? EXIT_UNUSABLE : EXIT_INTERNAL;
	}
	live_release(&l);
	arena_release(&arena);
	return code;
}

static int run_and_report(struct run_options *r, const struct selection *s, struct target *t)
{
	int code = reporting_open(&r->reporting);

	if (code == EXIT_OK)
		code = run_session(r, s, t);
	reporting_close(&r->reporting);
	return code;
}

static int empty_shard(const struct run_options *r)
{
	(void)fprintf(stderr, "httpcheck: no case is in shard %llu of %llu\n",
		      (unsigned long long)r->shard, (unsigned long long)r->shards);
	return EXIT_USAGE;
}

static int run_against_target(struct run_options *r, const struct selection *s)
{
	struct target t;

	interrupts_catch(exec_abandon);
	target_init(&t);
	t.endpoint.tls = r->tls;
	t.endpoint.proxy = r->proxy;

	int code = open_target(r, &t);

	if (code == EXIT_OK)
		code = open_gate(r, t.profile);
	if (code == EXIT_OK)
		code = r->dry_run ? tell_what_would_run(s, &t) : run_and_report(r, s, &t);
	gate_release(&r->gate);
	target_release(&t);
	return code;
}

/* Only what failed in the last run, if anything did. */
static void choose_last_failed(struct run_options *r)
{
	struct selection_options *o = &r->choosing.options;

	o->only = last_failed_load(&r->choosing.arena, &o->nonly);
	if (o->nonly == 0)
		(void)fputs("httpcheck: nothing failed when it last ran here: all chosen cases "
			    "are run\n",
			    stderr);
}

int command_run(int argc, char **argv)
{
	struct run about = { 0 };
	struct run_options r;
	struct selection s;
	struct arena arena;

	arena_init(&arena);
	about_words(&about, argc, argv, &arena);
	run_options_parse(argc, argv, &r);
	r.session.about = &about;
	r.gate.part = r.shards > 0;
	if (r.last_failed)
		choose_last_failed(&r);

	int code = choose_cases(&r.choosing, &s);

	if (code == EXIT_OK)
		about_cases(&about, &r, &s, &arena);
	if (code == EXIT_OK && r.shards) {
		s.ncases = order_shard(s.cases, s.ncases, r.shard, r.shards);
		if (s.ncases == 0)
			code = empty_shard(&r);
	}
	if (code == EXIT_OK) {
		about_coverage(&about, &s, &arena);
		code = run_against_target(&r, &s);
	}
	selection_release(&s);
	choosing_release(&r.choosing);
	arena_release(&arena);
	return finish_output(code);
}
