#include "base/cleanup.h"
#include "runner/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A server that never stops: how much of it the reader takes in. Every row is fed in
 * pieces of three sizes and ends at the same byte. */

#define OK "HTTP/1.1 200 OK\r\n"
#define KIB ((size_t)1024)

struct flood {
	const char *why;
	const char *first;            /* sent once */
	const char *again;            /* sent up to |len| bytes */
	size_t len;
	enum response_state state;    /* in the end */
	size_t interims;              /* taken before it */
	const char *fault;
	uint64_t at;
	size_t nfields, content;
};

static const struct flood flood[] = {
	{ "an endless status line", "HTTP/1.1 200 ", "A", 300 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 256 KiB of one section that the checker reads", 256 * KIB, 0, 0 },
	{ "an endless field", OK "A: ", "b", 300 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 256 KiB of one section that the checker reads", 256 * KIB, 0, 0 },
	{ "endless folds", OK "A: ", "\r\n b", 300 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 256 KiB of one section that the checker reads", 256 * KIB, 1, 0 },
	{ "endless fields", OK, "A: b\r\n", 300 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 256 KiB of one section that the checker reads", 256 * KIB, 1000, 0 },
	{ "endless empty lines before a status line", "", "\r\n", 300 * KIB, RESPONSE_BROKEN, 0,
	  "what came does not begin with \"HTTP/\"", 256 * KIB, 0, 0 },
	{ "endless interim responses", "", "HTTP/1.1 100 C\r\n\r\n", 300 * KIB, RESPONSE_BROKEN, 16,
	  "more than the 16 interim responses that the checker reads", (uint64_t)16 * 18, 0, 0 },
	{ "endless content", OK "\r\n", "0123456789abcde\n", 11 * 1024 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 10 MiB of content that the checker reads",
	  19 + RESPONSE_MAX_CONTENT, 0, RESPONSE_MAX_CONTENT },
	{ "content with an endless length", OK "Content-Length: 18446744073709551615\r\n\r\n",
	  "0123456789abcde\n", 11 * 1024 * KIB, RESPONSE_BROKEN, 0,
	  "more than the 10 MiB of content that the checker reads",
	  57 + RESPONSE_MAX_CONTENT, 1, RESPONSE_MAX_CONTENT },
	{ "endless chunks of one byte", OK "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n",
	  (RESPONSE_MAX_CONTENT + 1) * 6, RESPONSE_BROKEN, 0,
	  "more than the 10 MiB of content that the checker reads",
	  47 + 6 * RESPONSE_MAX_CONTENT + 3, 1, RESPONSE_MAX_CONTENT },
	{ "an endless chunk extension", OK "Transfer-Encoding: chunked\r\n\r\n1", ";a=b",
	  300 * KIB, RESPONSE_BROKEN, 0,
	  "a chunk-size line above the 256 KiB that the checker reads", 47, 1, 0 },
	{ "endless trailers", OK "Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", 300 * KIB,
	  RESPONSE_BROKEN, 0, "more than the 256 KiB of one section that the checker reads",
	  47 + 3 + 256 * KIB, 1, 0 },
};

/* The bytes of a flood, made as they are wanted. */
struct spring {
	const struct flood *flood;
	size_t at;
};

static char byte_at(const struct flood *f, size_t at)
{
	size_t first = strlen(f->first);

	return at < first ? f->first[at] : f->again[(at - first) % strlen(f->again)];
}

static struct slice draw(struct spring *s, char *out, size_t piece)
{
	size_t end = strlen(s->flood->first) + s->flood->len, n = 0;

	while (n < piece && s->at < end)
		out[n++] = byte_at(s->flood, s->at++);
	return slice_of(out, n);
}

static const struct fault *fault_with(const struct response *r, const char *text)
{
	for (size_t i = 0; i < r->nfaults; i++)
		if (strcmp(r->faults[i].text, text) == 0)
			return &r->faults[i];
	return NULL;
}

static void drown(const struct flood *f, size_t piece)
{
	static char bytes[128 * 1024];
	struct response_reader *r = response_reader_new();
	struct spring spring = { f, 0 };
	size_t interims = 0;

	for (;;) {
		struct slice next = draw(&spring, bytes, piece);
		enum response_state state = response_reader_feed(r, next, 0);

		while (state == RESPONSE_INTERIM) {
			(void)response_take(r);
			interims++;
			state = response_reader_feed(r, (struct slice){ 0 }, 0);
		}
		if (state == f->state)
			break;
		assert_int_not_equal(next.len, 0);
	}
	assert_int_equal(interims, f->interims);

	const struct response *res = response_take(r);
	const struct fault *fault = fault_with(res, f->fault);

	assert_non_null(fault);
	assert_int_equal(fault->offset, f->at);
	assert_int_equal(res->nfields, f->nfields);
	assert_int_equal(res->content.len, f->content);
	assert_false(res->complete);
	response_reader_free(r);
}

static void a_flood_ends_at_the_maximum(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flood); i++) {
		print_message("  %s\n", flood[i].why);
		drown(&flood[i], 128 * 1024);
		drown(&flood[i], 1000);
		if (flood[i].len <= 300 * KIB)
			drown(&flood[i], 1);
	}
}

static void trailers_and_fields_are_counted_apart(void **state)
{
	struct buffer b = BUFFER_INIT(64 * KIB);
	struct response_reader *r = response_reader_new();

	(void)state;
	assert_int_equal(buffer_add_str(&b, OK "Transfer-Encoding: chunked\r\n"), 0);
	assert_int_equal(buffer_add_repeated(&b, SLICE("A: b\r\n"), 999), 0);
	assert_int_equal(buffer_add_str(&b, "\r\n0\r\n"), 0);
	assert_int_equal(buffer_add_repeated(&b, SLICE("A: b\r\n"), 1001), 0);
	assert_int_equal(buffer_add_str(&b, "\r\n"), 0);
	assert_int_equal(response_reader_feed(r, buffer_slice(&b), 0), RESPONSE_BROKEN);

	const struct response *res = response_take(r);

	assert_int_equal(res->nfields, 1000);
	assert_int_equal(res->ntrailers, 1000);
	assert_string_equal(res->faults[0].rule, RESPONSE_LIMIT_RULE);
	buffer_release(&b);
	response_reader_free(r);
}

/* A response that is not taken: what comes behind it is kept, to a maximum. */
static void what_waits_is_bounded(void **state)
{
	static const char answer[] = OK "Content-Length: 0\r\n\r\n";
	const size_t size = sizeof(answer) - 1, kept = RESPONSE_MAX_CONTENT / size;
	struct response_reader *r = response_reader_new();
	struct buffer b = BUFFER_INIT(size * 1000);
	size_t taken = 0;

	(void)state;
	assert_int_equal(buffer_add_repeated(&b, slice_str(answer), 1000), 0);
	for (size_t i = 0; i < 400; i++)
		assert_int_equal(response_reader_feed(r, buffer_slice(&b), 0), RESPONSE_FINAL);
	assert_int_equal(response_reader_rest(r).len, RESPONSE_MAX_CONTENT);

	while (response_reader_feed(r, (struct slice){ 0 }, 0) == RESPONSE_FINAL) {
		assert_true(response_take(r)->complete);
		taken++;
	}
	assert_int_equal(taken, kept + 1);    /* the first one waited nowhere */

	const struct response *res = response_take(r);

	assert_string_equal(res->faults[0].rule, RESPONSE_LIMIT_RULE);
	buffer_release(&b);
	response_reader_free(r);
}

static void a_tunnel_is_kept_to_a_maximum(void **state)
{
	struct response_reader *r = response_reader_new();
	static char bytes[1024 * 1024];

	(void)state;
	assert_int_equal(response_reader_feed(r, SLICE("HTTP/1.1 101 S\r\n\r\n"), 7), RESPONSE_FINAL);
	assert_int_equal(response_take(r)->framing, RESPONSE_TUNNEL);
	for (int i = 0; i < 12; i++)
		assert_int_equal(response_reader_feed(r, slice_of(bytes, sizeof(bytes)), 8),
				 RESPONSE_WANTS_MORE);
	assert_int_equal(response_reader_rest(r).len, RESPONSE_MAX_CONTENT);
	assert_null(response_take(r));
	response_reader_free(r);
}

static void knows_when_bytes_came(void **state)
{
	struct response_reader *r = response_reader_new();

	(void)state;
	(void)response_reader_feed(r, SLICE("HTT"), 10);
	(void)response_reader_feed(r, SLICE("P/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"), 20);
	assert_int_equal(response_reader_feed(r, SLICE("bHTTP/1.1 204 \r\n"), 30), RESPONSE_FINAL);

	const struct response *first = response_take(r);

	assert_int_equal(first->first_byte, 10);
	assert_int_equal(first->last_byte, 30);
	assert_int_equal(response_reader_feed(r, SLICE("\r\n"), 40), RESPONSE_FINAL);

	const struct response *second = response_take(r);

	assert_int_equal(second->first_byte, 30);
	assert_int_equal(second->last_byte, 40);
	assert_string_equal(first->content.at, "ab");     /* lives on */
	response_reader_free(r);
}

static void finds_fields(void **state)
{
	struct response_reader *r = response_reader_new();
	struct buffer scratch = BUFFER_INIT(100);
	struct slice value;

	(void)state;
	(void)response_reader_feed(r, SLICE("HTTP/1.1 204 \r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n"), 0);

	const struct response *res = response_take(r);

	assert_int_equal(response_field_count(res, "A"), 2);
	assert_int_equal(response_field_count(res, "C"), 0);
	assert_true(response_field(res, "a", &value));
	assert_true(slice_is(value, "1"));
	assert_true(response_field_combined(res, "A", &scratch, &value));
	assert_true(slice_is(value, "1, 3"));
	assert_true(response_field_combined(res, "b", &scratch, &value));
	assert_true(slice_is(value, "2"));
	assert_false(response_field_combined(res, "C", &scratch, &value));
	buffer_release(&scratch);
	response_reader_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_ends_at_the_maximum),
		cmocka_unit_test(trailers_and_fields_are_counted_apart),
		cmocka_unit_test(what_waits_is_bounded),
		cmocka_unit_test(a_tunnel_is_kept_to_a_maximum),
		cmocka_unit_test(knows_when_bytes_came),
		cmocka_unit_test(finds_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
