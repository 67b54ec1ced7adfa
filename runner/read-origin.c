#include "runner/read-inner.h"

#define ORIGIN_MAX_REQUESTS 1000

/* `origin`: what a gateway may forward to us, and what we answer. */

static void read_number(struct reader *r, const struct node *value, void *field)
{
	uint64_t n = 0;

	read_count(r, value, &n);
	if (n > ORIGIN_MAX_REQUESTS)
		problems_add(r->problems, value->place, "'%s' is at most %d", r->key,
			     ORIGIN_MAX_REQUESTS);
	*(uint64_t *)field = n;
}

static const struct key request_keys[] = {
	KEY("method", read_text_matcher, struct forwarded, method),
	KEY("target", read_text_matcher, struct forwarded, target),
	KEYS_END,
};

/* Both tables fill the same thing: the message is the first member. */
static void read_forwarded(struct reader *r, const struct node *n, struct forwarded *f)
{
	struct key keys[16];
	size_t count = 0;

	_Static_assert(offsetof(struct forwarded, message) == 0, "the tables are joined");
	for (const struct key *k = message_keys; k->name; k++)
		keys[count++] = *k;
	for (const struct key *k = request_keys; k->name; k++)
		keys[count++] = *k;
	keys[count] = (struct key)KEYS_END;
	f->message.place = n->place;
	(void)read_keys(r, n, "'expect' of step 'origin'", keys, f);
}

static void read_expect(struct reader *r, const struct node *value, void *into)
{
	struct origin_spec *o = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);

	if (n == 0)
		problems_add(r->problems, value->place, "'expect' without a request");
	for (size_t i = 0; i < n; i++)
		read_forwarded(r, &items[i],
			       arena_push(r->arena, &o->requests, &o->nrequests,
					  sizeof(*o->requests)));
}

static void push_answer(struct reader *r, const struct node *n, struct origin_spec *o)
{
	read_peer_answer(r, n, arena_push(r->arena, &o->answers, &o->nanswers, sizeof(*o->answers)));
}

static void read_one_answer(struct reader *r, const struct node *value, void *into)
{
	push_answer(r, value, into);
}

static void read_answers(struct reader *r, const struct node *value, void *into)
{
	if (!is_sequence(r, value))
		return;
	if (value->count == 0)
		problems_add(r->problems, value->place, "'answers' without an answer");
	for (size_t i = 0; i < value->count; i++)
		push_answer(r, &value->items[i], into);
}

void read_origin(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("from", read_number, struct origin_spec, from),
		KEY("at-most", read_number, struct origin_spec, at_most),
		KEY_OF_ALL("expect", read_expect),
		KEY_OF_ALL("answer", read_one_answer),
		KEY_OF_ALL("answers", read_answers),
		KEYS_END,
	};
	struct origin_spec *o = arena_alloc(r->arena, sizeof(*o));

	o->from = UINT64_MAX;
	o->at_most = 1;
	((struct step *)into)->origin = o;
	names_add(r->arena, &r->scope->needs, "origin");
	names_add(r->arena, &r->scope->connections, "origin");
	if (!read_keys(r, value, "step 'origin'", keys, o))
		return;
	if (node_find(value, "answer") && node_find(value, "answers"))
		problems_add(r->problems, value->place, "'answer' or 'answers', not both");
	if (o->nrequests > o->at_most && !node_find(value, "at-most"))
		o->at_most = o->nrequests;
	if (o->from == UINT64_MAX)
		o->from = o->at_most;
	if (o->from > o->at_most)
		problems_add(r->problems, value->place, "'from' is more than 'at-most'");
}
