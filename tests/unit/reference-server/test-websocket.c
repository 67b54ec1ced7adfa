#include "ask.h"

#define HANDSHAKE(more) \
	"GET /websocket HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n" more
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UPGRADE "Upgrade: WebSocket\r\n"
#define V13     "Sec-WebSocket-Version: 13\r\n"

static void a_handshake_is_accepted_or_refused(void **state)
{
	static const struct {
		const char *why, *request;
		int status;
		const char *line;
	} row[] = {
		{ "the sample of RFC 6455 section 1.3", HANDSHAKE(UPGRADE KEY V13 "\r\n"), 101,
		  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" },
		{ "its upgrade is named", HANDSHAKE(UPGRADE KEY V13 "\r\n"), 101,
		  "Upgrade: websocket" },
		{ "a page of ours", HANDSHAKE(UPGRADE KEY V13 "Origin: http://a\r\n\r\n"), 101, NULL },
		{ "a page of others", HANDSHAKE(UPGRADE KEY V13 "Origin: http://b\r\n\r\n"), 403,
		  NULL },
		{ "a page with TLS is another", HANDSHAKE(UPGRADE KEY V13 "Origin: https://a\r\n\r\n"),
		  403, NULL },
		{ "a page of nowhere", HANDSHAKE(UPGRADE KEY V13 "Origin: null\r\n\r\n"), 403, NULL },
		{ "no upgrade", HANDSHAKE(KEY V13 "\r\n"), 426, "Upgrade: websocket" },
		{ "another protocol", HANDSHAKE("Upgrade: xyzzy\r\n" KEY V13 "\r\n"), 426,
		  "Connection: Upgrade" },
		{ "one of two protocols", HANDSHAKE("Upgrade: xyzzy, websocket\r\n" KEY V13 "\r\n"),
		  101, NULL },
		{ "version 12", HANDSHAKE(UPGRADE KEY "Sec-WebSocket-Version: 12\r\n\r\n"), 426,
		  "Sec-WebSocket-Version: 13" },
		{ "no version", HANDSHAKE(UPGRADE KEY "\r\n"), 426, "Sec-WebSocket-Version: 13" },
		{ "no key", HANDSHAKE(UPGRADE V13 "\r\n"), 400, NULL },
		{ "two keys", HANDSHAKE(UPGRADE V13 KEY KEY "\r\n"), 400, NULL },
		{ "a short key", HANDSHAKE(UPGRADE V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n"),
		  400, NULL },
		{ "a key that is no base64",
		  HANDSHAKE(UPGRADE V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n\r\n"), 400,
		  NULL },
		{ "a key of more than 16 octets",
		  HANDSHAKE(UPGRADE V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n\r\n"), 400,
		  NULL },
		{ "an extension nobody knows",
		  HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Extensions: x; a=1; b=\"c\", y\r\n\r\n"), 101,
		  NULL },
		{ "an extension of no form",
		  HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Extensions: x; =1\r\n\r\n"), 400, NULL },
		{ "an empty list", HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Extensions:\r\n\r\n"), 400,
		  NULL },
		{ "a quoted value that is no token",
		  HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Extensions: x; a=\"b c\"\r\n\r\n"), 400,
		  NULL },
		{ "a subprotocol nobody knows",
		  HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n"), 101,
		  NULL },
		{ "a subprotocol of no form",
		  HANDSHAKE(UPGRADE KEY V13 "Sec-WebSocket-Protocol: a b\r\n\r\n"), 400, NULL },
		{ "HTTP/1.0 knows no upgrade",
		  "GET /websocket HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\n" UPGRADE KEY V13
		  "\r\n", 426, NULL },
		{ "no option of the connection",
		  "GET /websocket HTTP/1.1\r\nHost: a\r\n" UPGRADE KEY V13 "\r\n", 426, NULL },
		{ "POST", "POST /websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n" UPGRADE KEY V13
		  "\r\n", 405, NULL },
		{ "elsewhere it is not spoken",
		  "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n" UPGRADE KEY V13 "\r\n", 200,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		ask(&a, slice_str(row[i].request));
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)))
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		assert_false(ask_has_field(&a, "Sec-WebSocket-Protocol") ||
			     ask_has_field(&a, "Sec-WebSocket-Extensions"));
		if (a.status == 101)
			assert_false(ask_has_field(&a, "Content-Length") ||
				     ask_has(&a, "Connection: close"));
		ask_done(&a);
	}
}

static void a_100_comes_before_the_101(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE(HANDSHAKE(UPGRADE KEY V13 "Expect: 100-continue\r\n\r\n")));
	assert_int_equal(a.status, 100);
	assert_true(slice_starts(a.content, SLICE("HTTP/1.1 101 ")));
	ask_done(&a);
}

/* ---- frames ---- */

#define MASK4 "\0\0\0\0"                      /* a mask that changes nothing */

static const struct {
	const char *why;
	struct slice in, out;
	enum websocket_outcome how;   /* of the last frame */
} frame[] = {
#define ROW(why, in, out, how) { why, SLICE(in), SLICE(out), how }
	ROW("text", "\x81\x82" MASK4 "hi", "\x81\x02hi", WEBSOCKET_MORE),
	ROW("the masked Hello of section 5.7", "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
	    "\x81\x05Hello", WEBSOCKET_MORE),
	ROW("an empty text", "\x81\x80" MASK4, "\x81\0", WEBSOCKET_MORE),
	ROW("in fragments", "\x01\x82" MASK4 "he\x80\x83" MASK4 "llo", "\x81\x05hello",
	    WEBSOCKET_MORE),
	ROW("a ping in between", "\x01\x81" MASK4 "a\x89\x81" MASK4 "?\x80\x81" MASK4 "b",
	    "\x8a\x01?\x81\x02" "ab", WEBSOCKET_MORE),
	ROW("a pong nobody asked for", "\x8a\x81" MASK4 "x", "", WEBSOCKET_MORE),
	ROW("a length of 16 bits", "\x81\xfe\0\1" MASK4 "x", "\x81\1x", WEBSOCKET_MORE),
	ROW("UTF-8 over two fragments", "\x01\x81" MASK4 "\xc3\x80\x81" MASK4 "\xa4",
	    "\x81\x02\xc3\xa4", WEBSOCKET_MORE),
	ROW("close", "\x88\x80" MASK4, "\x88\0", WEBSOCKET_END),
	ROW("close with a code and a reason", "\x88\x85" MASK4 "\x03\xe8" "bye", "\x88\x02\x03\xe8",
	    WEBSOCKET_END),
	ROW("close with half a code", "\x88\x81" MASK4 "\x03", "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("close with a code that no frame has", "\x88\x82" MASK4 "\x03\xed", "\x88\x02\x03\xea",
	    WEBSOCKET_END),
	ROW("close with a reason that is no text", "\x88\x83" MASK4 "\x03\xe8\xff",
	    "\x88\x02\x03\xef", WEBSOCKET_END),
	ROW("no mask", "\x81\x02hi", "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("a reserved bit", "\xc1\x80" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("a reserved opcode", "\x83\x80" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("a reserved control opcode", "\x8b\x80" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("nothing to go on with", "\x80\x80" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("a new message inside another", "\x01\x80" MASK4 "\x81\x80" MASK4, "\x88\x02\x03\xea",
	    WEBSOCKET_END),
	ROW("a ping in fragments", "\x09\x80" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("a long ping", "\x89\xfe\0\x7e" MASK4, "\x88\x02\x03\xea", WEBSOCKET_END),
	ROW("binary", "\x82\x80" MASK4, "\x88\x02\x03\xeb", WEBSOCKET_END),
	ROW("no UTF-8", "\x81\x81" MASK4 "\xff", "\x88\x02\x03\xef", WEBSOCKET_END),
	ROW("an overlong sequence", "\x81\x82" MASK4 "\xc0\xaf", "\x88\x02\x03\xef", WEBSOCKET_END),
	ROW("a surrogate", "\x81\x83" MASK4 "\xed\xa0\x80", "\x88\x02\x03\xef", WEBSOCKET_END),
	ROW("above U+10FFFF", "\x81\x84" MASK4 "\xf4\x90\x80\x80", "\x88\x02\x03\xef",
	    WEBSOCKET_END),
	ROW("a frame of 16 KiB and one", "\x81\xfe\x40\x01" MASK4, "\x88\x02\x03\xf1",
	    WEBSOCKET_END),
	ROW("a frame of 2^63 octets", "\x81\xff\x80\0\0\0\0\0\0\0" MASK4, "\x88\x02\x03\xf1",
	    WEBSOCKET_END),
#undef ROW
};

/* Gives |step| octets more each time, at the edge of an unreadable page. */
static void play(size_t i, size_t step)
{
	struct websocket w = { 0 };
	struct buffer out = BUFFER_INIT(1 << 20);
	enum websocket_outcome how = WEBSOCKET_MORE;
	size_t done = 0;

	websocket_begin(&w);
	for (size_t have = step; how != WEBSOCKET_END; have += step) {
		size_t used, end = have < frame[i].in.len ? have : frame[i].in.len;

		do {
			struct edge e = edge_copy(frame[i].in.at + done, end - done);

			how = websocket_read(&w, e.bytes, &used, &out);
			edge_free(e);
			done += used;
		} while (how == WEBSOCKET_MORE);
		if (end == frame[i].in.len)
			break;
	}
	if (how == WEBSOCKET_WAIT && done == frame[i].in.len)
		how = WEBSOCKET_MORE;
	if (how != frame[i].how || !slice_eq(buffer_slice(&out), frame[i].out))
		fail_msg("%s, by %zu: %d, %zu octets", frame[i].why, step, how, out.len);
	buffer_release(&out);
	websocket_release(&w);
}

static void each_frame_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frame); i++) {
		play(i, frame[i].in.len);
		play(i, 1);
	}
}

static void a_message_has_an_end(void **state)
{
	struct websocket w = { 0 };
	struct buffer in = BUFFER_INIT(1 << 20), out = BUFFER_INIT(1 << 20);
	size_t used;
	int n = 0;

	(void)state;
	websocket_begin(&w);
	assert_int_equal(buffer_add(&in, "\x01\xfe\x40\0" MASK4, 8), 0);
	assert_int_equal(buffer_add_repeated(&in, SLICE("x"), WEBSOCKET_FRAME), 0);
	while (websocket_read(&w, buffer_slice(&in), &used, &out) == WEBSOCKET_MORE) {
		in.at[0] = '\0';      /* it goes on */
		n++;
	}
	assert_int_equal(n, WEBSOCKET_MESSAGE / WEBSOCKET_FRAME);
	assert_true(slice_eq(buffer_slice(&out), SLICE("\x88\x02\x03\xf1")));
	buffer_release(&in);
	buffer_release(&out);
	websocket_release(&w);
}

/* ---- behind the handshake, in the exchange ---- */

static void feed(struct asked *a, struct slice in, struct instant now)
{
	char *to;

	assert_true(exchange_room(&a->x, &to) >= in.len);
	memcpy(to, in.at, in.len);
	exchange_fed(&a->x, in.len, now);
}

static void assert_output(struct asked *a, struct slice want, struct instant now)
{
	assert_int_equal(exchange_wants(&a->x), WANT_WRITE);
	assert_true(slice_eq(exchange_output(&a->x), want));
	exchange_sent(&a->x, want.len, now);
}

static const struct instant later = { 2 * USEC_PER_SEC, ASK_NOW };

static void the_exchange_speaks_it_behind_the_handshake(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE(HANDSHAKE(UPGRADE KEY V13 "\r\n")));
	assert_int_equal(exchange_wants(&a.x), WANT_READ);
	feed(&a, SLICE("\x81\x82" MASK4 "hi\x81\x82" MASK4 "ho\x81"), later);
	assert_output(&a, SLICE("\x81\x02hi\x81\x02ho"), later);
	feed(&a, SLICE("\x82" MASK4 "!!"), later);
	assert_output(&a, SLICE("\x81\x02!!"), later);
	feed(&a, SLICE("\x88\x80" MASK4), later);
	assert_output(&a, SLICE("\x88\0"), later);
	assert_int_equal(exchange_wants(&a.x), WANT_HALF_CLOSE);
	ask_done(&a);
}

static void frames_may_come_with_the_handshake(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE(HANDSHAKE(UPGRADE KEY V13 "\r\n") "\x81\x82" MASK4 "hi"));
	assert_true(slice_eq(a.content, SLICE("\x81\x02hi")));
	ask_done(&a);
}

static void an_idle_one_and_one_at_the_end_are_told_why(void **state)
{
	struct asked a;
	struct instant end;

	(void)state;
	for (int drained = 0; drained < 2; drained++) {
		ask(&a, SLICE(HANDSHAKE(UPGRADE KEY V13 "\r\n")));
		if (drained)
			exchange_drain(&a.x, later);
		end = (struct instant){ exchange_deadline(&a.x), ASK_NOW };
		assert_int_equal(end.mono, drained ? 0 : 11 * USEC_PER_SEC);
		exchange_late(&a.x, end);
		assert_output(&a, SLICE("\x88\x02\x03\xe9"), end);
		assert_int_equal(exchange_wants(&a.x), WANT_HALF_CLOSE);
		ask_done(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_is_accepted_or_refused),
		cmocka_unit_test(a_100_comes_before_the_101),
		cmocka_unit_test(each_frame_has_its_answer),
		cmocka_unit_test(a_message_has_an_end),
		cmocka_unit_test(the_exchange_speaks_it_behind_the_handshake),
		cmocka_unit_test(frames_may_come_with_the_handshake),
		cmocka_unit_test(an_idle_one_and_one_at_the_end_are_told_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
