#include "feed.h"

#include "reference-server/body.h"

static const struct limits limits = {
	.request_line = 1000, .fields = 100, .field_count = 4, .content = 100, .requests = 1,
};

/* ---- framing ---- */

static void the_head_says_how_the_body_ends(void **state)
{
	static const struct {
		const char *why;
		struct slice fields;
		int status;           /* 0: framed */
		enum body_kind kind;
		uint64_t left;
		const char *requirement;
	} row[] = {
#define ROW(why, fields, ...) { why, SLICE(fields), __VA_ARGS__ }
		ROW("neither: no body", "", 0, BODY_NONE, 0, NULL),
		ROW("a length", "Content-Length: 5\r\n", 0, BODY_LENGTH, 5, NULL),
		ROW("none", "Content-Length: 0\r\n", 0, BODY_NONE, 0, NULL),
		ROW("zeros before it", "Content-Length: 005\r\n", 0, BODY_LENGTH, 5, NULL),
		ROW("at the limit", "Content-Length: 100\r\n", 0, BODY_LENGTH, 100, NULL),
		ROW("above it", "Content-Length: 101\r\n", 413, 0, 0, "RFC9110-15.5.14-1"),
		ROW("2^64+5 is not 5", "Content-Length: 18446744073709551621\r\n", 413, 0, 0,
		    "RFC9110-15.5.14-1"),
		ROW("a sign", "Content-Length: +5\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("a negative one", "Content-Length: -1\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("a letter behind", "Content-Length: 5x\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("hexadecimal", "Content-Length: 0x5\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("nothing", "Content-Length:\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("a list", "Content-Length: 5, 6\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("a list of equals", "Content-Length: 5, 5\r\n", 400, 0, 0, "RFC9112-6.3-6"),
		ROW("two lines", "Content-Length: 5\r\nContent-Length: 5\r\n", 400, 0, 0,
		    "RFC9112-6.3-6"),
		ROW("chunked", "Transfer-Encoding: chunked\r\n", 0, BODY_CHUNKED, 0, NULL),
		ROW("without case", "transfer-encoding: CHUNked\r\n", 0, BODY_CHUNKED, 0, NULL),
		ROW("empty members", "Transfer-Encoding: ,, chunked ,\r\n", 0, BODY_CHUNKED, 0,
		    NULL),
		ROW("an empty line beside it",
		    "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", 0, BODY_CHUNKED, 0,
		    NULL),
		ROW("no member", "Transfer-Encoding:\r\n", 400, 0, 0, "RFC9112-6.3-4"),
		ROW("not chunked", "Transfer-Encoding: gzip\r\n", 400, 0, 0, "RFC9112-6.3-4"),
		ROW("identity is gone", "Transfer-Encoding: identity\r\n", 400, 0, 0,
		    "RFC9112-6.3-4"),
		ROW("chunked not last", "Transfer-Encoding: chunked, gzip\r\n", 400, 0, 0,
		    "RFC9112-6.3-4"),
		ROW("not last over two lines",
		    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", 400, 0, 0,
		    "RFC9112-6.3-4"),
		ROW("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", 400, 0, 0,
		    "RFC9112-6.1-2"),
		ROW("chunked with a parameter", "Transfer-Encoding: chunked;a=b\r\n", 400, 0, 0,
		    "RFC9112-6.3-4"),
		ROW("a coding not implemented", "Transfer-Encoding: gzip, chunked\r\n", 501, 0, 0,
		    "RFC9112-6.1-9"),
		ROW("a coding nobody knows",
		    "Transfer-Encoding: xyzzy\r\nTransfer-Encoding: chunked\r\n", 501, 0, 0,
		    "RFC9112-6.1-9"),
		ROW("both", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400, 0, 0,
		    "RFC9112-6.3-2"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(freep) char *head = NULL;
		int len = asprintf(&head, "POST / HTTP/1.1\r\nHost: a\r\n%.*s\r\n",
				   (int)row[i].fields.len, row[i].fields.at);
		struct field fields[4];
		struct request r;
		struct refusal why = { 0 };
		struct body b;

		request_init(&r, fields);
		assert_int_equal(request_read(&r, slice_of(head, (size_t)len), &limits, &why),
				 PARSE_DONE);

		enum parse p = body_init(&b, &r, &limits, &why);

		if (why.status != row[i].status)
			fail_msg("%s: %d should be %d", row[i].why, why.status, row[i].status);
		if (row[i].status) {
			assert_int_equal(p, PARSE_BAD);
			assert_string_equal(why.requirement, row[i].requirement);
		} else {
			assert_int_equal(b.kind, row[i].kind);
			assert_int_equal(b.left, row[i].left);
		}
	}
}

static void chunked_in_http_1_0_ends_the_connection(void **state)
{
	static const struct slice head = SLICE(
	    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
	struct field fields[4];
	struct request r;
	struct refusal why;
	struct body b;

	(void)state;
	request_init(&r, fields);
	assert_int_equal(request_read(&r, head, &limits, &why), PARSE_DONE);
	assert_int_equal(body_init(&b, &r, &limits, &why), PARSE_DONE);
	assert_true(b.ambiguous);
}

/* ---- reading ---- */

struct reading {
	struct buffer content, trailers;
	struct refusal refusal;
	size_t used;
};

static void reading_init(struct reading *g)
{
	*g = (struct reading){ .content = BUFFER_INIT(100), .trailers = BUFFER_INIT(100) };
}

static void reading_release(struct reading *g)
{
	buffer_release(&g->content);
	buffer_release(&g->trailers);
}

/* Gives |step| octets more each time, and never one again that was used. */
static enum parse read_in_steps(struct body *b, struct slice in, size_t step, struct reading *g)
{
	struct body_sink sink = { &g->content, &g->trailers };
	enum parse p = PARSE_PARTIAL;

	for (size_t len = step; p == PARSE_PARTIAL && g->used < in.len; len += step) {
		struct slice part = slice_sub(in, g->used, len);
		struct edge e = edge_copy(part.at, part.len);
		size_t used;

		p = body_read(b, e.bytes, sink, &limits, &used, &g->refusal);
		g->used += used;
		edge_free(e);
		if (len >= in.len)
			break;
	}
	return p;
}

static const struct chunked_row {
	const char *why;
	struct slice bytes;
	int status;                   /* 0: read; -1: more is awaited */
	const char *content, *trailers;
} chunked[] = {
#define ROW(why, bytes, ...) { why, SLICE(bytes), __VA_ARGS__ }
	ROW("nothing", "0\r\n\r\n", 0, "", ""),
	ROW("one chunk", "5\r\nhello\r\n0\r\n\r\n", 0, "hello", ""),
	ROW("several, of one octet", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", 0, "ab", ""),
	ROW("hex in either case", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", 0,
	    "01234567890123456789", ""),
	ROW("zeros before a size", "0005\r\nhello\r\n000\r\n\r\n", 0, "hello", ""),
	ROW("CRLF in the data", "2\r\n\r\n\r\n0\r\n\r\n", 0, "\r\n", ""),
	ROW("an extension", "5;a=b\r\nhello\r\n0;c\r\n\r\n", 0, "hello", ""),
	ROW("bad whitespace in it", "5 ; a = b ;c\r\nhello\r\n0\r\n\r\n", 0, "hello", ""),
	ROW("several of them", "5;a;b=c;d\r\nhello\r\n0\r\n\r\n", 0, "hello", ""),
	ROW("a space that no extension follows", "5 \r\n", 400, "", ""),
	ROW("a space behind an extension", "5;a \r\n", 400, "", ""),
	ROW("a quoted value", "5;a=\"b;\\\"c=\"\r\nhello\r\n0\r\n\r\n", 0, "hello", ""),
	ROW("a trailer", "0\r\nA: b\r\n\r\n", 0, "", "A: b\r\n"),
	ROW("four trailers", "0\r\nA:\r\nB:\r\nC:\r\nD: x\r\n\r\n", 0, "",
	    "A:\r\nB:\r\nC:\r\nD: x\r\n"),
	ROW("cut off", "5\r\nhel", -1, "hel", ""),
	ROW("no last chunk", "5\r\nhello\r\n", -1, "hello", ""),
	ROW("no end of the trailer section", "0\r\nA: b\r\n", -1, "", "A: b\r\n"),
	ROW("no size", "\r\n", 400, "", ""),
	ROW("a sign", "+5\r\n", 400, "", ""),
	ROW("0x", "0x5\r\n", 400, "", ""),
	ROW("an underscore", "5_0\r\n", 400, "", ""),
	ROW("a space before", " 5\r\n", 400, "", ""),
	ROW("LF behind the size", "5\nhello\r\n", 400, "", ""),
	ROW("CR behind the size", "5\rhello\r\n", 400, "", ""),
	ROW("more data than announced", "5\r\nhello!", 400, "hello", ""),
	ROW("LF behind the data", "5\r\nhello\n", 400, "hello", ""),
	ROW("CR CR behind the data", "5\r\nhello\r\r", 400, "hello", ""),
	ROW("an extension without name", "5;=b\r\n", 400, "", ""),
	ROW("an extension without value", "5;a=\r\n", 400, "", ""),
	ROW("a quote that never ends", "5;a=\"b\r\n", 400, "", ""),
	ROW("text behind a value", "5;a=\"b\"c\r\n", 400, "", ""),
	ROW("a CR in an extension", "5;a\rb\r\n", 400, "", ""),
	ROW("a size of 2^64+5", "10000000000000005\r\n", 413, "", ""),
	ROW("a size of 2^64-1", "ffffffffffffffff\r\n", 413, "", ""),
	ROW("more than the limit", "65\r\n", 413, "", ""),
	ROW("more than the limit in sum", "5\r\nhello\r\n60\r\n", 413, "hello", ""),
	ROW("a trailer without colon", "0\r\nA\r\n", 400, "", ""),
	ROW("a space before its colon", "0\r\nA : b\r\n", 400, "", ""),
	ROW("a folded trailer", "0\r\nA: b\r\n c: d\r\n", 400, "", "A: b\r\n"),
	ROW("a trailer too many", "0\r\nA:\r\nB:\r\nC:\r\nD:\r\nE:\r\n", 431, "",
	    "A:\r\nB:\r\nC:\r\nD:\r\n"),
#undef ROW
};

static void check_chunked(const struct chunked_row *row, size_t step)
{
	static const enum parse outcome[] = { PARSE_PARTIAL, PARSE_DONE, PARSE_BAD };
	struct body b = { .kind = BODY_CHUNKED };
	struct reading g;

	reading_init(&g);

	enum parse p = read_in_steps(&b, row->bytes, step, &g);
	enum parse want = row->status > 0 ? PARSE_BAD : outcome[row->status + 1];

	if (p != want || g.refusal.status != (row->status > 0 ? row->status : 0))
		fail_msg("%s, in steps of %zu: outcome %d, status %d", row->why, step, p,
			 g.refusal.status);
	assert_slice(buffer_slice(&g.content), row->content, row->why);
	assert_slice(buffer_slice(&g.trailers), row->trailers, row->why);
	if (p == PARSE_DONE)
		assert_int_equal(g.used, row->bytes.len);
	reading_release(&g);
}

static void chunked_is_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chunked); i++) {
		check_chunked(&chunked[i], 1);
		check_chunked(&chunked[i], 3);
		check_chunked(&chunked[i], chunked[i].bytes.len);
	}
}

static void what_follows_the_body_is_left(void **state)
{
	static const struct slice in = SLICE("2\r\nhi\r\n0\r\n\r\nGET");
	struct body b = { .kind = BODY_CHUNKED };
	struct reading g;

	(void)state;
	reading_init(&g);
	assert_int_equal(read_in_steps(&b, in, in.len, &g), PARSE_DONE);
	assert_int_equal(g.used, in.len - 3);
	reading_release(&g);
}

static void a_length_is_read_exactly(void **state)
{
	static const struct slice in = SLICE("helloGET");

	(void)state;
	for (size_t step = 1; step <= in.len; step++) {
		struct body b = { .kind = BODY_LENGTH, .left = 5 };
		struct reading g;

		reading_init(&g);
		assert_int_equal(read_in_steps(&b, in, step, &g), PARSE_DONE);
		assert_slice(buffer_slice(&g.content), "hello", "the content");
		assert_int_equal(b.received, 5);
		reading_release(&g);
	}
}

static void chunk_extensions_are_bounded(void **state)
{
	CLEANUP(freep) char *word = repeated('a', 4000);
	struct body b = { .kind = BODY_CHUNKED };
	struct body_sink drop = { 0 };
	struct refusal why;
	enum parse p = PARSE_PARTIAL;
	size_t used, chunks = 0;

	(void)state;
	for (; p == PARSE_PARTIAL && chunks < 10; chunks++) {
		CLEANUP(freep) char *chunk = NULL;
		int len = asprintf(&chunk, "1;%s\r\nx\r\n", word);

		p = body_read(&b, slice_of(chunk, (size_t)len), drop, &limits, &used, &why);
	}
	assert_int_equal(p, PARSE_BAD);
	assert_int_equal(why.status, 413);
	assert_int_equal(chunks, MAX_EXTENSIONS / 4001 + 1);
}

static void trailers_are_taken_apart(void **state)
{
	struct slice trailers = SLICE("A: b\r\nC:\t d \r\n");
	struct field f;

	(void)state;
	assert_true(trailer_next(&trailers, &f));
	assert_slice(f.name, "A", "the first name");
	assert_slice(f.value, "b", "the first value");
	assert_true(trailer_next(&trailers, &f));
	assert_slice(f.name, "C", "the second name");
	assert_slice(f.value, "d", "the second value");
	assert_false(trailer_next(&trailers, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_says_how_the_body_ends),
		cmocka_unit_test(chunked_in_http_1_0_ends_the_connection),
		cmocka_unit_test(chunked_is_decoded),
		cmocka_unit_test(what_follows_the_body_is_left),
		cmocka_unit_test(a_length_is_read_exactly),
		cmocka_unit_test(chunk_extensions_are_bounded),
		cmocka_unit_test(trailers_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
