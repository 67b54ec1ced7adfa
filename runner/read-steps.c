#include "runner/read-inner.h"

#include "base/cleanup.h"

#include <signal.h>

/* ---- values of the verbs; each fills the struct step ---- */

static void read_send(struct reader *r, const struct node *value, void *into)
{
	read_bytes(r, value, &((struct step *)into)->send);
}

static void read_time_of_step(struct reader *r, const struct node *value, void *into)
{
	read_duration(r, value, &((struct step *)into)->time);
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
	static const struct choice choices[] = {
		{ "fin", ENDING_FIN },
		{ "reset", ENDING_RESET },
		{ "any", ENDING_ANY },
		{ "notify", ENDING_NOTIFY },
		{ 0 },
	};
	int how;

	if (choose(r, value, choices, &how))
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

static void read_slow(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("rate", read_size, struct step, rate),
		KEY("every", read_duration, struct step, every),
		KEY("window", read_size, struct step, window),
		KEYS_END,
	};
	struct step *s = into;

	if (!read_keys(r, value, "step 'read'", keys, s))
		return;
	if (!node_find(value, "rate") && !node_find(value, "window"))
		problems_add(r->problems, value->place, "step 'read' needs 'rate' or 'window'");
	if (!node_find(value, "rate") != !node_find(value, "every"))
		problems_add(r->problems, value->place, "'rate' and 'every' go together");
	if ((node_find(value, "rate") && !s->rate) || (node_find(value, "window") && !s->window))
		problems_add(r->problems, value->place, "a slow reader reads at least one byte");
}

/* Only these are of use to a server, and a name means the same on every system. */
static void read_signal(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "TERM", SIGTERM }, { "INT", SIGINT },
		{ "HUP", SIGHUP },   { "QUIT", SIGQUIT },
		{ "KILL", SIGKILL }, { "USR1", SIGUSR1 },
		{ "USR2", SIGUSR2 }, { "STOP", SIGSTOP },
		{ "CONT", SIGCONT }, { 0 },
	};

	(void)choose(r, value, choices, &((struct step *)into)->signal);
	names_add(r->arena, &r->scope->needs, "exec");
}

/* A list has connections of its own, at once with those of the others; its captures end
 * with it. */
static void read_list(struct reader *r, const struct node *value, struct step_list *l)
{
	struct case_scope *s = r->scope;
	struct names outer = s->connections;
	size_t own = s->nown;

	s->connections = (struct names){ 0 };
	read_steps(r, value, l);

	struct names inner = s->connections;

	s->connections = outer;
	for (size_t i = 0; i < inner.count; i++)
		names_add(r->arena, &s->connections, inner.list[i]);
	s->more_connections += scope_connections(&inner) -
			       (scope_connections(&s->connections) - scope_connections(&outer));
	s->nown = own;
}

static void read_parallel(struct reader *r, const struct node *value, void *into)
{
	struct step *s = into;

	if (!is_sequence(r, value))
		return;
	if (value->count < 2)
		problems_add(r->problems, value->place, "'parallel' has at least two lists");
	for (size_t i = 0; i < value->count; i++)
		read_list(r, &value->items[i],
			  arena_push(r->arena, &s->lists, &s->nlists, sizeof(*s->lists)));
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
	ON = 1,	  /* uses a connection: `on` may name it */
	CUT = 2,  /* writes: `pieces` and `every` may cut it */
	BARE = 4, /* may stand without a value */
};

static const struct verb {
	const char *name, *what;
	key_reader *read;
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
	[STEP_READ] = { "read", "step 'read'", read_slow, ON },
	[STEP_PARALLEL] = { "parallel", "step 'parallel'", read_parallel, 0 },
	[STEP_CLIENT] = { "client", "step 'client'", read_client, 0 },
	[STEP_UDP] = { "udp", "step 'udp'", read_udp, 0 },
	[STEP_SIGNAL] = { "signal", "step 'signal'", read_signal, 0 },
	[STEP_ORIGIN] = { "origin", "step 'origin'", read_origin, 0 },
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
	if ((v->flags & CUT) && s->every.text.raw.at && !s->npieces)
		problems_add(r->problems, n->place, "'every' needs 'pieces'");
}

static bool read_bare(struct reader *r, const struct node *n, struct step *s)
{
	const struct verb *v = find_verb(n->scalar);

	if (!v) {
		report_unknown_step(r, n);
		return false;
	}
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

static bool leaves_with(const struct step *before, const struct step *s)
{
	return before->verb == STEP_REQUEST && s->verb == STEP_REQUEST && !before->npieces &&
	       !s->npieces && strcmp(before->on, s->on) == 0;
}

static bool ends_with(const struct step *s, const struct step *behind)
{
	return (verbs[s->verb].flags & CUT) && !s->npieces && behind->verb == STEP_HALF_CLOSE &&
	       strcmp(s->on, behind->on) == 0;
}

/* Two writes would leave it to chance whether a server reads both requests at once, and
 * whether it has seen the FIN when it acts on the last one. */
static void join_pipelines(struct step *steps, size_t n)
{
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && !leaves_with(&steps[i - 1], &steps[i]))
			first = i;
		steps[first].pipeline++;
		steps[first].ends = i + 1 < n && ends_with(&steps[first], &steps[i + 1]);
	}
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
	join_pipelines(l->list, l->count);
}
