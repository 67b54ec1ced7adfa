#include "proof-rows.h"

#include "net/loop.h"
#include "net/sock.h"
#include "net/task.h"
#include "runner/origin.h"

#include <fcntl.h>
#include <unistd.h>

/* What a gateway forwards, judged; and the listener behind it. */

#define ORIGIN(keys) "[{origin: " keys "}, {request: {target: '${origin}a'}}, {expect: {status: 200}}]"
#define FORWARDS(bytes) "{script: " OK200 ", on: {origin: \"" bytes "\"}}"
#define FORWARDS_NOTHING "{script: " OK200 "}"
#define GET "GET /origin/a HTTP/1.1\\r\\nHost: a\\r\\n"
#define END "\\r\\n"

static const struct row row[] = {
	{ "one request arrives", ORIGIN("{}"), FORWARDS(GET END), FORWARDS_NOTHING },
	{ "none may", ORIGIN("{from: 0}"), FORWARDS_NOTHING, FORWARDS(GET END GET END) },
	{ "none does", ORIGIN("{at-most: 0}"), FORWARDS_NOTHING, FORWARDS(GET END) },
	{ "a pair", ORIGIN("{at-most: 2}"), FORWARDS(GET END GET END), FORWARDS(GET END) },
	{ "method", ORIGIN("{expect: {method: GET}}"), FORWARDS(GET END),
	  FORWARDS("PUT /origin/a HTTP/1.1\\r\\nHost: a\\r\\n" END) },
	{ "target", ORIGIN("{expect: {target: '${origin}a'}}"), FORWARDS(GET END),
	  FORWARDS("GET /a HTTP/1.1\\r\\nHost: a\\r\\n" END) },
	{ "version", ORIGIN("{expect: {version: {matches: '^HTTP/1\\.1$'}}}"), FORWARDS(GET END),
	  FORWARDS("GET /origin/a HTTP/1.0\\r\\nHost: a\\r\\n" END) },
	{ "a field", ORIGIN("{expect: {fields: {Via: {present: true}}}}"),
	  FORWARDS(GET "Via: 1.1 a\\r\\n" END), FORWARDS(GET END) },
	{ "nothing like it", ORIGIN("{expect: {target: {lacks: b}, content: {lacks: b}, fields: {A: {lacks: b}}}}"),
	  FORWARDS(GET "A: a\\r\\n" END), FORWARDS(GET "A: a\\r\\nA: ab\\r\\n" END) },
	{ "nothing like it where there is none", ORIGIN("{expect: {fields: {A: {lacks: b}}}}"),
	  FORWARDS(GET END), FORWARDS(GET "A: b\\r\\n" END) },
	{ "the origin's own name", ORIGIN("{expect: {fields: {Host: '${origin.host}'}}}"),
	  FORWARDS("GET / HTTP/1.1\\r\\nHost: 127.0.0.1:0\\r\\n" END), FORWARDS(GET END) },
	{ "no field", ORIGIN("{expect: {fields: {Keep-Alive: {absent: true}}}}"), FORWARDS(GET END),
	  FORWARDS(GET "Keep-Alive: timeout=5\\r\\n" END) },
	{ "content", ORIGIN("{expect: {content: hello}}"),
	  FORWARDS(GET "Content-Length: 5\\r\\n" END "hello"),
	  FORWARDS(GET "Content-Length: 6\\r\\n" END "hello!") },
	{ "content in chunks", ORIGIN("{expect: {content: hello, framing: chunked, trailers: {A: b}}}"),
	  FORWARDS(GET "Transfer-Encoding: chunked\\r\\n" END
		   "2\\r\\nhe\\r\\n3\\r\\nllo\\r\\n0\\r\\nA: b\\r\\n\\r\\n"),
	  FORWARDS(GET "Content-Length: 5\\r\\n" END "hello") },
	{ "no content", ORIGIN("{expect: {framing: none, content: {empty: true}}}"), FORWARDS(GET END),
	  FORWARDS(GET "Content-Length: 1\\r\\n" END "a") },
	{ "both lengths are malformed", ORIGIN("{expect: {content: hello}}"),
	  FORWARDS(GET "Content-Length: 5\\r\\n" END "hello"),
	  FORWARDS(GET "Transfer-Encoding: chunked\\r\\nContent-Length: 5\\r\\n" END
		   "5\\r\\nhello\\r\\n0\\r\\n\\r\\n") },
	{ "so is a bare LF", ORIGIN("{}"), FORWARDS(GET "A: b\\r\\n" END), FORWARDS(GET "A: b\\n" END) },
	{ "and a space before a colon", ORIGIN("{}"), FORWARDS(GET "A: b\\r\\n" END),
	  FORWARDS(GET "A : b\\r\\n" END) },
	{ "and a line of two words", ORIGIN("{}"), FORWARDS(GET END), FORWARDS("GET /\\r\\n" END) },
	{ "unless that is allowed", ORIGIN("{expect: {faults: allow, fields: {A: b}}}"),
	  FORWARDS(GET "A: b\\n" END), FORWARDS(GET "A: c\\n" END) },
	{ "each in turn", ORIGIN("{expect: [{content: a}, {content: b}]}"),
	  FORWARDS(GET "Content-Length: 1\\r\\n" END "a" GET "Content-Length: 1\\r\\n" END "b"),
	  FORWARDS(GET "Content-Length: 1\\r\\n" END "a" GET "Content-Length: 1\\r\\n" END "a") },
	{ "what the client gets counts as well", ORIGIN("{}"), FORWARDS(GET END),
	  "{script: \"HTTP/1.1 502 Bad Gateway\\r\\nContent-Length: 0\\r\\n\\r\\n\", on: {origin: \"" GET END
	  "\"}}" },
};

static void requests_are_judged(void **state)
{
	(void)state;
	rows_hold(row, ARRAY_SIZE(row));
}

static void wrong_proofs_are_seen(void **state)
{
	(void)state;
	turned_rows_are_seen(row, ARRAY_SIZE(row));
}

/* ---- the listener ---- */

static const struct answer *hello(void *arg, const char *name, const struct sent_request *request)
{
	static struct text text = { .raw = SLICE("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") };
	static struct part part = { .kind = PART_TEXT, .texts = &text, .ntexts = 1 };
	static struct answer_part parts[] = {
		{ .kind = ANSWER_BYTES, .bytes = { .parts = &part, .nparts = 1 } },
		{ .kind = ANSWER_CLOSE },
	};
	static const struct answer answer = { parts, ARRAY_SIZE(parts) };

	assert_string_equal(name, "origin");
	assert_true(slice_is(request->method, "POST"));
	assert_true(request->whole);
	(*(int *)arg)++;
	return &answer;
}

static int connect_to(const char *path)
{
	struct sock_address a;
	int fd;

	assert_int_equal(sock_address_unix(path, &a, NULL), 0);
	assert_int_equal(sock_connect(&a, &fd), 0);
	return fd;
}

/* All that comes until the end, turning |l|. */
static void read_all(struct loop *l, int fd, struct buffer *out)
{
	char bytes[256];
	ssize_t n;

	while ((n = sock_read(fd, bytes, sizeof(bytes))) != 0) {
		if (n == -EAGAIN)
			assert_int_equal(loop_turn(l, loop_clock(l) + 10 * USEC_PER_MS), 0);
		else if (n < 0)
			break;
		else
			assert_int_equal(buffer_add(out, bytes, (size_t)n), 0);
	}
	(void)close(fd);
}

static void it_answers_who_comes(void **state)
{
	static const char head[] = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
				   "Expect: 100-continue\r\n\r\n";
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(4096);
	char folder[] = "/tmp/httpcheck-origin-XXXXXX", path[64], address[80];
	struct variables none = { 0 };
	struct script_cast cast;
	struct origin *o;
	struct loop *l;
	int came = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	(void)snprintf(address, sizeof(address), "unix:%s", path);
	assert_int_equal(loop_new(false, &l), 0);
	assert_int_equal(origin_listen(l, address, &o, NULL), 0);

	read_all(l, connect_to(path), &got);         /* nobody attends: closed at once */
	assert_int_equal(got.len, 0);

	script_cast_init(&cast, l, &none, hello, &came);
	cast.continues = true;
	origin_attend(o, &cast);

	int fd = connect_to(path);

	assert_int_equal(sock_write(fd, head, sizeof(head) - 1), sizeof(head) - 1);
	while (got.len == 0) {
		char byte;

		if (sock_read(fd, &byte, 1) == 1)
			assert_int_equal(buffer_add_byte(&got, byte), 0);
		else
			assert_int_equal(loop_turn(l, loop_clock(l) + 10 * USEC_PER_MS), 0);
	}
	assert_int_equal(came, 0);                   /* a request is whole with its content */
	assert_int_equal(sock_write(fd, "ab", 2), 2);
	read_all(l, fd, &got);
	assert_int_equal(came, 1);
	assert_true(slice_is(buffer_slice(&got), "HTTP/1.1 100 Continue\r\n\r\n"
						 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));

	int idle = connect_to(path);                 /* a peer that waits is ended */

	assert_int_equal(loop_turn(l, loop_clock(l) + USEC_PER_SEC), 0);
	origin_attend(o, NULL);
	script_cast_end(&cast);
	buffer_clear(&got);
	read_all(l, idle, &got);
	origin_free(o);
	loop_free(l);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(folder), 0);
}

static void an_address_that_is_none(void **state)
{
	struct problem p = { 0 };
	struct origin *o;
	struct loop *l;

	(void)state;
	assert_int_equal(loop_new(false, &l), 0);
	assert_true(origin_listen(l, "nowhere", &o, &p) < 0);
	assert_true(p.text[0]);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_judged),
		cmocka_unit_test(wrong_proofs_are_seen),
		cmocka_unit_test(it_answers_who_comes),
		cmocka_unit_test(an_address_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
