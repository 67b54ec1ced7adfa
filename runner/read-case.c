#include "runner/read-case.h"

#include "base/cleanup.h"
#include "runner/profile.h"
#include "runner/read-inner.h"
#include "runner/regex.h"

#include <errno.h>

#define LANGUAGE_VERSION 1

/* What the file says for all its cases. */
struct file_draft {
	uint64_t version;
	const char *title, *spec;
	struct names needs, tags;
	usec timeout;
	struct step_list control;
	const struct node *cases;
	const char *theme;
};

struct case_draft {
	struct test_case c;
	const struct file_draft *file;
	struct names needs, tags;
	struct each each;
	bool has_level, has_row;
	struct place level_place;
	struct place first_must, first_should;   /* .line 0: there is none */
	struct step_list steps, control;
	bool no_control;
	struct proof proof;
};

/* ---- keys that file and case have in common ---- */

static void read_needs(struct reader *r, const struct node *value, void *field)
{
	const struct node *items;
	size_t n = node_as_list(value, &items), nknown;
	const char *const *known = profile_need_names(&nknown);

	for (size_t i = 0; i < n; i++) {
		if (!is_scalar(r, &items[i]))
			continue;
		if (profile_knows_need(items[i].scalar))
			names_add(r->arena, field, arena_str(r->arena, items[i].scalar));
		else
			report_unknown(r, &items[i], "need", "", known, nknown);
	}
}

static void read_tags(struct reader *r, const struct node *value, void *field)
{
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++) {
		const char *tag = node_name(r, &items[i]);

		if (tag)
			names_add(r->arena, field, tag);
	}
}

static void read_timeout(struct reader *r, const struct node *value, void *field)
{
	usec t = -1;

	read_time(r, value, &t);
	if (t == 0)
		problems_add(r->problems, value->place, "'timeout' must be more than nothing");
	if (t > 0)
		*(usec *)field = t;
}

/* ---- keys of a case ---- */

static void read_case_needs(struct reader *r, const struct node *value, void *into)
{
	struct case_draft *d = into;

	read_needs(r, value, &d->needs);
	for (size_t i = 0; i < d->needs.count; i++)
		names_add(r->arena, &r->scope->needs, d->needs.list[i]);
}

static void keep_node(struct reader *r, const struct node *value, void *field)
{
	(void)r;
	*(const struct node **)field = value;
}

/* Variables of `each` only: a title stands in reports that know no target. */
static int check_shown_variable(void *arg, struct slice name)
{
	return scope_has(arg, name) ? 0 : -EINVAL;
}

static void read_shown(struct reader *r, const struct node *value, void *field)
{
	const char *shown = NULL;

	read_string(r, value, &shown);
	if (!shown)
		return;

	struct text t = { slice_str(shown), value->place, true };

	if (text_each_variable(&t, check_shown_variable, r) < 0)
		problems_add(r->problems, value->place, "'%s' can hold variables of 'each' only",
			     r->key);
	*(const char **)field = shown;
}

static void note_level(struct case_draft *d, const struct clause *row, struct place place)
{
	struct place *first = row->level == LEVEL_MUST ? &d->first_must : &d->first_should;

	d->has_row = true;
	if (row->level > d->c.level)
		d->c.level = row->level;
	if (row->level != LEVEL_MAY && !first->line)
		*first = place;
}

static void read_requirement(struct reader *r, const struct node *n, struct case_draft *d)
{
	const char *id = NULL;

	read_citation(r, n, &id);
	if (!id)
		return;

	struct clause *clause = arena_push(r->arena, &d->c.clauses, &d->c.nclauses,
					   sizeof(*clause));
	const struct clause *row = catalogue_find(r->scope->catalogue, id);

	*clause = (struct clause){ id, "", "", LEVEL_MAY };
	if (!row)
		return;
	clause->keyword = arena_str(r->arena, slice_str(row->keyword));
	clause->text = arena_str(r->arena, slice_str(row->text));
	clause->level = row->level;
	note_level(d, row, n->place);
}

static void read_requirements(struct reader *r, const struct node *value, void *into)
{
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++)
		read_requirement(r, &items[i], into);
}

static void read_level(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "MUST", LEVEL_MUST },
		{ "SHOULD", LEVEL_SHOULD },
		{ "MAY", LEVEL_MAY },
		{ 0 },
	};
	struct case_draft *d = into;
	int level;

	if (!choose(r, value, choices, &level))
		return;
	d->has_level = true;
	d->level_place = value->place;
	if (!d->has_row)
		d->c.level = (enum level)level;
}

static void read_roles(struct reader *r, const struct node *value, void *into)
{
	struct case_draft *d = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);
	int role;

	for (size_t i = 0; i < n; i++)
		if (choose(r, &items[i], role_choices, &role))
			d->c.roles |= (unsigned)role;
}

/* The control has a connection of its own and sees no capture of the steps. */
static void read_control_steps(struct reader *r, const struct node *value,
			       struct step_list *control)
{
	struct case_scope *s = r->scope, outer = *s;

	s->own = NULL;
	s->nown = 0;
	s->connections = (struct names){ 0 };
	for (size_t i = 0; i < outer.nown; i++)
		if (outer.own[i].of_each)
			*(struct own_variable *)arena_push(r->arena, &s->own, &s->nown,
							   sizeof(*s->own)) = outer.own[i];
	read_steps(r, value, control);
	for (size_t i = 0, k = 0; i < outer.nown; i++)
		if (outer.own[i].of_each)
			outer.own[i].used |= s->own[k++].used;
	s->own = outer.own;
	s->nown = outer.nown;
	s->connections = outer.connections;
	s->more_connections = outer.more_connections;
}

static void read_case_control(struct reader *r, const struct node *value, void *into)
{
	struct case_draft *d = into;

	d->no_control = value->kind == NODE_SCALAR && slice_is(value->scalar, "none");
	if (!d->no_control)
		read_control_steps(r, value, &d->control);
}

/* Alone among all, or among those that say the same name. */
static void read_exclusive(struct reader *r, const struct node *value, void *into)
{
	struct case_draft *d = into;
	bool flag = value->kind == NODE_SCALAR &&
		    (slice_is(value->scalar, "true") || slice_is(value->scalar, "false"));

	if (flag)
		read_flag(r, value, &d->c.exclusive);
	else
		read_name(r, value, &d->c.lane);
}

/* In the order of reading: needs and variables are known before the steps, the
 * connections of the steps before the proof. */
static const struct key case_keys[] = {
	KEY_NEEDED("id", read_name, struct case_draft, c.id),
	KEY_OF_ALL("needs", read_case_needs),
	KEY("each", read_each, struct case_draft, each),
	KEY_NEEDED("title", read_shown, struct case_draft, c.title),
	KEY("why", read_shown, struct case_draft, c.why),
	KEY_OF_ALL("requirement", read_requirements),
	KEY_OF_ALL("level", read_level),
	KEY("tags", read_tags, struct case_draft, tags),
	KEY_OF_ALL("role", read_roles),
	KEY_OF_ALL("exclusive", read_exclusive),
	KEY("hostile", read_flag, struct case_draft, c.hostile),
	KEY("timeout", read_timeout, struct case_draft, c.timeout),
	KEY_NEEDED("steps", read_steps, struct case_draft, steps),
	KEY_OF_ALL("control", read_case_control),
	KEY_NEEDED("proof", read_proof, struct case_draft, proof),
	KEYS_END,
};

/* ---- a case ---- */

static void check_level(struct reader *r, const struct node *n, const struct case_draft *d)
{
	if (d->first_must.line && d->first_should.line)
		problems_add(r->problems, d->first_should,
			     "a MUST and a SHOULD in one case: split the case, "
			     "or nobody knows what its failure means");
	if (d->has_level && d->has_row)
		problems_add(r->problems, d->level_place,
			     "'level' is only for a case without a row of the catalogue");
	if (!d->has_level && !d->has_row && !node_find(n, "requirement"))
		problems_add(r->problems, n->place, "a case needs 'requirement' or 'level'");
	else if (!d->has_level && !d->has_row && d->c.nclauses)
		problems_add(r->problems, n->place,
			     "a case that cites only sections needs 'level'");
}

static void take_lists(struct case_draft *d)
{
	struct test_case *c = &d->c;
	const struct step_list *control = &d->control;

	if (!control->count && !d->no_control)
		control = &d->file->control;
	c->control = control->list;
	c->ncontrol = control->count;
	c->steps = d->steps.list;
	c->nsteps = d->steps.count;
	c->refuses = d->proof.refuses.list;
	c->nrefuses = d->proof.refuses.count;
	c->accepts = d->proof.accepts.list;
	c->naccepts = d->proof.accepts.count;
	c->tags = d->tags.list;
	c->ntags = d->tags.count;
	c->needs = d->needs.list;
	c->nneeds = d->needs.count;
}

static void take_section_levels(struct case_draft *d)
{
	for (size_t i = 0; i < d->c.nclauses; i++)
		if (!*d->c.clauses[i].keyword)
			d->c.clauses[i].level = d->c.level;
}

static bool any_connects(const struct step *s, size_t n);

static bool connects(const struct step *s)
{
	if (s->verb == STEP_REPEAT)
		return any_connects(s->steps, s->nsteps);
	for (size_t i = 0; i < s->nlists; i++)
		if (any_connects(s->lists[i].list, s->lists[i].count))
			return true;
	return s->verb != STEP_UDP && s->verb != STEP_WAIT && s->verb != STEP_PARALLEL;
}

static bool any_connects(const struct step *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (connects(&s[i]))
			return true;
	return false;
}

static void read_case(struct reader *r, const struct node *n, const struct file_draft *file)
{
	struct case_draft d = { .file = file };
	struct case_scope *s = r->scope;

	d.c.place = n->place;
	d.c.theme = file->theme;
	d.c.timeout = file->timeout;
	for (size_t i = 0; i < file->needs.count; i++)
		names_add(r->arena, &d.needs, file->needs.list[i]);
	for (size_t i = 0; i < file->tags.count; i++)
		names_add(r->arena, &d.tags, file->tags.list[i]);
	scope_begin_case(s, &d.needs);

	if (!read_keys(r, n, "a case", case_keys, &d))
		return;
	check_level(r, n, &d);
	scope_report_unused(r);
	d.c.connections = scope_connections(&s->connections) + s->more_connections;
	if (names_have(&s->needs, SLICE("exec")))
		names_add(r->arena, &d.needs, "exec");
	if (names_have(&s->needs, SLICE("origin")))
		names_add(r->arena, &d.needs, "origin");
	take_lists(&d);
	if (names_have(&d.needs, SLICE("exec")) || names_have(&d.needs, SLICE("origin")))
		d.c.lane = NULL; /* it runs alone anyway */
	d.c.apart = d.c.lane && !d.c.hostile && !any_connects(d.c.steps, d.c.nsteps) &&
		    !any_connects(d.c.control, d.c.ncontrol);
	take_section_levels(&d);
	if (!d.c.id || !d.c.title)
		return;
	d.c.id = arena_printf(r->arena, "%s/%s", file->theme, d.c.id);
	each_expand(r, &d.c, &d.each);
}

static void refuse_duplicate_ids(struct reader *r, const struct node *cases)
{
	struct node **ids = arena_alloc(r->arena, cases->count * sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < cases->count; i++) {
		struct node *id = (struct node *)node_find(&cases->items[i], "id");

		if (id && id->kind == NODE_SCALAR)
			ids[n++] = id;
	}
	nodes_refuse_duplicates(ids, n, "id", r->problems);
}

static void read_cases(struct reader *r, const struct file_draft *file)
{
	r->key = "cases";
	if (!is_sequence(r, file->cases))
		return;
	if (file->cases->count == 0)
		problems_add(r->problems, file->cases->place, "'cases' without a case");
	refuse_duplicate_ids(r, file->cases);
	for (size_t i = 0; i < file->cases->count; i++) {
		if (r->scope->suite->ncases >= SUITE_MAX_CASES) {
			problems_add(r->problems, file->cases->items[i].place,
				     "more than %zu cases", SUITE_MAX_CASES);
			return;
		}
		read_case(r, &file->cases->items[i], file);
	}
}

/* ---- a file ---- */

static void read_version(struct reader *r, const struct node *value, void *field)
{
	uint64_t version = LANGUAGE_VERSION;

	read_count(r, value, &version);
	if (version != LANGUAGE_VERSION)
		problems_add(r->problems, value->place,
			     "only version %d of the language is known", LANGUAGE_VERSION);
	*(uint64_t *)field = version;
}

static void read_file_control(struct reader *r, const struct node *value, void *into)
{
	struct file_draft *f = into;

	scope_begin_case(r->scope, &f->needs);
	read_steps(r, value, &f->control);
	if (names_have(&r->scope->needs, SLICE("exec")))
		names_add(r->arena, &f->needs, "exec");
}

static const struct key file_keys[] = {
	KEY_NEEDED("httpcheck", read_version, struct file_draft, version),
	KEY_NEEDED("suite", read_string, struct file_draft, title),
	KEY("spec", read_citation, struct file_draft, spec),
	KEY("needs", read_needs, struct file_draft, needs),
	KEY("tags", read_tags, struct file_draft, tags),
	KEY("timeout", read_timeout, struct file_draft, timeout),
	KEY_OF_ALL("control", read_file_control),
	KEY_NEEDED("cases", keep_node, struct file_draft, cases),
	KEYS_END,
};

/* The name of the folder that the file is in; where the path does not tell it
 * ("x.yaml", "./x.yaml", "../x.yaml"), the file system does. */
static const char *theme_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(freep) char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");

	if (!folder)
		return "";

	const char *name = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;

	if (*name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
		return arena_str(arena, slice_str(name));

	CLEANUP(freep) char *real = realpath(*folder ? folder : "/", NULL);

	return real ? arena_str(arena, slice_str(strrchr(real, '/') + 1)) : "";
}

static void read_suite(struct suite *s, const struct node *root, const struct catalogue *catalogue,
		       struct problems *problems)
{
	struct case_scope scope = { .suite = s, .catalogue = catalogue, .budget = SUITE_MAX_BYTES };
	struct reader r = { .arena = &s->arena, .problems = problems, .scope = &scope };
	struct file_draft file = { .theme = theme_of(&s->arena, s->path) };

	if (!read_keys(&r, root, "a case file", file_keys, &file))
		return;
	if (file.cases)
		read_cases(&r, &file);
	s->title = file.title;
	s->spec = file.spec;
}

static int compare_problems(const void *x, const void *y)
{
	const struct place *a = &((const struct problem *)x)->place;
	const struct place *b = &((const struct problem *)y)->place;

	return a->line != b->line ? a->line - b->line : a->column - b->column;
}

static struct suite *suite_new(const char *path)
{
	struct suite *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	arena_init(&s->arena);
	s->path = path;
	return s;
}

void suite_free(struct suite *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nregexes; i++)
		regex_free(s->regexes[i]);
	arena_release(&s->arena);
	free(s);
}

/* |text| null: read the file. */
static int read_from(const char *path, const struct slice *text, const struct catalogue *catalogue,
		     struct suite **ret, struct problems *problems)
{
	struct suite *s = suite_new(path);
	struct node root = { 0 };
	struct arena tree;
	size_t count = problems->count, kept = problems->kept;

	if (!s)
		return -ENOMEM;
	arena_init(&tree);

	int r = text ? yaml_read_memory(path, *text, &tree, &root, problems)
		     : yaml_read(path, &tree, &root, problems);

	if (r == 0)
		read_suite(s, &root, catalogue, problems);
	arena_release(&tree);
	if (r == 0 && problems->count > count)
		r = -EINVAL;
	if (r < 0) {
		if (problems->kept > kept)
			qsort(problems->list + kept, problems->kept - kept,
			      sizeof(*problems->list), compare_problems);
		suite_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

int suite_read(const char *path, const struct catalogue *catalogue, struct suite **ret,
	       struct problems *problems)
{
	return read_from(path, NULL, catalogue, ret, problems);
}

int suite_read_memory(const char *path, struct slice yaml, const struct catalogue *catalogue,
		      struct suite **ret, struct problems *problems)
{
	return read_from(path, &yaml, catalogue, ret, problems);
}
