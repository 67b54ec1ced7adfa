#include "runner/commands/run-options.h"
#include "runner/fit.h"
#include "runner/interrupts.h"
#include "runner/order.h"

#include <errno.h>
#include <stdio.h>

/* The options that the replay command of a case repeats. */
static const char *replay_options(struct run_options *r)
{
	struct arena *a = &r->choosing.arena;
	const char *target = r->target ? arena_printf(a, "--target %s", r->target) : "";
	const char *profile = r->profile ? arena_printf(a, "--profile %s", r->profile) : "";
	const char *model = r->model ? arena_printf(a, "--model %s", r->model) : "";

	return arena_printf(a, "%s%s%s%s", target, *target && *profile ? " " : "", profile, model);
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
	(void)printf("%zu of %zu cases would run against %s\n", would, s->ncases, t->name);
	arena_release(&arena);
	return EXIT_OK;
}

static int run_session(struct run_options *r, const struct selection *s, struct target *t)
{
	struct problem p = { 0 };
	struct arena arena;
	struct run run;

	arena_init(&arena);
	r->session.replay_options = replay_options(r);
	r->session.cases_path = r->choosing.options.paths[0];
	r->session.progress = !r->reporting.console.quiet;
	r->session.keep_all = r->reporting.console.verbose || r->reporting.nreports > 0;

	int e = session_run(s, t, &r->session, &arena, &run, &p);
	int code;

	if (e == 0) {
		int written = reporting_write(&r->reporting, &run);

		code = run_exit_code(&run);
		if (code == EXIT_USAGE)
			(void)fputs("httpcheck: every chosen case was skipped\n", stderr);
		code = written == EXIT_OK ? code : written;
	} else {
		complain(&p);
		code = e == -ECONNREFUSED || e == -EPROTO ? EXIT_UNUSABLE : EXIT_INTERNAL;
	}
	arena_release(&arena);
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

	interrupts_block();
	target_init(&t);
	t.endpoint.tls = r->tls;
	t.endpoint.proxy = r->proxy;

	int code = open_target(r, &t);

	if (code == EXIT_OK)
		code = r->dry_run ? tell_what_would_run(s, &t) : run_session(r, s, &t);
	target_release(&t);
	return code;
}

int command_run(int argc, char **argv)
{
	struct run_options r;
	struct selection s;

	run_options_parse(argc, argv, &r);

	int code = choose_cases(&r.choosing, &s);

	if (code == EXIT_OK && r.shards) {
		s.ncases = order_shard(s.cases, s.ncases, r.shard, r.shards);
		if (s.ncases == 0)
			code = empty_shard(&r);
	}
	if (code == EXIT_OK)
		code = run_against_target(&r, &s);
	selection_release(&s);
	choosing_release(&r.choosing);
	return finish_output(code);
}
