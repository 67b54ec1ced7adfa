#include "reports/html-parts.h"

static void put_behaviour(struct html *h, const struct result *r)
{
	const char *chosen = *r->reason ? r->reason : *r->seen ? r->seen : "";

	html(h, "<tr><th scope=\"row\"><a href=\"#");
	html_anchor(h, r->id);
	html(h, "\">%s</a></th><td>%s</td><td>", r->title, chosen);
	for (size_t i = 0; i < r->nclauses; i++) {
		html(h, "%s", i ? " " : "");
		html_clause_link(h, r->clauses[i].id);
	}
	html(h, "</td></tr>\n");
}

void html_behaviours(struct html *h, const struct run *run)
{
	if (run_tally(run).of[VERDICT_INFO] == 0)
		return;
	html(h, "<section id=\"behaviours\" aria-labelledby=\"behaviours-heading\">\n"
		"<h2 id=\"behaviours-heading\">Behaviours</h2>\n<table>\n"
		"<caption>What the server chose where the RFCs leave it free</caption>\n"
		"<thead><tr><th scope=\"col\">asked</th><th scope=\"col\">chosen</th>"
		"<th scope=\"col\">clause</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < run->count; i++)
		if (run->results[i].verdict == VERDICT_INFO)
			put_behaviour(h, &run->results[i]);
	html(h, "</tbody></table>\n</section>\n");
}
