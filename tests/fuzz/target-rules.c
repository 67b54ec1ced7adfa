/* Passive rules: any response to any request, which reads the same in pieces and as a whole.
 * What a rule's scope says of it is true, what it refuses it shows, in words that no terminal
 * takes for a command, and nobody is accused by the heads alone who is not by all of it. */

#include "fuzz.h"

#include "runner/rules.h"
#include "runner/sent.h"

/* Bits of the first byte, of what the rules are told beyond the bytes. */
enum { FIN = 1, RST = 2, MORE = 4, FOLLOWED = 8, TLS = 16, ALONE = 32, HTTP10 = 64, SIBLING = 128 };

enum { READERS = 3 };

struct exchange {
	struct arena arena;
	struct sent sent;
	struct sent_request asked;
	struct response_reader *readers[READERS];
	size_t nreaders;
	struct exchange_seen seen;
};

/* The first response of |bytes|; null where there is none. */
static const struct response *read_response(struct exchange *x, struct slice bytes,
					    struct slice method, bool reset, bool *ret_interim)
{
	struct response_reader *r = response_reader_new();

	MUST(r && x->nreaders < READERS);
	x->readers[x->nreaders++] = r;
	response_reader_expect(r, method, x->asked.valid && x->asked.minor == 0);

	enum response_state state = response_reader_feed(r, bytes, 0);

	if (state == RESPONSE_WANTS_MORE)
		state = response_reader_end(r, reset, 0);
	*ret_interim = state == RESPONSE_INTERIM;
	return response_take(r);
}

static void same_request(const struct sent_request *a, const struct sent_request *b)
{
	MUST(a->whole == b->whole && a->valid == b->valid && a->minor == b->minor);
	MUST(slice_eq(a->bytes, b->bytes));
	MUST(slice_eq(a->method, b->method) && slice_eq(a->target, b->target));
	MUST(a->nfields == b->nfields && a->upgrade == b->upgrade && a->close == b->close);
}

/* What was sent, looked at after each piece, comes to the same requests. */
static void reads_in_pieces(struct sent *whole, struct slice in, unsigned seed)
{
	struct sent_request want, got;
	struct arena a;
	struct sent s;
	size_t i = 0;

	arena_init(&a);
	sent_init(&s, &a);
	while (in.len) {
		seed = seed * 1103515245u + 12345u;
		MUST(sent_add(&s, take(&in, 1 + (seed >> 16) % 9)) == 0);
		(void)sent_begun(&s, s.count, &got);
	}
	for (; sent_request(whole, i, &want); i++) {
		MUST(sent_request(&s, i, &got));
		same_request(&want, &got);
	}
	MUST(!sent_request(&s, i, &got));
	sent_release(&s);
	arena_release(&a);
}

/* False where there is nothing to judge: no response, or one of HTTP/0.9. */
static bool open_exchange(struct exchange *x, unsigned facts, struct slice request,
			  struct slice sibling, struct slice response)
{
	bool ignored;

	*x = (struct exchange){ 0 };
	arena_init(&x->arena);
	sent_init(&x->sent, &x->arena);
	MUST(sent_add(&x->sent, request) == 0);
	reads_in_pieces(&x->sent, request, facts);
	(void)sent_request(&x->sent, 0, &x->asked);
	x->seen = (struct exchange_seen){
		.request = x->asked.bytes,
		.request_valid = x->asked.valid,
		.method = x->asked.method,
		.target = x->asked.target,
		.request_minor = x->asked.minor,
		.request_fields = x->asked.fields,
		.nrequest_fields = x->asked.nfields,
		.answered_alone = facts & ALONE,
		.closed_after = facts & FIN,
		.reset_after = facts & RST,
		.more_followed = facts & MORE,
		.response_followed = facts & FOLLOWED,
		.tls = facts & TLS,
		.wall = 1700000000,
	};
	x->seen.response = read_response(x, response, x->asked.method, facts & RST,
					 &x->seen.interim);
	if (facts & SIBLING)
		x->seen.get_sibling = read_response(x, sibling, SLICE("GET"), false, &ignored);
	return x->seen.response && (x->asked.valid || x->seen.response->status);
}

static void close_exchange(struct exchange *x)
{
	for (size_t i = 0; i < x->nreaders; i++)
		response_reader_free(x->readers[i]);
	sent_release(&x->sent);
	arena_release(&x->arena);
}

/* The same exchange as a client library shows it: its head, all else unknown. */
static bool see_heads_alone(struct exchange *x, struct exchange_seen *ret)
{
	bool ignored;

	if (!x->seen.response->complete)
		return false;
	*ret = (struct exchange_seen){
		.request = x->seen.request,
		.request_valid = x->seen.request_valid,
		.method = x->seen.method,
		.target = x->seen.target,
		.request_minor = x->seen.request_minor,
		.request_fields = x->seen.request_fields,
		.nrequest_fields = x->seen.nrequest_fields,
		.tls = x->seen.tls,
		.wall = x->seen.wall,
		.interim = x->seen.interim,
	};
	ret->response = read_response(x, x->seen.response->head, SLICE("HEAD"), false, &ignored);
	return ret->response;
}

static bool has_field(const struct response *r, const char *name)
{
	struct slice value;

	return response_field(r, name, &value);
}

/* Every FAIL has evidence, and nothing else has. */
static enum rule_outcome judge(const struct rule *rule, const struct exchange_seen *seen)
{
	struct buffer out = BUFFER_INIT(4096);
	enum rule_outcome outcome = rule->check(seen, &out);

	if (outcome != RULE_NOT_APPLICABLE && rule->scope.field)
		MUST(has_field(seen->response, rule->scope.field));
	MUST((out.len > 0) == (outcome == RULE_FAIL));
	for (const char *at = buffer_str(&out); *at; at++)
		MUST((unsigned char)*at >= 0x20 && *at != 0x7f);
	buffer_release(&out);
	return outcome;
}

static void hold_against_rules(const struct exchange_seen *seen, const struct exchange_seen *alone)
{
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++) {
			enum rule_outcome whole = judge(r, seen);

			if (alone && !r->scope.exchange && judge(r, alone) == RULE_FAIL &&
			    whole != RULE_FAIL) {
				(void)fprintf(stderr, "%s refuses the heads alone\n", r->name);
				MUST(whole == RULE_FAIL);
			}
		}
}

void fuzz_input(struct slice in)
{
	unsigned facts = take_byte(&in), nrequest = take_byte(&in), nsibling = take_byte(&in);
	struct slice request = exact_copy(take(&in, 4 * nrequest)),
		     sibling = exact_copy(take(&in, facts & SIBLING ? 4 * nsibling : 0)),
		     response = exact_copy(in);
	struct exchange x;
	struct exchange_seen alone;

	if (open_exchange(&x, facts, request, sibling, response))
		hold_against_rules(&x.seen, see_heads_alone(&x, &alone) ? &alone : NULL);
	close_exchange(&x);
	free((void *)(uintptr_t)request.at);
	free((void *)(uintptr_t)sibling.at);
	free((void *)(uintptr_t)response.at);
}
