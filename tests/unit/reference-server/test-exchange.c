#include "feed.h"

#include "reference-server/exchange.h"

#define SEC USEC_PER_SEC

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path, fields) "POST " path " HTTP/1.1\r\nHost: a\r\n" fields "\r\n"

/* A connection without sockets, at a time of our own. What the exchange writes is
 * gathered in |out| until it wants something else. */
struct wire {
	struct settings settings;
	struct flights flights;
	struct exchange x;
	struct instant now;
	struct buffer out;
};

static void wire_open(struct wire *w)
{
	w->settings = SETTINGS_DEFAULT;
	w->now = (struct instant){ 1000 * SEC, 1700000000 };
	w->out = BUFFER_INIT(16 << 20);
	flights_init(&w->flights, &w->settings);
	exchange_init(&w->x, &w->flights, w->now);
}

static void wire_close(struct wire *w)
{
	exchange_release(&w->x);
	flights_release(&w->flights);
	buffer_release(&w->out);
}

/* Hands octets over, and lets nothing be written. */
static void hand_over(struct wire *w, struct slice in)
{
	char *to;

	assert_true(exchange_room(&w->x, &to) >= in.len);
	memcpy(to, in.at, in.len);
	exchange_fed(&w->x, in.len, w->now);
}

/* Lets it write, |most| octets at a time. */
static enum want drain(struct wire *w, size_t most)
{
	while (exchange_wants(&w->x) == WANT_WRITE) {
		struct slice out = slice_sub(exchange_output(&w->x), 0, most);

		assert_true(out.len > 0);
		assert_int_equal(buffer_add_slice(&w->out, out), 0);
		exchange_sent(&w->x, out.len, w->now);
	}
	return exchange_wants(&w->x);
}

/* Feeds |in| in pieces of |step| as long as it is wanted. */
static enum want feed(struct wire *w, struct slice in, size_t step)
{
	enum want want = drain(w, SIZE_MAX);

	while (in.len && want == WANT_READ) {
		char *to;
		size_t room = exchange_room(&w->x, &to);
		struct slice piece = slice_sub(in, 0, step < room ? step : room);

		assert_true(room > 0);
		memcpy(to, piece.at, piece.len);
		exchange_fed(&w->x, piece.len, w->now);
		in = slice_skip(in, piece.len);
		want = drain(w, SIZE_MAX);
	}
	return want;
}

/* Time goes by until the exchange has something to do. */
static enum want wait_deadline(struct wire *w)
{
	usec deadline = exchange_deadline(&w->x);

	assert_true(deadline != USEC_FOREVER);
	w->now.mono = deadline;
	exchange_late(&w->x, w->now);
	return drain(w, SIZE_MAX);
}

/* The status codes written so far: "200 404 ", interim ones too; and forgets them. */
static const char *statuses(struct wire *w)
{
	static char list[4096];
	static const struct slice version = SLICE("HTTP/1.1 ");
	struct slice rest = buffer_slice(&w->out);
	size_t at, len = 0;

	list[0] = '\0';
	while ((at = slice_find_slice(rest, version)) < rest.len) {
		rest = slice_skip(rest, at + version.len);
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%.3s ", rest.at);
	}
	buffer_clear(&w->out);
	return list;
}

static bool said(const struct wire *w, const char *text)
{
	return slice_find_slice(buffer_slice(&w->out), slice_str(text)) < w->out.len;
}

/* ---- the sequence of answers ---- */

static const struct conversation {
	const char *why;
	struct slice in;
	const char *statuses;
	enum want then;
} conversation[] = {
#define ROW(why, in, ...) { why, SLICE(in), __VA_ARGS__ }
	ROW("one request", GET("/"), "200 ", WANT_READ),
	ROW("pipelined", GET("/") GET("/x") "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" GET("/data.bin"),
	    "200 404 200 200 ", WANT_READ),
	ROW("content, then a request", POST("/submit", "Content-Length: 5\r\n") "hello" GET("/"),
	    "200 200 ", WANT_READ),
	ROW("chunks, then a request",
	    POST("/submit",
		 "Transfer-Encoding: chunked\r\n") "5\r\nhello\r\n0\r\nX: y\r\n\r\n" GET("/"),
	    "200 200 ", WANT_READ),
	ROW("content of a 404 is no request",
	    POST("/x", "Content-Length: 37\r\n") GET("/evil/12345") GET("/"), "404 200 ",
	    WANT_READ),
	ROW("content of a 405 is no request",
	    POST("/", "Content-Length: 37\r\n") GET("/evil/12345") GET("/"), "405 200 ", WANT_READ),
	ROW("content of an unknown method",
	    "FOO / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" GET("/"), "501 200 ",
	    WANT_READ),
	ROW("an empty line between requests", GET("/") "\r\n" GET("/"), "200 200 ", WANT_READ),
	ROW("close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", "200 ",
	    WANT_CLOSE),
	ROW("close on a second line",
	    "GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n", "200 ",
	    WANT_CLOSE),
	ROW("close behind content", POST("/submit", "Connection: close\r\nContent-Length: 2\r\n") "hi",
	    "200 ", WANT_CLOSE),
	ROW("HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n", "200 ", WANT_CLOSE),
	ROW("HTTP/1.0 may keep", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" GET("/"),
	    "200 200 ", WANT_READ),
	ROW("close beats keep-alive",
	    "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "200 ", WANT_CLOSE),
	ROW("HTTP/1.0 with chunked closes",
	    "POST /submit HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "0\r\n\r\n" GET("/"),
	    "200 ", WANT_HALF_CLOSE),
	ROW("nothing behind a refusal", "GET / HTTP/1.1\r\n\r\n" GET("/"), "400 ", WANT_HALF_CLOSE),
	ROW("a refusal behind an answer", GET("/") "GET\r\n" GET("/"), "200 400 ", WANT_HALF_CLOSE),
	ROW("both framings",
	    POST("/submit",
		 "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") "0\r\n\r\n" GET("/"),
	    "400 ", WANT_HALF_CLOSE),
	ROW("a broken chunk", POST("/submit", "Transfer-Encoding: chunked\r\n") "5\nhello" GET("/"),
	    "400 ", WANT_HALF_CLOSE),
	ROW("too much, before any of it", POST("/submit", "Content-Length: 1048577\r\n"), "413 ",
	    WANT_HALF_CLOSE),
	ROW("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" GET("/"), "501 ",
	    WANT_HALF_CLOSE),
	ROW("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "200 ", WANT_READ),
	ROW("an expectation without content", POST("/submit", "Expect: 100-continue\r\n"), "200 ",
	    WANT_READ),
	ROW("an interim answer", GET("/status/103"), "103 200 ", WANT_READ),
	ROW("none in HTTP/1.0", "GET /status/103 HTTP/1.0\r\n\r\n", "200 ", WANT_CLOSE),
#undef ROW
};

static void answers_come_in_order(void **state)
{
	static const size_t steps[] = { 1, 7, SIZE_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(conversation); i++) {
		for (size_t s = 0; s < ARRAY_SIZE(steps); s++) {
			const struct conversation *c = &conversation[i];
			struct wire w;

			wire_open(&w);

			enum want then = feed(&w, c->in, steps[s]);
			const char *got = statuses(&w);

			if (strcmp(got, c->statuses) != 0 || then != c->then)
				fail_msg("%s: %sthen %d", c->why, got, then);
			wire_close(&w);
		}
	}
}

#define LAST(fields) "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" fields "\r\n"

/* Who closes with octets unread, or before all has come, sends a reset behind its answer. */
static void an_end_that_is_not_clean_comes_in_stages(void **state)
{
	static const struct {
		const char *why;
		struct slice in;
		const char *statuses;
	} row[] = {
		{ "a request behind the last one", SLICE(LAST("") GET("/")), "200 " },
		{ "a request behind that of HTTP/1.0",
		  SLICE("GET / HTTP/1.0\r\n\r\n" GET("/")), "200 " },
		{ "a refusal", SLICE("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), "400 " },
		{ "content that is refused", SLICE(LAST("Content-Length: 1048577\r\n")), "413 " },
		{ "content that is not sent, maybe",
		  SLICE("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
			"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"), "405 " },
		{ "content that breaks",
		  SLICE(LAST("Transfer-Encoding: chunked\r\n") "5\r\nhelloX"), "400 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct wire w;

		wire_open(&w);

		enum want then = feed(&w, row[i].in, SIZE_MAX);
		const char *got = statuses(&w);

		if (strcmp(got, row[i].statuses) != 0 || then != WANT_HALF_CLOSE)
			fail_msg("%s: %sthen %d", row[i].why, got, then);
		wire_close(&w);
	}
}

/* It has a close_notify to send. */
static void a_last_request_over_tls_ends_in_stages(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.x.secure = true;
	assert_int_equal(feed(&w, SLICE(LAST("")), SIZE_MAX), WANT_HALF_CLOSE);
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);
}

static void answers_to_one_read_leave_in_one_write(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	hand_over(&w, SLICE(GET("/") GET("/") GET("/")));
	assert_int_equal(exchange_wants(&w.x), WANT_WRITE);
	assert_int_equal(buffer_add_slice(&w.out, exchange_output(&w.x)), 0);
	assert_string_equal(statuses(&w), "200 200 200 ");
	wire_close(&w);
}

static void an_answer_may_be_taken_in_pieces(void **state)
{
	struct wire whole, pieces;

	(void)state;
	wire_open(&whole);
	wire_open(&pieces);
	(void)feed(&whole, SLICE(GET("/data.bin")), SIZE_MAX);
	hand_over(&pieces, SLICE(GET("/data.bin")));
	assert_int_equal(drain(&pieces, 3), WANT_READ);
	assert_int_equal(pieces.out.len, whole.out.len);
	assert_memory_equal(pieces.out.at, whole.out.at, whole.out.len);
	wire_close(&whole);
	wire_close(&pieces);
}

/* More pipelined requests than fit, and more answers than the high-water mark. */
static void a_flood_of_requests_is_answered(void **state)
{
	enum { MANY = 900 };
	struct buffer in = BUFFER_INIT(1 << 20);
	struct wire w;
	size_t n = 0, at;

	(void)state;
	wire_open(&w);
	assert_int_equal(buffer_add_repeated(&in, SLICE(GET("/data.bin")), MANY), 0);
	assert_int_equal(feed(&w, buffer_slice(&in), SIZE_MAX), WANT_READ);
	for (struct slice rest = buffer_slice(&w.out);
	     (at = slice_find_slice(rest, SLICE("HTTP/1.1 200"))) < rest.len; n++)
		rest = slice_skip(rest, at + 1);
	assert_int_equal(n, MANY);
	buffer_release(&in);
	wire_close(&w);
}

/* What is pipelined waits while its answers would pile up. */
static void answers_do_not_pile_up(void **state)
{
	struct buffer in = BUFFER_INIT(1 << 20);
	struct wire w;

	(void)state;
	wire_open(&w);
	assert_int_equal(buffer_add_repeated(&in, SLICE(GET("/data.bin")), 300), 0);
	hand_over(&w, buffer_slice(&in));
	assert_true(exchange_output(&w.x).len > 60 * 1024);
	assert_true(exchange_output(&w.x).len < 70 * 1024);
	buffer_release(&in);
	wire_close(&w);
}

static void content_is_of_one_request_alone(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE(POST("/body", "Content-Length: 5\r\n") "hello"
			     POST("/body", "Content-Length: 2\r\n") "hi"), SIZE_MAX);
	assert_true(said(&w, "Content-Length: 2\r\n"));
	assert_true(slice_ends(buffer_slice(&w.out), SLICE("\r\n\r\nhi")));
	wire_close(&w);
}

/* A head that only just fits, behind others in the same read, and then content. */
static void a_large_request_behind_small_ones_is_read(void **state)
{
	CLEANUP(freep) char *value = repeated('v', 8000);
	struct buffer in = BUFFER_INIT(1 << 20);
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.limits.requests = UINT64_MAX;
	assert_int_equal(buffer_add_repeated(&in, SLICE(GET("/x")), 300), 0);
	assert_int_equal(buffer_add_str(&in, "POST /body HTTP/1.1\r\nHost: a\r\n"), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(buffer_printf(&in, "X: %s\r\n", value), 0);
	assert_int_equal(buffer_add_str(&in, "Transfer-Encoding: chunked\r\n\r\n"), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(buffer_printf(&in, "1f40;%s\r\n%s\r\n", "ext", value), 0);
	assert_int_equal(buffer_add_str(&in, "0\r\n\r\n" GET("/")), 0);
	for (size_t step = 1000; step < 70000; step += 11111) {
		assert_int_equal(feed(&w, buffer_slice(&in), step), WANT_READ);
		assert_true(said(&w, "Content-Length: 80000\r\n"));
		assert_non_null(strstr(statuses(&w), "404 200 200 "));
	}
	buffer_release(&in);
	wire_close(&w);
}

/* ---- 100-continue ---- */

static void a_client_that_waits_is_told_to_go_on(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	assert_int_equal(feed(&w,
			      SLICE(POST("/body", "Expect: 100-Continue\r\nContent-Length: 5\r\n")),
			      SIZE_MAX),
			 WANT_READ);
	assert_string_equal(buffer_str(&w.out), "HTTP/1.1 100 Continue\r\n\r\n");
	assert_int_equal(feed(&w, SLICE("hello"), 1), WANT_READ);
	assert_true(said(&w, "\r\n\r\nhello"));
	assert_string_equal(statuses(&w), "100 200 ");
	wire_close(&w);
}

static void a_client_that_does_not_wait_is_not_told(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE(POST("/body", "Expect: 100-continue\r\nContent-Length: 5\r\n") "h"),
		   SIZE_MAX);
	assert_int_equal(w.out.len, 0);
	(void)feed(&w, SLICE("ello"), SIZE_MAX);
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);
}

static void http_1_0_has_no_100(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(
	    &w, SLICE("POST /body HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"),
	    SIZE_MAX);
	assert_int_equal(w.out.len, 0);
	wire_close(&w);
}

/* The client may hold its content back or not: nobody knows, so the connection ends. */
static void a_refusal_does_not_wait_for_the_content(void **state)
{
	static const struct {
		struct slice in;
		const char *statuses;
	} row[] = {
		{ SLICE(POST("/x", "Expect: 100-continue\r\nContent-Length: 5\r\n")), "404 " },
		{ SLICE(POST("/", "Expect: 100-continue\r\nContent-Length: 5\r\n")), "405 " },
		{ SLICE(POST("/submit", "Expect: miracles\r\nContent-Length: 5\r\n")), "417 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct wire w;

		wire_open(&w);
		assert_int_equal(feed(&w, row[i].in, SIZE_MAX), WANT_HALF_CLOSE);
		assert_true(said(&w, "Connection: close\r\n"));
		assert_string_equal(statuses(&w), row[i].statuses);
		wire_close(&w);
	}
}

/* ---- time ---- */

static void a_silent_connection_ends_without_a_word(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.header = 3 * SEC;
	exchange_init(&w.x, &w.flights, w.now);
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 3 * SEC);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_int_equal(w.out.len, 0);
	wire_close(&w);
}

static void an_idle_connection_ends_without_a_word(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.idle = 4 * SEC;
	(void)feed(&w, SLICE(GET("/") "\r\n"), SIZE_MAX);
	(void)statuses(&w);
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 4 * SEC);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_int_equal(w.out.len, 0);
	wire_close(&w);
}

/* Idle is the time behind the last octet of the answer, not behind its making. */
static void a_client_that_reads_slowly_is_not_idle(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.idle = 4 * SEC;
	hand_over(&w, SLICE(GET("/")));
	w.now.mono += 5 * SEC;
	assert_int_equal(drain(&w, SIZE_MAX), WANT_READ);
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 4 * SEC);
	wire_close(&w);
}

/* Octets that trickle in do not move the deadline of a head. */
static void a_slow_head_gets_408(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.header = 3 * SEC;
	w.now.mono += 7 * SEC;
	(void)feed(&w, SLICE("G"), 1);

	usec deadline = w.now.mono + 3 * SEC;

	assert_int_equal(exchange_deadline(&w.x), deadline);
	w.now.mono += SEC;
	(void)feed(&w, SLICE("ET / HT"), 1);
	assert_int_equal(exchange_deadline(&w.x), deadline);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_true(said(&w, "Connection: close\r\n"));
	assert_true(said(&w, "temporary"));
	assert_string_equal(statuses(&w), "408 ");
	wire_close(&w);
}

/* 500 octets buy another second, but never more than the timeout from now. */
static void slow_content_gets_408(void **state)
{
	CLEANUP(freep) char *content = repeated('c', 100000);
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.body = 3 * SEC;

	usec begin = w.now.mono;

	(void)feed(&w, SLICE(POST("/submit", "Content-Length: 200000\r\n")), SIZE_MAX);
	assert_int_equal(exchange_deadline(&w.x), begin + 3 * SEC);
	w.now.mono = begin + 2 * SEC;
	(void)feed(&w, slice_of(content, 500), 100);
	assert_int_equal(exchange_deadline(&w.x), begin + 4 * SEC);
	(void)feed(&w, slice_of(content, 90000), SIZE_MAX);
	assert_int_equal(exchange_deadline(&w.x), begin + 5 * SEC);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_string_equal(statuses(&w), "408 ");
	wire_close(&w);
}

static void an_answer_nobody_takes_ends_the_connection(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.body = 3 * SEC;
	hand_over(&w, SLICE(GET("/")));
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 3 * SEC);
	w.now.mono += 3 * SEC;
	exchange_late(&w.x, w.now);
	assert_int_equal(exchange_wants(&w.x), WANT_CLOSE);
	wire_close(&w);
}

static void a_delay_holds_what_follows_and_not_what_precedes(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	assert_int_equal(feed(&w, SLICE(GET("/x") GET("/delay/250") GET("/")), SIZE_MAX),
			 WANT_PAUSE);
	assert_string_equal(statuses(&w), "404 ");
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 250 * USEC_PER_MS);
	assert_int_equal(wait_deadline(&w), WANT_READ);
	assert_string_equal(statuses(&w), "200 200 ");
	wire_close(&w);
}

/* ---- the end ---- */

static void after_the_last_answer_input_is_dropped_for_a_while(void **state)
{
	CLEANUP(freep) char *octets = repeated('x', 1000);
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.timeouts.linger = 2 * SEC;
	assert_int_equal(feed(&w, SLICE("GET\r\n"), SIZE_MAX), WANT_HALF_CLOSE);
	exchange_half_closed(&w.x, w.now);
	assert_int_equal(exchange_wants(&w.x), WANT_READ);
	assert_int_equal(feed(&w, slice_str(octets), SIZE_MAX), WANT_READ);
	assert_int_equal(exchange_deadline(&w.x), w.now.mono + 2 * SEC);
	assert_string_equal(statuses(&w), "400 ");
	assert_int_equal(wait_deadline(&w), WANT_CLOSE);
	wire_close(&w);
}

static void lingering_is_bounded_in_octets(void **state)
{
	const size_t mib = 1024 * 1024;
	CLEANUP(freep) char *octets = repeated('x', mib);
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE("GET\r\n"), SIZE_MAX);
	exchange_half_closed(&w.x, w.now);
	for (int i = 0; i < 16; i++)
		assert_int_equal(feed(&w, slice_str(octets), SIZE_MAX), WANT_READ);
	assert_int_equal(feed(&w, slice_str(octets), SIZE_MAX), WANT_CLOSE);
	wire_close(&w);
}

static void the_end_of_input_is_answered_by_what_was_going_on(void **state)
{
	static const struct {
		const char *why;
		struct slice in;
		const char *statuses;
	} row[] = {
		{ "nothing came", SLICE(""), "" },
		{ "between requests", SLICE(GET("/")), "200 " },
		{ "within a head", SLICE("GET / HT"), "400 " },
		{ "within content", SLICE(POST("/submit", "Content-Length: 9\r\n") "hello"),
		  "400 " },
		{ "within a chunk",
		  SLICE(POST("/submit", "Transfer-Encoding: chunked\r\n") "5\r\nhe"), "400 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct wire w;
		char *to;

		wire_open(&w);
		assert_int_equal(feed(&w, row[i].in, SIZE_MAX), WANT_READ);
		(void)exchange_room(&w.x, &to);
		exchange_hung_up(&w.x, w.now);
		if (drain(&w, SIZE_MAX) != WANT_CLOSE || strcmp(statuses(&w), row[i].statuses) != 0)
			fail_msg("%s: not as it should be", row[i].why);
		wire_close(&w);
	}
}

static void the_last_request_of_a_connection_says_close(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.limits.requests = 2;
	assert_int_equal(feed(&w, SLICE(GET("/") GET("/") GET("/")), SIZE_MAX), WANT_HALF_CLOSE);
	assert_true(said(&w, "Connection: close\r\n"));
	assert_string_equal(statuses(&w), "200 200 ");
	wire_close(&w);
}

static void a_stopping_server_finishes_what_is_in_flight(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE("GET / HTTP"), SIZE_MAX);
	exchange_drain(&w.x, w.now);
	assert_int_equal(exchange_wants(&w.x), WANT_READ);
	assert_int_equal(feed(&w, SLICE("/1.1\r\nHost: a\r\n\r\n" GET("/")), SIZE_MAX),
			 WANT_HALF_CLOSE);
	assert_true(said(&w, "Connection: close\r\n"));
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);

	wire_open(&w);
	(void)feed(&w, SLICE(GET("/delay/9")), SIZE_MAX);
	exchange_drain(&w.x, w.now);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_true(said(&w, "Connection: close\r\n"));
	wire_close(&w);
}

static void a_stopping_server_ends_behind_an_answer_already_made(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	hand_over(&w, SLICE(GET("/")));
	exchange_drain(&w.x, w.now);
	assert_int_equal(drain(&w, SIZE_MAX), WANT_HALF_CLOSE);
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);
}

static void a_stopping_server_ends_idle_connections(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE(GET("/")), SIZE_MAX);
	exchange_drain(&w.x, w.now);
	assert_int_equal(exchange_wants(&w.x), WANT_HALF_CLOSE);
	wire_close(&w);
}

/* ---- memory ---- */

static void an_idle_connection_owns_no_buffer(void **state)
{
	struct wire w;
	char *to;

	(void)state;
	assert_true(sizeof(struct exchange) <= 256);
	wire_open(&w);
	(void)exchange_room(&w.x, &to);
	assert_non_null(w.x.flight);
	exchange_fed(&w.x, 0, w.now);
	assert_null(w.x.flight);
	(void)feed(&w, SLICE(GET("/")), SIZE_MAX);
	assert_null(w.x.flight);
	wire_close(&w);
}

/* A head that has begun is as small as its octets, and is read on as if nothing were. */
static void a_head_that_is_slow_owns_its_octets_only(void **state)
{
	static const struct slice head = SLICE("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
	struct wire w;

	(void)state;
	wire_open(&w);
	for (size_t i = 0; i < head.len; i++) {
		assert_string_equal(statuses(&w), "");
		(void)feed(&w, slice_sub(head, i, i + 1), SIZE_MAX);
		assert_null(w.x.flight);
	}
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);
}

static void a_large_part_of_a_head_stays_where_it_is(void **state)
{
	CLEANUP(freep) char *value = repeated('x', 2000);
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE("GET / HTTP/1.1\r\nHost: a\r\nA: "), SIZE_MAX);
	assert_null(w.x.flight);
	(void)feed(&w, slice_str(value), SIZE_MAX);
	assert_non_null(w.x.flight);
	(void)feed(&w, SLICE("\r\n\r\n"), SIZE_MAX);
	assert_string_equal(statuses(&w), "200 ");
	wire_close(&w);
}

/* 408 is an answer to a HEAD where that much was to be read. */
static void a_slow_head_is_answered_as_its_method_asks(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	(void)feed(&w, SLICE("HEAD / HTTP/1.1\r\nHo"), SIZE_MAX);
	assert_int_equal(wait_deadline(&w), WANT_HALF_CLOSE);
	assert_true(said(&w, "HTTP/1.1 408 "));
	assert_memory_equal(w.out.at + w.out.len - 4, "\r\n\r\n", 4);
	wire_close(&w);
}

/* However a HEAD is refused, as far as its method was to be read. */
static void a_refusal_of_head_has_no_content(void **state)
{
	static const struct {
		const char *why;
		struct slice in;
		const char *status;
	} row[] = {
		{ "cut off", SLICE("HEAD / HTTP/1.1\r\nHo"), "HTTP/1.1 400 " },
		{ "cut off in its first line", SLICE("HEAD /"), "HTTP/1.1 400 " },
		{ "LF alone", SLICE("HEAD / HTTP/1.1\n"), "HTTP/1.1 400 " },
		{ "a control character", SLICE("HEAD /\x01 HTTP/1.1\r\n"), "HTTP/1.1 400 " },
		{ "a long target", SLICE("HEAD /aaaaaaaaaaaaaaaaaaaaaaaa"), "HTTP/1.1 414 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct wire w;
		char *to;

		print_message("  %s\n", row[i].why);
		wire_open(&w);
		w.settings.limits.request_line = 20;
		(void)feed(&w, row[i].in, SIZE_MAX);
		if (exchange_wants(&w.x) == WANT_READ) {
			assert_true(exchange_room(&w.x, &to) > 0);
			exchange_hung_up(&w.x, w.now);
		}
		(void)drain(&w, SIZE_MAX);
		assert_true(said(&w, row[i].status));
		assert_memory_equal(w.out.at + w.out.len - 4, "\r\n\r\n", 4);
		wire_close(&w);
	}
}

/* ---- too many connections ---- */

static void one_too_many_gets_503(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	exchange_refuse(&w.x, w.now);
	assert_int_equal(drain(&w, SIZE_MAX), WANT_HALF_CLOSE);
	assert_true(said(&w, "\r\nConnection: close\r\n"));
	assert_string_equal(statuses(&w), "503 ");
	exchange_half_closed(&w.x, w.now);
	assert_int_equal(feed(&w, SLICE(GET("/")), SIZE_MAX), WANT_READ);
	assert_string_equal(statuses(&w), "");
	wire_close(&w);
}

/* ---- the access log ---- */

static void each_answer_is_a_line_of_the_log(void **state)
{
	struct wire w;

	(void)state;
	wire_open(&w);
	w.settings.access_log = 0;
	w.x.peer = (struct peer){ AF_INET, { 192, 0, 2, 1 } };
	(void)feed(&w, SLICE(GET("/no-such")), SIZE_MAX);
	(void)feed(&w, SLICE("GET /\x80\n"), SIZE_MAX);
	assert_string_equal(
		buffer_str(&w.flights.log),
		"192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /no-such HTTP/1.1\" 404 94 "
		"\"-\" \"-\"\n"
		"192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /\\x80\" 400 120 \"-\" \"-\"\n");
	wire_close(&w);
}

/* ---- misbehaviour ---- */

static void misbehaviour_is_as_bad_as_asked_for(void **state)
{
	static const struct {
		enum misbehaviour how;
		struct slice in;
		const char *statuses;
		enum want then;
		size_t least;
	} row[] = {
		{ MISBEHAVE_CLOSE, SLICE(""), "", WANT_CLOSE, 0 },
		{ MISBEHAVE_MUTE, SLICE(GET("/")), "", WANT_READ, 0 },
		{ MISBEHAVE_BAD_REQUEST, SLICE(GET("/")), "400 ", WANT_HALF_CLOSE, 1 },
		{ MISBEHAVE_OK, SLICE("nonsense\r\n\r\nG\r\n\r\nPO"), "200 200 ", WANT_READ, 1 },
		{ MISBEHAVE_GARBAGE, SLICE(GET("/")), "", WANT_READ, 100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct wire w;

		wire_open(&w);
		w.settings.misbehave = row[i].how;
		exchange_init(&w.x, &w.flights, w.now);
		assert_int_equal(feed(&w, row[i].in, SIZE_MAX), row[i].then);
		assert_true(row[i].least ? w.out.len >= row[i].least : w.out.len == 0);
		assert_string_equal(statuses(&w), row[i].statuses);
		wire_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_order),
		cmocka_unit_test(an_end_that_is_not_clean_comes_in_stages),
		cmocka_unit_test(a_last_request_over_tls_ends_in_stages),
		cmocka_unit_test(answers_to_one_read_leave_in_one_write),
		cmocka_unit_test(an_answer_may_be_taken_in_pieces),
		cmocka_unit_test(a_flood_of_requests_is_answered),
		cmocka_unit_test(answers_do_not_pile_up),
		cmocka_unit_test(content_is_of_one_request_alone),
		cmocka_unit_test(a_large_request_behind_small_ones_is_read),
		cmocka_unit_test(a_client_that_waits_is_told_to_go_on),
		cmocka_unit_test(a_client_that_does_not_wait_is_not_told),
		cmocka_unit_test(http_1_0_has_no_100),
		cmocka_unit_test(a_refusal_does_not_wait_for_the_content),
		cmocka_unit_test(a_silent_connection_ends_without_a_word),
		cmocka_unit_test(an_idle_connection_ends_without_a_word),
		cmocka_unit_test(a_client_that_reads_slowly_is_not_idle),
		cmocka_unit_test(a_slow_head_gets_408),
		cmocka_unit_test(slow_content_gets_408),
		cmocka_unit_test(an_answer_nobody_takes_ends_the_connection),
		cmocka_unit_test(a_delay_holds_what_follows_and_not_what_precedes),
		cmocka_unit_test(after_the_last_answer_input_is_dropped_for_a_while),
		cmocka_unit_test(lingering_is_bounded_in_octets),
		cmocka_unit_test(the_end_of_input_is_answered_by_what_was_going_on),
		cmocka_unit_test(the_last_request_of_a_connection_says_close),
		cmocka_unit_test(a_stopping_server_finishes_what_is_in_flight),
		cmocka_unit_test(a_stopping_server_ends_behind_an_answer_already_made),
		cmocka_unit_test(a_stopping_server_ends_idle_connections),
		cmocka_unit_test(an_idle_connection_owns_no_buffer),
		cmocka_unit_test(a_head_that_is_slow_owns_its_octets_only),
		cmocka_unit_test(a_large_part_of_a_head_stays_where_it_is),
		cmocka_unit_test(a_slow_head_is_answered_as_its_method_asks),
		cmocka_unit_test(a_refusal_of_head_has_no_content),
		cmocka_unit_test(one_too_many_gets_503),
		cmocka_unit_test(each_answer_is_a_line_of_the_log),
		cmocka_unit_test(misbehaviour_is_as_bad_as_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
