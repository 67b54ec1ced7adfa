#include "reports/visible.h"

#include "base/cleanup.h"
#include "tests/unit/edge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static const struct {
	const char *why;
	struct slice text;
	const char *shown;
} row[] = {
	{ "ASCII stays",                    SLICE("GET /a?b=\"c\" <&>"), "GET /a?b=\"c\" <&>" },
	{ "a backslash of the text stays",  SLICE("a\\n"), "a\\n" },
	{ "two, three and four bytes stay", SLICE("\xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x98\x80"),
					    "\xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x98\x80" },
	{ "line ends and tabs",             SLICE("a\r\n\tb"), "a\\r\\n\\tb" },
	{ "NUL and DEL",                    SLICE("\0\x7f"), "\\x00\\x7f" },
	{ "CSI: clears the screen",         SLICE("\x1b[2J"), "\\x1b[2J" },
	{ "OSC: sets the title",            SLICE("\x1b]0;pwned\a"), "\\x1b]0;pwned\\x07" },
	{ "DCS",                            SLICE("\x1bP+q544e\x1b\\"), "\\x1bP+q544e\\x1b\\" },
	{ "CSI as one byte",                SLICE("\x9b" "31m"), "\\x9b31m" },
	{ "CSI as U+009B",                  SLICE("\xc2\x9b" "31m"), "\\u{9b}31m" },
	{ "first and last of C1",           SLICE("\xc2\x80\xc2\x9f"), "\\u{80}\\u{9f}" },
	{ "U+00A0 is not C1",               SLICE("\xc2\xa0"), "\xc2\xa0" },
	{ "right-to-left override",         SLICE("a\xe2\x80\xae" "b"), "a\\u{202e}b" },
	{ "isolates and marks",             SLICE("\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xd8\x9c"),
					    "\\u{2066}\\u{2069}\\u{200e}\\u{61c}" },
	{ "line separator",                 SLICE("\xe2\x80\xa8"), "\\u{2028}" },
	{ "byte order mark",                SLICE("\xef\xbb\xbf"), "\\u{feff}" },
	{ "U+FFFE and U+FFFF",              SLICE("\xef\xbf\xbe\xef\xbf\xbf"),
					    "\\u{fffe}\\u{ffff}" },
	{ "U+FFFD stays",                   SLICE("\xef\xbf\xbd"), "\xef\xbf\xbd" },
	{ "tag characters",                 SLICE("\xf3\xa0\x81\x81"), "\\u{e0041}" },
	{ "surrogate",                      SLICE("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
	{ "overlong NUL",                   SLICE("\xc0\x80"), "\\xc0\\x80" },
	{ "overlong slash of three bytes",  SLICE("\xe0\x80\xaf"), "\\xe0\\x80\\xaf" },
	{ "overlong of four bytes",         SLICE("\xf0\x8f\xbf\xbf"), "\\xf0\\x8f\\xbf\\xbf" },
	{ "U+10FFFF stays",                 SLICE("\xf4\x8f\xbf\xbd"), "\xf4\x8f\xbf\xbd" },
	{ "above U+10FFFF",                 SLICE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },
	{ "five bytes are no UTF-8",        SLICE("\xf8\x88\x80\x80\x80"),
					    "\\xf8\\x88\\x80\\x80\\x80" },
	{ "lone continuation",              SLICE("a\x80z"), "a\\x80z" },
	{ "cut after the lead",             SLICE("a\xe2"), "a\\xe2" },
	{ "cut before the last byte",       SLICE("\xf0\x9f\x98"), "\\xf0\\x9f\\x98" },
	{ "a lead, then ASCII",             SLICE("\xc3(") , "\\xc3(" },
};

static void show(struct slice text, enum visible_breaks breaks, struct buffer *out)
{
	struct edge e = edge_copy(text.at, text.len);
	struct slice rest = e.bytes;
	struct visible v;

	buffer_clear(out);
	while (visible_next(&rest, breaks, &v))
		assert_int_equal(buffer_add(out, v.text, v.len), 0);
	edge_free(e);
}

static void texts(void **state)
{
	(void)state;
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 16);

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		print_message("  %s\n", row[i].why);
		show(row[i].text, BREAKS_SPELT, &out);
		assert_string_equal(buffer_str(&out), row[i].shown);
	}
}

static void every_byte_alone(void **state)
{
	(void)state;
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 16);

	for (int c = 0; c < 256; c++) {
		char byte = (char)c, want[8];

		show(slice_of(&byte, 1), BREAKS_SPELT, &out);
		if (c >= 0x20 && c < 0x7f)
			(void)snprintf(want, sizeof(want), "%c", c);
		else if (c == '\r' || c == '\n' || c == '\t')
			(void)snprintf(want, sizeof(want), "\\%c", "tn..r"[c - '\t']);
		else
			(void)snprintf(want, sizeof(want), "\\x%02x", c);
		assert_string_equal(buffer_str(&out), want);
	}
}

static void kept_breaks(void **state)
{
	(void)state;
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 16);

	show(SLICE("a\r\n\tb\v"), BREAKS_KEPT, &out);
	assert_string_equal(buffer_str(&out), "a\r\n\tb\\x0b");
}

static void columns(void **state)
{
	(void)state;
	assert_int_equal(visible_columns(SLICE("")), 0);
	assert_int_equal(visible_columns(SLICE("abc")), 3);
	assert_int_equal(visible_columns(SLICE("\xe2\x80\xa6")), 1);
	assert_int_equal(visible_columns(SLICE("\n\x1b\xe2\x80\xae")), 2 + 4 + 8);
}

static void null_is_empty(void **state)
{
	(void)state;
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1 << 16);

	assert_int_equal(visible_add(&out, NULL, BREAKS_SPELT), 0);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(every_byte_alone),
		cmocka_unit_test(kept_breaks),
		cmocka_unit_test(columns),
		cmocka_unit_test(null_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
