#include "reports/github.h"

#include "base/cleanup.h"
#include "reports/finding.h"

enum {
	SHOWN = 10,                   /* of each kind in a step (actions/toolkit, PR 734) */
	LISTED = 20,                  /* findings named in the message of a file */
	MESSAGE = 16384,              /* bytes; GitHub takes 64 KiB */
	TITLE = 255,
};

/* A result or a stale entry of the baseline. */
struct found {
	struct place at;
	const struct result *result;
	const struct stale_entry *stale;
};

struct github {
	const struct run *run;
	const char *kind;             /* "error" */
	struct found *list;           /* of this kind */
	size_t n;
	struct draft out, title, message;
};

static void github_release(struct github *g)
{
	free(g->list);
	draft_release(&g->out);
	draft_release(&g->title);
	draft_release(&g->message);
}

/* ---- a command: github.com/actions/runner, src/Runner.Common/ActionCommand.cs ---- */

static void property(struct github *g, char before, const char *name, const char *value)
{
	static const char *const instead[128] = {
		['%'] = "%25", ['\r'] = "%0D", ['\n'] = "%0A", [':'] = "%3A", [','] = "%2C",
	};

	draft_print(&g->out, "%c%s=", before, name);
	draft_escape(&g->out, value, BREAKS_SPELT, instead);
}

static void number(struct github *g, const char *name, int n)
{
	if (n > 0)
		draft_print(&g->out, ",%s=%d", name, n);
}

/* What stands in title and message, which are empty afterwards. */
static void command(struct github *g, struct place at)
{
	static const char *const instead[128] = {
		['%'] = "%25", ['\r'] = "%0D", ['\n'] = "%0A",
	};

	draft_cut(&g->title, TITLE);
	draft_cut(&g->message, MESSAGE);
	draft_print(&g->out, "::%s", g->kind);
	if (at.file) {
		property(g, ' ', "file", finding_file(at.file));
		number(g, "line", at.line);
		number(g, "col", at.line > 0 ? at.column : 0);
	}
	property(g, at.file ? ',' : ' ', "title", draft_str(&g->title));
	draft_print(&g->out, "::");
	draft_escape(&g->out, draft_str(&g->message), BREAKS_KEPT, instead);
	draft_print(&g->out, "\n");
	draft_clear(&g->title);
	draft_clear(&g->message);
}

/* ---- one finding ---- */

static void describe(struct github *g, const struct result *r)
{
	draft_add(&g->message, r->title, BREAKS_SPELT);
	draft_print(&g->message, "\n");
	finding_sentence(&g->message, r, BREAKS_SPELT);
	for (size_t i = 0; i < r->nclauses; i++) {
		draft_print(&g->message, "\n");
		finding_clause(&g->message, &r->clauses[i], BREAKS_SPELT);
	}
	if (*r->replay) {
		draft_print(&g->message, "\nreplay: ");
		draft_add(&g->message, r->replay, BREAKS_SPELT);
	}
}

static void single(struct github *g, const struct found *f)
{
	draft_add(&g->title, f->stale ? f->stale->id : f->result->id, BREAKS_SPELT);
	if (f->stale) {
		draft_print(&g->title, ": stale in the baseline");
		draft_add(&g->message, f->stale->why, BREAKS_SPELT);
	} else {
		draft_print(&g->title, ": %s (%s)", verdict_name(f->result->verdict),
			    level_name(f->result->level));
		describe(g, f->result);
	}
	command(g, f->at);
}

/* ---- many: those of one file as one ---- */

static bool same_file(const struct found *a, const struct found *b)
{
	if (!a->at.file || !b->at.file)
		return a->at.file == b->at.file;
	return strcmp(a->at.file, b->at.file) == 0;
}

static bool file_begins(const struct github *g, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (same_file(&g->list[before], &g->list[i]))
			return false;
	return true;
}

static void list(struct github *g, const struct found *f)
{
	if (f->at.line > 0)
		draft_print(&g->message, "line %d: ", f->at.line);
	draft_add(&g->message, f->stale ? f->stale->id : f->result->id, BREAKS_SPELT);
	draft_print(&g->message, ": ");
	if (f->stale)
		draft_add(&g->message, f->stale->why, BREAKS_SPELT);
	else
		finding_sentence(&g->message, f->result, BREAKS_SPELT);
	draft_print(&g->message, "\n");
}

/* All findings of the file that begins with the |first|; how many there are. */
static size_t of_file(struct github *g, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < g->n; i++)
		if (same_file(&g->list[first], &g->list[i]) && n++ < LISTED)
			list(g, &g->list[i]);
	if (n > LISTED)
		draft_print(&g->message, "and %zu more\n", n - LISTED);
	draft_print(&g->title, "%zu findings in one file", n);
	if (n == 1) {
		draft_clear(&g->title);
		draft_clear(&g->message);
		single(g, &g->list[first]);
	} else {
		command(g, g->list[first].at);
	}
	return n;
}

static void rest(struct github *g, size_t findings, size_t files)
{
	draft_print(&g->title, "and %zu more findings", findings);
	draft_print(&g->message, "%zu more findings in %zu more files: see the report\n", findings,
		    files);
	command(g, (struct place){ 0 });
}

static void merged(struct github *g)
{
	size_t files = 0, shown = 0, seen = 0;

	for (size_t i = 0; i < g->n; i++)
		files += file_begins(g, i);

	size_t room = files > SHOWN ? SHOWN - 1 : SHOWN;

	for (size_t i = 0; i < g->n && shown < room; i++)
		if (file_begins(g, i)) {
			seen += of_file(g, i);
			shown++;
		}
	if (files > shown)
		rest(g, g->n - seen, files - shown);
}

/* ---- the whole ---- */

static void collect(struct github *g, enum weight weight, bool stale)
{
	const struct run *run = g->run;

	g->n = 0;
	for (size_t i = 0; i < run->count; i++)
		if (finding_weight(run, &run->results[i]) == weight)
			g->list[g->n++] = (struct found){
				.at = finding_shown_at(run, &run->results[i]),
				.result = &run->results[i],
			};
	for (size_t i = 0; stale && i < run->nstale; i++)
		g->list[g->n++] = (struct found){ .at = run->stale[i].place,
						  .stale = &run->stale[i] };
}

static void write_kind(struct github *g, const char *kind, enum weight weight, bool stale)
{
	g->kind = kind;
	collect(g, weight, stale);
	if (g->n > SHOWN)
		merged(g);
	for (size_t i = 0; g->n <= SHOWN && i < g->n; i++)
		single(g, &g->list[i]);
}

int github_write(const struct run *run, FILE *out)
{
	CLEANUP(github_release) struct github g = {
		.run = run, .list = calloc(run->count + run->nstale + 1, sizeof(*g.list)),
		.out = DRAFT_INIT, .title = DRAFT_INIT, .message = DRAFT_INIT,
	};

	if (!g.list)
		return -ENOMEM;
	write_kind(&g, "error", WEIGHT_FAILS, run->strict_baseline);
	write_kind(&g, "warning", WEIGHT_WARNS, !run->strict_baseline);
	if (g.title.error || g.message.error)
		return g.title.error ? g.title.error : g.message.error;
	return draft_write(&g.out, out);
}
