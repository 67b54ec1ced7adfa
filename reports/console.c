#include "reports/console.h"

#include "reports/report.h"

#include <errno.h>
#include <stdlib.h>

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

struct console {
	struct page page;
	struct console_options how;
};

/* What the baseline knows is listed, not explained again in every run. */
static bool is_explained(const struct console *c, const struct result *r)
{
	bool finding = r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR ||
		       r->verdict == VERDICT_WARN;

	return !c->how.quiet && (c->how.verbose || (finding && !r->known));
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

struct console *console_open(const struct run *run, const struct console_options *how, FILE *out)
{
	struct console *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->how = *how;
	c->page = (struct page){
		.out = out, .colour = how->colour,
		.columns = how->columns == 0 ? COLUMNS
			 : how->columns < COLUMNS_LEAST ? COLUMNS_LEAST : how->columns,
	};
	if (!how->quiet)
		write_header(&c->page, run);
	return c;
}

bool console_shows(const struct console *c, const struct result *r)
{
	return is_explained(c, r);
}

int console_show(struct console *c, const struct result *r)
{
	return is_explained(c, r) ? console_result(&c->page, r) : 0;
}

static int write_rules(struct console *c, const struct run *run)
{
	int r = 0;

	for (size_t i = 0; i < run->count && r == 0; i++)
		if (result_is_rule(&run->results[i]))
			r = console_show(c, &run->results[i]);
	return r;
}

static int write_lists(struct page *p, const struct run *run)
{
	int r = console_inconclusive(p, run);

	if (r == 0)
		r = console_skipped(p, run);
	if (r < 0)
		return r;
	console_flaky(p, run);
	console_behaviours(p, run);
	console_rules(p, run);
	console_known(p, run);
	return 0;
}

int console_close(struct console *c, const struct run *run)
{
	struct page *p = &c->page;
	int r = write_rules(c, run);

	if (r == 0 && !c->how.quiet)
		r = write_lists(p, run);
	if (r < 0)
		return r;
	console_stale(p, run);
	console_failed(p, run);
	console_table(p, run);
	console_closing(p, run);
	return 0;
}

void console_free(struct console *c)
{
	free(c);
}

int console_write(const struct run *run, const struct console_options *how, FILE *out)
{
	struct console *c = console_open(run, how, out);
	int r = c ? 0 : -ENOMEM;

	for (size_t i = 0; i < run->count && r == 0; i++)
		if (!result_is_rule(&run->results[i]))
			r = console_show(c, &run->results[i]);
	if (r == 0)
		r = console_close(c, run);
	console_free(c);
	return r;
}
