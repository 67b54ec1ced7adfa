#include "runner/baseline.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>

/* The file is edited as text, line by line, so that what a person wrote stays. */

enum { MOST = 1 << 20, REASON_MOST = 120 };

enum fate { KEPT, CHANGED, REMOVED };

struct line {
	struct slice text;            /* with its line end */
	bool gone;
};

struct edit {
	const struct baseline *b;
	const struct run *run;
	const struct baseline_scope *scope;
	struct arena arena;
	struct line *lines;
	size_t nlines;
	struct buffer *out;
	struct baseline_changes changes;
	struct problem *reterr;
};

/* ---- lines ---- */

static void split(struct edit *e)
{
	for (struct slice rest = e->b->text; rest.len;) {
		size_t lf = slice_find(rest, '\n');
		size_t len = lf < rest.len ? lf + 1 : rest.len;
		struct line *l = arena_push(&e->arena, &e->lines, &e->nlines, sizeof(*l));

		l->text = slice_sub(rest, 0, len);
		rest = slice_skip(rest, len);
	}
}

static size_t indent_of(const struct line *l)
{
	size_t n = 0;

	while (n < l->text.len && l->text.at[n] == ' ')
		n++;
	return n;
}

static char first_of(const struct line *l)
{
	size_t at = indent_of(l);

	return at < l->text.len ? l->text.at[at] : '\n';
}

static bool is_blank(const struct line *l)
{
	char c = first_of(l);

	return c == '\n' || c == '\r';
}

/* "-" with nothing or a comment behind it: the entry begins on a line below. */
static bool is_lone_dash(const struct line *l)
{
	struct slice rest = slice_skip(l->text, indent_of(l) + 1);

	while (rest.len && (rest.at[0] == ' ' || rest.at[0] == '\r'))
		rest = slice_skip(rest, 1);
	return first_of(l) == '-' && (rest.len == 0 || rest.at[0] == '\n' || rest.at[0] == '#');
}

/* The line with the dash of an entry that stands at |place|; nlines where the list is not
 * written so. */
static size_t dash_line(const struct edit *e, struct place place)
{
	size_t at = (size_t)place.line - 1;

	if (first_of(&e->lines[at]) == '-')
		return at;
	while (at-- > 0) {
		if (is_lone_dash(&e->lines[at]))
			return at;
		if (first_of(&e->lines[at]) != '#' && !is_blank(&e->lines[at]))
			break;
	}
	return e->nlines;
}

/* Behind the last line of the entry: what is indented deeper than its dash. */
static size_t entry_end(const struct edit *e, size_t dash)
{
	size_t end = dash + 1;

	for (size_t i = end; i < e->nlines; i++) {
		if (is_blank(&e->lines[i]))
			continue;
		if (indent_of(&e->lines[i]) <= indent_of(&e->lines[dash]))
			break;
		end = i + 1;
	}
	return end;
}

/* ---- what becomes of an entry ---- */

static enum fate fate_of(const struct edit *e, const struct known_failure *k)
{
	const struct result *r = run_find(e->run, k->id);

	if (!r && e->scope->all_read && !e->scope->knows(e->scope->arg, k->id))
		return REMOVED;
	if (!r)
		return KEPT;
	if (r->verdict == VERDICT_PASS || r->verdict == VERDICT_INFO)
		return r->flaky || (result_is_rule(r) && !e->scope->all_run) ? KEPT : REMOVED;
	if ((r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN) && k->verdict_at.file &&
	    k->verdict != (int)r->verdict)
		return CHANGED;
	return KEPT;
}

/* The comment right above an entry goes with it, unless entries follow that it may be
 * the heading of. */
static void remove_entry(struct edit *e, size_t dash, size_t end)
{
	size_t next = end;

	for (size_t i = dash; i < end; i++)
		e->lines[i].gone = true;
	while (next < e->nlines && e->lines[next].gone)
		next++;
	if (next < e->nlines && first_of(&e->lines[next]) == '-')
		return;
	for (size_t i = dash; i-- > 0 && first_of(&e->lines[i]) == '#';)
		e->lines[i].gone = indent_of(&e->lines[i]) == indent_of(&e->lines[dash]);
}

static void replace(struct edit *e, size_t line, size_t column, size_t len, const char *word)
{
	struct slice text = e->lines[line].text;

	e->lines[line].text = slice_str(
	    arena_printf(&e->arena, "%.*s%s%.*s", (int)column, text.at, word,
			 (int)(text.len - column - len), text.at + column + len));
}

/* A verdict is plain or quoted ASCII, but other characters may stand before it. */
static void change_verdict(struct edit *e, const struct known_failure *k, enum verdict now)
{
	const char *before = verdict_name((enum verdict)k->verdict);
	size_t line = (size_t)k->verdict_at.line - 1;
	struct slice text = e->lines[line].text;
	size_t at = 0;

	for (int column = 1; at < text.len; at++) {
		column += (text.at[at] & 0xc0) != 0x80;
		if (column > k->verdict_at.column)
			break;
	}
	at += slice_find_slice(slice_skip(text, at), slice_str(before));
	if (at < text.len)
		replace(e, line, at, strlen(before), verdict_name(now));
}

static int edit_entry(struct edit *e, const struct known_failure *k)
{
	enum fate fate = fate_of(e, k);

	if (fate == CHANGED) {
		change_verdict(e, k, run_find(e->run, k->id)->verdict);
		e->changes.changed++;
	}
	if (fate != REMOVED)
		return 0;

	size_t dash = dash_line(e, k->place);

	if (dash == e->nlines)
		return problem_at(e->reterr, k->place, -EINVAL,
				  "can't be updated: the entries of 'known' must each begin "
				  "on a line of their own with '- '");
	remove_entry(e, dash, entry_end(e, dash));
	e->changes.removed++;
	return 0;
}

/* ---- new entries ---- */

/* A scalar of YAML that stands for |s|, which is UTF-8. */
static int put_scalar(struct buffer *out, struct slice s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/-_.[]@";
	bool letter = s.len && ((s.at[0] >= 'a' && s.at[0] <= 'z') ||
				(s.at[0] >= 'A' && s.at[0] <= 'Z'));
	int r;

	if (letter && strspn(s.at, plain) == s.len)
		return buffer_add_slice(out, s);
	r = buffer_add_byte(out, '"');
	for (size_t i = 0; r == 0 && i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c < 0x20 || c == 0x7f)
			r = buffer_printf(out, "\\x%02x", c);
		else
			r = buffer_printf(out, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
	}
	return r < 0 ? r : buffer_add_byte(out, '"');
}

/* What a server sent may stand in it: in ASCII, and not all of it. */
static int put_reason(struct buffer *out, const struct result *r)
{
	CLEANUP(buffer_release) struct buffer reason = BUFFER_INIT(MOST);
	int error = buffer_add_str(&reason, BASELINE_UNFILLED " ");

	if (error == 0)
		error = text_escape_cut(&reason, slice_str(*r->reason ? r->reason : r->title),
					REASON_MOST);
	return error < 0 ? error : put_scalar(out, buffer_slice(&reason));
}

static int put_entry(struct edit *e, const struct result *r, int indent, const char *eol)
{
	struct buffer *out = e->out;
	int error = buffer_printf(out, "%*s- case: ", indent, "");

	if (error == 0)
		error = put_scalar(out, slice_str(r->id));
	if (error == 0)
		error = buffer_printf(out, "%s%*sverdict: %s%s%*sreason: ", eol, indent + 2, "",
				      verdict_name(r->verdict), eol, indent + 2, "");
	if (error == 0)
		error = put_reason(out, r);
	e->changes.added++;
	return error < 0 ? error : buffer_add_str(out, eol);
}

static int put_new(struct edit *e, int indent, const char *eol)
{
	int error = 0;

	for (size_t i = 0; i < e->run->count && error == 0; i++) {
		const struct result *r = &e->run->results[i];

		if (run_fails_by(e->run, r) && !baseline_find(e->b, r->id))
			error = put_entry(e, r, indent, eol);
	}
	return error;
}

static bool anything_new(const struct edit *e)
{
	for (size_t i = 0; i < e->run->count; i++)
		if (run_fails_by(e->run, &e->run->results[i]) &&
		    !baseline_find(e->b, e->run->results[i].id))
			return true;
	return false;
}

/* ---- the whole ---- */

static const char *line_end(const struct edit *e)
{
	return e->nlines && slice_ends(e->lines[0].text, SLICE("\r\n")) ? "\r\n" : "\n";
}

static int put_lines(struct edit *e, size_t from, size_t to)
{
	int r = 0;

	for (size_t i = from; i < to && r == 0; i++)
		if (!e->lines[i].gone)
			r = buffer_add_slice(e->out, e->lines[i].text);
	return r;
}

static int end_line(struct edit *e)
{
	struct slice out = buffer_slice(e->out);

	return out.len == 0 || slice_ends(out, SLICE("\n")) ? 0
							     : buffer_add_str(e->out, line_end(e));
}

/* Where new entries go, and how deep: behind the last one, or behind "known:". */
static int place_of_new(struct edit *e, size_t *ret_line, int *ret_indent)
{
	const struct baseline *b = e->b;

	if (b->read) {
		size_t dash = dash_line(e, b->list[b->read - 1].place);

		if (dash == e->nlines)
			return problem_at(e->reterr, b->list[b->read - 1].place, -EINVAL,
					  "can't be updated: the entries of 'known' must each "
					  "begin on a line of their own with '- '");
		*ret_line = entry_end(e, dash);
		*ret_indent = (int)indent_of(&e->lines[dash]);
		return 0;
	}
	*ret_indent = 2;
	*ret_line = b->known_at.file ? (size_t)b->known_at.line : e->nlines;
	if (*ret_line > e->nlines)
		*ret_line = e->nlines;
	return 0;
}

/* "known: []" becomes "known:"; where there is no such key yet, it is written. */
static int open_list(struct edit *e)
{
	const struct baseline *b = e->b;

	if (b->read)
		return 0;
	if (!b->known_at.file)
		return buffer_printf(e->out, "known:%s", line_end(e));

	struct slice out = buffer_slice(e->out);
	size_t line = out.len;

	while (line > 0 && (out.at[line - 1] == '\n' || out.at[line - 1] == '\r'))
		line--;
	while (line > 0 && out.at[line - 1] != '\n')
		line--;

	struct slice last = slice_skip(out, line);
	size_t brackets = slice_find_slice(last, SLICE("[]"));

	if (brackets == last.len)
		return 0;

	const char *changed = arena_printf(&e->arena, "%.*s%.*s", (int)brackets, last.at,
					   (int)(last.len - brackets - 2), last.at + brackets + 2);

	buffer_truncate(e->out, line);
	return buffer_add_str(e->out, changed);
}

/* A list that became empty would be the null of YAML, which is fine, too. */
static int put_all(struct edit *e)
{
	size_t at = 0;
	int indent = 0, r = place_of_new(e, &at, &indent);

	if (r == 0)
		r = put_lines(e, 0, at);
	if (r == 0)
		r = end_line(e);
	if (r == 0 && anything_new(e))
		r = open_list(e);
	if (r == 0)
		r = put_new(e, indent, line_end(e));
	return r < 0 ? r : put_lines(e, at, e->nlines);
}

static int put_header(struct edit *e)
{
	return e->b->text.len
		       ? 0
		       : buffer_add_str(e->out,
					"# Failures that are known and accepted, each with its "
					"reason.\n"
					"# Written by: httpcheck run --update-baseline\n"
					"baseline: 1\n");
}

/* What was written says what was meant, or it is not handed out. */
static int check(const struct edit *e)
{
	struct problems problems = PROBLEMS_INIT(1);
	struct baseline *again = NULL;
	size_t want = e->b->read + e->changes.added - e->changes.removed;
	int r = baseline_read_memory(e->b->path, buffer_slice(e->out), &again, &problems);

	if (r == 0 && again->count != want)
		r = -EINVAL;
	if (r < 0)
		(void)problem_set(e->reterr, r,
				  "cannot update '%s': its form is not understood; write one "
				  "entry a line, '- case: ...'",
				  e->b->path);
	baseline_free(again);
	problems_release(&problems);
	return r;
}

/* YAML 1.1 ends lines also at a lone CR, at NEL, LS and PS: places count those lines, too. */
static bool has_strange_breaks(struct slice text)
{
	static const struct slice others[] = { SLICE("\xc2\x85"), SLICE("\xe2\x80\xa8"),
					       SLICE("\xe2\x80\xa9") };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (slice_find_slice(text, others[i]) < text.len)
			return true;
	for (size_t at = 0; (at += slice_find(slice_skip(text, at), '\r')) < text.len; at++)
		if (at + 1 == text.len || text.at[at + 1] != '\n')
			return true;
	return false;
}

int baseline_update(const struct baseline *b, const struct run *run,
		    const struct baseline_scope *scope, struct buffer *out,
		    struct baseline_changes *ret, struct problem *reterr)
{
	struct edit e = { .b = b, .run = run, .scope = scope, .out = out, .reterr = reterr };
	int r = 0;

	if (has_strange_breaks(b->text))
		return problem_set(reterr, -EINVAL,
				   "cannot update '%s': its lines end in something else than LF "
				   "or CR LF",
				   b->path);

	arena_init(&e.arena);
	split(&e);
	for (size_t i = b->read; i-- > 0 && r == 0;)
		r = edit_entry(&e, &b->list[i]);
	if (r == 0)
		r = put_header(&e);
	if (r == 0)
		r = put_all(&e);
	if (r == 0)
		r = check(&e);
	if (r == 0)
		*ret = e.changes;
	arena_release(&e.arena);
	return r;
}
