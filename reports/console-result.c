#include "reports/console.h"
#include "reports/transcript.h"

/* Columns: of all that belongs to a result, and of the texts behind their labels. */
enum { INSET = 2, TEXT = 12 };

static bool given(const char *s)
{
	return s && *s;
}

const char *console_word(enum verdict v)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_PASS] = "PASS", [VERDICT_INFO] = "INFO", [VERDICT_WARN] = "WARN",
		[VERDICT_FAIL] = "FAIL", [VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
		[VERDICT_SKIP] = "SKIP", [VERDICT_ERROR] = "ERROR",
	};

	return words[v];
}

static void headline(struct page *p, const struct result *r)
{
	page_styled(p, console_style(r->verdict), console_word(r->verdict));
	p->indent = 5;
	page_words(p, " ");
	page_styled(p, STYLE_BOLD, r->id);
	page_words(p, "  ");
	page_words(p, r->title);
	page_newline(p);
}

static void clause(struct page *p, const struct clause *c)
{
	page_to(p, INSET);
	p->indent = INSET + 2;
	page_words(p, c->id);
	if (given(c->keyword)) {
		page_words(p, " ");
		page_styled(p, STYLE_BOLD, c->keyword);
	}
	if (given(c->text)) {
		page_whole(p, ":");
		page_words(p, " ");
		page_words(p, c->text);
	}
	page_newline(p);
}

static void label(struct page *p, const char *name)
{
	page_to(p, INSET);
	page_styled(p, STYLE_DIM, name);
	p->indent = TEXT;
	page_to(p, TEXT);
}

static void labelled(struct page *p, const char *name, enum style style, const char *text)
{
	if (!given(text))
		return;
	label(p, name);
	page_styled(p, style, text);
	page_newline(p);
}

static void labelled_count(struct page *p, const char *name, size_t n)
{
	label(p, name);
	page_print(p, "%zu", n);
	page_newline(p);
}

/* ---- the transcript ---- */

static enum style style_of_mark(char mark)
{
	return mark == '>' ? STYLE_SENT : mark == '*' ? STYLE_FACT : STYLE_PLAIN;
}

static int put_line(void *to, const struct transcript_line *line)
{
	struct page *p = to;

	page_to(p, INSET);
	page_style(p, STYLE_DIM);
	page_chars(p, line->lead);
	page_style(p, STYLE_PLAIN);
	page_style(p, style_of_mark(line->mark));
	page_print(p, "  %c ", line->mark);
	p->indent = p->at;
	page_chars(p, line->text);
	page_style(p, STYLE_PLAIN);
	page_newline(p);
	return 0;
}

/* 16 bytes of hex take 63 columns behind the lead and the mark, 8 take 35. */
static size_t hex_width(const struct page *p, const struct result *r)
{
	return INSET + transcript_lead_columns(r) + 4 + 63 <= p->columns ? 16 : 8;
}

static int transcript(struct page *p, const struct result *r)
{
	struct transcript_limits limits = {
		.bytes = 768, .lines = 24, .blocks = 40, .hex = hex_width(p, r),
	};

	if (r->nevents == 0)
		return 0;
	page_newline(p);

	int error = transcript_write(r, &limits, put_line, p);

	page_newline(p);
	return error;
}

/* ---- the whole ---- */

static void place(struct page *p, const struct result *r)
{
	struct place at = r->failed_at.file ? r->failed_at : r->place;

	if (!at.file)
		return;
	label(p, "at");
	page_whole(p, at.file);
	if (at.line)
		page_print(p, ":%d", at.line);
	if (at.line && at.column)
		page_print(p, ":%d", at.column);
	page_newline(p);
}

static void replay(struct page *p, const struct result *r)
{
	if (!given(r->replay))
		return;
	label(p, "replay");
	page_whole(p, r->replay);
	page_newline(p);
}

int console_result(struct page *p, const struct result *r)
{
	headline(p, r);
	for (size_t i = 0; i < r->nclauses; i++)
		clause(p, &r->clauses[i]);
	labelled(p, "known", STYLE_CYAN, r->known);
	labelled(p, "why", STYLE_PLAIN, r->why);
	if (!given(r->expected))      /* else it says the same in two lines */
		labelled(p, "finding", STYLE_PLAIN, r->reason);
	labelled(p, "expected", STYLE_GREEN, r->expected);
	labelled(p, "seen", STYLE_RED, r->seen);
	if (result_is_rule(r))
		labelled_count(p, "responses", r->times_seen);
	if (r->attempts > 1)
		labelled_count(p, "attempts", r->attempts);

	int error = transcript(p, r);

	place(p, r);
	replay(p, r);
	page_newline(p);
	return error;
}
