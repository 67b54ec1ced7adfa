#include "runner/yaml.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/file.h"

#include <errno.h>
#include <yaml.h>

struct builder {
	yaml_parser_t parser;
	struct arena *arena;
	const char *path;
	struct slice text;
	struct problems *problems;
	size_t nodes;
};

static struct place at_mark(const struct builder *b, yaml_mark_t mark)
{
	return (struct place){ b->path, (int)mark.line + 1, (int)mark.column + 1 };
}

/* The reader of libyaml knows an offset only. */
static struct place at_offset(const struct builder *b, size_t offset)
{
	struct place place = { b->path, 1, 1 };

	for (size_t i = 0; i < offset && i < b->text.len; i++) {
		if (b->text.at[i] == '\n')
			place = (struct place){ b->path, place.line + 1, 1 };
		else if ((b->text.at[i] & 0xc0) != 0x80)   /* a column is a character */
			place.column++;
	}
	return place;
}

#define fatal(b, place, ...) (problems_add((b)->problems, place, __VA_ARGS__), -EINVAL)

static int syntax_error(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;

	switch (p->error) {
	case YAML_READER_ERROR:
		return fatal(b, at_offset(b, p->problem_offset), "not YAML in UTF-8: %s",
			     p->problem);
	case YAML_SCANNER_ERROR:
	case YAML_PARSER_ERROR:
		if (!p->context)
			return fatal(b, at_mark(b, p->problem_mark), "not YAML: %s", p->problem);
		return fatal(b, at_mark(b, p->problem_mark),
			     "not YAML: %s %s that began in line %zu", p->problem, p->context,
			     p->context_mark.line + 1);
	default:
		memory_out();
	}
}

static int next_event(struct builder *b, yaml_event_t *ret)
{
	return yaml_parser_parse(&b->parser, ret) ? 0 : syntax_error(b);
}

/* ---- one node ---- */

static void refuse_decoration(struct builder *b, struct place place, const void *anchor,
			      const void *tag)
{
	if (anchor)
		problems_add(b->problems, place, "anchors are not supported: write the value out");
	if (tag)
		problems_add(b->problems, place,
			     "tags are not supported: the key decides the type");
}

static int build_scalar(struct builder *b, const yaml_event_t *e, struct node *ret)
{
	struct slice s = slice_of(e->data.scalar.value, e->data.scalar.length);

	refuse_decoration(b, ret->place, e->data.scalar.anchor, e->data.scalar.tag);
	if (s.len > YAML_MAX_SCALAR)
		return fatal(b, ret->place,
			     "this text has %zu bytes, at most %zu are allowed: "
			     "use {repeat: ...} or {file: ...}",
			     s.len, YAML_MAX_SCALAR);
	ret->kind = NODE_SCALAR;
	ret->scalar = arena_copy(b->arena, s);
	return 0;
}

static int build(struct builder *b, const yaml_event_t *e, int depth, struct node *ret);

static int build_items(struct builder *b, yaml_event_type_t end, int depth, struct node *ret)
{
	if (depth >= YAML_MAX_DEPTH)
		return fatal(b, ret->place, "nested deeper than %d levels", YAML_MAX_DEPTH);

	for (;;) {
		CLEANUP(yaml_event_delete) yaml_event_t e;
		int r = next_event(b, &e);

		if (r < 0)
			return r;
		if (e.type == end)
			return 0;

		struct node item = { 0 };

		r = build(b, &e, depth + 1, &item);
		if (r < 0)
			return r;
		*(struct node *)arena_push(b->arena, &ret->items, &ret->count, sizeof(item)) = item;
	}
}

static void check_keys(struct builder *b, struct node *mapping)
{
	struct node **keys = arena_alloc(b->arena, mapping->count * sizeof(struct node *));
	size_t n = 0;

	for (size_t i = 0; i < mapping->count; i++) {
		struct node *key = node_key(mapping, i);

		if (key->kind == NODE_SCALAR && !slice_is(key->scalar, "<<")) {
			keys[n++] = key;
			continue;
		}
		if (key->kind == NODE_SCALAR)
			problems_add(b->problems, key->place,
				     "merge keys are not supported: write the keys out");
		else if (key->kind != NODE_REFUSED)
			problems_add(b->problems, key->place, "a key must be a text");
		key->kind = NODE_REFUSED;
	}
	nodes_refuse_duplicates(keys, n, "key", b->problems);
}

static int build_sequence(struct builder *b, const yaml_event_t *e, int depth, struct node *ret)
{
	ret->kind = NODE_SEQUENCE;
	refuse_decoration(b, ret->place, e->data.sequence_start.anchor, e->data.sequence_start.tag);
	return build_items(b, YAML_SEQUENCE_END_EVENT, depth, ret);
}

static int build_mapping(struct builder *b, const yaml_event_t *e, int depth, struct node *ret)
{
	ret->kind = NODE_MAPPING;
	refuse_decoration(b, ret->place, e->data.mapping_start.anchor, e->data.mapping_start.tag);

	int r = build_items(b, YAML_MAPPING_END_EVENT, depth, ret);

	if (r < 0)
		return r;
	ret->count /= 2;
	check_keys(b, ret);
	return 0;
}

static int build(struct builder *b, const yaml_event_t *e, int depth, struct node *ret)
{
	ret->place = at_mark(b, e->start_mark);
	if (++b->nodes > YAML_MAX_NODES)
		return fatal(b, ret->place, "more than %zu keys and values", YAML_MAX_NODES);

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return build_scalar(b, e, ret);
	case YAML_SEQUENCE_START_EVENT:
		return build_sequence(b, e, depth, ret);
	case YAML_MAPPING_START_EVENT:
		return build_mapping(b, e, depth, ret);
	default:                      /* an alias: nothing else can stand for a value */
		problems_add(b->problems, ret->place,
			     "aliases are not supported: write the value out");
		ret->kind = NODE_REFUSED;
		return 0;
	}
}

/* ---- the document ---- */

/* Before libyaml sees it: UTF-16 it would convert, and %TAG lines it compares each
 * with each, which takes seconds for a file of them. */
static int check_text(const struct builder *b)
{
	struct slice rest = b->text;

	if (rest.len > YAML_MAX_FILE)
		return fatal(b, (struct place){ .file = b->path },
			     "the file has more than %zu bytes", YAML_MAX_FILE);
	if (slice_starts(rest, SLICE("\xff\xfe")) || slice_starts(rest, SLICE("\xfe\xff")))
		return fatal(b, at_offset(b, 0), "the file is UTF-16, it must be UTF-8");

	for (size_t from = 0; rest.len; from = b->text.len - rest.len) {
		if (rest.at[0] == '%')
			return fatal(b, at_offset(b, from), "directives (%%) are not supported");
		rest = slice_skip(rest, slice_find(rest, '\n') + 1);
	}
	return 0;
}

/* The next event if it is of |type|; -ENOENT if it is another one. */
static int want_event(struct builder *b, yaml_event_type_t type, struct place *ret_place)
{
	CLEANUP(yaml_event_delete) yaml_event_t e;
	int r = next_event(b, &e);

	if (r < 0)
		return r;
	*ret_place = at_mark(b, e.start_mark);
	return e.type == type ? 0 : -ENOENT;
}

static int build_root(struct builder *b, struct node *ret)
{
	CLEANUP(yaml_event_delete) yaml_event_t e;
	int r = next_event(b, &e);

	return r < 0 ? r : build(b, &e, 0, ret);
}

static int build_document(struct builder *b, struct node *ret)
{
	struct place place = { .file = b->path };
	int r = want_event(b, YAML_STREAM_START_EVENT, &place);

	if (r == 0)
		r = want_event(b, YAML_DOCUMENT_START_EVENT, &place);
	if (r == -ENOENT)
		return fatal(b, place, "the file holds no YAML document");
	if (r == 0)
		r = build_root(b, ret);
	if (r == 0)
		r = want_event(b, YAML_DOCUMENT_END_EVENT, &place);
	if (r == 0)
		r = want_event(b, YAML_STREAM_END_EVENT, &place);
	if (r == -ENOENT)
		return fatal(b, place, "a second document: a file holds only one");
	return r;
}

int yaml_read_memory(const char *path, struct slice text, struct arena *arena, struct node *ret,
		     struct problems *problems)
{
	static const struct slice bom = SLICE("\xef\xbb\xbf");
	struct builder b = { .arena = arena, .path = path, .problems = problems };

	b.text = slice_starts(text, bom) ? slice_skip(text, bom.len) : text;

	int r = check_text(&b);

	if (r < 0)
		return r;
	if (!yaml_parser_initialize(&b.parser))
		memory_out();
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)b.text.at, b.text.len);
	r = build_document(&b, ret);
	yaml_parser_delete(&b.parser);
	return r;
}

int yaml_read(const char *path, struct arena *arena, struct node *ret, struct problems *problems)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(YAML_MAX_FILE + 16384);
	struct problem p;
	int r = file_read(path, YAML_MAX_FILE, &text, &p);

	if (r < 0) {
		problems_add(problems, p.place, "%s", p.text);
		return r;
	}
	return yaml_read_memory(path, buffer_slice(&text), arena, ret, problems);
}

/* ---- nodes ---- */

const struct node *node_find(const struct node *n, const char *key)
{
	if (n->kind != NODE_MAPPING)
		return NULL;
	for (size_t i = 0; i < n->count; i++) {
		const struct node *k = node_key(n, i);

		if (k->kind == NODE_SCALAR && slice_is(k->scalar, key))
			return node_value(n, i);
	}
	return NULL;
}

static int compare_places(const struct place *a, const struct place *b)
{
	return a->line != b->line ? a->line - b->line : a->column - b->column;
}

static int compare_scalars(const void *x, const void *y)
{
	const struct node *a = *(struct node *const *)x, *b = *(struct node *const *)y;
	size_t least = a->scalar.len < b->scalar.len ? a->scalar.len : b->scalar.len;
	int order = memcmp(a->scalar.at, b->scalar.at, least);

	if (order == 0 && a->scalar.len != b->scalar.len)
		order = a->scalar.len < b->scalar.len ? -1 : 1;
	return order ? order : compare_places(&a->place, &b->place);
}

void nodes_refuse_duplicates(struct node **list, size_t n, const char *what,
			     struct problems *problems)
{
	const struct node *first = NULL;

	qsort(list, n, sizeof(*list), compare_scalars);
	for (size_t i = 0; i < n; i++) {
		if (!first || !slice_eq(list[i]->scalar, first->scalar)) {
			first = list[i];
			continue;
		}
		CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1024);

		(void)text_escape_cut(&shown, list[i]->scalar, 60);
		problems_add(problems, list[i]->place, "%s '%s' is already there in line %d", what,
			     buffer_str(&shown), first->place.line);
		list[i]->kind = NODE_REFUSED;
	}
}

const char *node_shown(struct arena *arena, struct slice bytes)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1024);

	(void)text_escape_cut(&out, bytes, 60);
	return arena_str(arena, buffer_slice(&out));
}
