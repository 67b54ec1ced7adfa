#include "runner/read-inner.h"

#include "base/cleanup.h"

/* "Name: value" of a field written as a mapping. */
static void push_field(struct reader *r, const struct node *name, const struct node *value,
		       struct text_list *l)
{
	struct text n = { 0 }, v = { 0 };

	read_text(r, name, &n);
	read_text(r, value, &v);
	if (!n.raw.at || !v.raw.at)
		return;

	CLEANUP(buffer_release) struct buffer line = BUFFER_INIT(2 * YAML_MAX_SCALAR + 8);
	struct text *t = arena_push(r->arena, &l->list, &l->count, sizeof(*t));

	(void)buffer_add_slice(&line, n.raw);
	(void)buffer_add_str(&line, ": ");
	(void)buffer_add_slice(&line, v.raw);
	*t = (struct text){ arena_copy(r->arena, buffer_slice(&line)), name->place, false };
}

static void read_field_mapping(struct reader *r, const struct node *n, struct text_list *l)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct node *values;
		size_t nvalues = node_as_list(node_value(n, i), &values);

		for (size_t k = 0; node_key(n, i)->kind == NODE_SCALAR && k < nvalues; k++)
			push_field(r, node_key(n, i), &values[k], l);
	}
}

void read_field_lines(struct reader *r, const struct node *value, void *into)
{
	struct text_list *l = into;

	if (value->kind == NODE_MAPPING) {
		read_field_mapping(r, value, l);
		return;
	}
	if (!is_sequence(r, value))
		return;
	for (size_t i = 0; i < value->count; i++)
		read_text(r, &value->items[i],
			  arena_push(r->arena, &l->list, &l->count, sizeof(struct text)));
}

static void read_fields(struct reader *r, const struct node *value, void *into)
{
	struct request_spec *req = into;
	struct text_list l = { 0 };

	read_field_lines(r, value, &l);
	req->fields = l.list;
	req->nfields = l.count;
}

static void read_content(struct reader *r, const struct node *value, void *into)
{
	struct request_spec *req = into;

	read_bytes(r, value, &req->content);
	req->has_content = true;
}

static void read_chunks(struct reader *r, const struct node *value, void *into)
{
	struct request_spec *req = into;

	req->chunked = true;
	if (req->has_content)
		problems_add(r->problems, value->place,
			     "a request has either 'content' or 'chunked'");
	if (!is_sequence(r, value))
		return;
	for (size_t i = 0; i < value->count; i++)
		read_bytes(r, &value->items[i],
			   arena_push(r->arena, &req->chunks, &req->nchunks, sizeof(struct bytes)));
}

static void read_add(struct reader *r, const struct node *value, void *field)
{
	static const struct choice choices[] = { { "none", true }, { 0 } };
	int nothing;

	if (choose(r, value, choices, &nothing))
		*(bool *)field = nothing;
}

void read_request(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("method", read_text, struct request_spec, method),
		KEY("target", read_text, struct request_spec, target),
		KEY("version", read_text, struct request_spec, version),
		KEY_OF_ALL("fields", read_fields),
		KEY_OF_ALL("content", read_content),
		KEY_OF_ALL("chunked", read_chunks),
		KEY("add", read_add, struct request_spec, add_nothing),
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'request'", keys, &((struct step *)into)->request);
}
