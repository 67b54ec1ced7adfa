#include "runner/read-inner.h"
#include "runner/regex.h"

/* A mapping of conditions becomes a list of matchers, all of which must hold. */
struct match_draft {
	struct matcher_list list;
	int lines;
	struct matcher slice;         /* slice-of, from, to are one matcher */
	bool has_slice, has_bounds;
};

static struct matcher *push(struct reader *r, struct match_draft *d, enum match_kind kind,
			    struct place place)
{
	struct matcher *m = arena_push(r->arena, &d->list.list, &d->list.count, sizeof(*m));

	m->kind = kind;
	m->lines = d->lines;
	m->place = place;
	return m;
}

/* ---- conditions ---- */

static void *compile(struct reader *r, const struct node *n, struct slice pattern)
{
	char reason[REGEX_REASON_ROOM];
	size_t at;
	void *code = regex_compile(pattern, reason, &at);

	if (!code) {
		problems_add(r->problems, n->place, "not a regular expression: %s (at byte %zu)",
			     reason, at);
		return NULL;
	}

	struct suite *suite = r->scope->suite;
	void **last = arena_push(r->arena, &suite->regexes, &suite->nregexes, sizeof(*last));

	*last = code;
	return code;
}

static void push_regex(struct reader *r, const struct node *value, void *into,
		       enum match_kind kind)
{
	struct slice pattern;

	if (!node_bytes(r, value, &pattern))
		return;
	if (slice_find_slice(pattern, SLICE("${")) < pattern.len) {
		problems_add(r->problems, value->place,
			     "a regular expression cannot hold variables");
		return;
	}

	struct matcher *m = push(r, into, kind, value->place);

	m->pattern = arena_str(r->arena, pattern);
	m->regex = compile(r, value, pattern);
}

static void read_matches(struct reader *r, const struct node *value, void *into)
{
	push_regex(r, value, into, MATCH_REGEX);
}

static void read_lacks(struct reader *r, const struct node *value, void *into)
{
	push_regex(r, value, into, MATCH_LACKS);
}

static void read_equal(struct reader *r, const struct node *value, void *into)
{
	read_bytes(r, value, &push(r, into, MATCH_EQUAL, value->place)->text);
}

static void read_has(struct reader *r, const struct node *value, void *into)
{
	read_bytes(r, value, &push(r, into, MATCH_HAS, value->place)->text);
}

/* Conditions without a value of their own. */
static void push_if_true(struct reader *r, const struct node *value, void *into,
			 enum match_kind kind)
{
	static const struct choice only[] = { { "true", 1 }, { 0 } };
	int yes;

	if (choose(r, value, only, &yes))
		(void)push(r, into, kind, value->place);
}

static void read_present(struct reader *r, const struct node *value, void *into)
{
	push_if_true(r, value, into, MATCH_PRESENT);
}

static void read_absent(struct reader *r, const struct node *value, void *into)
{
	push_if_true(r, value, into, MATCH_ABSENT);
}

static void read_date(struct reader *r, const struct node *value, void *into)
{
	push_if_true(r, value, into, MATCH_DATE);
}

static void read_empty(struct reader *r, const struct node *value, void *into)
{
	push_if_true(r, value, into, MATCH_EMPTY);
}

static void read_number(struct reader *r, const struct node *value, void *into)
{
	read_count(r, value, &push(r, into, MATCH_COUNT, value->place)->number);
}

static void read_content_size(struct reader *r, const struct node *value, void *into)
{
	read_size(r, value, &push(r, into, MATCH_SIZE, value->place)->number);
}

static void read_sha256(struct reader *r, const struct node *value, void *into)
{
	struct matcher *m = push(r, into, MATCH_SHA256, value->place);

	read_bytes(r, value, &m->text);
	if (value->kind == NODE_SCALAR &&
	    (value->scalar.len != 64 || strspn(value->scalar.at, "0123456789abcdef") != 64))
		problems_add(r->problems, value->place, "'sha256' must be 64 hex digits (0-9a-f)");
}

/* ---- slices of a captured content ---- */

static void read_slice_of(struct reader *r, const struct node *value, void *into)
{
	struct match_draft *d = into;
	const char *name = node_name(r, value);

	if (!name)
		return;
	if (!scope_has(r, slice_str(name)))
		problems_add(r->problems, value->place, "nothing was captured as '%s' before",
			     name);
	d->slice.text = bytes_of_text(r, (struct text){ slice_str(name), value->place, false });
	d->has_slice = true;
}

static void read_from(struct reader *r, const struct node *value, void *into)
{
	struct match_draft *d = into;

	read_count(r, value, &d->slice.from);
	d->has_bounds = true;
}

static void read_to(struct reader *r, const struct node *value, void *into)
{
	struct match_draft *d = into;

	read_count(r, value, &d->slice.to);
	d->has_bounds = true;
}

static void take_slice(struct reader *r, struct match_draft *d, const struct node *n)
{
	if (d->has_slice) {
		struct matcher *m = push(r, d, MATCH_SLICE, n->place);

		m->text = d->slice.text;
		m->from = d->slice.from;
		m->to = d->slice.to;
		if (m->from > m->to)
			problems_add(r->problems, n->place, "'from' is behind 'to'");
	} else if (d->has_bounds) {
		problems_add(r->problems, n->place, "'from' and 'to' belong to 'slice-of'");
	}
}

/* ---- JSON ---- */

static void read_json(struct reader *r, const struct node *value, void *into)
{
	if (!is_mapping(r, value, "'json'"))
		return;
	for (size_t i = 0; i < value->count; i++) {
		const struct node *key = node_key(value, i);
		struct text pointer = { 0 }, expected = { 0 };

		if (key->kind != NODE_SCALAR)
			continue;
		if (key->scalar.len && key->scalar.at[0] != '/')
			problems_add(r->problems, key->place,
				     "a JSON Pointer begins with '/', '%s' does not",
				     node_shown(r->arena, key->scalar));
		read_utf8_text(r, key, &pointer);
		read_utf8_text(r, node_value(value, i), &expected);

		struct matcher *m = push(r, into, MATCH_JSON, key->place);

		m->text = bytes_of_text(r, pointer);
		m->value = bytes_of_text(r, expected);
	}
}

/* ---- fields ---- */

/* Below any and all: what one field line can be held against. */
static const struct key line_keys[] = {
	KEY_OF_ALL("matches", read_matches),
	KEY_OF_ALL("has", read_has),
	KEY_OF_ALL("date", read_date),
	KEYS_END,
};

static void read_condition(struct reader *r, const struct node *n, const struct key *keys,
			   struct match_draft *d)
{
	if (n->kind == NODE_SCALAR || is_part(n))
		read_equal(r, n, d);
	else
		(void)read_keys(r, n, "a condition", keys, d);
}

static void read_lines(struct reader *r, const struct node *value, struct match_draft *d, int lines)
{
	d->lines = lines;
	read_condition(r, value, line_keys, d);
	d->lines = LINES_COMBINED;
}

static void read_any(struct reader *r, const struct node *value, void *into)
{
	read_lines(r, value, into, LINES_ANY);
}

static void read_all(struct reader *r, const struct node *value, void *into)
{
	read_lines(r, value, into, LINES_ALL);
}

static const struct key field_keys[] = {
	KEY_OF_ALL("matches", read_matches),
	KEY_OF_ALL("lacks", read_lacks),
	KEY_OF_ALL("has", read_has),
	KEY_OF_ALL("date", read_date),
	KEY_OF_ALL("present", read_present),
	KEY_OF_ALL("absent", read_absent),
	KEY_OF_ALL("count", read_number),
	KEY_OF_ALL("any", read_any),
	KEY_OF_ALL("all", read_all),
	KEYS_END,
};

/* One condition, or a list of them: Set-Cookie: [{any: a}, {any: b}] */
static void read_field_matcher(struct reader *r, const struct node *value,
			       struct field_matcher *field)
{
	struct match_draft d = { 0 };
	const struct node *items;
	size_t n = node_as_list(value, &items), problems = r->problems->count;

	for (size_t i = 0; i < n; i++)
		read_condition(r, &items[i], field_keys, &d);
	field->matchers = d.list.list;
	field->nmatchers = d.list.count;
	if (field->nmatchers == 0 && problems == r->problems->count)
		problems_add(r->problems, value->place, "nothing is asked of field '%s'",
			     field->name);
}

void read_field_matchers(struct reader *r, const struct node *value, void *into)
{
	struct field_matcher_list *l = into;
	const char *key = r->key;

	if (!is_mapping(r, value, arena_printf(r->arena, "'%s'", key)))
		return;
	for (size_t i = 0; i < value->count; i++) {
		struct field_matcher field = { 0 };

		if (node_key(value, i)->kind != NODE_SCALAR)
			continue;
		read_string(r, node_key(value, i), &field.name);
		if (!field.name)
			continue;
		r->key = field.name;
		read_field_matcher(r, node_value(value, i), &field);
		r->key = key;
		*(struct field_matcher *)arena_push(r->arena, &l->list, &l->count,
						    sizeof(field)) = field;
	}
}

/* ---- content, version and reason ---- */

static const struct key content_keys[] = {
	KEY_OF_ALL("matches", read_matches),
	KEY_OF_ALL("lacks", read_lacks),
	KEY_OF_ALL("has", read_has),
	KEY_OF_ALL("empty", read_empty),
	KEY_OF_ALL("size", read_content_size),
	KEY_OF_ALL("sha256", read_sha256),
	KEY_OF_ALL("json", read_json),
	KEY_OF_ALL("slice-of", read_slice_of),
	KEY_OF_ALL("from", read_from),
	KEY_OF_ALL("to", read_to),
	KEYS_END,
};

void read_content_matchers(struct reader *r, const struct node *value, void *into)
{
	struct match_draft d = { .slice.to = UINT64_MAX };

	if (value->kind == NODE_SEQUENCE)
		read_equal(r, value, &d);
	else
		read_condition(r, value, content_keys, &d);
	take_slice(r, &d, value);
	*(struct matcher_list *)into = d.list;
}

void read_text_matcher(struct reader *r, const struct node *value, void *field)
{
	static const struct key keys[] = {
		KEY_OF_ALL("matches", read_matches),
		KEY_OF_ALL("lacks", read_lacks),
		KEYS_END,
	};
	struct match_draft d = { 0 };

	read_condition(r, value, keys, &d);
	if (d.list.count)
		*(struct matcher **)field = d.list.list;
}

void read_regexes(struct reader *r, const struct node *value, void *field)
{
	struct match_draft d = { 0 };
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++)
		if (is_scalar(r, &items[i]))
			read_matches(r, &items[i], &d);
	*(struct matcher_list *)field = d.list;
}
