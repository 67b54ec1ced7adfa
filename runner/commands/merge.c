#include "base/cleanup.h"
#include "reports/json-read.h"
#include "reports/merge.h"
#include "runner/commands/commands.h"
#include "runner/commands/reporting.h"

#include <stdio.h>

static const char doc[] =
    "Joins runs of parts of a suite against one target, such as all shards, that were saved with "
    "'httpcheck run --report json=FILE', and reports them as one.\v"
    "A case that was chosen and is in no RUN counts as an error. Exit codes are those of the "
    "joined run: 0 nothing required failed; 1 a requirement failed; 2 usage, a RUN that can't be "
    "read, or RUNs that don't belong together; 3 cases are missing or in error, or a report can't "
    "be written.";

enum { OPT_FORCE = 0x100 };

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Save the joined run as JSON; no more than --report json=FILE",
	  1 },
	{ "force", OPT_FORCE, NULL, 0,
	  "Join also what does not belong together; of a case that is there twice the worse "
	  "verdict counts",
	  1 },
	{ 0 },
};

struct request {
	struct reporting reporting;
	char *const *runs;
	size_t nruns;
	const char *output;
	bool force;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *q = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &q->reporting;
		break;
	case 'o':
		q->output = arg;
		break;
	case OPT_FORCE:
		q->force = true;
		break;
	case ARGP_KEY_ARGS:
		q->runs = state->argv + state->next;
		q->nruns = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no RUN given");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool read_parts(const struct request *q, struct arena *arena, struct merge_part *parts)
{
	bool good = true;

	for (size_t i = 0; i < q->nruns; i++) {
		struct problem p = { 0 };

		parts[i].name = q->runs[i];
		if (json_read(q->runs[i], arena, &parts[i].run, &p) < 0) {
			complain(&p);
			good = false;
		}
	}
	return good;
}

static int write_all(struct request *q, const struct run *run)
{
	int code = reporting_write(&q->reporting, run);
	struct problem p = { 0 };

	if (q->output && report_save(report_format_find("json"), run, q->output, &p) < 0) {
		complain(&p);
		code = EXIT_UNUSABLE;
	}
	return code == EXIT_OK ? run_exit_code(run) : code;
}

static int merge(struct request *q, struct arena *arena)
{
	CLEANUP(problems_release) struct problems problems = PROBLEMS_INIT(20);
	CLEANUP(problems_release) struct problems notes = PROBLEMS_INIT(20);
	struct merge_part *parts = arena_alloc(arena, q->nruns * sizeof(*parts));
	struct run run;

	if (!read_parts(q, arena, parts))
		return EXIT_USAGE;

	int r = merge_runs(parts, q->nruns, q->force, arena, &run, &problems, &notes);

	complain_all(&problems);
	if (r < 0)
		return EXIT_USAGE;
	complain_all(&notes);
	return write_all(q, &run);
}

int command_merge(int argc, char **argv)
{
	static const struct argp_child children[] = { { &reporting_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = { options, parse, "RUN...", doc, children, NULL, NULL };
	struct request q = { 0 };
	struct arena arena;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &q);
	arena_init(&arena);

	int code = merge(&q, &arena);

	arena_release(&arena);
	return finish_output(code);
}
