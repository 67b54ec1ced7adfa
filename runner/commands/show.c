#include "runner/commands/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char doc[] =
    "Shows a case: what it asks and why, the requirements it rests on, and its text.\v"
    "Exit codes: 0, or 2 where no case is chosen.";

static void print_clauses(const struct test_case *c)
{
	for (size_t i = 0; i < c->nclauses; i++)
		(void)printf("  %s%s%s%s%s\n", c->clauses[i].id,
			     c->clauses[i].keyword[0] ? "  " : "", c->clauses[i].keyword,
			     c->clauses[i].text[0] ? ": " : "", c->clauses[i].text);
}

static void print_needs(const struct test_case *c)
{
	for (size_t i = 0; i < c->nneeds; i++)
		(void)printf("%s%s", i ? ", " : "  needs: ", c->needs[i]);
	if (c->nneeds)
		(void)putchar('\n');
}

static size_t indent_of(const char *line)
{
	return strspn(line, " ");
}

/* The lines of the file from the case's "- id:" to the next entry of that depth,
 * without the empty ones behind it. EXIT_OK, or the exit code of what is complained of. */
static int print_text(const struct test_case *c)
{
	FILE *in = fopen(c->place.file, "re");
	char *line = NULL;
	size_t room = 0, depth = 0, empty = 0;

	if (!in) {
		struct problem p;

		(void)problem_errno(&p, errno, "read", c->place.file);
		complain(&p);
		return EXIT_USAGE;
	}
	for (int number = 1; getline(&line, &room, in) >= 0; number++) {
		if (number < c->place.line)
			continue;
		if (line[0] == '\n') {
			empty++;
			continue;
		}
		if (number == c->place.line)
			depth = indent_of(line);
		else if (indent_of(line) <= depth)
			break;
		for (; empty; empty--)
			(void)putchar('\n');
		(void)printf("  %s", line);
	}
	free(line);
	(void)fclose(in);
	return EXIT_OK;
}

static int show_all(const struct selection *s)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < s->ncases && code == EXIT_OK; i++) {
		const struct test_case *c = s->cases[i];

		(void)printf("%s%s  (%s)\n  %s\n", i ? "\n" : "", c->id, level_name(c->level),
			     c->title);
		if (c->why && c->why[0])
			(void)printf("  %s\n", c->why);
		print_clauses(c);
		print_needs(c);
		(void)printf("  %s:%d\n\n", c->place.file, c->place.line);
		code = print_text(c);
	}
	return code;
}

int command_show(int argc, char **argv)
{
	return command_on_cases(argc, argv, "CASE [PATH...]", doc, show_all);
}
