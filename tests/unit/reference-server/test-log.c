#include "feed.h"

#include "reference-server/log.h"

#include <fcntl.h>

/* Every octet but 0x20 to 0x7e, and of these the quote and the backslash, is escaped. */
static void nothing_in_a_line_can_end_it(void **state)
{
	struct peer peer = { .family = AF_UNIX };
	struct buffer out = BUFFER_INIT(LOG_ROOM);

	(void)state;
	for (int c = 0; c < 256; c++) {
		char octet = (char)c, want[8];
		struct request r = { .line = slice_of(&octet, 1) };
		struct log_entry e = { .peer = &peer, .request = &r, .status = 400 };
		bool plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';

		buffer_clear(&out);
		log_add(&out, &e);
		(void)snprintf(want, sizeof(want), plain ? "\"%c\"" : "\"\\x%02x\"", c);
		assert_non_null(strstr(out.at, want));
		assert_int_equal(slice_find(buffer_slice(&out), '\n'), out.len - 1);
	}
	buffer_release(&out);
}

static void who_it_was(void **state)
{
	static const struct {
		struct peer peer;
		const char *text;
	} row[] = {
		{ { AF_INET, { 192, 0, 2, 7 } }, "192.0.2.7 - - [" },
		{ { AF_INET6, { 0x20, 1, 0xd, 0xb8, [15] = 1 } }, "2001:db8::1 - - [" },
		{ { AF_UNIX, { 0 } }, "unix: - - [" },
		{ { AF_UNSPEC, { 0 } }, "unix: - - [" },
	};
	struct buffer out = BUFFER_INIT(LOG_ROOM);
	struct request r = { .line = SLICE("GET / HTTP/1.1") };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct log_entry e = { .peer = &row[i].peer, .request = &r, .status = 200 };

		buffer_clear(&out);
		log_add(&out, &e);
		assert_memory_equal(out.at, row[i].text, strlen(row[i].text));
	}
	buffer_release(&out);
}

static void a_long_word_is_cut_and_a_full_log_drops_lines(void **state)
{
	CLEANUP(freep) char *line = repeated('a', 5000);
	struct peer peer = { .family = AF_UNIX };
	struct buffer out = BUFFER_INIT(1500);
	struct request r = { .line = slice_str(line) };
	struct log_entry e = { .peer = &peer, .request = &r, .status = 414 };

	(void)state;
	log_add(&out, &e);
	assert_in_range(out.len, 1024, 1200);

	size_t len = out.len;

	log_add(&out, &e);
	assert_int_equal(out.len, len);
	buffer_release(&out);
}

static void a_log_that_cannot_be_written_is_emptied(void **state)
{
	struct buffer out = BUFFER_INIT(LOG_ROOM);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(buffer_add_str(&out, "a line\n"), 0);
	log_flush(&out, full);
	assert_int_equal(out.len, 0);
	(void)close(full);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_a_line_can_end_it),
		cmocka_unit_test(who_it_was),
		cmocka_unit_test(a_long_word_is_cut_and_a_full_log_drops_lines),
		cmocka_unit_test(a_log_that_cannot_be_written_is_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
