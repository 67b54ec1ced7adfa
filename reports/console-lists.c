#include "reports/console.h"

#include "base/cleanup.h"
#include "reports/visible.h"

#include <errno.h>

static void heading(struct page *p, enum style style, const char *name, const char *meaning)
{
	page_styled(p, style, name);
	p->indent = 2;
	page_words(p, meaning);
	page_newline(p);
}

/* ---- verdicts grouped by reason ---- */

struct group {
	const char *reason;
	size_t count;
};

struct groups {
	struct group *list;
	size_t n;
};

static bool is_case(const struct result *r, enum verdict v)
{
	return r->verdict == v && !result_is_rule(r);
}

static void count_reason(struct groups *g, const char *reason)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->list[i].reason, reason) == 0) {
			g->list[i].count++;
			return;
		}
	g->list[g->n++] = (struct group){ reason, 1 };
}

/* Most frequent first; equal ones by name, so that two runs print the same. */
static int by_count(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->reason, b->reason);
}

/* The reasons of all cases with verdict |v|; the list is the caller's to free. */
static int groups_of(const struct run *run, enum verdict v, struct groups *ret)
{
	struct groups g = { .list = calloc(run->count + 1, sizeof(*g.list)) };

	if (!g.list)
		return -ENOMEM;
	for (size_t i = 0; i < run->count; i++)
		if (is_case(&run->results[i], v))
			count_reason(&g, run->results[i].reason);
	qsort(g.list, g.n, sizeof(*g.list), by_count);
	*ret = g;
	return 0;
}

static const char *reason_or_none(const char *reason)
{
	return *reason ? reason : "(no reason given)";
}

static void groups_release(struct groups *g)
{
	free(g->list);
}

static void cases_of(struct page *p, const struct run *run, enum verdict v, const char *reason)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		if (!is_case(r, v) || strcmp(r->reason, reason) != 0)
			continue;
		page_to(p, 4);
		page_whole(p, r->id);
		page_to(p, p->at + 2);
		page_cut(p, r->title);
		page_newline(p);
	}
}

int console_inconclusive(struct page *p, const struct run *run)
{
	CLEANUP(groups_release) struct groups g = { 0 };
	int r = groups_of(run, VERDICT_INCONCLUSIVE, &g);

	if (r < 0 || g.n == 0)
		return r;
	heading(p, console_style(VERDICT_INCONCLUSIVE), "Inconclusive:",
		" the control did not work, so nothing can be said");
	for (size_t i = 0; i < g.n; i++) {
		page_to(p, 2);
		p->indent = 4;
		page_words(p, reason_or_none(g.list[i].reason));
		page_newline(p);
		cases_of(p, run, VERDICT_INCONCLUSIVE, g.list[i].reason);
	}
	page_newline(p);
	return 0;
}

void console_flaky(struct page *p, const struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		if (!r->flaky)
			continue;
		if (!any)
			heading(p, console_style(VERDICT_WARN), "Flaky:",
				" runs of one case gave different verdicts");
		any = true;
		page_to(p, 2);
		page_whole(p, r->id);
		page_to(p, p->at + 2);
		p->indent = 4;
		page_words(p, r->reason);
		page_newline(p);
	}
	if (any)
		page_newline(p);
}

int console_skipped(struct page *p, const struct run *run)
{
	CLEANUP(groups_release) struct groups g = { 0 };
	int r = groups_of(run, VERDICT_SKIP, &g);

	if (r < 0 || g.n == 0)
		return r;
	heading(p, STYLE_BOLD, "Skipped:", " the target does not offer what these cases need");
	for (size_t i = 0; i < g.n; i++) {
		page_print(p, "%6zu", g.list[i].count);
		p->indent = 8;
		page_to(p, 8);
		page_words(p, reason_or_none(g.list[i].reason));
		page_newline(p);
	}
	page_newline(p);
	return 0;
}

/* ---- behaviours ---- */

enum { ID_COLUMNS = 36 };             /* a longer id has its text on the next line */

static size_t widest_id(const struct run *run)
{
	size_t widest = 0;

	for (size_t i = 0; i < run->count; i++) {
		size_t columns = visible_columns(slice_str(run->results[i].id));

		if (run->results[i].verdict == VERDICT_INFO && columns > widest)
			widest = columns;
	}
	return widest < ID_COLUMNS ? widest : ID_COLUMNS;
}

static void behaviour(struct page *p, const struct result *r, size_t column)
{
	page_to(p, 2);
	page_whole(p, r->id);
	if (p->at + 2 > column)
		page_newline(p);
	p->indent = column;
	page_to(p, column);
	page_words(p, *r->reason ? r->reason : *r->seen ? r->seen : r->title);
	page_newline(p);
}

void console_behaviours(struct page *p, const struct run *run)
{
	if (run_tally(run).of[VERDICT_INFO] == 0)
		return;
	heading(p, console_style(VERDICT_INFO), "Behaviours:",
		" what the target chose where the RFCs leave it free");

	size_t column = 2 + widest_id(run) + 2;

	for (size_t i = 0; i < run->count; i++)
		if (run->results[i].verdict == VERDICT_INFO)
			behaviour(p, &run->results[i], column);
	page_newline(p);
}
