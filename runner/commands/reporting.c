#include "runner/commands/reporting.h"

#include "reports/jsonl.h"
#include "runner/commands/commands.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { OPT_REPORT = 0x100, OPT_COLOR };

static const struct argp_option options[] = {
	{ "report", OPT_REPORT, "FORMAT=FILE", 0,
	  "Write a report (repeatable; - is standard output): FORMATS", 4 },
	{ "verbose", 'v', NULL, 0, "Show the transcript of every case", 4 },
	{ "quiet", 'q', NULL, 0, "Show what failed, the table and the closing line only", 4 },
	{ "color", OPT_COLOR, "WHEN", 0,
	  "auto (default: on a terminal, unless NO_COLOR is set), always, never", 4 },
	{ 0 },
};

static bool terminal_has_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!no_color || !no_color[0]) &&
	       (!term || strcmp(term, "dumb") != 0);
}

/* 0 where it is no terminal: the writer's default. */
static unsigned terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void set_colour(struct reporting *r, const char *arg, struct argp_state *state)
{
	if (strcmp(arg, "always") == 0)
		r->console.colour = true;
	else if (strcmp(arg, "never") == 0)
		r->console.colour = false;
	else if (strcmp(arg, "auto") != 0)
		argp_error(state, "--color '%s' is not auto, always or never", arg);
}

static void add_report(struct reporting *r, const char *arg, struct argp_state *state)
{
	const char *equals = strchr(arg, '=');
	char name[32];

	if (!equals || !equals[1])
		argp_error(state, "--report '%s' is not FORMAT=FILE", arg);
	if (r->nreports == MAX_REPORTS)
		argp_error(state, "more than %d reports", MAX_REPORTS);
	(void)snprintf(name, sizeof(name), "%.*s", (int)(equals - arg), arg);

	const struct report_format *format = report_format_find(name);

	if (!format)
		argp_error(state, "--report: unknown format '%s'", name);
	r->reports[r->nreports++] = (struct wanted_report){
		.format = format, .path = equals + 1,
	};
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct reporting *r = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*r = (struct reporting){
			.console = { .colour = terminal_has_colour(), .columns = terminal_width() },
		};
		break;
	case OPT_REPORT:
		add_report(r, arg, state);
		break;
	case 'v':
		r->console.verbose = true;
		break;
	case 'q':
		r->console.quiet = true;
		break;
	case OPT_COLOR:
		set_colour(r, arg, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* The formats there are come from their table. */
static char *help(int key, const char *text, void *input)
{
	static const char mark[] = "FORMATS";
	const char *at = text ? strstr(text, mark) : NULL;
	char *whole = NULL;
	size_t len;

	(void)key;
	(void)input;
	if (!at)
		return (char *)text;

	FILE *out = open_memstream(&whole, &len);

	if (!out)
		return (char *)text;
	(void)fwrite(text, 1, (size_t)(at - text), out);
	for (const struct report_format *f = report_formats; f->name; f++)
		(void)fprintf(out, "%s%s", f == report_formats ? "" : ", ", f->name);
	(void)fclose(out);
	return whole;                 /* argp frees what is not |text| */
}

const struct argp reporting_argp = { options, parse, NULL, NULL, NULL, help, NULL };

int reporting_open(struct reporting *r)
{
	for (size_t i = 0; i < r->nreports; i++) {
		struct wanted_report *w = &r->reports[i];
		struct problem p = { 0 };

		if (w->format->write != jsonl_write)
			continue;
		if (stream_open(&w->stream, w->path, &p) < 0) {
			complain(&p);
			return EXIT_UNUSABLE;
		}
		r->listeners[r->nlisteners++] = stream_listener(&w->stream);
	}
	return EXIT_OK;
}

void reporting_close(struct reporting *r)
{
	for (size_t i = 0; i < r->nreports; i++)
		if (r->reports[i].stream.out)
			(void)stream_close(&r->reports[i].stream, NULL, NULL);
}

static int write_file(struct wanted_report *w, const struct run *run)
{
	struct problem p = { 0 };
	int r = w->stream.out ? stream_close(&w->stream, run, &p)
			      : report_save(w->format, run, w->path, &p);

	if (r == 0)
		return EXIT_OK;
	complain(&p);
	return EXIT_UNUSABLE;
}

int reporting_write_files(struct reporting *r, const struct run *run)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < r->nreports; i++)
		if (write_file(&r->reports[i], run) != EXIT_OK)
			code = EXIT_UNUSABLE;
	return code;
}

/* A program reads what is on standard output then. */
FILE *reporting_console(const struct reporting *r)
{
	for (size_t i = 0; i < r->nreports; i++)
		if (strcmp(r->reports[i].path, "-") == 0)
			return stderr;
	return stdout;
}

int reporting_write(struct reporting *r, const struct run *run)
{
	int console = console_write(run, &r->console, reporting_console(r));
	int files = reporting_write_files(r, run);

	return console < 0 ? EXIT_UNUSABLE : files;
}
