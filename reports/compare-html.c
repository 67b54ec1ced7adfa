#include "reports/compare-write.h"

#include "base/cleanup.h"
#include "reports/html-parts.h"

/* ---- the servers ---- */

static void put_server(struct html *h, const struct compared *one)
{
	struct tally t = run_tally(one->run);
	char when[64] = "";
	struct tm utc;

	if (gmtime_r(&one->run->started, &utc))
		(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
	html(h, "<tr><th scope=\"row\">%s</th>", one->name);
	for (size_t i = 0; i < VERDICTS; i++) {
		size_t n = t.of[html_worst_first[i]];

		if (n)
			html(h, "<td>%zu</td>", n);
		else
			html(h, "<td class=\"none\">&middot;</td>");
	}
	html(h,
	     "<td class=\"meaning\">%s</td><td class=\"meaning\">%s</td>"
	     "<td class=\"meaning\">%s</td></tr>\n",
	     one->run->target, one->run->target_note, when);
}

static void put_servers(struct html *h, const struct comparison *c)
{
	html(h, "<table class=\"totals\">\n<caption>Servers</caption>\n<thead><tr><td></td>");
	for (size_t i = 0; i < VERDICTS; i++) {
		html(h, "<th scope=\"col\">");
		html_mark(h, html_worst_first[i]);
		html(h, " %s</th>", verdict_name(html_worst_first[i]));
	}
	html(h, "<td></td><td></td><td></td></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->nruns; i++)
		put_server(h, &c->runs[i]);
	html(h, "</tbody></table>\n");
}

/* ---- who agrees with whom ---- */

static void put_agreement(struct html *h, const struct agreement *a, bool self)
{
	if (self || a->both == 0)
		html(h, "<td class=\"none\">&middot;</td>");
	else
		html(h, "<td>%zu&#8239;%% <small>%zu of %zu</small></td>", a->same * 100 / a->both,
		     a->same, a->both);
}

static void put_agreements(struct html *h, const struct comparison *c)
{
	html(h, "<table class=\"totals\">\n<caption>How often two agree, where both were "
		"judged</caption>\n<thead><tr><td></td>");
	for (size_t i = 0; i < c->nruns; i++)
		html(h, "<th scope=\"col\">%s</th>", c->runs[i].name);
	html(h, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->nruns; i++) {
		html(h, "<tr><th scope=\"row\">%s</th>", c->runs[i].name);
		for (size_t j = 0; j < c->nruns; j++)
			put_agreement(h, &c->agreement[i * c->nruns + j], i == j);
		html(h, "</tr>\n");
	}
	html(h, "</tbody></table>\n");
}

/* "nginx = apache / python" */
static void put_split(struct html *h, const struct comparison *c, const struct split *s)
{
	bool any = true;

	html(h, "<tr><td>%zu</td><td class=\"meaning\">", s->rows);
	for (unsigned g = 0; any; g++) {
		any = false;
		for (size_t i = 0; i < c->nruns; i++) {
			if (s->group[i] != g)
				continue;
			html(h, "%s%s", any ? " = " : g ? " / " : "", c->runs[i].name);
			any = true;
		}
	}
	html(h, "</td></tr>\n");
}

static void put_splits(struct html *h, const struct comparison *c)
{
	if (c->nsplits == 0)
		return;
	html(h, "<table class=\"totals\">\n<caption>Groups that agree, where not all "
		"do</caption>\n<thead><tr>"
		"<th scope=\"col\">rows</th><td></td></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->nsplits; i++)
		put_split(h, c, &c->splits[i]);
	html(h, "</tbody></table>\n");
}

/* ---- the matrix ---- */

static void put_cell(struct html *h, const struct compare_row *row, const struct result *r)
{
	if (!r) {
		html(h, "<td class=\"none\">&middot;</td>");
		return;
	}
	if (row->behaviour && r->verdict == VERDICT_INFO) {
		html(h, "<td>%s</td>", r->reason);
		return;
	}
	html(h, "<td class=\"%s\"><span class=\"verdict\">%s</span>", verdict_name(r->verdict),
	     verdict_name(r->verdict));
	if (html_is_finding(r->verdict))
		html(h, " <small>%s</small>", *r->seen ? r->seen : r->reason);
	html(h, "</td>");
}

static void put_row(struct html *h, const struct comparison *c, const struct compare_row *row)
{
	html(h, "<tr><th scope=\"row\">%s <small><code>%s</code></small></th><td>%s</td>",
	     row->any->title, row->any->id, level_name(row->any->level));
	for (size_t i = 0; i < c->nruns; i++)
		put_cell(h, row, row->of[i]);
	html(h, "</tr>\n");
}

static bool same_theme(const struct compare_row *a, const struct compare_row *b)
{
	return strcmp(a->any->theme, b->any->theme) == 0;
}

/* The rows of one theme, those that differ apart from the others, which one can hide. */
static void put_group(struct html *h, const struct comparison *c, size_t from, size_t to,
		      bool behaviours, bool differ)
{
	bool any = false;

	for (size_t i = from; i < to; i++) {
		const struct compare_row *row = &c->rows[i];

		if (row->behaviour != behaviours || row->differs != differ)
			continue;
		if (!any)
			html(h,
			     "<tbody class=\"%s\"><tr class=\"theme-name\"><th scope=\"rowgroup\" "
			     "colspan=\"%zu\">%s%s</th></tr>\n",
			     differ ? "differ" : "same", c->nruns + 2, row->any->theme,
			     differ ? "" : ", where all agree");
		any = true;
		put_row(h, c, row);
	}
	if (any)
		html(h, "</tbody>\n");
}

static void put_matrix(struct html *h, const struct comparison *c, bool behaviours)
{
	size_t to;

	html(h, "<table class=\"matrix\">\n<thead><tr><th scope=\"col\">case</th>"
		"<th scope=\"col\">level</th>");
	for (size_t i = 0; i < c->nruns; i++)
		html(h, "<th scope=\"col\">%s</th>", c->runs[i].name);
	html(h, "</tr></thead>\n");
	for (size_t from = 0; from < c->nrows; from = to) {
		for (to = from + 1; to < c->nrows && same_theme(&c->rows[from], &c->rows[to]);)
			to++;
		put_group(h, c, from, to, behaviours, true);
		put_group(h, c, from, to, behaviours, false);
	}
	html(h, "</table>\n");
}

static void put_masthead(struct html *h, const struct comparison *c)
{
	html(h,
	     "<header>\n<p class=\"brand\">httpcheck</p>\n<h1>%zu servers compared</h1>\n"
	     "<p class=\"outcome\">%zu of %zu rows differ</p>\n"
	     "<nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a>"
	     "<a href=\"#verdicts\">Verdicts</a><a href=\"#behaviours\">Behaviours</a></nav>\n"
	     "</header>\n<main>\n",
	     c->nruns, c->ndiffering, c->nrows);
}

int compare_html_write(const struct comparison *c, FILE *out)
{
	CLEANUP(html_release) struct html h;

	html_init(&h, out);
	html_begin(&h, "servers compared - httpcheck", false);
	put_masthead(&h, c);
	html(&h, "<section id=\"summary\" class=\"servers\" aria-label=\"Summary\">\n");
	put_servers(&h, c);
	put_agreements(&h, c);
	put_splits(&h, c);
	html(&h, "</section>\n<p class=\"switch\"><label><input type=\"checkbox\" id=\"all\"> "
		 "show also where all agree</label></p>\n"
		 "<section id=\"verdicts\" aria-labelledby=\"verdicts-heading\">\n"
		 "<h2 id=\"verdicts-heading\">Verdicts</h2>\n");
	put_matrix(&h, c, false);
	html(&h,
	     "</section>\n<section id=\"behaviours\" aria-labelledby=\"behaviours-heading\">\n"
	     "<h2 id=\"behaviours-heading\">Behaviours</h2>\n<p>What the servers chose where the "
	     "RFCs leave it free.</p>\n");
	put_matrix(&h, c, true);
	html(&h, "</section>\n</main>\n<footer><p>Made by httpcheck.</p></footer>\n");
	html_end(&h);
	return h.error;
}
