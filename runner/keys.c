#include "runner/keys.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>

/* ---- mappings ---- */

static size_t count_keys(const struct key *keys)
{
	size_t n = 0;

	while (keys[n].name)
		n++;
	return n;
}

static bool knows(const struct key *keys, struct slice name)
{
	for (; keys->name; keys++)
		if (slice_is(name, keys->name))
			return true;
	return false;
}

static void report_unknown_keys(struct reader *r, const struct node *n, const char *what,
				const struct key *keys)
{
	size_t nnames = count_keys(keys);
	const char **names = arena_alloc(r->arena, nnames * sizeof(*names));

	for (size_t i = 0; i < nnames; i++)
		names[i] = keys[i].name;
	for (size_t i = 0; i < n->count; i++) {
		const struct node *key = node_key(n, i);

		if (key->kind == NODE_SCALAR && !knows(keys, key->scalar))
			report_unknown(r, key, "key", what, names, nnames);
	}
}

void report_unknown(struct reader *r, const struct node *n, const char *what, const char *where,
		    const char *const *known, size_t nknown)
{
	const char *near = text_nearest(n->scalar.at, known, nknown);
	const char *shown = node_shown(r->arena, n->scalar);
	const char *in = *where ? " in " : "";

	if (near)
		problems_add(r->problems, n->place, "unknown %s '%s'%s%s, did you mean '%s'?", what,
			     shown, in, where, near);
	else
		problems_add(r->problems, n->place, "unknown %s '%s'%s%s", what, shown, in, where);
}

static void read_key(struct reader *r, const struct node *value, const struct key *key, void *into)
{
	const char *outer = r->key;

	r->key = key->name;
	key->read(r, value, (char *)into + key->offset);
	r->key = outer;
}

void read_some_keys(struct reader *r, const struct node *n, const struct key *keys, void *into)
{
	for (; keys->name; keys++) {
		const struct node *value = node_find(n, keys->name);

		if (value)
			read_key(r, value, keys, into);
	}
}

bool read_keys(struct reader *r, const struct node *n, const char *what, const struct key *keys,
	       void *into)
{
	if (!is_mapping(r, n, what))
		return false;
	report_unknown_keys(r, n, what, keys);
	read_some_keys(r, n, keys, into);
	for (; keys->name; keys++)
		if (keys->required && !node_find(n, keys->name))
			problems_add(r->problems, n->place, "%s needs '%s'", what, keys->name);
	return true;
}

/* ---- kinds ---- */

bool is_scalar(struct reader *r, const struct node *n)
{
	if (n->kind == NODE_SEQUENCE || n->kind == NODE_MAPPING)
		problems_add(r->problems, n->place, "'%s' must be a single value", r->key);
	return n->kind == NODE_SCALAR;
}

bool is_sequence(struct reader *r, const struct node *n)
{
	if (n->kind == NODE_SCALAR || n->kind == NODE_MAPPING)
		problems_add(r->problems, n->place, "'%s' must be a list", r->key);
	return n->kind == NODE_SEQUENCE;
}

bool is_mapping(struct reader *r, const struct node *n, const char *what)
{
	if (n->kind == NODE_SCALAR || n->kind == NODE_SEQUENCE)
		problems_add(r->problems, n->place, "%s must be a mapping of keys to values", what);
	return n->kind == NODE_MAPPING;
}

size_t node_as_list(const struct node *n, const struct node **ret)
{
	*ret = n->kind == NODE_SEQUENCE ? n->items : n;
	return n->kind == NODE_SEQUENCE ? n->count : 1;
}

/* ---- scalars ---- */

static void not_a(struct reader *r, const struct node *n, const char *what)
{
	problems_add(r->problems, n->place, "'%s' must be %s, not '%s'", r->key, what,
		     node_shown(r->arena, n->scalar));
}

bool choose(struct reader *r, const struct node *n, const struct choice *choices, int *ret)
{
	if (!is_scalar(r, n))
		return false;

	CLEANUP(buffer_release) struct buffer words = BUFFER_INIT(1024);

	for (const struct choice *c = choices; c->word; c++) {
		if (slice_is(n->scalar, c->word)) {
			*ret = c->value;
			return true;
		}
		(void)buffer_printf(&words, "%s%s", c == choices ? "" : c[1].word ? ", " : " or ",
				    c->word);
	}
	not_a(r, n, buffer_str(&words));
	return false;
}

void read_flag(struct reader *r, const struct node *value, void *field)
{
	static const struct choice choices[] = { { "true", true }, { "false", false }, { 0 } };
	int flag;

	if (choose(r, value, choices, &flag))
		*(bool *)field = flag;
}

void read_count(struct reader *r, const struct node *value, void *field)
{
	uint64_t n;

	if (!is_scalar(r, value))
		return;
	if (text_count(value->scalar, &n) < 0)
		not_a(r, value, "a number");
	else
		*(uint64_t *)field = n;
}

void read_size(struct reader *r, const struct node *value, void *field)
{
	uint64_t n;

	if (!is_scalar(r, value))
		return;
	if (text_size(value->scalar, &n) < 0)
		not_a(r, value, "a size such as 17, 64KiB or 1MiB");
	else
		*(uint64_t *)field = n;
}

void read_time(struct reader *r, const struct node *value, void *field)
{
	usec t;

	if (!is_scalar(r, value))
		return;

	int error = text_duration(value->scalar, &t);

	if (error == -ERANGE)
		not_a(r, value, "at most a day");
	else if (error < 0)
		not_a(r, value, "a duration such as 300ms or 2s");
	else
		*(usec *)field = t;
}

void read_string(struct reader *r, const struct node *value, void *field)
{
	if (!is_scalar(r, value))
		return;
	if (value->scalar.len == 0)
		problems_add(r->problems, value->place, "'%s' is empty", r->key);
	else if (slice_find(value->scalar, '\0') < value->scalar.len)
		problems_add(r->problems, value->place, "'%s' cannot hold NUL", r->key);
	else
		*(const char **)field = arena_str(r->arena, value->scalar);
}

bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return s.len > 0 && s.at[0] != '-' && s.at[s.len - 1] != '-';
}

const char *node_name(struct reader *r, const struct node *n)
{
	if (!is_scalar(r, n))
		return NULL;
	if (is_name(n->scalar))
		return arena_str(r->arena, n->scalar);
	not_a(r, n, "of lower case letters, digits and hyphens");
	return NULL;
}

void read_name(struct reader *r, const struct node *value, void *field)
{
	const char *name = node_name(r, value);

	if (name)
		*(const char **)field = name;
}
