#include "reports/finding.h"

static void both_sides(struct draft *d, const struct result *r, enum visible_breaks breaks)
{
	draft_print(d, "expected ");
	draft_add(d, *r->expected ? r->expected : "otherwise", breaks);
	draft_print(d, ", seen ");
	draft_add(d, *r->seen ? r->seen : "nothing", breaks);
}

/* The runner's reason often is "expected ..., saw ...", or there are none. */
static bool says_both_sides(const struct result *r)
{
	return strstr(r->reason, r->expected) && strstr(r->reason, r->seen);
}

void finding_sentence(struct draft *d, const struct result *r, enum visible_breaks breaks)
{
	if (r->known) {
		draft_print(d, "known (");
		draft_add(d, r->known, breaks);
		draft_print(d, "): ");
	}
	if (r->verdict == VERDICT_INCONCLUSIVE && *r->reason)
		draft_print(d, "inconclusive: ");
	draft_add(d, r->reason, breaks);
	if (!says_both_sides(r)) {
		draft_print(d, "%s", *r->reason ? ": " : "");
		both_sides(d, r, breaks);
	} else if (!*r->reason) {
		draft_print(d, "%s", verdict_name(r->verdict));
	}
}

void finding_clause(struct draft *d, const struct clause *c, enum visible_breaks breaks)
{
	draft_add(d, c->id, breaks);
	draft_print(d, "%s", *c->keyword ? " " : "");
	draft_add(d, c->keyword, breaks);
	draft_print(d, "%s", *c->text ? ": " : "");
	draft_add(d, c->text, breaks);
}

void finding_place(struct draft *d, struct place at)
{
	if (!at.file)
		return;
	draft_add(d, finding_file(at.file), BREAKS_SPELT);
	if (at.line)
		draft_print(d, ":%d", at.line);
	if (at.line && at.column)
		draft_print(d, ":%d", at.column);
}

struct place finding_at(const struct result *r)
{
	return r->failed_at.file ? r->failed_at : r->place;
}

struct place finding_shown_at(const struct run *run, const struct result *r)
{
	if (!result_is_rule(r))
		return finding_at(r);
	for (size_t i = 0; r->first_case && i < run->count; i++)
		if (strcmp(run->results[i].id, r->first_case) == 0)
			return run->results[i].place;
	return (struct place){ 0 };
}

const char *finding_file(const char *file)
{
	return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

/* "9112-3.2-6" has its section behind the first '-', a statement's number behind the second. */
void finding_link(struct draft *d, const char *id)
{
	size_t digits = strncmp(id, "RFC", 3) == 0 ? strspn(id + 3, "0123456789") : 0;

	if (digits == 0 || id[3 + digits] != '-')
		return;

	const char *section = id + 3 + digits + 1;
	int len = (int)strspn(section, "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	bool appendix = *section >= 'A' && *section <= 'Z';

	if (len == 0)
		return;
	draft_print(d, "https://www.rfc-editor.org/rfc/rfc%.*s#%s-%.*s", (int)digits, id + 3,
		    appendix ? "appendix" : "section", len, section);
}

static int add_line(void *to, const struct transcript_line *line)
{
	struct draft *d = to;

	draft_print(d, "%.*s  %c %.*s\n", (int)line->lead.len, line->lead.at, line->mark,
		    (int)line->text.len, line->text.len ? line->text.at : "");
	return d->error;
}

void finding_transcript(struct draft *d, const struct result *r,
			const struct transcript_limits *limits)
{
	int error = transcript_write(r, limits, add_line, d);

	if (d->error == 0)
		d->error = error;
}

enum weight finding_weight(const struct run *run, const struct result *r)
{
	static const enum weight weights[VERDICTS] = {
		[VERDICT_WARN] = WEIGHT_WARNS,
		[VERDICT_FAIL] = WEIGHT_FAILS,
		[VERDICT_ERROR] = WEIGHT_FAILS,
		[VERDICT_INCONCLUSIVE] = WEIGHT_OPEN,
	};

	if (weights[r->verdict] == WEIGHT_NONE)
		return WEIGHT_NONE;
	if (r->known)
		return WEIGHT_KNOWN;
	return run_fails_by(run, r) ? WEIGHT_FAILS : weights[r->verdict];
}
