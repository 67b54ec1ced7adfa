#include "runner/read-inner.h"

#include "base/cleanup.h"
#include "base/text.h"

const struct choice ending_choices[] = {
	{ "fin", ENDING_FIN },
	{ "reset", ENDING_RESET },
	{ "any", ENDING_ANY },
	{ 0 },
};

/* ---- statuses ---- */

static bool parse_status(struct slice s, struct status_range *ret)
{
	uint64_t n;

	if (s.len != 3 || s.at[0] < '1' || s.at[0] > '9')
		return false;
	if (slice_is(slice_skip(s, 1), "xx")) {
		ret->low = (s.at[0] - '0') * 100;
		ret->high = ret->low + 99;
		return true;
	}
	if (text_count(s, &n) < 0)
		return false;
	ret->low = ret->high = (int)n;
	return true;
}

bool node_status(struct reader *r, const struct node *n, struct status_range *ret)
{
	static const struct slice negation = SLICE("not ");
	struct status_range range = { 0 };

	if (!is_scalar(r, n))
		return false;
	range.negate = slice_starts(n->scalar, negation);
	if (!parse_status(slice_skip(n->scalar, range.negate ? negation.len : 0), &range)) {
		problems_add(r->problems, n->place,
			     "'%s' is not a status such as 400, 2xx or not 5xx",
			     node_shown(r->arena, n->scalar));
		return false;
	}
	*ret = range;
	return true;
}

/* Any of a list holds; "not" in a list would make it hold nearly always. A status from
 * 100 to 199 asks for an interim response: "100, or a final one at once". */
static void check_status(struct reader *r, const struct node *n, const struct status_range *range,
			 size_t count)
{
	if (range->negate && count > 1)
		problems_add(r->problems, n->place, "'not' cannot stand in a list");
}

static void read_statuses(struct reader *r, const struct node *value, void *into)
{
	struct outcome *o = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++) {
		struct status_range range;

		if (!node_status(r, &items[i], &range))
			continue;
		check_status(r, &items[i], &range, n);
		*(struct status_range *)arena_push(r->arena, &o->statuses, &o->nstatuses,
						   sizeof(range)) = range;
	}
}

/* The 1xx that came before; [] is none. */
static void read_interim(struct reader *r, const struct node *value, void *into)
{
	struct outcome *o = into;

	o->has_interim = true;
	if (!is_sequence(r, value))
		return;
	for (size_t i = 0; i < value->count; i++) {
		struct status_range range;

		if (!node_status(r, &value->items[i], &range))
			continue;
		if (range.negate || range.low != range.high || range.high > 199)
			problems_add(r->problems, value->items[i].place,
				     "'interim' holds statuses from 100 to 199");
		*(int *)arena_push(r->arena, &o->interim, &o->ninterim, sizeof(int)) = range.low;
	}
}

/* ---- other keys ---- */

static void read_fields(struct reader *r, const struct node *value, void *into)
{
	struct outcome *o = into;
	struct field_matcher_list l = { 0 };

	read_field_matchers(r, value, &l);
	o->fields = l.list;
	o->nfields = l.count;
}

static void read_trailers(struct reader *r, const struct node *value, void *into)
{
	struct outcome *o = into;
	struct field_matcher_list l = { 0 };

	read_field_matchers(r, value, &l);
	o->trailers = l.list;
	o->ntrailers = l.count;
}

static void read_content(struct reader *r, const struct node *value, void *into)
{
	struct outcome *o = into;
	struct matcher_list l = { 0 };

	read_content_matchers(r, value, &l);
	o->content = l.list;
	o->ncontent = l.count;
}

static void read_framing(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "length", FRAMING_LENGTH },
		{ "chunked", FRAMING_CHUNKED },
		{ "close", FRAMING_CLOSE },
		{ "none", FRAMING_NONE },
		{ 0 },
	};
	int framing;

	if (choose(r, value, choices, &framing))
		((struct outcome *)into)->framing = (enum framing)framing;
}

static void read_then(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "closed", THEN_CLOSED },
		{ "open", THEN_OPEN },
		{ 0 },
	};
	int then;

	if (choose(r, value, choices, &then))
		((struct outcome *)into)->then = (enum then)then;
}

static void read_faults(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = {
		{ "allow", FAULTS_ALLOWED },
		{ "cut", FAULTS_CUT },
		{ 0 },
	};
	int faults;

	if (choose(r, value, choices, &faults))
		((struct outcome *)into)->faults = (enum faults)faults;
}

/* Of a request: one that is cut off is none. */
static void read_request_faults(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = { { "allow", FAULTS_ALLOWED }, { 0 } };
	int faults;

	if (choose(r, value, choices, &faults))
		((struct outcome *)into)->faults = (enum faults)faults;
}

static void read_closed(struct reader *r, const struct node *value, void *into)
{
	int how;

	if (choose(r, value, ending_choices, &how))
		((struct outcome *)into)->closed = (enum ending)how;
}

/* ---- captures: "field ETag", "status", "content" ---- */

static bool parse_capture(struct reader *r, struct slice s, struct capture *ret)
{
	static const struct slice field = SLICE("field ");

	if (slice_is(s, "status")) {
		ret->kind = CAPTURE_STATUS;
		return true;
	}
	if (slice_is(s, "content")) {
		ret->kind = CAPTURE_CONTENT;
		return true;
	}
	if (!slice_starts(s, field) || s.len == field.len || slice_find(s, '\0') < s.len)
		return false;
	ret->kind = CAPTURE_FIELD;
	ret->field = arena_str(r->arena, slice_skip(s, field.len));
	return true;
}

static void read_capture(struct reader *r, const struct node *key, const struct node *value,
			 struct outcome *o)
{
	struct capture c = { .place = key->place };

	c.name = node_name(r, key);
	if (!c.name || !is_scalar(r, value))
		return;
	if (!parse_capture(r, value->scalar, &c)) {
		problems_add(r->problems, value->place,
			     "'%s' must be 'field NAME', 'status' or 'content'", c.name);
		return;
	}
	scope_add_variable(r, c.name, key->place, false);
	*(struct capture *)arena_push(r->arena, &o->captures, &o->ncaptures, sizeof(c)) = c;
}

static void read_captures(struct reader *r, const struct node *value, void *into)
{
	if (!is_mapping(r, value, "'capture'"))
		return;
	for (size_t i = 0; i < value->count; i++)
		if (node_key(value, i)->kind == NODE_SCALAR)
			read_capture(r, node_key(value, i), node_value(value, i), into);
}

/* ---- outcomes ---- */

/* Captures come last: what they keep is not there yet where the outcome is judged. */
#define SHARED_KEYS                                                                                \
	KEY_OF_ALL("status", read_statuses),                                                       \
		KEY("version", read_text_matcher, struct outcome, version),                        \
		KEY("reason", read_text_matcher, struct outcome, reason),                          \
		KEY_OF_ALL("fields", read_fields), KEY_OF_ALL("content", read_content),            \
		KEY_OF_ALL("trailers", read_trailers), KEY_OF_ALL("interim", read_interim),        \
		KEY("within", read_duration, struct outcome, within),                              \
		KEY("after", read_duration, struct outcome, after),                                \
		KEY("by", read_citation, struct outcome, by),                                      \
		KEY("choice", read_string, struct outcome, choice),                                \
		KEY_OF_ALL("capture", read_captures)

const struct key shared_response_keys[] = { SHARED_KEYS, KEYS_END };

const struct key message_keys[] = {
	KEY("version", read_text_matcher, struct outcome, version),
	KEY_OF_ALL("fields", read_fields),
	KEY_OF_ALL("trailers", read_trailers),
	KEY_OF_ALL("content", read_content),
	KEY_OF_ALL("framing", read_framing),
	KEY_OF_ALL("faults", read_request_faults),
	KEYS_END,
};

static const struct key response_keys[] = {
	KEY_OF_ALL("framing", read_framing),
	KEY_OF_ALL("then", read_then),
	KEY_OF_ALL("faults", read_faults),
	SHARED_KEYS,
	KEYS_END,
};

static const struct key closed_keys[] = {
	KEY_OF_ALL("closed", read_closed),
	KEY("within", read_duration, struct outcome, within),
	KEY("after", read_duration, struct outcome, after),
	KEY("by", read_citation, struct outcome, by),
	KEY("choice", read_string, struct outcome, choice),
	KEYS_END,
};

static const struct key silence_keys[] = {
	KEY("silence", read_duration, struct outcome, silence),
	KEY("by", read_citation, struct outcome, by),
	KEY("choice", read_string, struct outcome, choice),
	KEYS_END,
};

static void read_outcome(struct reader *r, const struct node *n, struct outcome *o)
{
	o->place = n->place;
	if (node_find(n, "closed")) {
		o->kind = OUTCOME_CLOSED;
		(void)read_keys(r, n, "the outcome 'closed'", closed_keys, o);
	} else if (node_find(n, "silence")) {
		o->kind = OUTCOME_SILENCE;
		(void)read_keys(r, n, "the outcome 'silence'", silence_keys, o);
	} else {
		(void)read_keys(r, n, "an outcome", response_keys, o);
	}
}

void read_outcomes(struct reader *r, const struct node *value, void *into)
{
	struct step *s = into;
	const struct node *items;
	size_t n = node_as_list(value, &items);

	if (n == 0)
		problems_add(r->problems, value->place, "'expect' without an outcome");
	for (size_t i = 0; i < n; i++) {
		struct outcome o = { 0 };

		read_outcome(r, &items[i], &o);
		*(struct outcome *)arena_push(r->arena, &s->outcomes, &s->noutcomes, sizeof(o)) = o;
	}
}
