#include "reports/markdown.h"

#include "reports/markdown-text.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample.h"
#include "tests/unit/reports/strange.h"

#include <ctype.h>

/* What a renderer makes of it is tested by tests/end-to-end/test-formats. */

/* ---- words ---- */

static const struct {
	const char *why, *words, *text, *code;
} word[] = {
	{ "letters",            "abc", "abc", "`abc`" },
	{ "nothing",            "", "", "(nothing)" },
	{ "a backtick",         "a`b", "a\\`b", "``a`b``" },
	{ "at an end",          "`a", "\\`a", "`` `a ``" },
	{ "a run of them",      "```", "\\`\\`\\`", "```` ``` ````" },
	{ "blanks around",      " a ", " a ", "`  a  `" },
	{ "one at one end",     " a", " a", "` a`" },
	{ "blanks only",        "  ", "  ", "`  `" },
	{ "a backslash",        "\\", "\\\\", "`\\`" },
	{ "markup",             "<b>&amp;", "\\<b\\>\\&amp;", "`<b>&amp;`" },
	{ "a link",             "[a](b)", "\\[a\\](b)", "`[a](b)`" },
	{ "links by themselves", "www.a http://b c@d", "www\\.a http\\://b c@<!-- -->d",
	  "`www.a http://b c@d`" },
	{ "stress",             "**a** _b_ ~c~", "\\*\\*a\\*\\* \\_b\\_ \\~c\\~", "`**a** _b_ ~c~`" },
	{ "a line end",         "a\n# b\r", "a\\\\n\\# b\\\\r", "`a\\n# b\\r`" },
	{ "an escape",          "\x1b[2J", "\\\\x1b\\[2J", "`\\x1b[2J`" },
	{ "right to left",      "\xe2\x80\xae", "\\\\u{202e}", "`\\u{202e}`" },
};

static void words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(word); i++) {
		CLEANUP(draft_release) struct draft text = DRAFT_INIT;
		CLEANUP(draft_release) struct draft code = DRAFT_INIT;

		print_message("  %s\n", word[i].why);
		markdown_text(&text, word[i].words);
		assert_string_equal(draft_str(&text), word[i].text);
		markdown_code(&code, word[i].words, 100);
		assert_string_equal(draft_str(&code), word[i].code);
	}
}

static void a_long_value_is_cut_between_characters(void **state)
{
	(void)state;
	CLEANUP(draft_release) struct draft code = DRAFT_INIT;

	markdown_code(&code, "ab\xc3\xa9" "cd", 3);
	assert_string_equal(draft_str(&code), "`ab...`");
}

static void links(void **state)
{
	(void)state;
	static const struct {
		const char *id, *link;
	} link[] = {
		{ "RFC9112-3.2-6", "https://www.rfc-editor.org/rfc/rfc9112#section-3.2" },
		{ "RFC9112-3.2", "https://www.rfc-editor.org/rfc/rfc9112#section-3.2" },
		{ "RFC9112-C.2.2-1", "https://www.rfc-editor.org/rfc/rfc9112#appendix-C.2.2" },
		{ "RFC6265-5)](http://x)", "https://www.rfc-editor.org/rfc/rfc6265#section-5" },
		{ "host/missing", "" }, { "RFC", "" }, { "RFC9112", "" }, { "", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(link); i++) {
		CLEANUP(draft_release) struct draft d = DRAFT_INIT;

		finding_link(&d, link[i].id);
		assert_string_equal(draft_str(&d), link[i].link);
	}
}

/* ---- lines ---- */

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* How our own lines begin; nobody else's words stand at the front of one. */
static bool is_ours(const char *line)
{
	static const char *const front[] = {
		"\n", "## HTTP conformance: ", "### ", "#### ", "- ", "> [RFC", ">\n", "| ", "|---|",
		"httpcheck against ", "<details><summary>", "</details>\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(front); i++)
		if (begins(line, front[i]))
			return true;
	return isdigit((unsigned char)*line) &&
	       strstr(line, " more findings had no room here.\n");
}

static size_t backticks(const char *line)
{
	return strspn(line, "`");
}

/* Lines in a block of code begin with the transcript's lead, so none can end it. */
static void assert_lines_are_ours(const char *text)
{
	size_t fence = 0;
	int open = 0;

	for (const char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (fence) {
			if (backticks(line) >= fence)
				fence = 0;
			else
				assert_true(*line == ' ' || isdigit((unsigned char)*line));
		} else if (backticks(line) >= 3) {
			fence = backticks(line);
		} else {
			assert_true(is_ours(line));
			open += begins(line, "<details>") - begins(line, "</details>");
		}
	}
	assert_int_equal(fence, 0);
	assert_int_equal(open, 0);
}

static void random_strings(void **state)
{
	(void)state;
	static struct strange strange[100];
	struct result results[100];
	struct run run = run_of(results, 100);
	uint64_t seed = 13;

	for (int round = 0; round < 100; round++) {
		for (size_t i = 0; i < 100; i++) {
			fill_strange(&strange[i], &results[i], &seed);
			results[i].verdict = (enum verdict)(i % VERDICTS);
			results[i].known = i % 5 == 0 ? strange[i].seen : NULL;
		}

		CLEANUP(freep) char *text = written_by(markdown_write, &run);

		assert_lines_are_ours(text);
	}
}

/* ---- the limit ---- */

enum { MANY = 20000, MOST = 1000000 };

static void what_has_no_room_is_counted(void **state)
{
	(void)state;
	static struct result results[MANY];
	struct run run = run_of(results, MANY);

	for (size_t i = 0; i < MANY; i++) {
		results[i] = plain_result();
		results[i].seen = all_bytes();
		results[i].events = framing_both;
		results[i].nevents = ARRAY_SIZE(framing_both);
		if (i % 2)
			results[i].verdict = VERDICT_WARN;
	}

	CLEANUP(freep) char *text = written_by(markdown_write, &run);
	size_t len = strlen(text);

	assert_true(len <= MOST);
	assert_true(len > MOST - 20000);
	assert_lines_are_ours(text);

	const char *last = strrchr(text, '\n') - 1;

	while (last[-1] != '\n')
		last--;

	size_t shown = 0;

	for (const char *at = text; (at = strstr(at, "\n#### ")); at++)
		shown++;
	for (const char *at = text; (at = strstr(at, "\n- `a/b`")); at++)
		shown++;
	assert_int_equal(strtoul(last, NULL, 10) + shown, MANY);
}

static void headlines(void **state)
{
	(void)state;
	struct result r = plain_result();
	struct run run = run_of(&r, 1);
	static const struct {
		enum verdict verdict;
		int interrupted;
		const char *says;
	} row[] = {
		{ VERDICT_PASS, 0, "## HTTP conformance: passed\n" },
		{ VERDICT_FAIL, 0, "## HTTP conformance: failed\n" },
		{ VERDICT_SKIP, 0, "## HTTP conformance: nothing ran\n" },
		{ VERDICT_ERROR, 0, "## HTTP conformance: not judged\n" },
		{ VERDICT_PASS, 15, "## HTTP conformance: interrupted\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		r.verdict = row[i].verdict;
		run.interrupted = row[i].interrupted;

		CLEANUP(freep) char *text = written_by(markdown_write, &run);

		assert_true(begins(text, row[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(a_long_value_is_cut_between_characters),
		cmocka_unit_test(links),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(what_has_no_room_is_counted),
		cmocka_unit_test(headlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
