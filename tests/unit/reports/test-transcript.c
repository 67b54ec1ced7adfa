#include "reports/transcript.h"

#include "base/buffer.h"
#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#define MS USEC_PER_MS

static const struct transcript_limits roomy = {
	.bytes = 4096, .lines = 100, .blocks = 100, .hex = 16,
};

static int put_line(void *to, const struct transcript_line *line)
{
	struct buffer *out = to;

	assert_int_equal(buffer_add_slice(out, line->lead), 0);
	assert_int_equal(buffer_printf(out, "  %c ", line->mark), 0);
	assert_int_equal(buffer_add_slice(out, line->text), 0);
	assert_int_equal(buffer_add_byte(out, '\n'), 0);
	return 0;
}

static void assert_transcript(const struct event *events, size_t n,
			      const struct transcript_limits *limits, const char *want)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);
	struct result r = { .events = events, .nevents = n };

	assert_int_equal(transcript_write(&r, limits, put_line, &out), 0);
	assert_string_equal(buffer_str(&out), want);
}

#define ASSERT_TRANSCRIPT(events, limits, want) \
	assert_transcript(events, ARRAY_SIZE(events), limits, want)

static void exchange(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_NOTE, "", 0, { 0 }, 0, "control" },
		{ EVENT_CONNECTED, "main", 0, { 0 }, 0, "" },
		{ EVENT_SENT, "main", 1 * MS, SLICE("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0, "" },
		{ EVENT_RECEIVED, "main", 12345 * MS,
		  SLICE("HTTP/1.1 200 OK\nA: \x1b[2J\t\xff\r\n\r\nok"), 0, "" },
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  * control\n"
		"     0 ms  * connected\n"
		"     1 ms  > GET / HTTP/1.1\\r\\n\n"
		"           > Host: a\\r\\n\n"
		"           > \\r\\n\n"
		" 12345 ms  < HTTP/1.1 200 OK\\n\n"
		"           < A: \\x1b[2J\\t\\xff\\r\\n\n"
		"           < \\r\\n\n"
		"           < ok\n");
}

static void every_fact(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_CONNECTED, "main", 0, { 0 }, 0, "from 127.0.0.2" },
		{ EVENT_HALF_CLOSED, "main", 1 * MS, { 0 }, 0, "" },
		{ EVENT_FIN, "main", 2 * MS, { 0 }, 0, "" },
		{ EVENT_CLOSED, "main", 3 * MS, { 0 }, 0, NULL },
		{ EVENT_ABORTED, "main", 4 * MS, { 0 }, 0, "" },
		{ EVENT_RESET, "main", 5 * MS, { 0 }, 0, "" },
		{ EVENT_TIMEOUT, "main", 6 * MS, { 0 }, 0, "no response within 5 s" },
		{ EVENT_NOTE, "", 7 * MS, { 0 }, 0, "retried\x1b[2J on a fresh connection" },
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  * connected: from 127.0.0.2\n"
		"     1 ms  * we closed our sending side (FIN)\n"
		"     2 ms  * the target closed its sending side (FIN)\n"
		"     3 ms  * we closed the connection\n"
		"     4 ms  * we reset the connection (RST)\n"
		"     5 ms  * the target reset the connection (RST)\n"
		"     6 ms  * time ran out: no response within 5 s\n"
		"     7 ms  * retried\\x1b[2J on a fresh connection\n");
}

static void names_where_there_are_two(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_SENT, "main", 0, SLICE("a\nb"), 0, "" },
		{ EVENT_SENT, "b\x1b", 0, SLICE("c"), 0, "" },
		{ EVENT_NOTE, "", 1 * MS, { 0 }, 0, "both open" },
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  main   > a\\n\n"
		"                  > b\n"
		"     0 ms  b\\x1b  > c\n"
		"     1 ms         * both open\n");
}

static void pieces_join(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_SENT, "main", 0, SLICE("GE"), 0, "" },
		{ EVENT_SENT, "main", 900, SLICE("T / HTTP/1.1\r"), 0, "" },
		{ EVENT_SENT, "main", 1800, SLICE("\n"), 0, "" },
		{ EVENT_SENT, "main", 200 * MS, SLICE("Host: a\r\n"), 0, "" },
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  > GET / HTTP/1.1\\r\\n\n"
		"           * (sent in 3 pieces)\n"
		"   200 ms  > Host: a\\r\\n\n");
}

static void what_must_not_join(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_SENT, "a", 0, SLICE("1"), 0, "" },
		{ EVENT_SENT, "b", 0, SLICE("2"), 0, "" },           /* another connection */
		{ EVENT_RECEIVED, "b", 0, SLICE("3"), 9, "" },       /* another direction */
		{ EVENT_RECEIVED, "b", 0, SLICE("4"), 0, "" },       /* behind a gap */
		{ EVENT_FIN, "b", 0, { 0 }, 0, "" },
		{ EVENT_FIN, "b", 0, { 0 }, 0, "" },                 /* not bytes */
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  a  > 1\n"
		"     0 ms  b  > 2\n"
		"     0 ms  b  < 3\n"
		"              * (9 more bytes not shown)\n"
		"     0 ms  b  < 4\n"
		"     0 ms  b  * the target closed its sending side (FIN)\n"
		"     0 ms  b  * the target closed its sending side (FIN)\n");
}

static void limits_count(void **state)
{
	(void)state;
	static const struct transcript_limits tight = {
		.bytes = 10, .lines = 2, .blocks = 100, .hex = 16,
	};
	static const struct event events[] = {
		{ EVENT_SENT, "main", 0, SLICE("0123456789abc"), 100, "" },
		{ EVENT_RECEIVED, "main", 0, SLICE("1\n2\n3\n4\n"), 0, "" },
		{ EVENT_SENT, "main", 0, SLICE("0123456789a"), 0, "" },
		{ EVENT_RECEIVED, "main", 0, { 0 }, 5, "" },
	};

	ASSERT_TRANSCRIPT(events, &tight,
		"     0 ms  > 0123456789\n"
		"           * (103 more bytes not shown)\n"
		"     0 ms  < 1\\n\n"
		"           < 2\\n\n"
		"           * (4 more bytes not shown)\n"
		"     0 ms  > 0123456789\n"
		"           * (1 more byte not shown)\n"
		"     0 ms  * (5 more bytes not shown)\n");
}

static void middle_left_out(void **state)
{
	(void)state;
	static const struct transcript_limits tight = {
		.bytes = 10, .lines = 9, .blocks = 3, .hex = 16,
	};
	static const struct event events[] = {
		{ EVENT_NOTE, "", 0, { 0 }, 0, "1" }, { EVENT_NOTE, "", 0, { 0 }, 0, "2" },
		{ EVENT_NOTE, "", 0, { 0 }, 0, "3" }, { EVENT_NOTE, "", 0, { 0 }, 0, "4" },
		{ EVENT_NOTE, "", 0, { 0 }, 0, "5" },
	};

	ASSERT_TRANSCRIPT(events, &tight,
		"     0 ms  * 1\n"
		"           * (2 things that happened are not shown)\n"
		"     0 ms  * 4\n"
		"     0 ms  * 5\n");
	assert_transcript(events, 3, &tight,
		"     0 ms  * 1\n     0 ms  * 2\n     0 ms  * 3\n");
}

static void odd_bytes_as_hex(void **state)
{
	(void)state;
	static const struct transcript_limits narrow = {
		.bytes = 99, .lines = 99, .blocks = 99, .hex = 8,
	};
	static const struct event events[] = {
		{ EVENT_RECEIVED, "main", 0,
		  SLICE("HTTP/1.1 200 OK\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03GET / \xff\n"), 0, "" },
	};

	ASSERT_TRANSCRIPT(events, &roomy,
		"     0 ms  < HTTP/1.1 200 OK\\r\\n\n"
		"           < \\r\\n\n"
		"           < 0000: 1f8b 0800 0000 0000 0003 4745 5420 2f20  ..........GET / \n"
		"           < 0010: ff0a                                     ..\n");
	ASSERT_TRANSCRIPT(events, &narrow,
		"     0 ms  < HTTP/1.1 200 OK\\r\\n\n"
		"           < \\r\\n\n"
		"           < 0000: 1f8b 0800 0000 0000  ........\n"
		"           < 0008: 0003 4745 5420 2f20  ..GET / \n"
		"           < 0010: ff0a                 ..\n");
}

static void few_odd_bytes_escaped(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_SENT, "main", 0, SLICE("\xff\xfe\0\x01"), 0, "" },
	};

	ASSERT_TRANSCRIPT(events, &roomy, "     0 ms  > \\xff\\xfe\\x00\\x01\n");
}

/* More than a third of 18 is 7. */
static void mostly_odd_is_more_than_a_third(void **state)
{
	(void)state;
	static const struct event six[] = {
		{ EVENT_SENT, "main", 0, SLICE("\x01\x02\x03\x04\x05\x06" "abcdefghijkl"), 0, "" },
	};
	static const struct event seven[] = {
		{ EVENT_SENT, "main", 0,
		  SLICE("\x01\x02\x03\x04\x05\x06\x07" "bcdefghijkl"), 0, "" },
	};

	ASSERT_TRANSCRIPT(six, &roomy,
		"     0 ms  > \\x01\\x02\\x03\\x04\\x05\\x06abcdefghijkl\n");
	ASSERT_TRANSCRIPT(seven, &roomy,
		"     0 ms  > 0000: 0102 0304 0506 0762 6364 6566 6768 696a  .......bcdefghij\n"
		"           > 0010: 6b6c                                     kl\n");
}

/* All 256 bytes, short of the lines of '*' that are ours. */
static void every_byte(void **state)
{
	(void)state;
	char all[256];
	struct event e = { EVENT_RECEIVED, "main", 0, slice_of(all, sizeof(all)), 0, "" };
	struct result r = { .events = &e, .nevents = 1 };
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 20);

	for (int c = 0; c < 256; c++)
		all[c] = (char)c;
	assert_int_equal(transcript_write(&r, &roomy, put_line, &out), 0);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.at[i] == '\n' || (out.at[i] >= 0x20 && out.at[i] <= 0x7e));
}

static int refuse(void *to, const struct transcript_line *line)
{
	(void)line;
	++*(int *)to;
	return -ENOSPC;
}

static void sink_ends_it(void **state)
{
	(void)state;
	static const struct event events[] = {
		{ EVENT_SENT, "main", 0, SLICE("a\nb\n"), 0, "" },
		{ EVENT_FIN, "main", 0, { 0 }, 0, "" },
	};
	struct result r = { .events = events, .nevents = 2 };
	int lines = 0;

	assert_int_equal(transcript_write(&r, &roomy, refuse, &lines), -ENOSPC);
	assert_int_equal(lines, 1);
}

static void nothing_happened(void **state)
{
	(void)state;
	assert_transcript(NULL, 0, &roomy, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchange),
		cmocka_unit_test(every_fact),
		cmocka_unit_test(names_where_there_are_two),
		cmocka_unit_test(pieces_join),
		cmocka_unit_test(what_must_not_join),
		cmocka_unit_test(limits_count),
		cmocka_unit_test(middle_left_out),
		cmocka_unit_test(odd_bytes_as_hex),
		cmocka_unit_test(few_odd_bytes_escaped),
		cmocka_unit_test(mostly_odd_is_more_than_a_third),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(sink_ends_it),
		cmocka_unit_test(nothing_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
