#include "reports/page.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* What |write| puts on a page of 20 columns that hangs by 4. */
static char *printed(void (*write)(struct page *p))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);

	struct page p = { .out = out, .columns = 20, .indent = 4 };

	write(&p);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void wraps(struct page *p)
{
	page_words(p, "the quick brown fox jumps over");
}

static void wraps_between_calls(struct page *p)
{
	page_words(p, "the quick ");
	page_words(p, "brown, ");
	page_words(p, "fox");
}

static void keeps_blanks_inside(struct page *p)
{
	page_words(p, "a  b ");
}

static void cuts_a_long_word(struct page *p)
{
	page_words(p, "see 0123456789012345678901234567890");
}

static void one_word_of_two(struct page *p)
{
	page_words(p, "twelve passed, ");
	page_word(p, "3 failed");
}

static void whole_does_not_wrap(struct page *p)
{
	page_to(p, 2);
	page_whole(p, "httpcheck run cases/ --filter x");
}

static void chars_wrap_anywhere(struct page *p)
{
	page_to(p, 4);
	page_chars(p, SLICE("GET /0123456789 HTTP/1.1\r"));
}

static void cut_fits(struct page *p)
{
	page_to(p, 4);
	page_cut(p, "sixteen columns!");
}

static void cut_cuts(struct page *p)
{
	page_to(p, 4);
	page_cut(p, "seventeen columns");
}

static void no_colour(struct page *p)
{
	page_styled(p, STYLE_RED, "red");
}

static void colour(struct page *p)
{
	p->colour = true;
	page_styled(p, STYLE_RED, "red");
}

static void columns_are_shown_ones(struct page *p)
{
	page_words(p, "aaaa \x1b\x1b\x1b \xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6");
}

static const struct {
	const char *why;
	void (*write)(struct page *p);
	const char *text;
} row[] = {
	{ "wraps at blanks, hanging",         wraps, "the quick brown fox\n    jumps over" },
	{ "also between two calls",           wraps_between_calls, "the quick brown, fox" },
	{ "blanks inside are evidence",       keeps_blanks_inside, "a  b" },
	{ "a word wider than a line is cut",  cuts_a_long_word,
	  "see 0123456789012345\n    678901234567890" },
	{ "what belongs together stays so",   one_word_of_two, "twelve passed,\n    3 failed" },
	{ "what one copies is not wrapped",   whole_does_not_wrap,
	  "  httpcheck run cases/ --filter x" },
	{ "bytes wrap where the line ends",   chars_wrap_anywhere,
	  "    GET /0123456789 \n    HTTP/1.1\\r" },
	{ "fits to the last column",          cut_fits, "    sixteen columns!" },
	{ "cut with dots",                    cut_cuts, "    seventeen col..." },
	{ "no colour without leave",          no_colour, "red" },
	{ "colour ends with the words",       colour, "\033[1;31mred\033[0m" },
	{ "escapes count as they are shown",  columns_are_shown_ones,
	  "aaaa \\x1b\\x1b\\x1b\n    \xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6" },
};

static void pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(freep) char *text = printed(row[i].write);

		print_message("  %s\n", row[i].why);
		assert_string_equal(text, row[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
