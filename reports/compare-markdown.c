#include "reports/compare-write.h"

#include "base/cleanup.h"
#include "reports/markdown-text.h"

static void put_servers(struct draft *d, const struct comparison *c)
{
	draft_print(
		d, "| server | target | pass | fail | warn | info | skip | inconclusive | error |\n"
		   "|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < c->nruns; i++) {
		struct tally t = run_tally(c->runs[i].run);

		draft_print(d, "| **");
		markdown_text(d, c->runs[i].name);
		draft_print(d, "** | ");
		markdown_text(d, c->runs[i].run->target);
		draft_print(d, " | %zu | %zu | %zu | %zu | %zu | %zu | %zu |\n", t.of[VERDICT_PASS],
			    t.of[VERDICT_FAIL], t.of[VERDICT_WARN], t.of[VERDICT_INFO],
			    t.of[VERDICT_SKIP], t.of[VERDICT_INCONCLUSIVE], t.of[VERDICT_ERROR]);
	}
}

/* "nginx, Apache / Python" */
static void put_groups(struct draft *d, const struct comparison *c, const struct split *s)
{
	bool any = true;

	for (unsigned g = 0; any; g++) {
		any = false;
		for (size_t i = 0; i < c->nruns; i++) {
			if (s->group[i] != g)
				continue;
			draft_print(d, "%s", any ? ", " : g ? " / " : "");
			markdown_text(d, c->runs[i].name);
			any = true;
		}
	}
}

static void put_splits(struct draft *d, const struct comparison *c)
{
	if (c->nsplits == 0)
		return;
	draft_print(d, "\n## Who agrees\n\n| rows | groups that agree |\n|--:|---|\n");
	for (size_t i = 0; i < c->nsplits; i++) {
		draft_print(d, "| %zu | ", c->splits[i].rows);
		put_groups(d, c, &c->splits[i]);
		draft_print(d, " |\n");
	}
}

static void put_head(struct draft *d, const struct comparison *c)
{
	draft_print(d, "| case | level |");
	for (size_t i = 0; i < c->nruns; i++) {
		draft_print(d, " ");
		markdown_text(d, c->runs[i].name);
		draft_print(d, " |");
	}
	draft_print(d, "\n|---|---|");
	for (size_t i = 0; i < c->nruns; i++)
		draft_print(d, "---|");
	draft_print(d, "\n");
}

static void put_row(struct draft *d, const struct comparison *c, const struct compare_row *row)
{
	draft_print(d, "| ");
	markdown_text(d, row->any->id);
	draft_print(d, " | %s |", level_name(row->any->level));
	for (size_t i = 0; i < c->nruns; i++) {
		const struct result *r = row->of[i];
		bool bad = r && (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR);

		draft_print(d, bad ? " **" : " ");
		if (r && row->behaviour && r->verdict == VERDICT_INFO)
			markdown_text(d, r->reason);
		else
			draft_print(d, "%s", r ? verdict_name(r->verdict) : "");
		draft_print(d, bad ? "** |" : " |");
	}
	draft_print(d, "\n");
}

static size_t count_differing(const struct comparison *c, bool behaviours)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nrows; i++)
		n += c->rows[i].differs && c->rows[i].behaviour == behaviours;
	return n;
}

static void put_rows(struct draft *d, const struct comparison *c, const char *title,
		     bool behaviours)
{
	if (count_differing(c, behaviours) == 0)
		return;
	draft_print(d, "\n## %s\n\n", title);
	put_head(d, c);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].differs && c->rows[i].behaviour == behaviours)
			put_row(d, c, &c->rows[i]);
}

int compare_markdown_write(const struct comparison *c, FILE *out)
{
	CLEANUP(draft_release) struct draft d = DRAFT_INIT;

	draft_print(&d, "# %zu servers compared\n\n", c->nruns);
	put_servers(&d, c);
	draft_print(&d, "\n%zu of %zu rows differ.\n", c->ndiffering, c->nrows);
	put_splits(&d, c);
	put_rows(&d, c, "Where the verdicts differ", false);
	put_rows(&d, c, "Where the behaviours differ", true);
	return draft_write(&d, out);
}
