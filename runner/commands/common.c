#include "runner/commands/commands.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "reports/secrets.h"
#include "reports/visible.h"
#include "runner/program.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

void complain(const struct problem *p)
{
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1 << 16);
	char text[1024];
	struct arena a;

	problem_format(p, text, sizeof(text));
	arena_init(&a);
	(void)visible_add(&shown, secrets_mask_text(text, &a), BREAKS_SPELT);
	(void)fprintf(stderr, "httpcheck: %s\n", buffer_str(&shown));
	arena_release(&a);
}

void complain_all(const struct problems *ps)
{
	for (size_t i = 0; i < ps->kept; i++)
		complain(&ps->list[i]);
	if (ps->count > ps->kept)
		(void)fprintf(stderr, "httpcheck: and %zu more\n", ps->count - ps->kept);
}

int output_failed(int error)
{
	(void)fprintf(stderr, "httpcheck: cannot write to the standard output: %s\n",
		      strerror(error));
	return EXIT_UNUSABLE;
}

int finish_output(int exit_code)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? exit_code : output_failed(errno);
}

/* ---- choosing cases ---- */

enum { OPT_SKIP = 0x200, OPT_REQUIREMENT, OPT_MIN_LEVEL };

static const struct argp_option choosing_options[] = {
	{ "filter", 'f', "GLOB", 0, "Cases whose id matches, such as 'host/*' (repeatable)", 1 },
	{ "tag", 't', "TAG", 0, "Cases with this tag (repeatable)", 1 },
	{ "skip", OPT_SKIP, "GLOB", 0, "Leave out cases and rules whose id matches (repeatable)",
	  1 },
	{ "requirement", OPT_REQUIREMENT, "ID", 0,
	  "Cases that rest on this row (RFC9112-3.2-6) or section (RFC9112-3.2) (repeatable)", 1 },
	{ "level", 'l', "LEVEL", 0, "Cases of one level: must, should or may", 1 },
	{ "min-level", OPT_MIN_LEVEL, "LEVEL", 0,
	  "Cases and rules of at least this level: should leaves MAY out, must SHOULD too", 1 },
	{ 0 },
};

static void add(struct choosing *c, const char ***list, size_t *n, const char *value)
{
	*(const char **)arena_push(&c->arena, list, n, sizeof(value)) = value;
}

static enum level level_of(const char *arg, struct argp_state *state)
{
	for (enum level l = LEVEL_MAY; l <= LEVEL_MUST; l++)
		if (strcasecmp(arg, level_name(l)) == 0)
			return l;
	argp_error(state, "'%s' is no level: must, should or may", arg);
	return LEVEL_MAY;
}

static error_t parse_choosing(int key, char *arg, struct argp_state *state)
{
	struct choosing *c = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		arena_init(&c->arena);
		break;
	case 'f':
		add(c, &c->options.filters, &c->options.nfilters, arg);
		break;
	case 't':
		add(c, &c->options.tags, &c->options.ntags, arg);
		break;
	case 'l':
		(void)level_of(arg, state);
		c->options.level = arg;
		break;
	case OPT_MIN_LEVEL:
		c->options.min_level = level_of(arg, state);
		break;
	case OPT_SKIP:
		add(c, &c->options.skips, &c->options.nskips, arg);
		break;
	case OPT_REQUIREMENT:
		add(c, &c->options.requirements, &c->options.nrequirements, arg);
		break;
	case ARGP_KEY_ARG:
		if (!c->first_is_filter)
			return ARGP_ERR_UNKNOWN; /* then they come as ARGP_KEY_ARGS */
		c->first_is_filter = false;
		add(c, &c->options.filters, &c->options.nfilters, arg);
		break;
	case ARGP_KEY_ARGS:
		c->options.paths = state->argv + state->next;
		c->options.npaths = (size_t)(state->argc - state->next);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp choosing_argp = {
	choosing_options, parse_choosing, NULL, NULL, NULL, NULL, NULL
};

void choosing_release(struct choosing *c)
{
	arena_release(&c->arena);
}

/* Without a path: the suite here, else the installed one. */
static char *default_paths[] = { NULL };

static void use_default_path(struct choosing *c)
{
	static char here[] = "cases";

	default_paths[0] = access("cases/requirements.tsv", R_OK) == 0
				   ? here
				   : arena_printf(&c->arena, "%s/cases", program_share(&c->arena));
	c->options.paths = default_paths;
	c->options.npaths = 1;
}

int choose_cases(struct choosing *c, struct selection *ret)
{
	struct problems problems = PROBLEMS_INIT(200);

	if (c->options.npaths == 0)
		use_default_path(c);

	int r = selection_load(&c->options, ret, &problems);

	complain_all(&problems);
	problems_release(&problems);
	if (r == 0 && ret->ncases == 0)
		(void)fprintf(stderr, "httpcheck: no case is chosen out of %zu\n", ret->all);
	return r < 0 || ret->ncases == 0 ? EXIT_USAGE : EXIT_OK;
}

/* ---- a command without options of its own ---- */

static error_t parse_nothing(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

int command_on_cases(int argc, char **argv, const char *args, const char *doc,
		     int (*work)(const struct selection *s))
{
	const struct argp_child children[] = { { &choosing_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = { NULL, parse_nothing, args, doc, children, NULL, NULL };
	struct choosing c = { .first_is_filter = args[0] == 'C' };
	struct selection s;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &c);

	int code = choose_cases(&c, &s);

	if (code == EXIT_OK)
		code = work(&s);
	selection_release(&s);
	choosing_release(&c);
	return finish_output(code);
}
