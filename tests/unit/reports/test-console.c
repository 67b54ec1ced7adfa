#include "reports/report.h"

#include "base/buffer.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/hostile.h"
#include "tests/unit/reports/sample.h"

static char *printed(const struct run *run, struct console_options how)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(console_write(run, &how, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

/* ---- golden texts ---- */

static const struct {
	const char *path;
	struct console_options how;
} golden[] = {
	{ GOLDEN "console-80.txt", { .columns = 80 } },
	{ GOLDEN "console-120.txt", { .columns = 120 } },
	{ GOLDEN "console-quiet.txt", { .columns = 80, .quiet = true } },
};

static void golden_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(golden); i++) {
		CLEANUP(freep) char *text = printed(&sample_run, golden[i].how);

		assert_golden(text, golden[i].path);
	}
}

static void unknown_width_is_80(void **state)
{
	(void)state;
	struct console_options how = { .columns = 80 };
	CLEANUP(freep) char *unknown = printed(&sample_run, (struct console_options){ 0 });
	CLEANUP(freep) char *known = printed(&sample_run, how);

	assert_string_equal(unknown, known);
}

/* ---- single facts ---- */

static void verbose_shows_what_passed(void **state)
{
	(void)state;
	struct console_options verbose = { .verbose = true };
	CLEANUP(freep) char *brief = printed(&sample_run, (struct console_options){ 0 });
	CLEANUP(freep) char *all = printed(&sample_run, verbose);

	assert_null(strstr(brief, "PASS host/accepted"));
	assert_non_null(strstr(brief, "Flaky:"));
	assert_non_null(strstr(all, "PASS host/accepted  a request with one Host is answered\n"));
	assert_non_null(strstr(all, "SKIP ranges/first-bytes  bytes=0-4 gives five bytes\n"));
}

static const char *last_line(char *text)
{
	text[strlen(text) - 1] = '\0';

	const char *lf = strrchr(text, '\n');

	return lf ? lf + 1 : text;
}

#define CASE(v)  { .id = "a/b", .theme = "a", .title = "", .why = "", .level = LEVEL_MUST, \
		   .verdict = (v), .reason = "", .expected = "", .seen = "", .replay = "" }
#define RULE(v)  { .id = "rules/b", .theme = "rules", .title = "", .why = "", .level = LEVEL_MUST, \
		   .verdict = (v), .reason = "", .expected = "", .seen = "", .replay = "" }

static const struct {
	struct result results[3];
	size_t n;
	bool strict;
	usec duration;
	const char *line;
} closing[] = {
	{ { { 0 } }, 0, false, 0, "0 cases in 0.00 s: 0 passed, 0 failed; exit 2" },
	{ { CASE(VERDICT_PASS) }, 1, false, 1239 * USEC_PER_MS,
	  "1 case in 1.23 s: 1 passed, 0 failed; exit 0" },
	{ { CASE(VERDICT_PASS), CASE(VERDICT_FAIL), RULE(VERDICT_PASS) }, 3, false,
	  61 * USEC_PER_SEC,
	  "2 cases and 1 rule in 61.00 s: 2 passed, 1 failed; exit 1" },
	{ { CASE(VERDICT_ERROR), CASE(VERDICT_ERROR), CASE(VERDICT_INFO) }, 3, false, 0,
	  "3 cases in 0.00 s: 0 passed, 0 failed, 2 errors, 1 behaviour; exit 3" },
	{ { CASE(VERDICT_WARN) }, 1, false, 0,
	  "1 case in 0.00 s: 0 passed, 0 failed, 1 warned; exit 0" },
	{ { CASE(VERDICT_WARN) }, 1, true, 0,
	  "1 case in 0.00 s: 0 passed, 0 failed, 1 warned; exit 1 (strict)" },
	{ { CASE(VERDICT_INCONCLUSIVE), CASE(VERDICT_SKIP) }, 2, false, 0,
	  "2 cases in 0.00 s: 0 passed, 0 failed, 1 inconclusive, 1 skipped; exit 2" },
};

static void closing_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(closing); i++) {
		struct run run = { .program = "", .target = "", .target_note = "", .cases_path = "",
				   .results = closing[i].results, .count = closing[i].n,
				   .fail_on = closing[i].strict ? FAIL_ON_ANY : FAIL_ON_MUST, .duration = closing[i].duration };
		struct console_options how = { .columns = 100 };
		CLEANUP(freep) char *text = printed(&run, how);

		assert_string_equal(last_line(text), closing[i].line);
	}
}

/* ---- what the target sends never reaches the terminal raw ---- */

enum { STRINGS = 12, ROOM = 160 };

/* A failed and a skipped result of which every string is hostile. */
struct poisoned {
	char text[STRINGS][ROOM + 1];
	char bytes[512];
	struct event events[3];
	struct clause clause;
	struct result results[4];
	struct run run;
};

static void assemble(struct poisoned *p, size_t nbytes)
{
	static const enum verdict verdicts[] = { VERDICT_FAIL, VERDICT_INCONCLUSIVE, VERDICT_SKIP,
						 VERDICT_INFO };

	struct slice bytes = slice_of(p->bytes, nbytes);

	p->events[0] = (struct event){ EVENT_SENT, p->text[0], 0, bytes, 0, "" };
	p->events[1] = (struct event){ EVENT_RECEIVED, p->text[1], 0, bytes, 1, "" };
	p->events[2] = (struct event){ EVENT_NOTE, "", 0, { 0 }, 0, p->text[2] };
	p->clause = (struct clause){ p->text[3], p->text[4], p->text[5], LEVEL_MUST };
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		p->results[i] = (struct result){
			.id = p->text[6], .theme = p->text[7], .title = p->text[8],
			.why = p->text[9],
			.place = { p->text[10], 1, 1 }, .clauses = &p->clause, .nclauses = 1,
			.level = LEVEL_MUST, .verdict = verdicts[i], .reason = p->text[11],
			.expected = p->text[0], .seen = p->text[1], .replay = p->text[2],
			.events = p->events, .nevents = 3,
		};
	p->run = (struct run){
		.program = p->text[3], .target = p->text[4], .target_note = p->text[5],
		.cases_path = p->text[6], .results = p->results, .count = ARRAY_SIZE(verdicts),
	};
}

/* UTF-8 by the table of RFC 3629 section 4, written apart from reports/visible.c. */
static size_t utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char low, high, second_low, second_high;
		size_t len;
	} form[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(form); i++) {
		if (s[0] < form[i].low || s[0] > form[i].high)
			continue;
		if (form[i].len > 1 && (s[1] < form[i].second_low || s[1] > form[i].second_high))
			return 0;
		for (size_t k = 2; k < form[i].len; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return form[i].len;
	}
	return 0;
}

/* A runner of GitHub Actions obeys a line that begins with "::" behind blanks, and "##[". */
static void assert_no_command(const char *text)
{
	assert_null(strstr(text, "##["));
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, "\n ");
		assert_int_not_equal(strncmp(line, "::", 2), 0);
	}
}

static void assert_harmless(const char *text)
{
	static const char *const never[] = {
		"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa",
		"\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6",
		"\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xd8\x9c", "\xef\xbb\xbf",
	};
	const unsigned char *s = (const unsigned char *)text;

	assert_no_command(text);
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		assert_null(strstr(text, never[i]));
	while (*s) {
		size_t len = utf8_len(s);

		assert_true(len > 0);
		assert_true(s[0] >= 0x20 || s[0] == '\n');
		assert_int_not_equal(s[0], 0x7f);
		assert_false(len == 2 && s[0] == 0xc2 && s[1] < 0xa0);   /* C1 */
		s += len;
	}
}

/* Takes the SGR codes of ours away. */
static void strip_sgr(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		size_t digits = from[0] == '\033' ? 2 + strspn(from + 2, "0123456789;") : 0;

		if (digits && from[digits] == 'm')
			from += digits + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

static void assert_run_harmless(const struct run *run)
{
	for (unsigned columns = 40; columns <= 120; columns += 40) {
		struct console_options how = { .columns = columns, .verbose = true };
		CLEANUP(freep) char *plain = printed(run, how);

		how.colour = true;

		CLEANUP(freep) char *coloured = printed(run, how);

		assert_harmless(plain);
		strip_sgr(coloured);
		assert_string_equal(coloured, plain);
	}
}

static void every_byte(void **state)
{
	(void)state;
	static struct poisoned p;

	for (int c = 1; c < 256; c++) {
		for (size_t i = 0; i < STRINGS; i++)
			memset(p.text[i], 0, sizeof(p.text[i])), memset(p.text[i], c, 3);
		for (size_t i = 0; i < 256; i++)
			p.bytes[i] = (char)i;
		assemble(&p, 256);
		assert_run_harmless(&p.run);
	}
}

static void sequences(void **state)
{
	(void)state;
	static struct poisoned p;

	for (size_t h = 0; h < ARRAY_SIZE(hostile); h++) {
		for (size_t i = 0; i < STRINGS; i++) {
			memset(p.text[i], 0, sizeof(p.text[i]));
			memcpy(p.text[i], hostile[h].at, hostile[h].len);
		}
		memcpy(p.bytes, hostile[h].at, hostile[h].len);
		assemble(&p, hostile[h].len);
		assert_run_harmless(&p.run);
	}
}

static void random_strings(void **state)
{
	(void)state;
	static struct poisoned p;
	uint64_t seed = 1;

	for (int round = 0; round < 300; round++) {
		for (size_t i = 0; i < STRINGS; i++)
			p.text[i][hostile_fill(&seed, p.text[i], ROOM)] = '\0';
		assemble(&p, hostile_fill(&seed, p.bytes, sizeof(p.bytes)));
		assert_run_harmless(&p.run);
	}
}

/* ---- width ---- */

/* What one copies is not wrapped: places and commands. */
static bool is_copied(const char *line)
{
	return strncmp(line, "  at  ", 6) == 0 || strncmp(line, "  replay  ", 10) == 0;
}

static size_t characters(const char *line, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)line[i] & 0xc0) != 0x80;
	return n;
}

static void no_line_too_long(void **state)
{
	(void)state;
	for (unsigned columns = 80; columns <= 160; columns += 20) {
		CLEANUP(freep) char *text = printed(&sample_run, (struct console_options){
			.columns = columns, .verbose = true });

		for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
			size_t len = strcspn(line, "\n");

			if (!is_copied(line) && characters(line, len) > columns)
				fail_msg("wider than %u: %.*s", columns, (int)len, line);
			assert_false(len > 0 && line[len - 1] == ' ');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_texts),
		cmocka_unit_test(unknown_width_is_80),
		cmocka_unit_test(verbose_shows_what_passed),
		cmocka_unit_test(closing_lines),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(sequences),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(no_line_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
