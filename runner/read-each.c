#include "runner/read-inner.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <search.h>

#define ID_MAX_VALUES 48              /* bytes of the values behind an id */

/* ---- reading ---- */

static void read_value(struct reader *r, const struct node *n, struct each_key *key)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(r->scope->budget);
	struct slice *value = arena_push(r->arena, &key->values, &key->count, sizeof(*value));
	struct bytes b = { 0 };
	size_t before = r->problems->count;
	struct problem p;

	read_bytes(r, n, &b);
	if (r->problems->count > before)
		return;
	if (bytes_expand(&b, NULL, &out, &p) < 0) {
		problems_add(r->problems, p.place, "a value of 'each': %s", p.text);
		return;
	}
	r->scope->budget -= out.len;
	*value = arena_copy(r->arena, buffer_slice(&out));
}

static void read_values(struct reader *r, const struct node *name, const struct node *value,
			struct each *each)
{
	struct each_key key = { 0 };

	key.name = node_name(r, name);
	r->key = key.name ? key.name : "each";
	if (!is_sequence(r, value) || !key.name)
		return;
	if (value->count == 0)
		problems_add(r->problems, value->place, "'%s' of 'each' without a value", key.name);
	for (size_t i = 0; i < value->count; i++)
		read_value(r, &value->items[i], &key);
	scope_add_variable(r, key.name, name->place, true);
	*(struct each_key *)arena_push(r->arena, &each->keys, &each->count, sizeof(key)) = key;
}

void read_each(struct reader *r, const struct node *value, void *into)
{
	struct each *each = into;
	size_t rows = 1;

	if (!is_mapping(r, value, "'each'"))
		return;
	each->place = value->place;
	for (size_t i = 0; i < value->count; i++)
		if (node_key(value, i)->kind == NODE_SCALAR)
			read_values(r, node_key(value, i), node_value(value, i), each);
	for (size_t i = 0; i < each->count; i++)
		if (__builtin_mul_overflow(rows, each->keys[i].count, &rows))
			rows = SIZE_MAX;
	if (rows > EACH_MAX_ROWS)
		problems_add(r->problems, value->place, "'each' stands for more than %zu cases",
			     EACH_MAX_ROWS);
}

/* ---- expanding ---- */

static size_t count_rows(const struct each *each)
{
	size_t rows = 1;

	for (size_t i = 0; i < each->count; i++)
		rows *= each->keys[i].count;
	return rows;
}

/* The last key changes fastest, as the digits of a number do. */
static void bind_row(struct reader *r, struct test_case *c, const struct each *each, size_t row)
{
	c->nbindings = each->count;
	c->bindings = arena_alloc(r->arena, each->count * sizeof(*c->bindings));
	for (size_t i = each->count; i-- > 0;) {
		const struct each_key *key = &each->keys[i];

		c->bindings[i] = (struct binding){ key->name, key->values[row % key->count] };
		row /= key->count;
	}
}

static const char *show_values(struct reader *r, const struct test_case *c, const char *template)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1024 * 1024);
	struct slice rest = slice_str(template);
	struct text_piece piece;

	while (text_next(&rest, &piece) > 0) {
		if (!piece.variable)
			(void)buffer_add_slice(&out, piece.bytes);
		for (size_t i = 0; piece.variable && i < c->nbindings; i++)
			if (slice_is(piece.bytes, c->bindings[i].name))
				(void)text_escape_cut(&out, c->bindings[i].value, ID_MAX_VALUES);
	}
	return arena_str(r->arena, buffer_slice(&out));
}

/* As many whole escapes as fit. */
static void add_value(struct buffer *out, struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		size_t before = out->len;

		if (text_escape(out, slice_sub(value, i, i + 1)) < 0) {
			buffer_truncate(out, before);
			return;
		}
	}
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* False where another row has it. |*taken| is a tree of tsearch(3). */
static bool take_id(void **taken, const char *id)
{
	const char *const *node = tsearch(id, taken, compare_ids);

	return !node || *node == id;
}

static void forget_id(void *id)
{
	(void)id; /* the arena's */
}

static const char *id_of_row(struct reader *r, const struct test_case *c, void **taken)
{
	CLEANUP(buffer_release) struct buffer values = BUFFER_INIT(ID_MAX_VALUES);

	for (size_t i = 0; i < c->nbindings; i++) {
		if (i)
			add_value(&values, SLICE(","));
		add_value(&values, c->bindings[i].value);
	}

	const char *id = arena_printf(r->arena, "%s[%s]", c->id, buffer_str(&values));

	for (size_t n = 2; !take_id(taken, id); n++)
		id = arena_printf(r->arena, "%s[%s#%zu]", c->id, buffer_str(&values), n);
	return id;
}

static void push_case(struct reader *r, const struct test_case *c)
{
	struct suite *s = r->scope->suite;

	*(struct test_case *)arena_push(&s->arena, &s->cases, &s->ncases, sizeof(*c)) = *c;
}

void each_expand(struct reader *r, const struct test_case *c, const struct each *each)
{
	size_t rows = count_rows(each);
	void *taken = NULL;

	if (each->count == 0) {
		push_case(r, c);
		return;
	}
	for (size_t row = 0; row < rows; row++) {
		struct test_case one = *c;

		bind_row(r, &one, each, row);
		one.id = id_of_row(r, &one, &taken);
		one.title = show_values(r, &one, c->title);
		if (c->why)
			one.why = show_values(r, &one, c->why);
		push_case(r, &one);
	}
	tdestroy(taken, forget_id);
}
