#include "reports/console.h"

#include "base/cleanup.h"
#include "reports/visible.h"

/* ---- sentences that count ---- */

/* In the order they are read; the words are for one and for several. */
struct counted {
	enum verdict verdict;
	const char *one, *many;
	bool always;                  /* named even where there is none */
};

static bool is_named(const struct tally *t, const struct counted *c)
{
	return c->always || t->of[c->verdict];
}

static bool any_named(const struct tally *t, const struct counted *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_named(t, &words[i]))
			return true;
	return false;
}

/* The comma belongs to the word before it: no line begins with one. */
static void counts(struct page *p, const struct tally *t, const struct counted *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t count = t->of[words[i].verdict];
		bool more = any_named(t, words + i + 1, n - i - 1);
		char text[64];

		if (!is_named(t, &words[i]))
			continue;
		(void)snprintf(text, sizeof(text), "%zu %s%s", count,
			       count == 1 ? words[i].one : words[i].many, more ? "," : "");
		if (count)
			page_style(p, console_style(words[i].verdict));
		page_word(p, text);
		page_style(p, STYLE_PLAIN);
		page_words(p, more ? " " : "");
	}
}

static struct tally tally_of_rules(const struct run *run)
{
	struct tally t = { 0 };

	for (enum level l = LEVEL_MAY; l <= LEVEL_MUST; l++) {
		struct tally one = run_tally_of(run, "rules", l);

		for (enum verdict v = 0; v < VERDICTS; v++)
			t.of[v] += one.of[v];
		t.total += one.total;
	}
	return t;
}

void console_rules(struct page *p, const struct run *run)
{
	static const struct counted words[] = {
		{ VERDICT_PASS, "kept", "kept", true },
		{ VERDICT_FAIL, "broken", "broken", true },
		{ VERDICT_WARN, "recommended but not kept", "recommended but not kept", false },
		{ VERDICT_ERROR, "error", "errors", false },
		{ VERDICT_INCONCLUSIVE, "inconclusive", "inconclusive", false },
		{ VERDICT_INFO, "recorded", "recorded", false },
		{ VERDICT_SKIP, "never applicable", "never applicable", false },
	};
	struct tally t = tally_of_rules(run);

	if (t.total == 0)
		return;
	page_styled(p, STYLE_BOLD, "Rules:");
	p->indent = 2;
	page_words(p, " each held against every response: ");
	counts(p, &t, words, ARRAY_SIZE(words));
	page_newline(p);
	page_newline(p);
}

static void seconds(struct page *p, usec t)
{
	page_print(p, "%lld.%02lld s", (long long)(t / USEC_PER_SEC),
		   (long long)(t % USEC_PER_SEC / 10000));
}

static size_t known_of(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->count; i++)
		n += run->results[i].known != NULL;
	return n;
}

/* What a baseline changes about the counts. */
static void gate_counts(struct page *p, const struct run *run)
{
	size_t known = known_of(run);
	char text[64];

	if (known) {
		(void)snprintf(text, sizeof(text), "%zu of them known", known);
		page_whole(p, ";");
		page_words(p, " ");
		page_word(p, text);
	}
	if (run->nstale) {
		(void)snprintf(text, sizeof(text), "%zu stale in the baseline", run->nstale);
		page_whole(p, ";");
		page_words(p, " ");
		page_style(p, run->strict_baseline ? STYLE_RED : STYLE_YELLOW);
		page_word(p, text);
		page_style(p, STYLE_PLAIN);
	}
}

void console_closing(struct page *p, const struct run *run)
{
	static const struct counted words[] = {
		{ VERDICT_PASS, "passed", "passed", true },
		{ VERDICT_FAIL, "failed", "failed", true },
		{ VERDICT_ERROR, "error", "errors", false },
		{ VERDICT_WARN, "warned", "warned", false },
		{ VERDICT_INCONCLUSIVE, "inconclusive", "inconclusive", false },
		{ VERDICT_SKIP, "skipped", "skipped", false },
		{ VERDICT_INFO, "behaviour", "behaviours", false },
	};
	struct tally all = run_tally(run);
	size_t rules = tally_of_rules(run).total, cases = all.total - rules;
	int code = run_exit_code(run);
	char code_text[16];

	(void)snprintf(code_text, sizeof(code_text), "exit %d", code);
	p->indent = 2;
	page_style(p, STYLE_BOLD);
	page_print(p, "%zu case%s", cases, cases == 1 ? "" : "s");
	if (rules)
		page_print(p, " and %zu rule%s", rules, rules == 1 ? "" : "s");
	page_style(p, STYLE_PLAIN);
	page_words(p, " in ");
	seconds(p, run->duration);
	page_words(p, ": ");
	counts(p, &all, words, ARRAY_SIZE(words));
	gate_counts(p, run);
	page_whole(p, ";");
	page_words(p, " ");
	page_style(p, code ? STYLE_RED : STYLE_GREEN);
	page_word(p, code_text);
	page_style(p, STYLE_PLAIN);
	if (run->fail_on != FAIL_ON_MUST)
		page_words(p, run->fail_on == FAIL_ON_ANY ? " (strict)" : " (--fail-on=should)");
	page_newline(p);
}

/* ---- the table ---- */

enum { THEME_COLUMNS = 28, LEVEL_COLUMNS = 6 };

static const struct {
	enum verdict verdict;
	const char *heading;
	bool always;
} column[] = {
	{ VERDICT_PASS, "pass", true }, { VERDICT_FAIL, "fail", true },
	{ VERDICT_ERROR, "error", false }, { VERDICT_WARN, "warn", false },
	{ VERDICT_INCONCLUSIVE, "inconclusive", false }, { VERDICT_SKIP, "skip", false },
	{ VERDICT_INFO, "info", false },
};

struct table {
	struct page *page;
	const struct run *run;
	struct tally all;
	size_t theme_columns;
};

static bool column_shown(const struct table *t, size_t i)
{
	return column[i].always || t->all.of[column[i].verdict];
}

/* Two blanks and five digits at least. */
static int column_width(size_t i)
{
	int width = (int)strlen(column[i].heading) + 2;

	return width < 7 ? 7 : width;
}

static void head(const struct table *t)
{
	struct page *p = t->page;

	page_style(p, STYLE_DIM);
	page_print(p, "theme");
	page_to(p, t->theme_columns);
	page_print(p, "%-*s", LEVEL_COLUMNS, "level");
	for (size_t i = 0; i < ARRAY_SIZE(column); i++)
		if (column_shown(t, i))
			page_print(p, "%*s", column_width(i), column[i].heading);
	page_style(p, STYLE_PLAIN);
	page_newline(p);
}

static void cell(struct page *p, int width, enum verdict v, size_t count)
{
	if (count == 0) {
		page_style(p, STYLE_DIM);
		page_print(p, "%*s", width, ".");
	} else {
		page_style(p, console_style(v));
		page_print(p, "%*zu", width, count);
	}
	page_style(p, STYLE_PLAIN);
}

static void row(const struct table *t, const char *name, enum level level,
		const struct tally *count)
{
	struct page *p = t->page;

	page_whole(p, name);
	if (p->at >= t->theme_columns)
		page_newline(p);
	page_to(p, t->theme_columns);
	page_print(p, "%-*s", LEVEL_COLUMNS, level_name(level));
	for (size_t i = 0; i < ARRAY_SIZE(column); i++)
		if (column_shown(t, i))
			cell(p, column_width(i), column[i].verdict, count->of[column[i].verdict]);
	page_newline(p);
}

/* A row for each level that occurs; the name stands in the first only. */
static void rows(const struct table *t, const char *name, const char *theme)
{
	for (int level = LEVEL_MUST; level >= LEVEL_MAY; level--) {
		struct tally count = run_tally_of(t->run, theme, (enum level)level);

		if (count.total == 0)
			continue;
		row(t, name, (enum level)level, &count);
		name = "";
	}
}

static size_t widest_theme(const struct run *run)
{
	size_t widest = strlen("theme");

	for (size_t i = 0; i < run->count; i++) {
		size_t columns = visible_columns(slice_str(run->results[i].theme));

		if (columns > widest)
			widest = columns;
	}
	return widest < THEME_COLUMNS ? widest : THEME_COLUMNS;
}

void console_table(struct page *p, const struct run *run)
{
	struct table t = { p, run, run_tally(run), widest_theme(run) + 2 };

	if (run->count == 0)
		return;
	head(&t);
	for (size_t i = 0; i < run->count; i++)
		if (run_theme_begins(run, i))
			rows(&t, run->results[i].theme, run->results[i].theme);
	rows(&t, "all", NULL);
	page_newline(p);
}
