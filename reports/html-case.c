#include "reports/html-parts.h"

/* ---- closed: the line that says what it is and what was found ---- */

/* What one reads without opening: of a pass, nothing but that. */
static void put_finding(struct html *h, const struct result *r)
{
	bool sides = *r->expected || *r->seen;

	if (sides)
		html(h, "<small>expected <b>%s</b>, seen <b>%s</b></small>",
		     *r->expected ? r->expected : "otherwise", *r->seen ? r->seen : "nothing");
	else if (*r->reason && (r->verdict != VERDICT_PASS || r->flaky))
		html(h, "<small>%s</small>", r->reason);
}

static void put_summary(struct html *h, const struct result *r)
{
	html(h,
	     "<summary><span class=\"verdict\">%s</span><span class=\"level\">%s</span>"
	     "<span class=\"title\">%s",
	     verdict_name(r->verdict), level_name(r->level), r->title);
	if (r->flaky)
		html(h, " <mark>flaky</mark>");
	if (r->known)
		html(h, " <mark>known</mark>");
	put_finding(h, r);
	html(h, "</span><code>%s</code></summary>\n", r->id);
}

/* ---- open ---- */

static void put_clause(struct html *h, const struct clause *c)
{
	html(h, "<blockquote>");
	if (*c->text)
		html(h, "<p>%s</p>", c->text);
	html(h, "<footer>");
	html_clause_link(h, c->id);
	if (*c->keyword)
		html(h, " <b>%s</b>", c->keyword);
	html(h, "</footer></blockquote>\n");
}

static void put_row(struct html *h, const char *class, const char *name, const char *text)
{
	if (text && *text)
		html(h, "<div class=\"%s\"><dt>%s</dt><dd>%s</dd></div>\n", class, name, text);
}

/* Most reasons only put both sides into a sentence. */
static const char *more_reason(const struct result *r)
{
	return *r->seen && strstr(r->reason, r->seen) ? "" : r->reason;
}

/* What the reason is, by the verdict. */
static const char *reason_name(enum verdict v)
{
	return v == VERDICT_INFO ? "behaviour" : v == VERDICT_PASS ? "seen" : "reason";
}

static void put_sides(struct html *h, const struct result *r)
{
	const char *reason = more_reason(r);

	if (!*r->expected && !*r->seen && !*reason && !r->known)
		return;
	html(h, "<dl class=\"sides\">\n");
	put_row(h, "side", "expected", r->expected);
	put_row(h, "side", "seen", r->seen);
	put_row(h, "wide", reason_name(r->verdict), reason);
	put_row(h, "wide", "known", r->known);
	html(h, "</dl>\n");
}

static void put_place(struct html *h, const struct place *at)
{
	html(h, "%s", at->file);
	if (at->line)
		html(h, ":%d", at->line);
	if (at->line && at->column)
		html(h, ":%d", at->column);
}

static void put_rule_facts(struct html *h, const struct result *r)
{
	html(h, "<li>applied to %zu response%s</li>", r->times_seen, r->times_seen == 1 ? "" : "s");
	if (r->times_broken)
		html(h, "<li>broken by %zu</li>", r->times_broken);
	if (r->first_case) {
		html(h, "<li>first in <a href=\"#");
		html_anchor(h, r->first_case);
		html(h, "\">%s</a></li>", r->first_case);
	}
}

static void put_case_facts(struct html *h, const struct result *r)
{
	if (r->attempts) {
		html(h, "<li>");
		html_ms(h, r->duration);
		html(h, " ms</li>");
	}
	if (r->attempts > 1)
		html(h, "<li>%u attempts</li>", r->attempts);
	if (r->expectations)
		html(h, "<li>%zu expectation%s</li>", r->expectations,
		     r->expectations == 1 ? "" : "s");
	for (size_t i = 0; i < r->ntags; i++)
		html(h, "<li>%s</li>", r->tags[i]);
}

static void put_facts(struct html *h, const struct result *r)
{
	html(h, "<ul class=\"facts\">");
	if (r->place.file) {
		html(h, "<li><code>");
		put_place(h, &r->place);
		html(h, "</code></li>");
	}
	if (r->failed_at.file) {
		html(h, "<li>failed at <code>");
		put_place(h, &r->failed_at);
		html(h, "</code></li>");
	}
	if (result_is_rule(r))
		put_rule_facts(h, r);
	else
		put_case_facts(h, r);
	html(h, "</ul>\n");
}

/* The id is inside: a browser opens what holds the target of a link. */
static void put_body(struct html *h, const struct result *r)
{
	html(h, "<div class=\"body\" id=\"");
	html_anchor(h, r->id);
	html(h, "\">\n");
	put_sides(h, r);
	for (size_t i = 0; i < r->nclauses; i++)
		put_clause(h, &r->clauses[i]);
	if (*r->why) {
		html(h, "<p class=\"why\">");
		html_prose(h, r->why);
		html(h, "</p>\n");
	}
	html_transcript(h, r);
	if (r->replay && *r->replay)
		html(h, "<p class=\"replay\"><span>replay</span><code>%s</code></p>\n", r->replay);
	put_facts(h, r);
	html(h, "</div>");
}

void html_result(struct html *h, const struct result *r)
{
	html(h, "<details class=\"%s\" data-level=\"%s\">", verdict_name(r->verdict),
	     level_name(r->level));
	put_summary(h, r);
	put_body(h, r);
	html(h, "</details>\n");
}

/* ---- all of them, by theme ---- */

static struct tally theme_tally(const struct run *run, const char *theme)
{
	struct tally all = { 0 };

	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->results[i].theme, theme) == 0) {
			all.of[run->results[i].verdict]++;
			all.total++;
		}
	return all;
}

static void put_theme(struct html *h, const struct run *run, size_t first)
{
	const char *theme = run->results[first].theme;
	struct tally t = theme_tally(run, theme);
	bool rules = result_is_rule(&run->results[first]);

	html(h, "<section class=\"theme\" data-theme=\"%s\" aria-labelledby=\"theme-", theme);
	html_anchor(h, theme);
	html(h, "\">\n<h3 id=\"theme-");
	html_anchor(h, theme);
	html(h, "\">%s <small>", rules ? "rules held against every response" : theme);
	for (size_t i = 0, n = 0; i < VERDICTS; i++) {
		enum verdict v = html_worst_first[i];

		if (t.of[v])
			html(h, "%s%zu %s", n++ ? ", " : "", t.of[v], verdict_name(v));
	}
	html(h, "</small></h3>\n");
	for (size_t i = first; i < run->count; i++)
		if (strcmp(run->results[i].theme, theme) == 0)
			html_result(h, &run->results[i]);
	html(h, "</section>\n");
}

static void put_checkbox(struct html *h, const char *name, const char *value)
{
	html(h,
	     "<label class=\"%s\"><input type=\"checkbox\" name=\"%s\" value=\"%s\">%s</label>\n",
	     value, name, value, value);
}

static void put_theme_choice(struct html *h, const struct run *run)
{
	html(h, "<label>theme <select name=\"theme\"><option value=\"\">all</option>\n");
	for (size_t i = 0; i < run->count; i++)
		if (run_theme_begins(run, i))
			html(h, "<option>%s</option>\n", run->results[i].theme);
	html(h, "</select></label>\n");
}

/* Hidden: without the script it would do nothing. */
static void put_filter(struct html *h, const struct run *run)
{
	static const enum level levels[] = { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };
	struct tally t = run_tally(run);

	html(h, "<form id=\"filter\" role=\"search\" aria-label=\"Filter the results\" hidden>\n"
		"<fieldset><legend>verdict</legend>\n");
	for (size_t i = 0; i < VERDICTS; i++)
		if (t.of[html_worst_first[i]])
			put_checkbox(h, "verdict", verdict_name(html_worst_first[i]));
	html(h, "</fieldset>\n<fieldset><legend>level</legend>\n");
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		put_checkbox(h, "level", level_name(levels[i]));
	html(h, "</fieldset>\n");
	put_theme_choice(h, run);
	html(h, "<label>text <input type=\"search\" name=\"q\" autocomplete=\"off\" "
		"spellcheck=\"false\"></label>\n"
		"<button type=\"button\">show all</button>\n"
		"<output aria-live=\"polite\"></output>\n</form>\n");
}

void html_results(struct html *h, const struct run *run)
{
	if (run->count == 0)
		return;
	html(h, "<section id=\"results\" aria-labelledby=\"results-heading\">\n"
		"<h2 id=\"results-heading\">Results</h2>\n");
	put_filter(h, run);
	for (size_t i = 0; i < run->count; i++)
		if (run_theme_begins(run, i))
			put_theme(h, run, i);
	html(h, "</section>\n");
}
