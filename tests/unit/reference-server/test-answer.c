#include "feed.h"

#include "reference-server/answer.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEGIN "Date: " DATE "\r\nServer: httpcheck\r\n"

struct writing {
	struct answer answer;
	struct buffer out;
};

static void begin(struct writing *w, int status)
{
	*w = (struct writing){
		.answer = { .fields = BUFFER_INIT(1000), .made = BUFFER_INIT(1000) },
		.out = BUFFER_INIT(4000),
	};
	answer_begin(&w->answer, status);
}

static void end(struct writing *w)
{
	answer_release(&w->answer);
	buffer_release(&w->out);
}

static void how_an_answer_is_framed(void **state)
{
	static const struct answer_to plain = { .persist = true, .common = BEGIN };
	static const struct answer_to head = { .head = true, .persist = true, .common = BEGIN };
	static const struct answer_to last = { .common = BEGIN };
	static const struct answer_to old = { .http10 = true, .persist = true, .common = BEGIN };
	static const struct {
		const char *why;
		int status;
		size_t chunk;
		int interim;
		const struct answer_to *to;
		const char *want;
	} row[] = {
		{ "a length", 200, 0, 0, &plain,
		  "HTTP/1.1 200 OK\r\n" BEGIN "Content-Length: 5\r\n\r\nhello" },
		{ "the length, but no content, to HEAD", 200, 0, 0, &head,
		  "HTTP/1.1 200 OK\r\n" BEGIN "Content-Length: 5\r\n\r\n" },
		{ "close is announced", 200, 0, 0, &last,
		  "HTTP/1.1 200 OK\r\n" BEGIN
		  "Content-Length: 5\r\nConnection: close\r\n\r\nhello" },
		{ "so is keep-alive to HTTP/1.0", 200, 0, 0, &old,
		  "HTTP/1.1 200 OK\r\n" BEGIN
		  "Content-Length: 5\r\nConnection: keep-alive\r\n\r\nhello" },
		{ "204 has neither length nor content", 204, 0, 0, &plain,
		  "HTTP/1.1 204 No Content\r\n" BEGIN "\r\n" },
		{ "304 likewise", 304, 0, 0, &plain, "HTTP/1.1 304 Not Modified\r\n" BEGIN "\r\n" },
		{ "205 is empty", 205, 0, 0, &plain,
		  "HTTP/1.1 205 Reset Content\r\n" BEGIN "Content-Length: 0\r\n\r\n" },
		{ "the space stays without a reason", 299, 0, 0, &plain,
		  "HTTP/1.1 299 \r\n" BEGIN "Content-Length: 5\r\n\r\nhello" },
		{ "chunks", 200, 4, 0, &plain,
		  "HTTP/1.1 200 OK\r\n" BEGIN
		  "Transfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n1\r\no\r\n0\r\n\r\n" },
		{ "no chunks to HEAD, but their field", 200, 4, 0, &head,
		  "HTTP/1.1 200 OK\r\n" BEGIN "Transfer-Encoding: chunked\r\n\r\n" },
		{ "no chunks to HTTP/1.0", 200, 4, 0, &old,
		  "HTTP/1.1 200 OK\r\n" BEGIN
		  "Content-Length: 5\r\nConnection: keep-alive\r\n\r\nhello" },
		{ "no chunks in a 204", 204, 4, 0, &plain,
		  "HTTP/1.1 204 No Content\r\n" BEGIN "\r\n" },
		{ "an interim answer before", 200, 0, 103, &plain,
		  "HTTP/1.1 103 Early Hints\r\n\r\n"
		  "HTTP/1.1 200 OK\r\n" BEGIN "Content-Length: 5\r\n\r\nhello" },
		{ "none to HTTP/1.0", 200, 0, 103, &old,
		  "HTTP/1.1 200 OK\r\n" BEGIN
		  "Content-Length: 5\r\nConnection: keep-alive\r\n\r\nhello" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct writing w;

		begin(&w, row[i].status);
		w.answer.fixed = SLICE("hello");
		w.answer.chunk = row[i].chunk;
		w.answer.interim = row[i].interim;
		assert_int_equal(answer_write(&w.answer, *row[i].to, &w.out), 0);
		assert_slice(buffer_slice(&w.out), row[i].want, row[i].why);
		end(&w);
	}
}

static void a_trailer_is_announced(void **state)
{
	struct writing w;

	(void)state;
	begin(&w, 200);
	w.answer.fixed = SLICE("hi");
	w.answer.chunk = 9;
	w.answer.trailer = (struct field){ SLICE("X-T"), SLICE("v") };
	assert_int_equal(
	    answer_write(&w.answer, (struct answer_to){ .persist = true, .common = BEGIN }, &w.out),
	    0);
	assert_string_equal(buffer_str(&w.out),
			    "HTTP/1.1 200 OK\r\n" BEGIN "Trailer: X-T\r\n"
			    "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-T: v\r\n\r\n");
	end(&w);
}

static void nothing_of_a_client_begins_a_line(void **state)
{
	struct writing w;

	(void)state;
	begin(&w, 200);
	answer_field(&w.answer, "X", SLICE("a\r\nSet-Cookie: b\nc\0d"));
	assert_string_equal(buffer_str(&w.answer.fields), "X: a  Set-Cookie: b c d\r\n");
	end(&w);
}

static void an_error_explains_itself(void **state)
{
	static const struct refusal why = { 431, "RFC9110-5.4-1", "too long", SLICE("X-Long") };
	struct writing w;

	(void)state;
	begin(&w, 200);
	answer_refusal(&w.answer, &why);
	assert_string_equal(
	    buffer_str(&w.answer.made),
	    "431 Request Header Fields Too Large: too long: X-Long (RFC9110-5.4-1)\n"
	    "This is permanent: the same request will fail again.\n");
	answer_error(&w.answer, 503, "no room");
	assert_string_equal(buffer_str(&w.answer.made),
			    "503 Service Unavailable: no room\n"
			    "This is temporary: the same request may work later.\n");
	end(&w);
}

static void running_out_of_room_is_noticed(void **state)
{
	struct writing w;

	(void)state;
	begin(&w, 200);
	w.answer.made.max = 10;
	answer_add(&w.answer, SLICE("hello"));
	assert_false(w.answer.failed);
	answer_add(&w.answer, SLICE("hello!"));
	assert_true(w.answer.failed);
	w.out.max = 100;
	assert_int_equal(answer_write(&w.answer, (struct answer_to){ .common = BEGIN }, &w.out),
			 -ENOMEM);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_an_answer_is_framed),
		cmocka_unit_test(a_trailer_is_announced),
		cmocka_unit_test(nothing_of_a_client_begins_a_line),
		cmocka_unit_test(an_error_explains_itself),
		cmocka_unit_test(running_out_of_room_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
