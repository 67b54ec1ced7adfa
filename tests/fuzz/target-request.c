/* The reader of request heads: in one piece and in many it says the same, and a second,
 * naive reading of the grammar agrees with it. */

#include "fuzz.h"
#include "naive.h"

#include "base/cleanup.h"
#include "reference-server/request.h"

enum { FIELDS = 100 };

struct reading {
	enum parse p;
	struct request request;
	struct field fields[FIELDS];
	struct refusal refusal;
};

static void read_whole(struct slice in, const struct limits *limits, struct reading *ret)
{
	request_init(&ret->request, ret->fields);
	ret->p = request_read(&ret->request, in, limits, &ret->refusal);
}

static void read_pieces(struct slice in, unsigned seed, const struct limits *limits,
			struct reading *ret)
{
	request_init(&ret->request, ret->fields);
	ret->p = PARSE_PARTIAL;
	for (size_t len = 0; len < in.len && ret->p == PARSE_PARTIAL;) {
		seed = seed * 1103515245u + 12345u;
		len += 1 + (seed >> 16) % 9;
		ret->p = request_read(&ret->request, slice_sub(in, 0, len), limits, &ret->refusal);
	}
}

static void same_refusal(const struct refusal *a, const struct refusal *b)
{
	MUST(a->status == b->status && strcmp(a->requirement, b->requirement) == 0);
}

/* A line that is too long and bad as well is refused for what is seen first. */
static bool is_limit(const struct refusal *r)
{
	return r->status == 414 || r->status == 431 || r->status == 501;
}

static void same(const struct reading *a, const struct reading *b)
{
	if (a->p == PARSE_BAD && b->p == PARSE_BAD &&
	    (is_limit(&a->refusal) || is_limit(&b->refusal)))
		return;
	MUST(a->p == b->p);
	if (a->p == PARSE_BAD)
		same_refusal(&a->refusal, &b->refusal);
	if (a->p != PARSE_DONE)
		return;
	MUST(a->request.head_len == b->request.head_len);
	MUST(a->request.nfields == b->request.nfields);
	MUST(slice_eq(a->request.target, b->request.target));
	MUST(slice_eq(a->request.where.path, b->request.where.path));
}

/* What the reader asks for beyond the grammar: RFC 9112 section 3.2. */
static bool hosts_are_right(const struct naive_head *head)
{
	struct slice rest = head->fields, name, value, host = { 0 };
	size_t hosts = 0;

	while (naive_field(&rest, &name, &value)) {
		if (slice_is_nocase(name, "Host")) {
			hosts++;
			host = value;
		}
	}
	MUST(rest.len == 0);
	if (hosts == 0)
		return slice_is(head->version, "HTTP/1.0");
	return hosts == 1 && naive_host(host);
}

static void same_fields(const struct request *r, const struct naive_head *head)
{
	struct slice rest = head->fields, name, value;

	for (size_t i = 0; i < r->nfields; i++) {
		MUST(naive_field(&rest, &name, &value));
		MUST(slice_eq(r->fields[i].name, name) && slice_eq(r->fields[i].value, value));
	}
	MUST(rest.len == 0);
}

static void agrees(const struct reading *got, struct slice in)
{
	struct naive_head head;
	bool right = naive_request_head(in, &head) && head.version.at[5] == '1' &&
		     naive_target(head.method, head.target) && hosts_are_right(&head);

	if (got->p != PARSE_DONE) {
		MUST(!right || (got->p == PARSE_BAD && is_limit(&got->refusal)));
		return;
	}
	MUST(right);
	MUST(got->request.head_len == head.len);
	MUST(slice_eq(got->request.method_name, head.method));
	MUST(slice_eq(got->request.target, head.target));
	same_fields(&got->request, &head);
}

void fuzz_input(struct slice in)
{
	unsigned seed = take_byte(&in), tight = take_byte(&in);
	static struct reading whole, pieces;
	struct limits limits = { .request_line = 8192,
				 .fields = 32 * 1024,
				 .field_count = FIELDS,
				 .content = 1024,
				 .requests = 1 };

	if (tight % 4 == 0)
		limits = (struct limits){ .request_line = 64, .fields = 64, .field_count = 3 };

	struct slice copy = exact_copy(in);

	read_whole(copy, &limits, &whole);
	read_pieces(copy, seed, &limits, &pieces);
	same(&whole, &pieces);
	agrees(&whole, copy);
	free((void *)(uintptr_t)copy.at);
}
