#include "reports/sarif.h"

#include "base/cleanup.h"
#include "reports/finding.h"
#include "reports/json.h"

enum { DESCRIPTION = 1000 };          /* bytes; code scanning takes 1024 characters */

struct sarif {
	const struct run *run;
	json_t *rules;                /* array */
	json_t *index;                /* id to its place in there */
	struct draft text;            /* of the string at hand */
	int error;
};

/* ---- JSON: jansson takes null for what could not be made, and says so ---- */

static void set(struct sarif *s, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		s->error = -ENOMEM;
}

static void push(struct sarif *s, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		s->error = -ENOMEM;
}

/* What stands in s->text, which is empty afterwards. */
static json_t *take_text(struct sarif *s)
{
	json_t *string = json_stringn(draft_str(&s->text), s->text.text.len);

	draft_clear(&s->text);
	return string;
}

static json_t *text(struct sarif *s, const char *from)
{
	draft_add(&s->text, from, BREAKS_SPELT);
	return take_text(s);
}

static void set_text(struct sarif *s, json_t *object, const char *key, const char *value)
{
	if (value && *value)
		set(s, object, key, text(s, value));
}

/* A message of what stands in s->text. "[words](target)" would be a link (section 3.11.6):
 * a backslash in front of the bracket makes it none. */
static json_t *take_message(struct sarif *s)
{
	CLEANUP(draft_release) struct draft plain = DRAFT_INIT;
	json_t *message = json_object();

	draft_append(&plain, &s->text);
	draft_clear(&s->text);
	for (const char *at = draft_str(&plain); *at; at++)
		draft_print(&s->text, "%s%c", at[0] == ']' && at[1] == '(' ? "\\" : "", *at);
	set(s, message, "text", take_text(s));
	return message;
}

static json_t *message(struct sarif *s, const char *from)
{
	draft_add(&s->text, from, BREAKS_SPELT);
	return take_message(s);
}

/* ---- places ---- */

/* A path as a reference of RFC 3986; a ':' in its first segment would be a scheme's. */
static json_t *uri(struct sarif *s, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~/";

	draft_print(&s->text, "%s", *path == '/' ? "file://" : "");
	for (; *path; path++)
		draft_print(&s->text, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	return take_text(s);
}

static json_t *artifact(struct sarif *s, const char *path)
{
	json_t *a = json_object();

	set(s, a, "uri", uri(s, path));
	if (*path != '/')
		set(s, a, "uriBaseId", json_string("%SRCROOT%"));
	return a;
}

static json_t *region(struct sarif *s, struct place at)
{
	json_t *r = json_object();

	set(s, r, "startLine", json_integer(at.line));
	if (at.column > 0)
		set(s, r, "startColumn", json_integer(at.column));
	return r;
}

/* Code scanning wants a file of every result: where there is none, the cases. */
static json_t *locations(struct sarif *s, struct place at)
{
	json_t *list = json_array(), *location = json_object(), *physical = json_object();
	const char *file = at.file ? at.file : s->run->cases_path;

	set(s, physical, "artifactLocation", artifact(s, finding_file(file)));
	if (at.file && at.line > 0)
		set(s, physical, "region", region(s, at));
	set(s, location, "physicalLocation", physical);
	push(s, list, location);
	return list;
}

static void set_locations(struct sarif *s, json_t *object, struct place at)
{
	if (at.file || *s->run->cases_path)
		set(s, object, "locations", locations(s, at));
}

/* The line of the case, which is the same wherever in it a step failed. */
static struct place case_place(struct sarif *s, const struct result *r)
{
	return r->place.file ? r->place : finding_shown_at(s->run, r);
}

/* ---- rules: the requirements ---- */

static const char *level(enum level l)
{
	static const char *const names[] = {
		[LEVEL_MAY] = "note", [LEVEL_SHOULD] = "warning", [LEVEL_MUST] = "error",
	};

	return names[l];
}

static json_t *rule_properties(struct sarif *s, enum level l)
{
	static const char *const severity[] = {
		[LEVEL_MAY] = "recommendation", [LEVEL_SHOULD] = "warning", [LEVEL_MUST] = "error",
	};
	json_t *p = json_object(), *tags = json_array();

	push(s, tags, json_string("http"));
	push(s, tags, json_string(level_name(l)));
	set(s, p, "tags", tags);
	set(s, p, "precision", json_string("very-high"));
	set(s, p, "problem.severity", json_string(severity[l]));
	return p;
}

static json_t *configuration(struct sarif *s, enum level l)
{
	json_t *c = json_object();

	set(s, c, "level", json_string(level(l)));
	return c;
}

static void set_descriptions(struct sarif *s, json_t *rule, const struct clause *c)
{
	draft_add(&s->text, c->id, BREAKS_SPELT);
	draft_print(&s->text, "%s", *c->keyword ? " " : "");
	draft_add(&s->text, c->keyword, BREAKS_SPELT);
	set(s, rule, "shortDescription", take_message(s));

	finding_clause(&s->text, c, BREAKS_SPELT);
	draft_cut(&s->text, DESCRIPTION);
	set(s, rule, "fullDescription", take_message(s));

	finding_clause(&s->text, c, BREAKS_SPELT);
	set(s, rule, "help", take_message(s));
}

static json_t *rule(struct sarif *s, const struct clause *c)
{
	json_t *r = json_object();

	set(s, r, "id", text(s, c->id));
	set_descriptions(s, r, c);
	finding_link(&s->text, c->id);
	if (s->text.text.len)
		set(s, r, "helpUri", take_text(s));
	set(s, r, "defaultConfiguration", configuration(s, c->level));
	set(s, r, "properties", rule_properties(s, c->level));
	return r;
}

static void add_rule(struct sarif *s, const struct clause *c)
{
	draft_clear(&s->text);
	draft_add(&s->text, c->id, BREAKS_SPELT);
	if (json_object_get(s->index, draft_str(&s->text)))
		return draft_clear(&s->text);
	set(s, s->index, draft_str(&s->text), json_integer((json_int_t)json_array_size(s->rules)));
	draft_clear(&s->text);
	push(s, s->rules, rule(s, c));
}

/* A case that rests on no clause is a rule by itself. */
static struct clause first_clause(const struct result *r)
{
	if (r->nclauses)
		return r->clauses[0];
	return (struct clause){ r->id, level_name(r->level), r->title, r->level };
}

static void add_rules(struct sarif *s)
{
	for (size_t i = 0; i < s->run->count; i++) {
		const struct result *r = &s->run->results[i];
		struct clause own = first_clause(r);

		add_rule(s, &own);
		for (size_t k = 1; k < r->nclauses; k++)
			add_rule(s, &r->clauses[k]);
	}
}

static void set_rule(struct sarif *s, json_t *object, const char *id, const char *index,
		     const struct result *r)
{
	struct clause c = first_clause(r);

	draft_add(&s->text, c.id, BREAKS_SPELT);

	json_t *at = json_object_get(s->index, draft_str(&s->text));

	set(s, object, id, take_text(s));
	set(s, object, index, json_incref(at));
}

/* ---- results ---- */

static json_t *sentence(struct sarif *s, const struct result *r)
{
	draft_add(&s->text, r->title, BREAKS_SPELT);
	draft_print(&s->text, ": ");
	finding_sentence(&s->text, r, BREAKS_SPELT);
	return take_message(s);
}

static json_t *suppressions(struct sarif *s, const char *why)
{
	json_t *list = json_array(), *one = json_object();

	set(s, one, "kind", json_string("external"));
	set(s, one, "status", json_string("accepted"));
	set_text(s, one, "justification", why);
	push(s, list, one);
	return list;
}

/* Neither a line nor what was seen: an alert stays the same one when a file is edited. */
static json_t *fingerprints(struct sarif *s, const struct result *r)
{
	json_t *f = json_object();

	set(s, f, "httpcheckCase/v1", text(s, r->id));
	return f;
}

static json_t *result_properties(struct sarif *s, const struct result *r)
{
	json_t *p = json_object();

	set_text(s, p, "case", r->id);
	set_text(s, p, "verdict", verdict_name(r->verdict));
	set_text(s, p, "why", r->why);
	set_text(s, p, "expected", r->expected);
	set_text(s, p, "seen", r->seen);
	set_text(s, p, "replay", r->replay);
	return p;
}

static json_t *result(struct sarif *s, const struct result *r)
{
	json_t *o = json_object();

	set_rule(s, o, "ruleId", "ruleIndex", r);
	set(s, o, "level", json_string(level(r->level)));
	set(s, o, "message", sentence(s, r));
	set_locations(s, o, case_place(s, r));
	set(s, o, "partialFingerprints", fingerprints(s, r));
	if (r->times_broken)
		set(s, o, "occurrenceCount", json_integer((json_int_t)r->times_broken));
	if (r->known)
		set(s, o, "suppressions", suppressions(s, r->known));
	set(s, o, "properties", result_properties(s, r));
	return o;
}

static json_t *results(struct sarif *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->run->count; i++) {
		const struct result *r = &s->run->results[i];

		if (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN)
			push(s, list, result(s, r));
	}
	return list;
}

/* ---- the invocation ---- */

static json_t *unjudged(struct sarif *s, const struct result *r)
{
	static const char *const levels[] = {
		[WEIGHT_OPEN] = "warning", [WEIGHT_KNOWN] = "note", [WEIGHT_FAILS] = "error",
	};
	json_t *n = json_object(), *of = json_object();

	set_rule(s, of, "id", "index", r);
	draft_add(&s->text, r->id, BREAKS_SPELT);
	draft_print(&s->text, ": ");
	set(s, n, "message", sentence(s, r));
	set(s, n, "level", json_string(levels[finding_weight(s->run, r)]));
	set_locations(s, n, case_place(s, r));
	set(s, n, "associatedRule", of);
	return n;
}

static json_t *stale(struct sarif *s, const struct stale_entry *e)
{
	json_t *n = json_object();

	draft_print(&s->text, "stale entry of the baseline: ");
	draft_add(&s->text, e->id, BREAKS_SPELT);
	draft_print(&s->text, ": ");
	draft_add(&s->text, e->why, BREAKS_SPELT);
	set(s, n, "message", take_message(s));
	set(s, n, "level", json_string(s->run->strict_baseline ? "error" : "warning"));
	set_locations(s, n, e->place);
	return n;
}

static json_t *notifications(struct sarif *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->run->count; i++) {
		const struct result *r = &s->run->results[i];

		if (r->verdict == VERDICT_ERROR || r->verdict == VERDICT_INCONCLUSIVE)
			push(s, list, unjudged(s, r));
	}
	for (size_t i = 0; i < s->run->nstale; i++)
		push(s, list, stale(s, &s->run->stale[i]));
	return list;
}

static json_t *arguments(struct sarif *s)
{
	json_t *list = json_array();

	push(s, list, json_string("run"));
	for (size_t i = 0; i < s->run->noptions; i++)
		push(s, list, text(s, s->run->options[i]));
	return list;
}

static json_t *invocations(struct sarif *s)
{
	const struct run *run = s->run;
	json_t *list = json_array(), *one = json_object();
	int code = run_exit_code(run);

	set(s, one, "arguments", arguments(s));
	set(s, one, "startTimeUtc", json_of_time(run->started, 0));
	set(s, one, "endTimeUtc", json_of_time(run->started, run->duration));
	set(s, one, "exitCode", json_integer(code));
	if (run->interrupted)
		set(s, one, "exitSignalNumber", json_integer(run->interrupted));
	set(s, one, "executionSuccessful", json_boolean(code == 0 || code == 1));
	set(s, one, "toolExecutionNotifications", notifications(s));
	push(s, list, one);
	return list;
}

/* ---- the whole ---- */

/* "httpcheck 0.1.0" */
static json_t *driver(struct sarif *s)
{
	json_t *d = json_object();
	const char *blank = strchr(s->run->program, ' ');

	set(s, d, "name", json_string("httpcheck"));
	if (blank)
		set_text(s, d, "version", blank + 1);
	set(s, d, "rules", json_incref(s->rules));
	return d;
}

static json_t *automation(struct sarif *s)
{
	json_t *a = json_object();

	set(s, a, "id", json_string("httpcheck/"));
	set(s, a, "description", message(s, s->run->target));
	return a;
}

static json_t *whole_run(struct sarif *s)
{
	json_t *r = json_object(), *tool = json_object();

	set(s, tool, "driver", driver(s));
	set(s, r, "tool", tool);
	set(s, r, "automationDetails", automation(s));
	set(s, r, "invocations", invocations(s));
	set(s, r, "columnKind", json_string("unicodeCodePoints"));
	set(s, r, "results", results(s));
	return r;
}

static json_t *document(struct sarif *s)
{
	json_t *root = json_object(), *runs = json_array();

	add_rules(s);
	push(s, runs, whole_run(s));
	set(s, root, "$schema", json_string("https://json.schemastore.org/sarif-2.1.0.json"));
	set(s, root, "version", json_string("2.1.0"));
	set(s, root, "runs", runs);
	return root;
}

int sarif_write(const struct run *run, FILE *out)
{
	struct sarif s = { .run = run, .rules = json_array(), .index = json_object(),
			   .text = DRAFT_INIT };
	json_t *root = document(&s);
	int r = s.error ? s.error : s.text.error;

	if (r == 0 && (json_dumpf(root, out, JSON_INDENT(1)) < 0 || fputc('\n', out) == EOF))
		r = -ENOMEM;
	json_decref(root);
	json_decref(s.index);
	json_decref(s.rules);
	draft_release(&s.text);
	return r;
}
