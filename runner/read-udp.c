#include "runner/read-inner.h"

#define UDP_MAX_ANSWERS 1000

/* `udp`: a datagram, and the answers that come back. */

static void read_most(struct reader *r, const struct node *value, void *field)
{
	uint64_t n = 0;

	read_count(r, value, &n);
	if (n > UDP_MAX_ANSWERS)
		problems_add(r->problems, value->place, "'%s' is at most %d", r->key,
			     UDP_MAX_ANSWERS);
	*(uint64_t *)field = n;
}

static void read_answers(struct reader *r, const struct node *value, void *into)
{
	struct udp_spec *u = into;
	struct matcher_list l = { 0 };

	read_regexes(r, value, &l);
	u->answers = l.list;
	u->nanswers = l.count;
}

static void read_udp_expect(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("within", read_duration, struct udp_spec, within),
		KEY("from", read_most, struct udp_spec, from),
		KEY("at-most", read_most, struct udp_spec, at_most),
		KEY_OF_ALL("matches", read_answers),
		KEYS_END,
	};
	struct udp_spec *u = into;

	(void)read_keys(r, value, "'expect' of step 'udp'", keys, u);
	if (u->from > u->at_most)
		problems_add(r->problems, value->place, "'from' is more than 'at-most'");
}

void read_udp(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("to", read_text, struct udp_spec, to),
		KEY_NEEDED("port", read_text, struct udp_spec, port),
		KEY_NEEDED("send", read_bytes, struct udp_spec, send),
		KEY("again", read_duration, struct udp_spec, again),
		{ "expect", read_udp_expect, 0, true },
		KEYS_END,
	};
	struct udp_spec *u = arena_alloc(r->arena, sizeof(*u));

	u->from = 1;
	u->at_most = UINT64_MAX;
	(void)read_keys(r, value, "step 'udp'", keys, u);
	((struct step *)into)->udp = u;
	names_add(r->arena, &r->scope->connections, "udp");
}
