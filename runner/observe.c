#include "runner/observe.h"

#include "runner/client-transfer.h"

/* ---- which rules apply: most are about one field, and most responses have few ---- */

/* Set in what a response has, and in what a rule about no single field asks for. */
#define ANYTHING ((uint64_t)1 << OBSERVER_FIELDS)

static uint64_t find_bit(const struct observer *o, struct slice field)
{
	for (size_t i = 0; i < o->nfields; i++)
		if (slice_eq_nocase(field, o->fields[i]))
			return (uint64_t)1 << i;
	return 0;
}

static uint64_t bit_of(struct observer *o, const char *field)
{
	uint64_t bit = field ? find_bit(o, slice_str(field)) : ANYTHING;

	if (bit)
		return bit;
	if (o->nfields == OBSERVER_FIELDS)
		return ANYTHING;
	o->fields[o->nfields++] = slice_str(field);
	return find_bit(o, slice_str(field));
}

static uint64_t bits_of(const struct observer *o, const struct response *r)
{
	uint64_t bits = ANYTHING;

	for (size_t i = 0; i < r->nfields; i++)
		bits |= find_bit(o, r->fields[i].name);
	return bits;
}

void observer_init(struct observer *o, struct arena *a)
{
	*o = (struct observer){ .arena = a };
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++) {
			struct rule_record *record = arena_push(a, &o->records, &o->count,
								sizeof(*record));

			record->rule = r;
			record->needs = bit_of(o, r->scope.field);
		}
}

/* What HEAD is compared with: a 200 to a GET of the same target in the same play. */
static const struct response *get_sibling(const struct play *p, const struct exchange_record *of)
{
	if (!of->request.valid)
		return NULL;
	for (size_t i = 0; i < p->nconnections; i++)
		for (const struct exchange_record *e = p->connections[i]->records; e; e = e->next)
			if (e->request.valid && !e->interim && e->response->status == 200 &&
			    slice_is(e->request.method, "GET") &&
			    slice_eq(e->request.target, of->request.target))
				return e->response;
	return NULL;
}

/* Behind a request that is none, nobody can say which answer belongs to which request. */
static bool is_certain(const struct connection *c, const struct exchange_record *e)
{
	for (const struct exchange_record *before = c->records; before != e; before = before->next)
		if (!before->request.valid)
			return false;
	return e->has_request && e->request.valid;
}

/* Octets that begin no response, behind one that was whole, such as content of an answer to
 * HEAD, or more than was announced: no status line of another. */
static bool is_rest(const struct exchange_record *before, const struct exchange_record *e)
{
	static const char name[] = "HTTP/";
	struct slice head = e->response->head;

	return !before->interim && before->response->complete && e->response->status == 0 &&
	       !slice_eq_nocase(slice_sub(head, 0, sizeof(name) - 1), slice_str(name));
}

/* A request line without a version is one of HTTP/0.9, and so may the answer be: bytes
 * without any head. Nothing of HTTP/1 binds them. */
static bool is_http09(const struct exchange_record *e)
{
	return e->response->status == 0 && !e->request.valid;
}

/* What a client library shows of an exchange: not where it ended, nor what came behind. */
static struct exchange_seen heads_of(const struct play *p, const struct exchange_record *e)
{
	return (struct exchange_seen){
		.request = e->request.bytes,
		.request_valid = e->has_request && e->request.valid,
		.method = e->request.method,
		.target = e->request.target,
		.request_minor = e->request.minor,
		.request_fields = e->request.fields,
		.nrequest_fields = e->request.nfields,
		.response = e->response,
		.interim = e->interim,
		.tls = p->stage->tls,
		.wall = e->wall,
	};
}

static struct exchange_seen exchange_of(const struct play *p, struct connection *c,
					const struct exchange_record *e)
{
	bool last = !e->next && !e->interim;
	bool nothing_sent_after = c->sent_at_last_final == c->sent.bytes.len;
	bool all_answered = connection_all_answered(c);
	bool certain = is_certain(c, e);
	struct exchange_seen seen = heads_of(p, e);

	seen.request_valid = certain;
	seen.answered_alone = all_answered && c->finals == 1;
	seen.closed_after = last && nothing_sent_after && all_answered && c->ended == ENDED_FIN;
	seen.reset_after = last && nothing_sent_after && all_answered && c->ended == ENDED_RESET;
	seen.more_followed = last && nothing_sent_after && all_answered && certain &&
			     connection_has_rest(c);
	seen.rest_followed = e->next ? certain && is_rest(e, e->next) && !is_http09(e->next)
				     : last && connection_has_excess(c);
	seen.response_followed = e->next && e->next->response->status;
	seen.get_sibling = get_sibling(p, e);
	return seen;
}

static bool comes_first(const struct rule_record *r, const char *case_id)
{
	return !r->case_id || strcmp(case_id, r->case_id) < 0;
}

static void hold_against(struct observer *o, struct rule_record *r,
			 const struct exchange_seen *seen, const struct play *p, size_t result)
{
	struct buffer what = BUFFER_INIT(4096);
	enum rule_outcome outcome = r->rule->check(seen, &what);

	if (outcome != RULE_NOT_APPLICABLE)
		r->applied++;
	if (outcome == RULE_FAIL) {
		r->broken++;
		if (comes_first(r, p->test->id)) {
			r->case_id = p->test->id;
			r->test = p->test;
			r->result = result;
			r->seen = arena_str(o->arena, buffer_slice(&what));
		}
	}
	buffer_release(&what);
}

static void observe(struct observer *o, const struct play *p, struct exchange_seen seen,
		    bool heads_alone, size_t result)
{
	uint64_t has = bits_of(o, seen.response);

	for (size_t k = 0; k < o->count; k++) {
		struct rule_record *r = &o->records[k];

		if (r->needs & has && !(heads_alone && r->rule->scope.exchange))
			hold_against(o, r, &seen, p, result);
	}
}

void observe_play(struct observer *o, const struct play *p, size_t result)
{
	for (size_t i = 0; i < p->nconnections && !p->was_origin; i++) {
		struct connection *c = p->connections[i];
		const struct exchange_record *before = NULL;

		for (const struct exchange_record *e = c->records; e; before = e, e = e->next) {
			if (!is_http09(e) && !(before && is_rest(before, e)))
				observe(o, p, exchange_of(p, c, e), false, result);
		}
	}
	for (const struct heads *h = p->heads; h; h = h->next)
		observe(o, p, heads_of(p, &h->record), true, result);
}

bool observer_shows(const struct observer *o, size_t result)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->records[i].case_id && o->records[i].result == result)
			return true;
	return false;
}
