#include "base/save.h"
#include "reports/json-read.h"
#include "runner/commands/commands.h"
#include "runner/commands/reporting.h"

static const char doc[] =
    "Makes reports of a run that was saved with 'httpcheck run --report json=FILE'; - as RUN is "
    "standard input. Without options it prints what the run printed.\v"
    "Exit codes: 0; 2 usage, or RUN can't be read; 3 a report can't be written.";

enum { OPT_FORMAT = 0x100 };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "FORMAT", 0, "One report: console, or any that --report has", 1 },
	{ "output", 'o', "FILE", 0, "Where it is written to; standard output by default", 1 },
	{ 0 },
};

struct request {
	struct reporting reporting;
	const char *run;
	const char *format, *output;
};

static bool is_console(const char *format)
{
	return strcmp(format, "console") == 0;
}

static void check(const struct request *q, struct argp_state *state)
{
	if (!q->run)
		argp_error(state, "no RUN given");
	if (q->output && !q->format)
		argp_error(state, "--output needs a --format");
	if (q->format && !is_console(q->format) && !report_format_find(q->format))
		argp_error(state, "--format: unknown format '%s'", q->format);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *q = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &q->reporting;
		break;
	case OPT_FORMAT:
		q->format = arg;
		break;
	case 'o':
		q->output = arg;
		break;
	case ARGP_KEY_ARG:
		if (q->run)
			argp_error(state, "more than one RUN; 'httpcheck merge' joins several");
		q->run = arg;
		break;
	case ARGP_KEY_END:
		check(q, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

struct console_writing {
	const struct request *request;
	const struct run *run;
};

/* As it looks where there is no terminal, unless options say otherwise. */
static int write_console(void *arg, FILE *out)
{
	const struct console_writing *w = arg;

	return console_write(w->run, &w->request->reporting.console, out);
}

static int write_one(const struct request *q, const struct run *run)
{
	const char *output = q->output ? q->output : "-";
	struct console_writing console = { q, run };
	struct problem p = { 0 };
	int r = is_console(q->format)
		    ? save_written(write_console, &console, output, "report", &p)
		    : report_save(report_format_find(q->format), run, output, &p);

	if (r < 0)
		complain(&p);
	return r < 0 ? EXIT_UNUSABLE : EXIT_OK;
}

static int write_all(struct request *q, const struct run *run)
{
	if (!q->format && q->reporting.nreports == 0)
		q->format = "console";

	int one = q->format ? write_one(q, run) : EXIT_OK;
	int others = reporting_write_files(&q->reporting, run);

	return one == EXIT_OK ? others : one;
}

int command_report(int argc, char **argv)
{
	static const struct argp_child children[] = { { &reporting_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = { options, parse, "RUN", doc, children, NULL, NULL };
	struct request q = { 0 };
	struct problem p = { 0 };
	struct arena arena;
	struct run run;
	int code = EXIT_USAGE;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &q);
	arena_init(&arena);
	if (json_read(q.run, &arena, &run, &p) < 0)
		complain(&p);
	else
		code = write_all(&q, &run);
	arena_release(&arena);
	return finish_output(code);
}
