#include "reports/markdown.h"

#include "base/cleanup.h"
#include "reports/markdown-text.h"

enum {
	MOST = 1000000,               /* bytes of the whole */
	CLOSING = 256,                /* of them kept free for the closing line */
	SHOWN = 1000,                 /* bytes of one value */
};

struct markdown {
	const struct run *run;
	struct draft out;
	struct draft part;            /* what is added to it whole or not at all */
	size_t left_out;
};

static void markdown_release(struct markdown *m)
{
	draft_release(&m->out);
	draft_release(&m->part);
}

/* True if the part had room. */
static bool put_part(struct markdown *m)
{
	bool fits = m->out.text.len + m->part.text.len <= MOST - CLOSING;

	if (fits)
		draft_append(&m->out, &m->part);
	draft_clear(&m->part);
	return fits;
}

/* ---- the head ---- */

static const char *said_of(int exit_code)
{
	static const char *const said[] = { "passed", "failed", "nothing ran", "not judged" };

	return exit_code < (int)ARRAY_SIZE(said) ? said[exit_code] : "interrupted";
}

static const struct {
	enum verdict verdict;
	const char *column, *one, *many;
	bool always;
} shown[] = {
	{ VERDICT_PASS, "pass", "passed", "passed", true },
	{ VERDICT_FAIL, "fail", "failed", "failed", true },
	{ VERDICT_ERROR, "error", "error", "errors", false },
	{ VERDICT_WARN, "warn", "warned", "warned", false },
	{ VERDICT_INCONCLUSIVE, "inconclusive", "inconclusive", "inconclusive", false },
	{ VERDICT_SKIP, "skip", "skipped", "skipped", false },
	{ VERDICT_INFO, "info", "behaviour", "behaviours", false },
};

static size_t count_of(const struct run *run, enum weight weight)
{
	size_t n = 0;

	for (size_t i = 0; i < run->count; i++)
		n += finding_weight(run, &run->results[i]) == weight;
	return n;
}

static void counts(struct markdown *m)
{
	struct tally all = run_tally(m->run);
	size_t known = count_of(m->run, WEIGHT_KNOWN);

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		size_t n = all.of[shown[i].verdict];

		if (n || shown[i].always)
			draft_print(&m->part, "%s%zu %s", i ? ", " : "", n,
				    n == 1 ? shown[i].one : shown[i].many);
	}
	if (known)
		draft_print(&m->part, "; %zu of them known to the baseline", known);
}

static void headline(struct markdown *m)
{
	const struct run *run = m->run;
	int code = run_exit_code(run);

	draft_print(&m->part, "## HTTP conformance: %s\n\n", said_of(code));
	markdown_text(&m->part, run->program);
	draft_print(&m->part, " against ");
	markdown_code(&m->part, run->target, SHOWN);
	if (*run->target_note) {
		draft_print(&m->part, " (");
		markdown_text(&m->part, run->target_note);
		draft_print(&m->part, ")");
	}
	draft_print(&m->part, " in %lld.%02lld s: **", (long long)(run->duration / USEC_PER_SEC),
		    (long long)(run->duration % USEC_PER_SEC / 10000));
	counts(m);
	draft_print(&m->part, "**; exit %d\n\n", code);
	(void)put_part(m);
}

/* ---- the tables ---- */

static bool column_shown(const struct tally *all, size_t i)
{
	return shown[i].always || all->of[shown[i].verdict];
}

static void row(struct markdown *m, const struct tally *all, const char *theme, enum level level)
{
	struct tally t = run_tally_of(m->run, theme, level);

	if (t.total == 0)
		return;
	draft_print(&m->part, "| ");
	if (theme)
		markdown_text(&m->part, theme);
	else
		draft_print(&m->part, "**all**");
	draft_print(&m->part, " | %s |", level_name(level));
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (column_shown(all, i) && t.of[shown[i].verdict])
			draft_print(&m->part, " %zu |", t.of[shown[i].verdict]);
		else if (column_shown(all, i))
			draft_print(&m->part, " |");
	draft_print(&m->part, "\n");
}

static void rows(struct markdown *m, const struct tally *all, const char *theme)
{
	for (int level = LEVEL_MUST; level >= LEVEL_MAY; level--)
		row(m, all, theme, (enum level)level);
}

static void columns(struct markdown *m, const struct tally *all)
{
	draft_print(&m->part, "| theme | level |");
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (column_shown(all, i))
			draft_print(&m->part, " %s |", shown[i].column);
	draft_print(&m->part, "\n|---|---|");
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (column_shown(all, i))
			draft_print(&m->part, "--:|");
	draft_print(&m->part, "\n");
}

/* Dozens of themes in front of what failed would hide it. */
static void tables(struct markdown *m)
{
	struct tally all = run_tally(m->run);

	columns(m, &all);
	rows(m, &all, NULL);
	draft_print(&m->part, "\n<details><summary>By theme</summary>\n\n");
	columns(m, &all);
	for (size_t i = 0; i < m->run->count; i++)
		if (run_theme_begins(m->run, i))
			rows(m, &all, m->run->results[i].theme);
	draft_print(&m->part, "\n</details>\n\n");
	(void)put_part(m);
}

/* ---- a finding in full ---- */

static void item(struct markdown *m, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	draft_print(&m->part, "- %s: ", name);
	markdown_code(&m->part, value, SHOWN);
	draft_print(&m->part, "\n");
}

static void place_item(struct markdown *m, const struct result *r)
{
	CLEANUP(draft_release) struct draft at = DRAFT_INIT;

	finding_place(&at, finding_shown_at(m->run, r));
	item(m, "at", draft_str(&at));
}

static void clause(struct markdown *m, const struct clause *c)
{
	draft_print(&m->part, "> ");
	markdown_clause_id(&m->part, c->id);
	if (*c->keyword) {
		draft_print(&m->part, " **");
		markdown_text(&m->part, c->keyword);
		draft_print(&m->part, "**");
	}
	draft_print(&m->part, "%s", *c->text ? ": " : "");
	markdown_text(&m->part, c->text);
	draft_print(&m->part, "\n>\n");
}

static void in_full(struct markdown *m, const struct result *r)
{
	draft_print(&m->part, "#### %s: ", verdict_name(r->verdict));
	markdown_code(&m->part, r->id, SHOWN);
	draft_print(&m->part, " ");
	markdown_text(&m->part, r->title);
	draft_print(&m->part, "\n\n");
	for (size_t i = 0; i < r->nclauses; i++)
		clause(m, &r->clauses[i]);
	draft_print(&m->part, "\n");
	if (!*r->expected || r->verdict == VERDICT_ERROR)
		item(m, "finding", r->reason);
	item(m, "expected", r->expected);
	item(m, "seen", r->seen);
	if (result_is_rule(r))
		draft_print(&m->part, "- responses: %zu of %zu broke it\n", r->times_broken,
			    r->times_seen);
	place_item(m, r);
	item(m, "replay", r->replay);
	draft_print(&m->part, "\n");
}

/* Without its transcript where that has no room. */
static void put_in_full(struct markdown *m, const struct result *r)
{
	in_full(m, r);

	size_t len = m->part.text.len;

	if (r->nevents)
		markdown_transcript(&m->part, r);
	if (m->out.text.len + m->part.text.len > MOST - CLOSING)
		buffer_truncate(&m->part.text, len);
	m->left_out += !put_part(m);
}

/* ---- a finding in a line ---- */

/* Of what was not judged the reason says more than the sides. */
static void sides(struct markdown *m, const struct result *r)
{
	if (r->verdict != VERDICT_INCONCLUSIVE && (*r->expected || *r->seen)) {
		draft_print(&m->part, ": expected ");
		markdown_code(&m->part, r->expected, SHOWN);
		draft_print(&m->part, ", seen ");
		markdown_code(&m->part, r->seen, SHOWN);
	} else if (*r->reason) {
		draft_print(&m->part, ": ");
		markdown_code(&m->part, r->reason, SHOWN);
	}
}

static void put_line(struct markdown *m, const struct result *r)
{
	draft_print(&m->part, "- ");
	markdown_code(&m->part, r->id, SHOWN);
	draft_print(&m->part, " ");
	markdown_text(&m->part, r->title);
	draft_print(&m->part, "%s", r->nclauses ? " (" : "");
	for (size_t i = 0; i < r->nclauses; i++) {
		draft_print(&m->part, "%s", i ? ", " : "");
		markdown_clause_id(&m->part, r->clauses[i].id);
	}
	draft_print(&m->part, "%s", r->nclauses ? ")" : "");
	sides(m, r);
	if (r->known) {
		draft_print(&m->part, "; known: ");
		markdown_text(&m->part, r->known);
	}
	draft_print(&m->part, "\n");
	m->left_out += !put_part(m);
}

/* ---- lists of them ---- */

static void heading(struct markdown *m, const char *name, size_t n)
{
	draft_print(&m->part, "### %s (%zu)\n\n", name, n);
	(void)put_part(m);
}

static void section(struct markdown *m, const char *name, enum weight weight,
		    void (*put)(struct markdown *m, const struct result *r))
{
	size_t n = count_of(m->run, weight);

	if (n == 0)
		return;
	heading(m, name, n);
	for (size_t i = 0; i < m->run->count; i++)
		if (finding_weight(m->run, &m->run->results[i]) == weight)
			put(m, &m->run->results[i]);
	draft_print(&m->out, "\n");
}

static void stale(struct markdown *m)
{
	if (m->run->nstale == 0)
		return;
	heading(m, "Stale entries of the baseline", m->run->nstale);
	for (size_t i = 0; i < m->run->nstale; i++) {
		const struct stale_entry *e = &m->run->stale[i];

		draft_print(&m->part, "- ");
		markdown_code(&m->part, e->id, SHOWN);
		draft_print(&m->part, " ");
		markdown_text(&m->part, e->why);
		draft_print(&m->part, "\n");
		m->left_out += !put_part(m);
	}
	draft_print(&m->out, "\n");
}

/* ---- what is folded away ---- */

typedef bool selection(const struct run *run, const struct result *r);

static bool is_known(const struct run *run, const struct result *r)
{
	return finding_weight(run, r) == WEIGHT_KNOWN;
}

static bool is_open(const struct run *run, const struct result *r)
{
	return finding_weight(run, r) == WEIGHT_OPEN;
}

static bool is_flaky(const struct run *run, const struct result *r)
{
	return r->flaky && finding_weight(run, r) == WEIGHT_NONE;
}

static bool is_behaviour(const struct run *run, const struct result *r)
{
	(void)run;
	return r->verdict == VERDICT_INFO;
}

static bool is_skipped(const struct run *run, const struct result *r)
{
	(void)run;
	return r->verdict == VERDICT_SKIP;
}

static void put_lines(struct markdown *m, selection *has)
{
	for (size_t i = 0; i < m->run->count; i++)
		if (has(m->run, &m->run->results[i]))
			put_line(m, &m->run->results[i]);
}

/* How many of the results from |i| on that |has| tells have its reason; 0 if one before it
 * has it, too. */
static size_t count_reason(const struct run *run, size_t i, selection *has)
{
	const char *reason = run->results[i].reason;
	size_t n = 0;

	for (size_t k = 0; k < run->count; k++) {
		const struct result *r = &run->results[k];

		if (!has(run, r) || strcmp(r->reason, reason) != 0)
			continue;
		if (k < i)
			return 0;
		n++;
	}
	return n;
}

/* Hundreds of cases have a few reasons. */
static void put_reasons(struct markdown *m, selection *has)
{
	for (size_t i = 0; i < m->run->count; i++) {
		size_t n = has(m->run, &m->run->results[i]) ? count_reason(m->run, i, has) : 0;

		if (n == 0)
			continue;
		draft_print(&m->part, "- %zu: ", n);
		markdown_code(&m->part, m->run->results[i].reason, SHOWN);
		draft_print(&m->part, "\n");
		m->left_out += put_part(m) ? 0 : n;
	}
}

static const struct {
	const char *summary;
	selection *has;
	void (*put)(struct markdown *m, selection *has);
} folds[] = {
	{ "known to the baseline", is_known, put_lines },
	{ "inconclusive: the control did not work", is_open, put_lines },
	{ "flaky: runs of one case gave different verdicts", is_flaky, put_lines },
	{ "behaviours: what the server chose where it has a choice", is_behaviour, put_lines },
	{ "skipped: the server does not offer what they need", is_skipped, put_reasons },
};

static void fold(struct markdown *m, size_t which)
{
	const struct run *run = m->run;
	size_t n = 0;

	for (size_t i = 0; i < run->count; i++)
		n += folds[which].has(run, &run->results[i]);
	if (n == 0)
		return;
	draft_print(&m->part, "<details><summary>%zu %s</summary>\n\n", n, folds[which].summary);
	if (!put_part(m)) {
		m->left_out += n;
		return;
	}
	folds[which].put(m, folds[which].has);
	draft_print(&m->out, "\n</details>\n\n");
}

int markdown_write(const struct run *run, FILE *out)
{
	CLEANUP(markdown_release) struct markdown m = {
		.run = run, .out = DRAFT_INIT, .part = DRAFT_INIT,
	};

	headline(&m);
	tables(&m);
	section(&m, "Failures", WEIGHT_FAILS, put_in_full);
	section(&m, "Warnings", WEIGHT_WARNS, put_line);
	stale(&m);
	for (size_t i = 0; i < ARRAY_SIZE(folds); i++)
		fold(&m, i);
	if (m.left_out)
		draft_print(&m.out, "%zu more findings had no room here.\n", m.left_out);
	return m.part.error ? m.part.error : draft_write(&m.out, out);
}
