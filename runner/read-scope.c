#include "runner/read-inner.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/profile.h"

/* ---- names ---- */

bool names_have(const struct names *names, struct slice name)
{
	for (size_t i = 0; i < names->count; i++)
		if (slice_is(name, names->list[i]))
			return true;
	return false;
}

size_t scope_connections(const struct names *names)
{
	return names->count - names_have(names, SLICE("udp")) - names_have(names, SLICE("origin"));
}

void names_add(struct arena *arena, struct names *names, const char *name)
{
	if (names_have(names, slice_str(name)))
		return;

	const char **last = arena_push(arena, &names->list, &names->count, sizeof(*last));

	*last = name;
}

/* ---- variables ---- */

/* The needs are copied: a need that is missing is added once it was reported, so
 * that it is reported once. */
void scope_begin_case(struct case_scope *s, const struct names *needs)
{
	s->needs = (struct names){ 0 };
	s->own = NULL;
	s->nown = 0;
	s->connections = (struct names){ 0 };
	s->more_connections = 0;
	for (size_t i = 0; i < needs->count; i++)
		names_add(&s->suite->arena, &s->needs, needs->list[i]);
}

static struct own_variable *find_own(const struct case_scope *s, struct slice name)
{
	for (size_t i = 0; i < s->nown; i++)
		if (slice_is(name, s->own[i].name))
			return &s->own[i];
	return NULL;
}

bool scope_has(struct reader *r, struct slice name)
{
	struct own_variable *own = find_own(r->scope, name);

	if (own)
		own->used = true;
	return own;
}

void scope_add_variable(struct reader *r, const char *name, struct place place, bool of_each)
{
	struct case_scope *s = r->scope;
	const struct own_variable *own = find_own(s, slice_of(name, strlen(name)));

	if (profile_knows_variable(slice_of(name, strlen(name))))
		problems_add(r->problems, place, "'%s' is already a variable of the profile", name);
	else if (own && own->of_each)
		problems_add(r->problems, place, "'%s' is already a variable of 'each'", name);
	if (own)
		return;

	struct own_variable *last = arena_push(r->arena, &s->own, &s->nown, sizeof(*last));

	*last = (struct own_variable){ name, place, of_each, false };
}

void scope_report_unused(struct reader *r)
{
	for (size_t i = 0; i < r->scope->nown; i++) {
		const struct own_variable *own = &r->scope->own[i];

		if (own->of_each && !own->used)
			problems_add(r->problems, own->place, "'%s' of 'each' is never used",
				     own->name);
	}
}

static void report_unknown_variable(struct reader *r, struct slice name, struct place place)
{
	const struct case_scope *s = r->scope;
	size_t n, count = 0;
	const char *const *profile = profile_variable_names(&n);
	const char **known = arena_alloc(r->arena, (n + s->nown) * sizeof(*known));

	for (size_t i = 0; i < s->nown; i++)
		known[count++] = s->own[i].name;
	for (size_t i = 0; i < n; i++)
		known[count++] = profile[i];

	const struct node as_node = { .scalar = arena_copy(r->arena, name), .place = place };

	report_unknown(r, &as_node, "variable", "", known, count);
}

static void need(struct reader *r, struct slice variable, struct slice needed, struct place place)
{
	struct case_scope *s = r->scope;

	if (names_have(&s->needs, needed) || slice_is(needed, "get"))
		return;
	problems_add(r->problems, place, "uses ${%.*s} but does not need '%.*s'",
		     (int)variable.len, variable.at, (int)needed.len, needed.at);
	names_add(r->arena, &s->needs, arena_str(r->arena, needed));
}

/* Whoever has auth-basic or auth-digest has credentials, see profile_offers(). */
static void need_credentials(struct reader *r, struct slice variable, struct place place)
{
	const struct names *needs = &r->scope->needs;

	if (!names_have(needs, SLICE("auth-basic")) && !names_have(needs, SLICE("auth-digest")))
		need(r, variable, SLICE("credentials"), place);
}

static void check_resource(struct reader *r, const struct resource_kind *kind, bool argument,
			   struct place place)
{
	if (kind->argument && !argument)
		problems_add(r->problems, place, "${%s} wants an argument: ${%s:...}", kind->name,
			     kind->name);
	if (!kind->argument && argument)
		problems_add(r->problems, place, "${%s} has no argument", kind->name);
	need(r, slice_str(kind->name), slice_str(kind->name), place);
}

struct text_use {
	struct reader *reader;
	struct place place;
};

static int check_variable(void *arg, struct slice name)
{
	const struct text_use *use = arg;
	struct reader *r = use->reader;
	size_t colon = slice_find(name, ':');
	struct slice base = slice_sub(name, 0, colon);
	const struct resource_kind *kind = resource_kind_find(base);

	if (scope_has(r, name))
		return 0;
	if (kind)
		check_resource(r, kind, colon < name.len, use->place);
	else if (!profile_knows_variable(name))
		report_unknown_variable(r, name, use->place);
	else if (slice_starts(name, SLICE("credentials.")))
		need_credentials(r, name, use->place);
	else if (slice_is(name, "discovery.port"))
		need(r, name, SLICE("discovery"), use->place);
	else if (slice_is(name, "origin.host"))
		need(r, name, SLICE("origin"), use->place);
	else if (!slice_is(name, "host"))
		need(r, name, name, use->place);
	return 0;
}

void scope_check_text(struct reader *r, const struct text *t)
{
	struct text_use use = { r, t->place };

	if (text_each_variable(t, check_variable, &use) < 0)
		problems_add(r->problems, t->place,
			     "'${' without '}': a literal '${' is written '$${'");
}

/* ---- citations ---- */

void read_citation(struct reader *r, const struct node *value, void *field)
{
	const struct catalogue *c = r->scope->catalogue;
	const char *id = NULL;

	read_string(r, value, &id);
	if (!id)
		return;
	if (catalogue_find(c, id) || catalogue_has_section(c, id)) {
		*(const char **)field = id;
		return;
	}

	const char *near = catalogue_nearest(c, id);

	report_unknown(r, value, "requirement", "", &near, near ? 1 : 0);
}
