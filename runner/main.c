#include "runner/commands/commands.h"

#include "base/standard.h"
#include "base/text.h"
#include "runner/memory.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

const struct command commands[] = {
	{ "run", "run cases against a target", command_run },
	{ "list", "list cases", command_list },
	{ "show", "show a case and its requirements", command_show },
	{ "lint", "check case files", command_lint },
	{ "prove", "prove that every case can fail", command_prove },
	{ "report", "make reports of a saved run", command_report },
	{ "merge", "join the saved runs of several shards", command_merge },
	{ "compare", "put saved runs of several servers side by side", command_compare },
	{ "coverage", "show which case tests which requirement", command_coverage },
	{ "probe", "explore a target and write a profile", command_probe },
	{ "discover", "find servers by UDP broadcast", command_discover },
	{ "serve", "run the reference server, httpcheck-server", command_serve },
	{ 0 },
};

static void usage(FILE *out)
{
	(void)fputs("Usage: httpcheck COMMAND [OPTION...] [PATH...]\n"
		    "Says whether an HTTP server keeps the rules of HTTP, with the evidence.\n\n",
		    out);
	for (const struct command *c = commands; c->name; c++)
		(void)fprintf(out, "  %-8s  %s\n", c->name, c->summary);
	(void)fputs(
	    "\n  httpcheck run cases/                                  against the bundled server\n"
	    "  httpcheck run cases/ --target http://127.0.0.1:8080   against any server\n\n"
	    "'httpcheck COMMAND --help' tells the options of a command.\n",
	    out);
}

static const struct command *find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])];
	size_t n = 0;

	for (const struct command *c = commands; c->name; c++)
		names[n++] = c->name;

	const char *near = text_nearest(name, names, n);

	(void)fprintf(stderr, "httpcheck: unknown command '%s'", name);
	if (near)
		(void)fprintf(stderr, ", did you mean '%s'?", near);
	(void)fputs("\nTry 'httpcheck --help'.\n", stderr);
	return EXIT_USAGE;
}

/* argp prints argv[0] as the program's name. */
static int run_command(const struct command *c, int argc, char **argv)
{
	char *name = NULL;

	if (asprintf(&name, "httpcheck %s", c->name) < 0)
		return EXIT_INTERNAL;
	argv[0] = name;
	argp_err_exit_status = EXIT_USAGE;

	int code = c->main(argc, argv);

	free(name);
	return code;
}

int main(int argc, char **argv)
{
	if (standard_fill() < 0)
		return EXIT_INTERNAL;
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return finish_output(EXIT_OK);
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("httpcheck %s\n", HTTPCHECK_VERSION);
		return finish_output(EXIT_OK);
	}

	const struct command *c = find(argv[1]);

	if (!c)
		return unknown(argv[1]);
	(void)signal(SIGPIPE, SIG_IGN); /* a peer or a reader that went away is an error, */
	(void)signal(SIGXFSZ, SIG_IGN); /* and so is a report too big: not our end */
	if (memory_begin() < 0) {
		(void)fputs("httpcheck: the libraries can't be initialised\n", stderr);
		return EXIT_INTERNAL;
	}

	int code = run_command(c, argc - 1, argv + 1);

	curl_global_cleanup();
	return code;
}
