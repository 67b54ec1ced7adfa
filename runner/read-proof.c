#include "runner/read-inner.h"

#include "base/cleanup.h"
#include "base/text.h"

static const struct {
	const char *word;
	enum answer_kind kind;
} words[] = {
	{ "silence", ANSWER_SILENCE },
	{ "close", ANSWER_CLOSE },
	{ "reset", ANSWER_RESET },
	{ "half-close", ANSWER_HALF_CLOSE },
	{ "cut", ANSWER_CUT },
};

static enum answer_kind kind_of_word(struct slice s)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is(s, words[i].word))
			return words[i].kind;
	return ANSWER_BYTES;
}

static void read_wait(struct reader *r, const struct node *n, struct answer_part *p)
{
	static const struct key keys[] = {
		KEY_NEEDED("wait", read_duration, struct answer_part, wait),
		KEYS_END,
	};

	p->kind = ANSWER_WAIT;
	(void)read_keys(r, n, "'wait'", keys, p);
}

static void read_answer_part(struct reader *r, const struct node *n, struct answer *a)
{
	struct answer_part p = { .kind = ANSWER_BYTES, .place = n->place };

	if (n->kind == NODE_SCALAR)
		p.kind = kind_of_word(n->scalar);
	if (node_find(n, "wait"))
		read_wait(r, n, &p);
	else if (n->kind == NODE_MAPPING && !is_part(n))
		report_unknown_part(r, n, "an answer", "wait");
	else if (p.kind == ANSWER_BYTES)
		read_bytes(r, n, &p.bytes);
	*(struct answer_part *)arena_push(r->arena, &a->parts, &a->nparts, sizeof(p)) = p;
}

void read_peer_answer(struct reader *r, const struct node *n, struct answer *ret)
{
	const struct node *items;
	size_t count = node_as_list(n, &items);

	if (count == 0)
		problems_add(r->problems, n->place, "an answer without anything: write 'silence'");
	for (size_t i = 0; i < count; i++)
		read_answer_part(r, &items[i], ret);
}

static void push_answer(struct reader *r, const struct node *n, struct answers *to)
{
	read_peer_answer(r, n, arena_push(r->arena, &to->list, &to->count, sizeof(*to->list)));
}

static struct answers *push_answers(struct reader *r, struct proof_item *item, const char *name)
{
	struct answers *a = arena_push(r->arena, &item->on, &item->non, sizeof(*a));

	a->connection = name;
	return a;
}

/* A list has an answer for each exchange in turn, anything else is given to all. */
static void read_script(struct reader *r, const struct node *n, struct answers *a)
{
	a->each_exchange = n->kind != NODE_SEQUENCE;
	if (a->each_exchange) {
		push_answer(r, n, a);
		return;
	}
	if (n->count == 0)
		problems_add(r->problems, n->place, "a script without an answer");
	for (size_t i = 0; i < n->count; i++)
		push_answer(r, &n->items[i], a);
}

static void read_main_script(struct reader *r, const struct node *value, void *into)
{
	read_script(r, value, push_answers(r, into, "main"));
}

static void read_named_scripts(struct reader *r, const struct node *value, void *into)
{
	const struct names *used = &r->scope->connections;

	if (!is_mapping(r, value, "'on'"))
		return;
	for (size_t i = 0; i < value->count; i++) {
		const struct node *key = node_key(value, i);

		if (key->kind != NODE_SCALAR)
			continue;
		if (slice_is(key->scalar, "main"))
			problems_add(r->problems, key->place, "the script of main is 'script'");
		else if (!names_have(used, key->scalar) && !slice_is(key->scalar, "alive"))
			report_unknown(r, key, "connection", "", used->list, used->count);
		read_script(r, node_value(value, i),
			    push_answers(r, into, arena_str(r->arena, key->scalar)));
	}
}

static void read_item(struct reader *r, const struct node *n, struct proof_item *item)
{
	static const struct key keys[] = {
		{ "script", read_main_script, 0, true },
		KEY_OF_ALL("on", read_named_scripts),
		KEYS_END,
	};

	item->place = n->place;
	if (node_find(n, "script") || node_find(n, "on")) {
		(void)read_keys(r, n, "an item of a proof", keys, item);
		return;
	}

	struct answers *a = push_answers(r, item, "main");

	a->each_exchange = true;
	push_answer(r, n, a);
}

static void read_items(struct reader *r, const struct node *value, void *into)
{
	struct proof_list *l = into;

	if (!is_sequence(r, value))
		return;
	if (value->count == 0)
		problems_add(r->problems, value->place, "'%s' without an answer", r->key);
	for (size_t i = 0; i < value->count; i++)
		read_item(r, &value->items[i],
			  arena_push(r->arena, &l->list, &l->count, sizeof(struct proof_item)));
}

void read_proof(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("refuses", read_items, struct proof, refuses),
		KEY("accepts", read_items, struct proof, accepts),
		KEYS_END,
	};

	(void)read_keys(r, value, "'proof'", keys, into);
}
