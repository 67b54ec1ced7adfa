#include "runner/sent.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "../edge.h"

/* What was sent, cut into requests: "METHOD TARGET MINOR valid|guess whole|begun". */
static const struct {
	const char *why;
	const char *bytes;
	const char *want[4];
} row[] = {
	{ "one request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", { "GET / 1 valid whole" } },
	{ "an HTTP/1.0 request", "HEAD /x HTTP/1.0\r\n\r\n", { "HEAD /x 0 valid whole" } },
	{ "an empty line before it", "\r\nGET / HTTP/1.1\r\n\r\n", { "GET / 1 valid whole" } },
	{ "two in one write", "GET /a HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\n\r\n",
	  { "GET /a 1 valid whole", "HEAD /b 1 valid whole" } },
	{ "content is no request", "POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nGET / HGET /b HTTP/1.1\r\n\r\n",
	  { "POST / 1 valid whole", "GET /b 1 valid whole" } },
	{ "chunked content is none either",
	  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nGET\r\n0\r\nT: x\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
	  { "POST / 1 valid whole", "GET /b 1 valid whole" } },
	{ "content still to come", "POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nabc", { "POST / 1 valid begun" } },
	{ "a head still to come", "GET / HTTP/1.1\r\nHost", { "GET / 1 guess begun" } },
	{ "a name with a space", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", { "GET / 1 guess whole" } },
	{ "length and chunked: the coding counts",
	  "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
	  { "POST / 1 guess whole", "GET / 1 valid whole" } },
	{ "a length that is none", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", { "POST / 1 guess whole" } },
	{ "a chunk size that is none", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	  { "POST / 1 guess begun" } },
	{ "chunk data longer than its size",
	  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
	  { "POST / 1 guess begun" } },
	{ "a trailer that is none",
	  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx\r\n\r\n",
	  { "POST / 1 guess whole" } },
	{ "no request at all", "\x16\x03\x01", { "\x16\x03\x01  1 guess begun" } },
	{ "nothing", "", { NULL } },
};

static void check(const char *why, struct sent *s, const char *const want[4])
{
	size_t i = 0;

	print_message("  %s\n", why);
	for (; i < 4 && want[i]; i++) {
		struct buffer got = BUFFER_INIT(4096);
		struct sent_request r;

		assert_true(sent_request(s, i, &r));
		(void)buffer_add_slice(&got, r.method);
		(void)buffer_add_str(&got, " ");
		(void)buffer_add_slice(&got, r.target);
		(void)buffer_printf(&got, " %d %s %s", r.minor, r.valid ? "valid" : "guess",
				    r.whole ? "whole" : "begun");
		assert_string_equal(buffer_str(&got), want[i]);
		buffer_release(&got);
	}

	struct sent_request beyond;

	assert_false(sent_request(s, i, &beyond));
}

static void cut_into_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].bytes, strlen(row[i].bytes));
		struct arena a;
		struct sent s;

		arena_init(&a);
		sent_init(&s, &a);
		assert_int_equal(sent_add(&s, e.bytes), 0);
		check(row[i].why, &s, row[i].want);
		sent_release(&s);
		arena_release(&a);
		edge_free(e);
	}
}

/* Asked after every byte, as a case with `pieces` does: the end is the same. */
static void cut_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct arena a;
		struct sent s;
		struct sent_request r;

		arena_init(&a);
		sent_init(&s, &a);
		for (const char *c = row[i].bytes; *c; c++) {
			assert_int_equal(sent_add(&s, slice_of(c, 1)), 0);
			(void)sent_request(&s, s.count, &r);
		}
		check(row[i].why, &s, row[i].want);
		sent_release(&s);
		arena_release(&a);
	}
}

/* What a gateway forwards comes in pieces of its own choice: looking at each is to cost neither
 * the square of its size in memory nor in time. */
static void look_at_each_piece(const char *head, const char *piece, size_t times, const char *end)
{
	clock_t began = clock();
	struct arena a;
	struct sent s;
	struct sent_request r;

	arena_init(&a);
	sent_init(&s, &a);
	assert_int_equal(sent_add(&s, slice_str(head)), 0);
	for (size_t i = 0; i < times; i++) {
		assert_int_equal(sent_add(&s, slice_str(piece)), 0);
		assert_true(sent_begun(&s, 0, &r));
		assert_false(r.whole);
	}
	assert_int_equal(sent_add(&s, slice_str(end)), 0);
	assert_true(sent_begun(&s, 0, &r));
	assert_true(r.whole && r.valid);
	assert_int_equal(r.bytes.len, strlen(head) + times * strlen(piece) + strlen(end));
	assert_true(arena_size(&a) < 4 * r.bytes.len + 256 * r.nfields + 65536);
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC); /* it takes some ms */
	sent_release(&s);
	arena_release(&a);
}

static void many_pieces_cost_no_more_than_one(void **state)
{
	enum { MANY = 100000 };
	char head[100];

	(void)state;
	(void)snprintf(head, sizeof(head), "PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n",
		       MANY * 4 + 1);
	look_at_each_piece(head, "abcd", MANY, "e");
	look_at_each_piece("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n",
			   MANY, "0\r\n\r\n");
	look_at_each_piece("GET / HTTP/1.1\r\nA: ", "abcd", MANY, "\r\n\r\n");
	look_at_each_piece("GET / HTTP/1.1\r\n", "A: b\r\n", 10000, "\r\n");
}

static void a_head_of_endless_fields_is_bounded(void **state)
{
	struct arena a;
	struct sent s;
	struct sent_request r;

	(void)state;
	arena_init(&a);
	sent_init(&s, &a);
	assert_int_equal(sent_add(&s, SLICE("GET / HTTP/1.1\r\n")), 0);
	for (size_t i = 0; i <= SENT_MAX_FIELDS; i++)
		assert_int_equal(sent_add(&s, SLICE("A:\n")), 0);
	assert_int_equal(sent_add(&s, SLICE("\r\n")), 0);
	assert_true(sent_request(&s, 0, &r));
	assert_true(r.whole && !r.valid);
	assert_int_equal(r.nfields, SENT_MAX_FIELDS);
	sent_release(&s);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_into_requests),
		cmocka_unit_test(cut_byte_by_byte),
		cmocka_unit_test(many_pieces_cost_no_more_than_one),
		cmocka_unit_test(a_head_of_endless_fields_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
