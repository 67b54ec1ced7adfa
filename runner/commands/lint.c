#include "runner/commands/commands.h"

#include <stdio.h>

static const char doc[] =
    "Reads case files and reports everything that is wrong with them, each with file, line and "
    "column: syntax, unknown keys and requirements, ids used twice, cases without proof.\v"
    "Exit codes: 0 nothing is wrong, 2 something is.";

static int say_all_is_well(const struct selection *s)
{
	(void)printf("%zu cases in %zu files: nothing wrong\n", s->ncases, s->nsuites);
	return EXIT_OK;
}

int command_lint(int argc, char **argv)
{
	return command_on_cases(argc, argv, "[PATH...]", doc, say_all_is_well);
}
