#include "runner/coverage.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/keys.h"

#include <errno.h>
#include <unistd.h>

/* ---- the list of excuses ---- */

static void read_id(struct reader *r, const struct node *value, void *field)
{
	struct excuse *e = field;

	e->place = value->place;
	read_string(r, value, &e->id);
}

static const struct key excuse_keys[] = {
	{ "id", read_id, 0, true },
	KEY_NEEDED("reason", read_string, struct excuse, reason),
	KEYS_END,
};

static void refuse_duplicate_ids(struct reader *r, const struct node *list)
{
	struct node **ids = arena_alloc(r->arena, list->count * sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct node *id = (struct node *)node_find(&list->items[i], "id");

		if (id && id->kind == NODE_SCALAR)
			ids[n++] = id;
	}
	nodes_refuse_duplicates(ids, n, "id", r->problems);
}

static void read_excuses(struct reader *r, const struct node *list, void *into)
{
	struct excuses *excuses = into;

	if (!is_sequence(r, list))
		return;
	refuse_duplicate_ids(r, list);
	for (size_t i = 0; i < list->count; i++) {
		struct excuse e = { 0 };

		if (read_keys(r, &list->items[i], "an excuse", excuse_keys, &e) && e.id && e.reason)
			*(struct excuse *)arena_push(r->arena, &excuses->list, &excuses->count,
						     sizeof(e)) = e;
	}
}

static const struct key file_keys[] = {
	{ "untestable", read_excuses, 0, true },
	KEYS_END,
};

static int read_tree(const struct node *root, struct arena *arena, struct excuses *ret,
		     struct problems *problems)
{
	struct reader r = { .arena = arena, .problems = problems };

	*ret = (struct excuses){ 0 };
	return read_keys(&r, root, "a list of untestable rows", file_keys, ret) ? 0 : -EINVAL;
}

int excuses_read_memory(const char *path, struct slice yaml, struct arena *arena,
			struct excuses *ret, struct problems *problems)
{
	size_t before = problems->count;
	struct node root = { 0 };
	int r = yaml_read_memory(path, yaml, arena, &root, problems);

	if (r == 0)
		r = read_tree(&root, arena, ret, problems);
	return r == 0 && problems->count > before ? -EINVAL : r;
}

int excuses_read(const char *path, struct arena *arena, struct excuses *ret,
		 struct problems *problems)
{
	size_t before = problems->count;
	struct node root = { 0 };
	int r = yaml_read(path, arena, &root, problems);

	if (r == 0)
		r = read_tree(&root, arena, ret, problems);
	return r == 0 && problems->count > before ? -EINVAL : r;
}

/* ---- who tests what ---- */

/* One row of the catalogue while it is looked for who tests it. */
struct tested {
	const char **by;              /* those that are asked of the role */
	size_t nby;
	unsigned roles;               /* of which somebody tests it */
	const struct excuse *excuse;
};

#define ALL_ROLES ((unsigned)(ROLE_ORIGIN | ROLE_GATEWAY | ROLE_PROXY))

struct work {
	const struct catalogue *catalogue;
	enum role role;
	const struct requirement *rows;
	struct tested *tested;        /* one a row */
	struct arena *arena;
	struct problems *problems;
};

static struct tested *tested_of(const struct work *w, const struct clause *row)
{
	return &w->tested[(const struct requirement *)row - w->rows];
}

static void add(const struct work *w, const struct clause *row, unsigned roles, const char *by)
{
	struct tested *t = tested_of(w, row);

	t->roles |= roles;
	if (roles & w->role)
		*(const char **)arena_push(w->arena, &t->by, &t->nby, sizeof(by)) = by;
}

static void add_case(const struct work *w, const struct test_case *c)
{
	for (size_t i = 0; i < c->nclauses; i++) {
		const struct clause *row = catalogue_find(w->catalogue, c->clauses[i].id);

		if (row)
			add(w, row, c->roles ? c->roles : ROLES_UNSAID, c->id);
	}
}

/* "RFC9110-5.3-1" is a row, "RFC9110-5.3" a section, which may have none. */
static bool names_row(const char *id)
{
	const char *dash = strchr(id, '-');

	return dash && strchr(dash + 1, '-');
}

static void add_rule(const struct work *w, const struct rule *rule)
{
	const struct clause *row = catalogue_find(w->catalogue, rule->requirement);

	if (row)
		add(w, row, ALL_ROLES, arena_printf(w->arena, "rules/%s", rule->name));
	else if (names_row(rule->requirement))
		problems_add(w->problems, (struct place){ 0 },
			     "the rule '%s' rests on '%s', which is no requirement", rule->name,
			     rule->requirement);
}

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static bool binds_server(const struct requirement *row)
{
	static const char *const server[] = { "origin-server", "server", "sender", "recipient",
					       "other" };

	return is_one_of(row->binds, server, ARRAY_SIZE(server));
}

bool coverage_asks(const struct requirement *row, enum role role)
{
	bool between = strcmp(row->needs, "proxy") == 0;
	bool tunnel = strcmp(row->needs, "connect") == 0;

	if (strcmp(row->testable, "no") == 0)
		return false;
	if (role == ROLE_ORIGIN)
		return binds_server(row) && !between;
	if (tunnel)
		return role == ROLE_PROXY;
	return strcmp(row->binds, role_name(role)) == 0 ||
	       strcmp(row->binds, "intermediary") == 0 || (binds_server(row) && between);
}

static unsigned roles_that_ask(const struct requirement *row)
{
	unsigned roles = 0;

	for (unsigned role = ROLE_ORIGIN; role <= ROLE_PROXY; role <<= 1)
		if (coverage_asks(row, (enum role)role))
			roles |= role;
	return roles;
}

static void excuse(const struct work *w, const struct excuse *e)
{
	const struct clause *row = catalogue_find(w->catalogue, e->id);
	unsigned asked = row ? roles_that_ask((const struct requirement *)row) : 0;

	if (!row) {
		const char *near = catalogue_nearest(w->catalogue, e->id);

		problems_add(w->problems, e->place, "there is no requirement '%s'%s%s%s", e->id,
			     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	} else if (!asked) {
		problems_add(w->problems, e->place,
			     "'%s' needs no excuse: it binds others or cannot be tested", e->id);
	} else if (!(asked & w->role)) {
		return; /* it is for another role */
	} else if (tested_of(w, row)->nby && (asked & ~tested_of(w, row)->roles) == 0) {
		problems_add(w->problems, e->place, "'%s' is no longer untestable: %s tests it",
			     e->id, tested_of(w, row)->by[0]);
	} else if (!tested_of(w, row)->nby) {
		tested_of(w, row)->excuse = e;
	}
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct covered covered_of(const struct requirement *row, const struct tested *t)
{
	if (t->nby)
		qsort(t->by, t->nby, sizeof(*t->by), compare_ids);
	return (struct covered){
		.clause = &row->clause,
		.state = t->nby	     ? COVERAGE_COVERED
			 : t->excuse ? COVERAGE_UNTESTABLE
				     : COVERAGE_MISSING,
		.reason = t->excuse ? t->excuse->reason : "",
		.by = t->by,
		.nby = t->nby,
	};
}

int coverage_compute(const struct catalogue *catalogue, enum role role,
		     const struct test_case *const *cases, size_t ncases,
		     const struct rule *const *groups, const struct excuses *excuses,
		     struct arena *arena, struct coverage_table *ret, struct problems *problems)
{
	struct work w = {
		.catalogue = catalogue, .role = role, .arena = arena, .problems = problems
	};
	size_t nrows = catalogue_all(catalogue, &w.rows), before = problems->count;

	w.tested = arena_alloc(arena, nrows * sizeof(*w.tested));
	for (size_t i = 0; i < ncases; i++)
		add_case(&w, cases[i]);
	for (; *groups; groups++)
		for (const struct rule *r = *groups; r->name; r++)
			add_rule(&w, r);
	for (size_t i = 0; i < excuses->count; i++)
		excuse(&w, &excuses->list[i]);
	*ret = (struct coverage_table){ .role = role };
	for (size_t i = 0; i < nrows; i++)
		if (coverage_asks(&w.rows[i], role))
			*(struct covered *)arena_push(arena, &ret->rows, &ret->count,
						      sizeof(*ret->rows)) =
				covered_of(&w.rows[i], &w.tested[i]);
	return problems->count > before ? -EINVAL : 0;
}

/* ---- figures ---- */

static bool is_of(const struct covered *row, const char *rfc)
{
	size_t len = rfc ? strlen(rfc) : 0;

	return !rfc || (strncmp(row->clause->id, rfc, len) == 0 && row->clause->id[len] == '-');
}

int coverage_of(const struct selection *s, enum role role, struct arena *arena,
		struct coverage_table *ret, struct problems *problems)
{
	const char *path = arena_printf(arena, "%s/untestable.yaml", s->root);
	struct excuses excuses = { 0 };
	int r = 0;

	if (access(path, F_OK) == 0)
		r = excuses_read(path, arena, &excuses, problems);
	return r < 0 ? r
		     : coverage_compute(s->catalogue, role, s->cases, s->ncases, rule_groups,
					&excuses, arena, ret, problems);
}

struct coverage_tally coverage_tally(const struct coverage_table *c, const char *rfc, enum level level)
{
	struct coverage_tally t = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		if (c->rows[i].clause->level != level || !is_of(&c->rows[i], rfc))
			continue;
		t.of[c->rows[i].state]++;
		t.total++;
	}
	return t;
}

size_t coverage_gaps(const struct coverage_table *c)
{
	return coverage_tally(c, NULL, LEVEL_MUST).of[COVERAGE_MISSING] +
	       coverage_tally(c, NULL, LEVEL_SHOULD).of[COVERAGE_MISSING];
}
