#include "base/cleanup.h"
#include "reports/compare-write.h"
#include "reports/draft.h"
#include "reports/json-read.h"
#include "runner/commands/commands.h"

#include <stdio.h>

static const char doc[] =
	"Puts runs of several servers side by side that were saved with 'httpcheck run --report "
	"json=FILE'. A column is named as its file is.\v"
	"With --fail-on-regression, two RUNs are the old and the new one of a server: each case "
	"that "
	"was kept better before is named, and so is each that was judged and is no longer.\n\n"
	"Exit codes: 0; 1 a regression; 2 usage, or a RUN can't be read; 3 the comparison can't be "
	"written.";

enum { OPT_FORMAT = 0x100, OPT_REGRESSION };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "FORMAT", 0, "markdown (the default), html or json", 1 },
	{ "output", 'o', "FILE", 0, "Where it is written to; standard output by default", 1 },
	{ "fail-on-regression", OPT_REGRESSION, NULL, 0, "Exit with 1 if the second RUN is worse",
	  1 },
	{ 0 },
};

struct request {
	const struct compare_format *format;
	const char *output;
	bool regression;
	char *const *paths;
	size_t n;
};

static void check(const struct request *q, struct argp_state *state)
{
	if (q->n < 2)
		argp_error(state, "two RUNs at least are to be compared");
	if (q->regression && q->n != 2)
		argp_error(state, "--fail-on-regression takes two RUNs, the old and the new one");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *q = state->input;

	switch (key) {
	case OPT_FORMAT:
		q->format = compare_format_find(arg);
		if (!q->format)
			argp_error(state, "--format: unknown format '%s'", arg);
		break;
	case 'o':
		q->output = arg;
		break;
	case OPT_REGRESSION:
		q->regression = true;
		break;
	case ARGP_KEY_ARGS:
		q->paths = state->argv + state->next;
		q->n = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_END:
		check(q, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- names of the columns ---- */

/* "results/nginx.json": nginx. */
static const char *short_name(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');
	struct slice name = slice_str(slash ? slash + 1 : path);

	if (slice_ends(name, SLICE(".json")) && name.len > strlen(".json"))
		name.len -= strlen(".json");
	return arena_str(arena, name);
}

/* Two files of one name in different folders keep their paths. */
static void name_all(const struct request *q, struct compared *runs, struct arena *arena)
{
	const char **names = arena_alloc(arena, q->n * sizeof(*names));

	for (size_t i = 0; i < q->n; i++)
		names[i] = short_name(q->paths[i], arena);
	for (size_t i = 0; i < q->n; i++) {
		runs[i].name = names[i];
		for (size_t j = 0; j < q->n; j++)
			if (i != j && strcmp(names[i], names[j]) == 0)
				runs[i].name = q->paths[i];
	}
}

static bool read_all(const struct request *q, struct compared *runs, struct arena *arena)
{
	bool good = true;

	for (size_t i = 0; i < q->n; i++) {
		struct run *run = arena_alloc(arena, sizeof(*run));
		struct problem p = { 0 };

		runs[i].run = run;
		if (json_read(q->paths[i], arena, run, &p) < 0) {
			complain(&p);
			good = false;
		}
	}
	return good;
}

/* ---- regressions: to standard error, so that a comparison may go to standard output ---- */

/* The files may come from anywhere, so their texts are made visible. */
static void name_regression(const struct result *old, const struct result *new)
{
	CLEANUP(draft_release) struct draft d = DRAFT_INIT;

	draft_print(&d, "httpcheck: regression: ");
	draft_add(&d, new->id, BREAKS_SPELT);
	draft_print(&d, " was %s, is %s", verdict_name(old->verdict), verdict_name(new->verdict));
	if (*new->reason) {
		draft_print(&d, ": ");
		draft_add(&d, new->reason, BREAKS_SPELT);
	}
	(void)fprintf(stderr, "%s\n", draft_str(&d));
}

static size_t name_regressions(const struct comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nrows; i++)
		if (compare_regressed(c->rows[i].of[0], c->rows[i].of[1])) {
			name_regression(c->rows[i].of[0], c->rows[i].of[1]);
			n++;
		}
	(void)fprintf(stderr, "httpcheck: %zu regression%s\n", n, n == 1 ? "" : "s");
	return n;
}

static int compare(const struct request *q, struct arena *arena)
{
	struct compared *runs = arena_alloc(arena, q->n * sizeof(*runs));
	struct comparison c;
	struct problem p = { 0 };
	int code = EXIT_OK;

	if (!read_all(q, runs, arena))
		return EXIT_USAGE;
	name_all(q, runs, arena);
	compare_runs(runs, q->n, arena, &c);
	if (q->regression && name_regressions(&c))
		code = EXIT_FAILED;
	if (q->regression && !q->output)
		return code;
	if (compare_save(q->format ? q->format : compare_formats, &c, q->output ? q->output : "-",
			 &p) < 0) {
		complain(&p);
		return EXIT_UNUSABLE;
	}
	return code;
}

int command_compare(int argc, char **argv)
{
	static const struct argp argp = { options, parse, "RUN RUN...", doc, NULL, NULL, NULL };
	struct request q = { 0 };
	struct arena arena;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &q);
	arena_init(&arena);

	int code = compare(&q, &arena);

	arena_release(&arena);
	return finish_output(code);
}
