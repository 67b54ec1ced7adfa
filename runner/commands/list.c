#include "runner/commands/commands.h"

#include <stdio.h>

static const char doc[] =
    "Lists cases: id, level, title.\vExit codes: 0, or 2 where no case is chosen.";

enum { WIDEST = 48 }; /* longer ids push their title aside */

static int print(const struct selection *s)
{
	int width = 0;

	for (size_t i = 0; i < s->ncases; i++) {
		int len = (int)strlen(s->cases[i]->id);

		width = len > width && len <= WIDEST ? len : width;
	}
	for (size_t i = 0; i < s->ncases; i++)
		(void)printf("%-*s  %-6s  %s\n", width, s->cases[i]->id,
			     level_name(s->cases[i]->level), s->cases[i]->title);
	return EXIT_OK;
}

int command_list(int argc, char **argv)
{
	return command_on_cases(argc, argv, "[PATH...]", doc, print);
}
