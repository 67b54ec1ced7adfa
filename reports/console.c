#include "reports/console.h"

#include "reports/report.h"

enum { COLUMNS = 80, COLUMNS_LEAST = 40 };

enum style console_style(enum verdict v)
{
	static const enum style styles[VERDICTS] = {
		[VERDICT_PASS] = STYLE_GREEN, [VERDICT_INFO] = STYLE_CYAN,
		[VERDICT_WARN] = STYLE_YELLOW, [VERDICT_FAIL] = STYLE_RED,
		[VERDICT_INCONCLUSIVE] = STYLE_YELLOW, [VERDICT_SKIP] = STYLE_DIM,
		[VERDICT_ERROR] = STYLE_MAGENTA,
	};

	return styles[v];
}

static bool is_finding(const struct result *r)
{
	return r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR ||
	       r->verdict == VERDICT_WARN;
}

static void write_line(struct page *p, const char *text)
{
	p->indent = 2;
	page_to(p, 2);
	page_words(p, text);
	page_newline(p);
}

static void write_header(struct page *p, const struct run *run)
{
	p->indent = 2;
	page_styled(p, STYLE_BOLD, run->program);
	page_words(p, ": ");
	page_words(p, run->cases_path);
	page_words(p, " against ");
	page_words(p, run->target);
	page_newline(p);
	if (*run->target_note)
		write_line(p, run->target_note);
	if (run->serial)
		write_line(p, "one connection at a time: the target serves no second one");
	page_newline(p);
}

static int write_results(struct page *p, const struct run *run, bool all)
{
	for (size_t i = 0; i < run->count; i++) {
		if (!all && !is_finding(&run->results[i]))
			continue;

		int r = console_result(p, &run->results[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int write_details(struct page *p, const struct run *run, bool all)
{
	write_header(p, run);

	int r = write_results(p, run, all);

	if (r == 0)
		r = console_inconclusive(p, run);
	if (r == 0)
		r = console_skipped(p, run);
	if (r < 0)
		return r;
	console_flaky(p, run);
	console_behaviours(p, run);
	console_rules(p, run);
	return 0;
}

int console_write(const struct run *run, const struct console_options *how, FILE *out)
{
	struct page p = {
		.out = out, .colour = how->colour,
		.columns = how->columns == 0 ? COLUMNS
			 : how->columns < COLUMNS_LEAST ? COLUMNS_LEAST : how->columns,
	};
	int r = how->quiet ? 0 : write_details(&p, run, how->verbose);

	if (r < 0)
		return r;
	console_table(&p, run);
	console_closing(&p, run);
	return 0;
}
