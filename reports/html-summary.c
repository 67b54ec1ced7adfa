#include "reports/html-parts.h"

#include "base/cleanup.h"

static const enum level levels[] = { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };

/* ---- what was asked of whom, and how it ended ---- */

/* In one word; the exit code says the same to a gate. */
static const char *outcome(int code)
{
	switch (code) {
	case 0:
		return "Passed";
	case 1:
		return "Failed";
	case 2:
		return "Nothing ran";
	case 3:
		return "Errors";
	default:
		return "Interrupted";
	}
}

static const char *outcome_class(int code)
{
	return code == 0 ? "pass" : code == 1 ? "fail" : "error";
}

static void put_sentence(struct html *h, const struct run *run)
{
	static const char *const said[VERDICTS] = {
		[VERDICT_ERROR] = "could not be judged",
		[VERDICT_FAIL] = "failed",
		[VERDICT_WARN] = "warned",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_INFO] = "behaviours noted",
		[VERDICT_PASS] = "passed",
		[VERDICT_SKIP] = "skipped",
	};
	struct tally t = run_tally(run);
	size_t n = 0;

	for (size_t i = 0; i < VERDICTS; i++) {
		enum verdict v = html_worst_first[i];

		if (t.of[v] || v == VERDICT_FAIL)
			html(h, "%s%zu %s", n++ ? ", " : "", t.of[v], said[v]);
	}
}

static size_t count_known(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->count; i++)
		n += run->results[i].known != NULL;
	return n;
}

static void put_outcome(struct html *h, const struct run *run)
{
	int code = run_exit_code(run);
	size_t known = count_known(run);

	html(h, "<p class=\"outcome\"><b class=\"%s\">%s</b> ", outcome_class(code), outcome(code));
	put_sentence(h, run);
	if (known)
		html(h, "; %zu known to the baseline", known);
	html(h, " <span>exit %d</span></p>\n", code);
}

static void put_navigation(struct html *h, const struct run *run)
{
	html(h, "<nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a>");
	if (run->count)
		html(h, "<a href=\"#results\">Results</a>");
	if (run_tally(run).of[VERDICT_INFO])
		html(h, "<a href=\"#behaviours\">Behaviours</a>");
	if (run->ncoverage)
		html(h, "<a href=\"#coverage\">Coverage</a>");
	html(h, "</nav>\n");
}

/* ---- facts of the run ---- */

static void put_fact(struct html *h, const char *name, const char *text)
{
	if (text && *text)
		html(h, "<dt>%s</dt><dd>%s</dd>\n", name, text);
}

static void put_times(struct html *h, const struct run *run)
{
	struct tm utc;
	char machine[64] = "", human[64] = "";

	if (gmtime_r(&run->started, &utc)) {
		(void)strftime(machine, sizeof(machine), "%Y-%m-%dT%H:%M:%SZ", &utc);
		(void)strftime(human, sizeof(human), "%Y-%m-%d %H:%M:%S UTC", &utc);
	}
	html(h, "<dt>started</dt><dd><time datetime=\"%s\">%s</time></dd>\n<dt>took</dt><dd>",
	     machine, human);
	html_ms(h, run->duration);
	html(h, " ms</dd>\n");
}

static void put_counts(struct html *h, const struct run *run)
{
	size_t rules = 0;

	for (size_t i = 0; i < run->count; i++)
		rules += result_is_rule(&run->results[i]);
	html(h, "<dt>results</dt><dd>%zu cases, %zu rules</dd>\n", run->count - rules, rules);
	put_fact(h, "cases", run->cases_path);
}

static void put_options(struct html *h, const struct run *run)
{
	if (run->noptions == 0)
		return;
	html(h, "<dt>options</dt><dd><code>");
	for (size_t i = 0; i < run->noptions; i++)
		html(h, "%s%s", i ? " " : "", run->options[i]);
	html(h, "</code></dd>\n");
}

static const char *fails_on(enum fail_on f)
{
	static const char *const said[] = {
		[FAIL_ON_MUST] = "a broken MUST",
		[FAIL_ON_SHOULD] = "a broken MUST or SHOULD",
		[FAIL_ON_ANY] = "a broken MUST or SHOULD, or nothing to be said",
	};

	return said[f];
}

static void put_facts(struct html *h, const struct run *run)
{
	html(h, "<dl class=\"run\">\n");
	put_fact(h, "server", run->target_note);
	put_fact(h, "answers",
		 run->serial ? "one connection at a time" : "several connections at once");
	put_times(h, run);
	put_counts(h, run);
	put_fact(h, "profile", run->profile);
	put_options(h, run);
	if (run->shards)
		html(h, "<dt>shard</dt><dd>%u of %u</dd>\n", run->shard, run->shards);
	put_fact(h, "fails on", fails_on(run->fail_on));
	put_fact(h, "checker", run->program);
	put_fact(h, "libraries", run->libraries);
	put_fact(h, "suite", run->suite);
	html(h, "</dl>\n");
}

/* ---- how many of each ---- */

static void put_count(struct html *h, size_t n, const char *verdict, const char *level)
{
	if (n == 0) {
		html(h, "<td class=\"none\">&middot;</td>");
		return;
	}
	html(h, "<td><a data-verdict=\"%s\"", verdict);
	if (*level)
		html(h, " data-level=\"%s\"", level);
	html(h, ">%zu</a></td>", n);
}

static const char *meaning(enum verdict v)
{
	static const char *const said[VERDICTS] = {
		[VERDICT_ERROR] = "the checker or the way to the server broke",
		[VERDICT_FAIL] = "a MUST was seen broken",
		[VERDICT_WARN] = "a SHOULD was seen broken",
		[VERDICT_INCONCLUSIVE] = "the valid sibling of the request failed too",
		[VERDICT_INFO] = "what the server chose where it may choose",
		[VERDICT_PASS] = "what the case asks was seen",
		[VERDICT_SKIP] = "the server does not offer what the case needs",
	};

	return said[v];
}

static void put_verdict_row(struct html *h, const struct run *run, enum verdict v, size_t all)
{
	html(h, "<tr><th scope=\"row\">");
	html_mark(h, v);
	html(h, " %s</th>", verdict_name(v));
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		put_count(h, run_tally_of(run, NULL, levels[i]).of[v], verdict_name(v),
			  level_name(levels[i]));
	put_count(h, all, verdict_name(v), "");
	html(h, "<td class=\"meaning\">%s</td></tr>\n", meaning(v));
}

static void put_totals(struct html *h, const struct run *run)
{
	struct tally all = run_tally(run);

	html(h, "<table class=\"totals\"><caption>Verdicts by level</caption>\n"
		"<thead><tr><td></td><th scope=\"col\">MUST</th><th scope=\"col\">SHOULD</th>"
		"<th scope=\"col\">MAY</th><th "
		"scope=\"col\">all</th><td></td></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < VERDICTS; i++)
		if (all.of[html_worst_first[i]] || html_worst_first[i] == VERDICT_FAIL)
			put_verdict_row(h, run, html_worst_first[i], all.of[html_worst_first[i]]);
	html(h, "</tbody></table>\n");
}

static void put_stale(struct html *h, const struct run *run)
{
	if (run->nstale == 0)
		return;
	html(h, "<section class=\"stale\" aria-labelledby=\"stale-heading\">\n"
		"<h2 id=\"stale-heading\">Stale entries of the baseline</h2>\n<ul>\n");
	for (size_t i = 0; i < run->nstale; i++) {
		const struct stale_entry *s = &run->stale[i];

		html(h, "<li><code>%s</code> %s <small>%s:%d</small></li>\n", s->id, s->why,
		     s->place.file, s->place.line);
	}
	html(h, "</ul></section>\n");
}

/* ---- the picture: a mark per result, by theme and level ---- */

static void put_theme_row(struct html *h, const struct run *run, const char *theme)
{
	html(h, "<tr><th scope=\"row\"><a data-theme=\"%s\">%s</a></th>", theme, theme);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct tally t = run_tally_of(run, theme, levels[i]);

		html(h, "<td>");
		html_marks(h, &t);
		html(h, "</td>");
	}
	html(h, "</tr>\n");
}

static void put_picture(struct html *h, const struct run *run)
{
	if (run->count == 0)
		return;
	html(h, "<table class=\"picture\">\n<caption>Themes by level: one mark a result, the worst "
		"first</caption>\n"
		"<thead><tr><td></td><th scope=\"col\">MUST</th><th scope=\"col\">SHOULD</th>"
		"<th scope=\"col\">MAY</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < run->count; i++)
		if (run_theme_begins(run, i))
			put_theme_row(h, run, run->results[i].theme);
	html(h, "</tbody></table>\n");
}

/* ---- all of it ---- */

void html_summary(struct html *h, const struct run *run)
{
	html(h,
	     "<a class=\"skip-link\" href=\"#results\">Skip to the results</a>\n<header>\n"
	     "<p class=\"brand\">httpcheck</p>\n<h1>%s</h1>\n",
	     run->target);
	put_outcome(h, run);
	put_navigation(h, run);
	html(h, "</header>\n<main>\n<section id=\"summary\" aria-label=\"Summary\">\n<div>");
	put_totals(h, run);
	put_facts(h, run);
	html(h, "</div>\n");
	put_picture(h, run);
	html(h, "</section>\n");
	put_stale(h, run);
}
