#include "runner/commands/coverage-write.h"

#include "base/cleanup.h"
#include "runner/profile.h"

#include <stdio.h>

static const char doc[] =
    "Shows who tests each requirement that binds an origin server, a gateway or a proxy: which cases "
    "and passive rules, why nobody can ('untestable.yaml' beside the catalogue), or that it is "
    "missing.\v"
    "Exit codes: 0 every MUST and SHOULD is tested or excused, 1 some are missing, 2 a bad case "
    "file, an excuse for a row that is tested or not there, or a rule without its row.";

static const struct argp_option options[] = {
	{ "format", 'F', "FORMAT", 0, "text (unless said), markdown or json", 0 },
	{ "role", 'R', "ROLE", 0,
	  "whom the requirements bind: origin (unless said), gateway or proxy; cases that are not asked "
	  "of it don't count", 0 },
	{ 0 },
};

static const struct {
	const char *name;
	int (*write)(const struct coverage_table *c, FILE *out);
} formats[] = {
	{ "text", coverage_write_text },
	{ "markdown", coverage_write_markdown },
	{ "json", coverage_write_json },
};

struct asked {
	struct choosing choosing;
	size_t format;
	enum role role;
};

static bool parse_role(const char *word, enum role *ret)
{
	for (const struct choice *c = role_choices; c->word; c++)
		if (strcmp(c->word, word) == 0) {
			*ret = (enum role)c->value;
			return true;
		}
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct asked *a = state->input;

	switch (key) {
	case 'F':
		for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
			if (strcmp(formats[i].name, arg) == 0) {
				a->format = i;
				return 0;
			}
		argp_error(state, "'%s' is no format: text, markdown or json", arg);
		return 0;
	case 'R':
		if (!parse_role(arg, &a->role))
			argp_error(state, "'%s' is no role: origin, gateway or proxy", arg);
		return 0;
	case ARGP_KEY_ARGS:
		a->choosing.options.paths = state->argv + state->next;
		a->choosing.options.npaths = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int show(struct selection *s, const struct asked *a)
{
	struct problems problems = PROBLEMS_INIT(200);
	struct coverage_table coverage;
	int code = EXIT_USAGE;

	if (coverage_of(s, a->role, &s->arena, &coverage, &problems) == 0) {
		code = coverage_gaps(&coverage) ? EXIT_FAILED : EXIT_OK;
		if (formats[a->format].write(&coverage, stdout) < 0)
			code = EXIT_INTERNAL;
	}
	complain_all(&problems);
	problems_release(&problems);
	return code;
}

int command_coverage(int argc, char **argv)
{
	const struct argp argp = { options, parse, "[PATH...]", doc, NULL, NULL, NULL };
	struct asked a = { .role = ROLE_ORIGIN };
	struct selection s;

	arena_init(&a.choosing.arena);
	(void)argp_parse(&argp, argc, argv, 0, NULL, &a);

	int code = choose_cases(&a.choosing, &s);

	if (code == EXIT_OK)
		code = show(&s, &a);
	selection_release(&s);
	choosing_release(&a.choosing);
	return finish_output(code);
}
