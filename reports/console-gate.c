#include "reports/console.h"

#include "reports/visible.h"

enum { ID_AT = 9, ID_COLUMNS = 36 };  /* a longer one pushes what follows aside */

static void heading(struct page *p, enum style style, const char *name, const char *meaning)
{
	page_styled(p, style, name);
	p->indent = 2;
	page_words(p, meaning);
	page_newline(p);
}

/* What one can do now. */
static void hint(struct page *p, const char *text)
{
	page_to(p, 2);
	p->indent = 2;
	page_styled(p, STYLE_DIM, text);
	page_newline(p);
}

/* Two blanks at least. */
static void next_column(struct page *p, size_t column)
{
	page_to(p, column > p->at + 2 ? column : p->at + 2);
}

/* "  FAIL   host/missing  expected 400, saw 200 OK": one line, cut where it ends. */
static void one_line(struct page *p, const struct result *r, size_t column, const char *text)
{
	page_to(p, 2);
	page_style(p, console_style(r->verdict));
	page_whole(p, console_word(r->verdict));
	page_style(p, STYLE_PLAIN);
	next_column(p, ID_AT);
	page_whole(p, r->id);
	next_column(p, column);
	page_cut(p, text);
	page_newline(p);
}

typedef bool chosen(const struct run *run, const struct result *r);

static size_t id_column(const struct run *run, chosen *is_chosen)
{
	size_t widest = 0;

	for (size_t i = 0; i < run->count; i++) {
		size_t columns = visible_columns(slice_str(run->results[i].id));

		if (is_chosen(run, &run->results[i]) && columns > widest)
			widest = columns;
	}
	return ID_AT + (widest < ID_COLUMNS ? widest : ID_COLUMNS) + 2;
}

static bool any(const struct run *run, chosen *is_chosen)
{
	for (size_t i = 0; i < run->count; i++)
		if (is_chosen(run, &run->results[i]))
			return true;
	return false;
}

/* ---- what the baseline expects ---- */

static bool is_known(const struct run *run, const struct result *r)
{
	(void)run;
	return r->known != NULL;
}

void console_known(struct page *p, const struct run *run)
{
	size_t column = id_column(run, is_known);

	if (!any(run, is_known))
		return;
	heading(p, STYLE_BOLD, "Known:", " the baseline expects these");
	for (size_t i = 0; i < run->count; i++)
		if (run->results[i].known)
			one_line(p, &run->results[i], column, run->results[i].known);
	page_newline(p);
}

void console_stale(struct page *p, const struct run *run)
{
	if (run->nstale == 0)
		return;
	heading(p, run->strict_baseline ? STYLE_RED : STYLE_YELLOW, "Stale:",
		" entries of the baseline that no longer say what is");
	for (size_t i = 0; i < run->nstale; i++) {
		const struct stale_entry *e = &run->stale[i];

		page_to(p, 2);
		page_whole(p, e->id);
		page_words(p, "  ");
		p->indent = 4;
		page_words(p, e->why);
		if (e->place.file) {
			page_words(p, "  (");
			page_whole(p, e->place.file);
			if (e->place.line)
				page_print(p, ":%d:%d", e->place.line, e->place.column);
			page_print(p, ")");
		}
		page_newline(p);
	}
	hint(p, "--update-baseline takes out what passes or is not there; what has expired is "
		"for you to judge");
	page_newline(p);
}

/* ---- what fails ---- */

static bool fails(const struct run *run, const struct result *r)
{
	return run_fails_by(run, r) || (r->verdict == VERDICT_ERROR && !r->known);
}

void console_failed(struct page *p, const struct run *run)
{
	size_t column = id_column(run, fails);

	if (!any(run, fails))
		return;
	heading(p, STYLE_RED, "Failed:", "");
	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		if (fails(run, r))
			one_line(p, r, column, *r->reason ? r->reason : r->title);
	}
	hint(p, "run these again with --last-failed; accept them, each with a reason, with "
		"--baseline FILE --update-baseline");
	page_newline(p);
}
