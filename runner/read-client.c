#include "runner/read-inner.h"

/* `client`: a request as an application makes it, and what it may come to. */

static void read_http(struct reader *r, const struct node *value, void *field)
{
	static const struct choice choices[] = { { "1.0", 10 }, { "1.1", 11 }, { "2", 20 }, { 0 } };

	(void)choose(r, value, choices, field);
}

static void read_content(struct reader *r, const struct node *value, void *into)
{
	struct client_spec *c = into;

	read_bytes(r, value, &c->content);
	c->has_content = true;
}

/* ---- outcomes ---- */

static void read_reused(struct reader *r, const struct node *value, void *into)
{
	bool reused = false;

	read_flag(r, value, &reused);
	((struct client_outcome *)into)->reused = reused ? REUSE_YES : REUSE_NO;
}

static void read_error(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "connect", CLIENT_CONNECT },	 { "tls", CLIENT_TLS },
		{ "timeout", CLIENT_TIMEOUT },	 { "closed", CLIENT_CLOSED },
		{ "cut", CLIENT_CUT },		 { "protocol", CLIENT_PROTOCOL },
		{ "decoding", CLIENT_DECODING }, { "redirects", CLIENT_REDIRECTS },
		{ "any", CLIENT_ANY_ERROR },	 { 0 },
	};
	int error;

	if (choose(r, value, choices, &error))
		((struct client_outcome *)into)->error = (enum client_error)error;
}

static const struct key error_keys[] = {
	KEY_OF_ALL("error", read_error),
	KEY("by", read_citation, struct client_outcome, response.by),
	KEY("choice", read_string, struct client_outcome, response.choice),
	KEYS_END,
};

static const struct key transfer_keys[] = {
	KEY("redirects", read_count, struct client_outcome, redirects),
	KEY("http", read_http, struct client_outcome, http),
	KEY_OF_ALL("reused", read_reused),
	KEYS_END,
};

/* The table of shared_response_keys, whose readers fill a struct outcome, and this one's:
 * the outcome is the first member, so that one pointer is good for both. */
static void read_answer(struct reader *r, const struct node *n, struct client_outcome *o)
{
	struct key keys[32];
	size_t count = 0;

	_Static_assert(offsetof(struct client_outcome, response) == 0, "the tables are joined");
	for (const struct key *k = shared_response_keys; k->name; k++)
		keys[count++] = *k;
	for (const struct key *k = transfer_keys; k->name; k++)
		keys[count++] = *k;
	keys[count] = (struct key)KEYS_END;
	(void)read_keys(r, n, "an outcome of 'client'", keys, o);
}

static void read_client_outcomes(struct reader *r, const struct node *value, void *into)
{
	struct client_spec *c = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);

	if (n == 0)
		problems_add(r->problems, value->place, "'expect' without an outcome");
	for (size_t i = 0; i < n; i++) {
		struct client_outcome o = { .redirects = UINT64_MAX };

		o.response.place = items[i].place;
		if (node_find(&items[i], "error"))
			(void)read_keys(r, &items[i], "the outcome 'error'", error_keys, &o);
		else
			read_answer(r, &items[i], &o);
		*(struct client_outcome *)arena_push(r->arena, &c->outcomes, &c->noutcomes,
						     sizeof(o)) = o;
	}
}

/* ---- the step ---- */

void read_client(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("method", read_text, struct client_spec, method),
		KEY("url", read_text, struct client_spec, url),
		KEY("fields", read_field_lines, struct client_spec, fields),
		KEY_OF_ALL("content", read_content),
		KEY("http", read_http, struct client_spec, http),
		KEY("follow", read_count, struct client_spec, follow),
		KEY("compressed", read_flag, struct client_spec, compressed),
		KEY("cookies", read_flag, struct client_spec, cookies),
		KEY("user", read_text, struct client_spec, user),
		KEY("tls", read_tls, struct client_spec, tls),
		{ "expect", read_client_outcomes, 0, true },
		KEYS_END,
	};
	struct client_spec *c = arena_alloc(r->arena, sizeof(*c));

	if (read_keys(r, value, "step 'client'", keys, c) && c->follow > 50)
		problems_add(r->problems, node_find(value, "follow")->place,
			     "'follow' is at most 50");
	((struct step *)into)->client = c;
	names_add(r->arena, &r->scope->connections, "client");
}
