/* Chunked bodies: the server's reader in one piece and in many, the checker's reader, and
 * a naive reading of the grammar find the same content and the same end. */

#include "fuzz.h"
#include "naive.h"
#include "read-back.h"

#include "base/buffer.h"
#include "reference-server/body.h"

static const struct limits limits = {
	.request_line = 8192, .fields = 32 * 1024, .field_count = 100, .content = 4096
};

struct reading {
	enum parse p;
	struct buffer content, trailers;
	size_t used;
	struct refusal refusal;
};

static void release(struct reading *r)
{
	buffer_release(&r->content);
	buffer_release(&r->trailers);
}

/* What is unused is given again, with more behind. */
static void read_cut(struct slice in, unsigned seed, bool whole, struct reading *ret)
{
	struct body b = { .kind = BODY_CHUNKED };
	struct body_sink sink = { &ret->content, &ret->trailers };

	*ret = (struct reading){ .p = PARSE_PARTIAL,
				 .content = BUFFER_INIT(1 << 20),
				 .trailers = BUFFER_INIT(1 << 20) };
	for (size_t to = 0; to < in.len && ret->p == PARSE_PARTIAL;) {
		size_t used;

		seed = seed * 1103515245u + 12345u;
		to = whole ? in.len : to + 1 + (seed >> 16) % 9;
		ret->p = body_read(&b, slice_sub(in, ret->used, to), sink, &limits, &used,
				   &ret->refusal);
		ret->used += used;
	}
}

static bool is_limit(const struct reading *r)
{
	return r->p == PARSE_BAD && r->refusal.status != 400;
}

static void same(const struct reading *a, const struct reading *b)
{
	if (is_limit(a) || is_limit(b))
		return;
	MUST(a->p == b->p);
	if (a->p != PARSE_DONE)
		return;
	MUST(a->used == b->used);
	MUST(slice_eq(buffer_slice(&a->content), buffer_slice(&b->content)));
	MUST(slice_eq(buffer_slice(&a->trailers), buffer_slice(&b->trailers)));
}

static void agrees(const struct reading *got, struct slice in)
{
	char *content = string_copy(in);
	size_t len, used = naive_chunked(in, content, &len);

	if (!is_limit(got)) {
		MUST((got->p == PARSE_DONE) == (used > 0));
		MUST(!used || used == got->used);
		MUST(!used || slice_eq(buffer_slice(&got->content), slice_of(content, len)));
	}
	free(content);
}

static void checker_agrees(const struct reading *got, struct slice in)
{
	struct read_back *r = read_back_new();
	struct slice content;
	int status;
	struct buffer response = BUFFER_INIT(1 << 22);

	MUST(buffer_add_str(&response, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") ==
	     0);
	MUST(buffer_add_slice(&response,
			      slice_sub(in, 0, got->p == PARSE_DONE ? got->used : in.len)) == 0);
	read_back_feed(r, buffer_slice(&response));

	enum read_back_state s = read_back_next(r, SLICE("GET"), false, &status, &content);

	if (got->p == PARSE_DONE) {
		/* Whitespace around ";" and "=" is for a reader to take, not for a sender to make. */
		MUST(s == READ_BACK_FINAL || s == READ_BACK_FAULTY);
		MUST(slice_eq(content, buffer_slice(&got->content)));
		MUST(!read_back_begun(r));
	} else {
		MUST(s != READ_BACK_FINAL || is_limit(got));
	}
	read_back_free(r);
	buffer_release(&response);
}

void fuzz_input(struct slice in)
{
	unsigned seed = take_byte(&in);
	struct slice copy = exact_copy(in);
	struct reading whole, pieces;

	read_cut(copy, seed, true, &whole);
	read_cut(copy, seed, false, &pieces);
	same(&whole, &pieces);
	agrees(&whole, copy);
	checker_agrees(&whole, copy);
	release(&whole);
	release(&pieces);
	free((void *)(uintptr_t)copy.at);
}
