#include "reports/html-parts.h"

/* "RFC9112-3.2-6": its part before the first '-'. */
static struct slice rfc_of(const struct covered *c)
{
	struct slice id = slice_str(c->clause->id);

	return slice_sub(id, 0, slice_find(id, '-'));
}

struct count {
	size_t of[COVERAGE_UNTESTABLE + 1];
};

static struct count count(const struct covered *c, size_t n)
{
	struct count all = { 0 };

	for (size_t i = 0; i < n; i++)
		all.of[c[i].state]++;
	return all;
}

static void put_count(struct html *h, struct count n)
{
	html(h, "%zu covered, %zu missing, %zu untestable", n.of[COVERAGE_COVERED],
	     n.of[COVERAGE_MISSING], n.of[COVERAGE_UNTESTABLE]);
}

static void put_by(struct html *h, const struct covered *c)
{
	enum { MOST = 6 }; /* a requirement may have dozens of cases */

	for (size_t i = 0; i < c->nby && i < MOST; i++) {
		html(h, "<a href=\"#");
		html_anchor(h, c->by[i]);
		html(h, "\">%s</a> ", c->by[i]);
	}
	if (c->nby > MOST)
		html(h, "and %zu more", c->nby - MOST);
	html(h, "%s", c->reason);
}

static void put_requirement(struct html *h, const struct covered *c)
{
	html(h, "<tr class=\"%s\"><th scope=\"row\">", coverage_name(c->state));
	html_clause_link(h, c->clause->id);
	html(h, "</th><td>%s</td><td>%s</td><td>%s</td><td>", c->clause->keyword,
	     coverage_name(c->state), c->clause->text);
	put_by(h, c);
	html(h, "</td></tr>\n");
}

/* The rows of one RFC; returns how many. */
static size_t put_rfc(struct html *h, const struct covered *c, size_t left)
{
	struct slice rfc = rfc_of(c);
	size_t n = 1;

	while (n < left && slice_eq(rfc_of(&c[n]), rfc))
		n++;
	html(h, "<details class=\"rfc\"><summary><b>");
	html_slice(h, rfc);
	html(h, "</b> <small>");
	put_count(h, count(c, n));
	html(h,
	     "</small></summary>\n<table><thead><tr><th scope=\"col\">requirement</th>"
	     "<th scope=\"col\">keyword</th><th scope=\"col\">state</th>"
	     "<th scope=\"col\">sentence</th><th scope=\"col\">by, or why not</th></tr></thead>\n"
	     "<tbody>\n");
	for (size_t i = 0; i < n; i++)
		put_requirement(h, &c[i]);
	html(h, "</tbody></table></details>\n");
	return n;
}

void html_coverage(struct html *h, const struct run *run)
{
	if (run->ncoverage == 0)
		return;
	html(h, "<section id=\"coverage\" aria-labelledby=\"coverage-heading\">\n"
		"<h2 id=\"coverage-heading\">Coverage</h2>\n<p>Of the requirements that bind an "
		"origin server: ");
	put_count(h, count(run->coverage, run->ncoverage));
	html(h, ".</p>\n");
	for (size_t at = 0; at < run->ncoverage;)
		at += put_rfc(h, &run->coverage[at], run->ncoverage - at);
	html(h, "</section>\n");
}
