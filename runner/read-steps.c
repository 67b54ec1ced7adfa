#include "runner/read-inner.h"

#include "base/cleanup.h"

/* ---- values of the verbs; each fills the struct step ---- */

static void read_send(struct reader *r, const struct node *value, void *into)
{
	read_bytes(r, value, &((struct step *)into)->send);
}

static void read_time_of_step(struct reader *r, const struct node *value, void *into)
{
	read_duration(r, value, &((struct step *)into)->time);
}

/* "Name: value" of a field written as a mapping. */
static void push_field(struct reader *r, const struct node *name, const struct node *value,
		       struct request_spec *req)
{
	struct text n = { 0 }, v = { 0 };

	read_text(r, name, &n);
	read_text(r, value, &v);
	if (!n.raw.at || !v.raw.at)
		return;

	CLEANUP(buffer_release) struct buffer line = BUFFER_INIT(2 * YAML_MAX_SCALAR + 8);
	struct text *t = arena_push(r->arena, &req->fields, &req->nfields, sizeof(*t));

	(void)buffer_add_slice(&line, n.raw);
	(void)buffer_add_str(&line, ": ");
	(void)buffer_add_slice(&line, v.raw);
	*t = (struct text){ arena_copy(r->arena, buffer_slice(&line)), name->place, false };
}

static void read_field_mapping(struct reader *r, const struct node *n, struct request_spec *req)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct node *values;
		size_t nvalues = node_as_list(node_value(n, i), &values);

		for (size_t k = 0; node_key(n, i)->kind == NODE_SCALAR && k < nvalues; k++)
			push_field(r, node_key(n, i), &values[k], req);
	}
}

static void read_fields(struct reader *r, const struct node *value, void *into)
{
	struct request_spec *req = into;

	if (value->kind == NODE_MAPPING) {
		read_field_mapping(r, value, req);
		return;
	}
	if (!is_sequence(r, value))
		return;
	for (size_t i = 0; i < value->count; i++)
		read_text(r, &value->items[i],
			  arena_push(r->arena, &req->fields, &req->nfields, sizeof(struct text)));
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

static void read_request(struct reader *r, const struct node *value, void *into)
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

static void read_interim_status(struct reader *r, const struct node *value, void *field)
{
	struct status_range range = { 0 };

	if (!node_status(r, value, &range))
		return;
	if (range.negate || range.high > 199)
		problems_add(r->problems, value->place, "an interim response is 1xx");
	*(struct status_range *)field = range;
}

static void read_expect_interim(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("status", read_interim_status, struct step, interim),
		KEY("within", read_duration, struct step, within),
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'expect-interim'", keys, into);
}

static void read_how(struct reader *r, const struct node *value, void *field)
{
	int how;

	if (choose(r, value, ending_choices, &how))
		*(enum ending *)field = (enum ending)how;
}

static void read_expect_close(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("within", read_duration, struct step, within),
		KEY("after", read_duration, struct step, after),
		KEY("how", read_how, struct step, how),
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'expect-close'", keys, into);
}

static void read_unbuilt(struct reader *r, const struct node *value, void *field)
{
	(void)field;
	problems_add(r->problems, value->place, "'%s' is not supported yet", r->key);
}

static void read_connect(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("as", read_name, struct step, on),
		KEY("unix", read_string, struct step, connect_unix),
		KEY("source", read_text, struct step, source),
		KEY_OF_ALL("tls", read_unbuilt),
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'connect'", keys, into);
}

static void read_repeat_times(struct reader *r, const struct node *value, void *field)
{
	uint64_t n = 1;

	read_count(r, value, &n);
	if (n == 0 || n > REPEAT_MAX_TIMES)
		problems_add(r->problems, value->place, "'times' must be from 1 to %d",
			     (int)REPEAT_MAX_TIMES);
	*(uint64_t *)field = n;
}

static void read_inner_steps(struct reader *r, const struct node *value, void *into)
{
	struct step *s = into;
	struct step_list l = { 0 };

	read_steps(r, value, &l);
	s->steps = l.list;
	s->nsteps = l.count;
}

static void read_repeat(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("times", read_repeat_times, struct step, times),
		{ "steps", read_inner_steps, 0, true },
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'repeat'", keys, into);
}

/* Of verbs without a value; read_value() has let an empty one pass. */
static void read_nothing(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = { { "true", 1 }, { 0 } };
	int yes;

	(void)into;
	(void)choose(r, value, choices, &yes);
}

/* ---- the verbs ---- */

enum {
	ON    = 1,                    /* uses a connection: `on` may name it */
	CUT   = 2,                    /* writes: `pieces` and `every` may cut it */
	BARE  = 4,                    /* may stand without a value */
};

static const struct verb {
	const char *name, *what;
	key_reader *read;             /* null: of the language, but not built */
	int flags;
} verbs[] = {
	[STEP_SEND] = { "send", "step 'send'", read_send, ON | CUT },
	[STEP_REQUEST] = { "request", "step 'request'", read_request, ON | CUT },
	[STEP_EXPECT] = { "expect", "step 'expect'", read_outcomes, ON },
	[STEP_EXPECT_INTERIM] = { "expect-interim", "step 'expect-interim'", read_expect_interim,
				  ON },
	[STEP_EXPECT_SILENCE] = { "expect-silence", "step 'expect-silence'", read_time_of_step,
				  ON },
	[STEP_EXPECT_CLOSE] = { "expect-close", "step 'expect-close'", read_expect_close,
				ON | BARE },
	[STEP_EXPECT_OPEN] = { "expect-open", "step 'expect-open'", read_time_of_step, ON },
	[STEP_HALF_CLOSE] = { "half-close", "step 'half-close'", read_nothing, ON | BARE },
	[STEP_CLOSE] = { "close", "step 'close'", read_nothing, ON | BARE },
	[STEP_ABORT] = { "abort", "step 'abort'", read_nothing, ON | BARE },
	[STEP_WAIT] = { "wait", "step 'wait'", read_time_of_step, 0 },
	[STEP_CONNECT] = { "connect", "step 'connect'", read_connect, 0 },
	[STEP_REPEAT] = { "repeat", "step 'repeat'", read_repeat, 0 },
	[STEP_ALIVE] = { "alive", "step 'alive'", read_nothing, BARE },
	{ "read", "", NULL, 0 },
	{ "parallel", "", NULL, 0 },
	{ "client", "", NULL, 0 },
	{ "udp", "", NULL, 0 },
	{ "signal", "", NULL, 0 },
};

const char *step_verb_name(enum step_verb v)
{
	return verbs[v].name;
}

static const struct verb *find_verb(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (slice_is(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static void report_unknown_step(struct reader *r, const struct node *n)
{
	const char *names[ARRAY_SIZE(verbs)];

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		names[i] = verbs[i].name;
	report_unknown(r, n, "step", "", names, ARRAY_SIZE(names));
}

/* ---- one step ---- */

static void read_pieces(struct reader *r, const struct node *value, void *into)
{
	struct step *s = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++) {
		uint64_t *size = arena_push(r->arena, &s->pieces, &s->npieces, sizeof(*size));

		*size = 1;
		read_count(r, &items[i], size);
		if (*size == 0)
			problems_add(r->problems, items[i].place, "a piece has at least one byte");
	}
}

/* The keys that may stand beside a verb. */
static const struct key beside_keys[] = {
	KEY("on", read_name, struct step, on),
	KEY_OF_ALL("pieces", read_pieces),
	KEY("every", read_duration, struct step, every),
	KEYS_END,
};

static bool may_stand_beside(struct slice key, const struct verb *v)
{
	if (slice_is(key, "on"))
		return v->flags & ON;
	return (v->flags & CUT) && (slice_is(key, "pieces") || slice_is(key, "every"));
}

static bool is_beside_key(struct slice key)
{
	return slice_is(key, "on") || slice_is(key, "pieces") || slice_is(key, "every");
}

static void report_key_beside(struct reader *r, const struct node *key, const struct verb *v)
{
	const char *names[] = { "on", "pieces", "every" };

	if (find_verb(key->scalar))
		problems_add(r->problems, key->place,
			     "a step has one verb, this one has '%s' and '%s'", v->name,
			     node_shown(r->arena, key->scalar));
	else if (is_beside_key(key->scalar))
		problems_add(r->problems, key->place, "'%s' cannot stand beside '%s'",
			     node_shown(r->arena, key->scalar), v->name);
	else
		report_unknown(r, key, "key", v->what, names, ARRAY_SIZE(names));
}

/* The key that is a verb; where there is none, the first that should have been. */
static const struct node *find_verb_key(const struct node *n, const struct verb **ret)
{
	const struct node *candidate = NULL;

	*ret = NULL;
	for (size_t i = 0; i < n->count; i++) {
		const struct node *key = node_key(n, i);

		if (key->kind != NODE_SCALAR)
			continue;
		*ret = find_verb(key->scalar);
		if (*ret)
			return key;
		if (!candidate && !is_beside_key(key->scalar))
			candidate = key;
	}
	return candidate;
}

static void read_value(struct reader *r, const struct node *value, const struct verb *v,
		       struct step *s)
{
	const char *outer = r->key;

	r->key = v->name;
	if (value->kind == NODE_SCALAR && value->scalar.len == 0 && !(v->flags & BARE) &&
	    v->read != read_send)
		problems_add(r->problems, value->place, "step '%s' needs a value", v->name);
	else if (value->kind != NODE_SCALAR || value->scalar.len || v->read == read_send)
		v->read(r, value, s);
	r->key = outer;
}

static void finish_step(struct reader *r, const struct node *n, const struct verb *v,
			struct step *s)
{
	s->verb = (enum step_verb)(v - verbs);
	if ((v->flags & ON) || s->verb == STEP_CONNECT)
		names_add(r->arena, &r->scope->connections, s->on);
	if (s->every.text.raw.at && !s->npieces)
		problems_add(r->problems, n->place, "'every' needs 'pieces'");
}

static bool is_built(struct reader *r, const struct node *n, const struct verb *v)
{
	if (!v->read)
		problems_add(r->problems, n->place, "step '%s' is not supported yet", v->name);
	return v->read;
}

static bool read_bare(struct reader *r, const struct node *n, struct step *s)
{
	const struct verb *v = find_verb(n->scalar);

	if (!v) {
		report_unknown_step(r, n);
		return false;
	}
	if (!is_built(r, n, v))
		return false;
	if (!(v->flags & BARE)) {
		problems_add(r->problems, n->place, "step '%s' needs a value", v->name);
		return false;
	}
	finish_step(r, n, v, s);
	return true;
}

static bool read_step(struct reader *r, const struct node *n, struct step *s)
{
	const struct verb *v;

	s->place = n->place;
	s->on = "main";
	if (n->kind == NODE_SCALAR)
		return read_bare(r, n, s);
	if (!is_mapping(r, n, "a step"))
		return false;

	const struct node *key = find_verb_key(n, &v);

	if (!v) {
		if (key)
			report_unknown_step(r, key);
		else
			problems_add(r->problems, n->place, "a step without a verb");
		return false;
	}
	if (!is_built(r, key, v))
		return false;
	for (size_t i = 0; i < n->count; i++) {
		const struct node *other = node_key(n, i);

		if (other != key && other->kind == NODE_SCALAR &&
		    !may_stand_beside(other->scalar, v))
			report_key_beside(r, other, v);
	}
	read_some_keys(r, n, beside_keys, s);
	read_value(r, node_find(n, v->name), v, s);
	finish_step(r, n, v, s);
	return true;
}

void read_steps(struct reader *r, const struct node *value, void *into)
{
	struct step_list *l = into;

	if (!is_sequence(r, value))
		return;
	if (value->count == 0)
		problems_add(r->problems, value->place, "'%s' without a step", r->key);
	for (size_t i = 0; i < value->count; i++) {
		struct step s = { 0 };

		if (read_step(r, &value->items[i], &s))
			*(struct step *)arena_push(r->arena, &l->list, &l->count, sizeof(s)) = s;
	}
}
