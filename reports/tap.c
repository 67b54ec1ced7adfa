#include "reports/tap.h"

#include "base/cleanup.h"
#include "reports/finding.h"

struct tap {
	const struct run *run;
	struct draft out;
	struct draft line;            /* of the description or value at hand */
	size_t points;
};

static void tap_release(struct tap *t)
{
	draft_release(&t->out);
	draft_release(&t->line);
}

/* ---- YAML diagnostics ---- */

/* A double-quoted scalar (YAML 1.2 section 7.3.1). A reader of logs on GitHub takes "##["
 * for a command wherever it stands, so that never comes out as it is. */
static void quoted(struct tap *t, const char *text)
{
	static const char *const instead[128] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['#'] = "\\x23",
	};

	draft_print(&t->out, "\"");
	draft_escape(&t->out, text, BREAKS_SPELT, instead);
	draft_print(&t->out, "\"\n");
}

static void key(struct tap *t, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	draft_print(&t->out, "  %s: ", name);
	quoted(t, value);
}

static void place(struct tap *t, struct place at)
{
	if (!at.file)
		return;
	draft_print(&t->out, "  at:\n    file: ");
	quoted(t, finding_file(at.file));
	if (at.line > 0)
		draft_print(&t->out, "    line: %d\n", at.line);
	if (at.line > 0 && at.column > 0)
		draft_print(&t->out, "    column: %d\n", at.column);
}

static void clauses(struct tap *t, const struct result *r)
{
	if (r->nclauses)
		draft_print(&t->out, "  requirements:\n");
	for (size_t i = 0; i < r->nclauses; i++) {
		draft_clear(&t->line);
		finding_clause(&t->line, &r->clauses[i], BREAKS_SPELT);
		draft_print(&t->out, "    - ");
		quoted(t, draft_str(&t->line));
	}
}

static int transcript_line(void *to, const struct transcript_line *line)
{
	struct tap *t = to;

	draft_clear(&t->line);
	draft_print(&t->line, "%.*s  %c %.*s", (int)line->lead.len, line->lead.at, line->mark,
		    (int)line->text.len, line->text.len ? line->text.at : "");
	draft_print(&t->out, "    - ");
	quoted(t, draft_str(&t->line));
	return t->line.error;
}

static void transcript(struct tap *t, const struct result *r)
{
	static const struct transcript_limits limits = {
		.bytes = 2048, .lines = 48, .blocks = 40, .hex = 16,
	};

	if (r->nevents == 0)
		return;
	draft_print(&t->out, "  transcript:\n");

	int error = transcript_write(r, &limits, transcript_line, t);

	if (t->out.error == 0)
		t->out.error = error;
}

/* The words of the specification's examples: a TODO is no failure. */
static const char *severity(enum weight w)
{
	return w == WEIGHT_FAILS ? "fail" : w == WEIGHT_NONE ? "comment" : "todo";
}

static void diagnostics(struct tap *t, const struct result *r, enum weight w)
{
	draft_clear(&t->line);
	finding_sentence(&t->line, r, BREAKS_SPELT);
	draft_print(&t->out, "  ---\n");
	key(t, "message", draft_str(&t->line));
	key(t, "severity", severity(w));
	key(t, "verdict", verdict_name(r->verdict));
	key(t, "level", level_name(r->level));
	clauses(t, r);
	place(t, finding_at(r));
	key(t, "expected", r->expected);
	key(t, "actual", r->seen);
	if (result_is_rule(r))
		draft_print(&t->out, "  responses: %zu\n  broken: %zu\n", r->times_seen,
			    r->times_broken);
	draft_print(&t->out, "  duration_ms: %lld.%03lld\n",
		    (long long)(r->duration / USEC_PER_MS), (long long)(r->duration % USEC_PER_MS));
	key(t, "why", r->why);
	key(t, "replay", r->replay);
	transcript(t, r);
	draft_print(&t->out, "  ...\n");
}

/* ---- points ---- */

static const char *const escapes[128] = { ['\\'] = "\\\\", ['#'] = "\\#" };

static void point(struct tap *t, bool ok, const char *description)
{
	draft_print(&t->out, "%s %zu - ", ok ? "ok" : "not ok", ++t->points);
	draft_escape(&t->out, description, BREAKS_SPELT, escapes);
}

static void directive(struct tap *t, const char *name, const char *reason)
{
	draft_print(&t->out, " # %s ", name);
	draft_escape(&t->out, reason, BREAKS_SPELT, escapes);
}

static void todo(struct tap *t, const struct result *r)
{
	draft_clear(&t->line);
	if (r->verdict == VERDICT_WARN)
		draft_print(&t->line, "%s: ", level_name(r->level));
	finding_sentence(&t->line, r, BREAKS_SPELT);
	directive(t, "TODO", draft_str(&t->line));
}

static void result(struct tap *t, const struct result *r)
{
	enum weight w = finding_weight(t->run, r);
	bool plain = r->verdict == VERDICT_PASS && !r->flaky;

	draft_clear(&t->line);
	draft_add(&t->line, r->id, BREAKS_SPELT);
	draft_print(&t->line, ": ");
	draft_add(&t->line, r->title, BREAKS_SPELT);
	point(t, w == WEIGHT_NONE, draft_str(&t->line));
	if (r->verdict == VERDICT_SKIP)
		directive(t, "SKIP", r->reason);
	else if (w != WEIGHT_NONE && w != WEIGHT_FAILS)
		todo(t, r);
	draft_print(&t->out, "\n");
	if (!plain && r->verdict != VERDICT_SKIP)
		diagnostics(t, r, w);
}

static void stale(struct tap *t, const struct stale_entry *e)
{
	draft_clear(&t->line);
	draft_print(&t->line, "baseline: ");
	draft_add(&t->line, e->id, BREAKS_SPELT);
	point(t, false, draft_str(&t->line));
	if (!t->run->strict_baseline)
		directive(t, "TODO", e->why);
	draft_print(&t->out, "\n  ---\n");
	key(t, "message", e->why);
	key(t, "severity", severity(t->run->strict_baseline ? WEIGHT_FAILS : WEIGHT_KNOWN));
	place(t, e->place);
	draft_print(&t->out, "  ...\n");
}

static void comment(struct tap *t, const char *text)
{
	if (!*text)
		return;
	draft_print(&t->out, "# ");
	draft_add(&t->out, text, BREAKS_SPELT);
	draft_print(&t->out, "\n");
}

static void head(struct tap *t)
{
	draft_print(&t->out, "TAP version 14\n1..%zu\n", t->run->count + t->run->nstale);
	comment(t, t->run->program);
	comment(t, t->run->target);
	comment(t, t->run->target_note);
}

static void bail_out(struct tap *t)
{
	if (t->run->interrupted)
		draft_print(&t->out, "Bail out! interrupted by signal %d\n", t->run->interrupted);
	else if (run_exit_code(t->run) == 2)
		draft_print(&t->out, "Bail out! no case came to a verdict\n");
}

int tap_write(const struct run *run, FILE *out)
{
	CLEANUP(tap_release) struct tap t = { .run = run, .out = DRAFT_INIT, .line = DRAFT_INIT };

	head(&t);
	for (size_t i = 0; i < run->count; i++)
		result(&t, &run->results[i]);
	for (size_t i = 0; i < run->nstale; i++)
		stale(&t, &run->stale[i]);
	bail_out(&t);
	if (t.line.error)
		return t.line.error;
	return draft_write(&t.out, out);
}
