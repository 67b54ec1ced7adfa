#ifndef HTTPCHECK_RUNNER_COMMANDS_H
#define HTTPCHECK_RUNNER_COMMANDS_H

#include "runner/selection.h"

#include <argp.h>

/* The commands of httpcheck. Each gets its own name in argv[0] ("httpcheck run") and
 * returns the exit code. */

enum exit_code {
	EXIT_OK = 0,                  /* nothing required failed */
	EXIT_FAILED = 1,              /* a requirement failed */
	EXIT_USAGE = 2,               /* usage, or a bad case file */
	EXIT_UNUSABLE = 3,            /* target not usable, or a report that can't be written */
	EXIT_INTERNAL = 4,
};

struct command {
	const char *name, *summary;
	int (*main)(int argc, char **argv);
};

extern const struct command commands[];       /* ends with a null name */

int command_run(int argc, char **argv);
int command_list(int argc, char **argv);
int command_show(int argc, char **argv);
int command_lint(int argc, char **argv);
int command_prove(int argc, char **argv);
int command_coverage(int argc, char **argv);
int command_report(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_coverage(int argc, char **argv);
int command_discover(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_probe(int argc, char **argv);

/* ---- for the commands ---- */

/* Options to choose cases, shared by all commands: --filter, --tag, --skip, --requirement,
 * --level, --min-level, PATH. */
struct choosing {
	struct arena arena;           /* of the lists in |options| */
	struct selection_options options;
	bool first_is_filter;         /* the first argument is a case, not a path */
};

extern const struct argp choosing_argp;       /* its input is a struct choosing */

/* Reads the cases the options name; where no path is given, those of "cases/", or of
 * the installation. Prints all problems, also that nothing is chosen. EXIT_OK or
 * EXIT_USAGE; |*ret| is to be released in any case. */
int choose_cases(struct choosing *c, struct selection *ret);
void choosing_release(struct choosing *c);

/* A whole command that does |work| on the cases chosen; no further options. |doc| as
 * argp(3) has it. */
int command_on_cases(int argc, char **argv, const char *args, const char *doc,
		     int (*work)(const struct selection *s));

/* "httpcheck: TEXT" on standard error, one line a problem; secrets are masked,
 * and no byte of a file's name or content steers a terminal or a CI job. */
void complain(const struct problem *p);
void complain_all(const struct problems *ps);

/* Standard output, flushed: EXIT_UNUSABLE with a message where it took not all. */
int finish_output(int exit_code);

/* The message, with an errno; EXIT_UNUSABLE. */
int output_failed(int error);

#endif
