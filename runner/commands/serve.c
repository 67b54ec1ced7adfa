#include "runner/commands/commands.h"
#include "runner/target.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* The reference server by the one name that people remember: it is a program of its own. */
int command_serve(int argc, char **argv)
{
	struct arena arena;

	(void)argc;
	arena_init(&arena);

	const char *program = target_bundled_program(&arena);

	(void)signal(SIGPIPE, SIG_DFL); /* what we ignore, it would inherit */
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)execvp(program, argv);
	(void)fprintf(stderr, "httpcheck: cannot start '%s': %s\n", program, strerror(errno));
	arena_release(&arena);
	return EXIT_UNUSABLE;
}
