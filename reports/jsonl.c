#include "reports/jsonl.h"

#include "base/cleanup.h"
#include "reports/json.h"
#include "reports/visible.h"

#include <errno.h>

/* ---- lines: these keep that one member could not be made, so that they read straight down ---- */

struct line {
	json_t *object;
	bool failed;
};

static void set(struct line *l, const char *key, json_t *value)
{
	l->failed |= json_object_set_new(l->object, key, value) < 0;
}

/* A flat object has no room for the bytes of what is no UTF-8: it is spelt out. */
static json_t *flat(const char *text)
{
	CLEANUP(buffer_release) struct buffer spelt = BUFFER_INIT(1 << 26);
	json_t *s = json_string(text);

	if (s)
		return s;
	(void)visible_add(&spelt, text, BREAKS_SPELT);
	return json_string(buffer_str(&spelt));
}

static void set_text(struct line *l, const char *key, const char *text)
{
	if (text && *text)
		set(l, key, flat(text));
}

static void set_count(struct line *l, const char *key, size_t n)
{
	set(l, key, json_integer((json_int_t)n));
}

static void set_seconds(struct line *l, const char *key, usec t)
{
	set(l, key, json_real((double)t / USEC_PER_SEC));
}

static struct line line_of(const struct run *run, usec at, const char *action)
{
	struct line l = { .object = json_object() };

	set(&l, "Time", json_of_time(run->started, at));
	set(&l, "Action", json_string(action));
	return l;
}

/* One write a line, so that who kills the run leaves whole lines. */
static int put(struct line *l, FILE *out)
{
	int r = l->failed ? -ENOMEM : json_put(l->object, out);

	json_decref(l->object);
	if (r == 0 && (fputc('\n', out) == EOF || fflush(out) == EOF))
		r = errno ? -errno : -EIO;
	return r;
}

/* ---- of a case ---- */

static void set_place(struct line *l, struct place place)
{
	if (!place.file)
		return;
	set_text(l, "file", place.file);
	set_count(l, "line", (size_t)place.line);
}

static void set_requirements(struct line *l, const struct result *r)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < r->nclauses; i++)
		l->failed |= json_array_append_new(ids, flat(r->clauses[i].id)) < 0;
	set(l, "reqs", ids);
}

static bool is_finding(const struct result *r)
{
	return r->verdict != VERDICT_PASS && r->verdict != VERDICT_INFO &&
	       r->verdict != VERDICT_SKIP;
}

static int put_event(const struct run *run, const struct result *r, const struct event *e,
		     FILE *out)
{
	struct line l = line_of(run, r->began + e->at, "output");

	set_text(&l, "id", r->id);
	set_text(&l, "connection", e->connection);
	set_text(&l, "kind", event_name(e->kind));
	set_text(&l, "note", e->note);
	if (e->bytes.len) {
		CLEANUP(json_decrefp) json_t *bytes = json_of_bytes(e->bytes);

		l.failed |= json_object_update(l.object, bytes) < 0;
	}
	if (e->omitted)
		set_count(&l, "omitted", e->omitted);
	return put(&l, out);
}

static int put_verdict(const struct run *run, const struct result *r, usec at, FILE *out)
{
	struct line l = line_of(run, at, verdict_name(r->verdict));

	set_text(&l, "id", r->id);
	set_seconds(&l, "Elapsed", r->duration);
	set_text(&l, "title", r->title);
	set_text(&l, "level", level_name(r->level));
	set_requirements(&l, r);
	set_place(&l, r->failed_at.file ? r->failed_at : r->place);
	set_text(&l, "reason", r->reason);
	set_text(&l, "expected", r->expected);
	set_text(&l, "seen", r->seen);
	set_text(&l, "known", r->known);
	set_text(&l, "replay", r->replay);
	if (r->attempts)
		set_count(&l, "attempt", r->attempts);
	if (r->flaky)
		set(&l, "flaky", json_true());
	if (result_is_rule(r)) {
		set_count(&l, "times_seen", r->times_seen);
		set_count(&l, "times_broken", r->times_broken);
		set_text(&l, "first_case", r->first_case);
	}
	return put(&l, out);
}

static int put_result(const struct run *run, const struct result *r, usec at, FILE *out)
{
	int e = 0;

	for (size_t i = 0; i < r->nevents && is_finding(r) && e == 0; i++)
		e = put_event(run, r, &r->events[i], out);
	return e == 0 ? put_verdict(run, r, at, out) : e;
}

int jsonl_case_started(const struct run *run, const struct result *r, FILE *out)
{
	struct line l = line_of(run, r->began, "run");

	set_text(&l, "id", r->id);
	set_text(&l, "title", r->title);
	set_place(&l, r->place);
	return put(&l, out);
}

int jsonl_case_ended(const struct run *run, const struct result *r, FILE *out)
{
	return put_result(run, r, r->began + r->duration, out);
}

/* ---- of the run ---- */

int jsonl_begin(const struct run *run, FILE *out)
{
	struct line l = line_of(run, 0, "start");

	set_count(&l, "schema", JSONL_SCHEMA);
	set_text(&l, "program", run->program);
	set_text(&l, "libraries", run->libraries);
	set_text(&l, "target", run->target);
	set_text(&l, "target_note", run->target_note);
	set_text(&l, "cases_path", run->cases_path);
	if (run->shards) {
		set_count(&l, "shard", run->shard);
		set_count(&l, "shards", run->shards);
	}
	return put(&l, out);
}

int jsonl_end(const struct run *run, FILE *out)
{
	struct line l;
	struct tally t = run_tally(run);
	int e = 0;

	for (size_t i = 0; i < run->count && e == 0; i++)
		if (result_is_rule(&run->results[i]))
			e = put_result(run, &run->results[i], run->duration, out);
	if (e < 0)
		return e;
	l = line_of(run, run->duration, "end");
	set_seconds(&l, "Elapsed", run->duration);
	set_count(&l, "total", t.total);
	for (int v = 0; v < VERDICTS; v++)
		set_count(&l, verdict_name((enum verdict)v), t.of[v]);
	set_count(&l, "exit_code", (size_t)run_exit_code(run));
	return put(&l, out);
}

int jsonl_write(const struct run *run, FILE *out)
{
	int e = jsonl_begin(run, out);

	for (size_t i = 0; i < run->count && e == 0; i++) {
		const struct result *r = &run->results[i];

		if (result_is_rule(r))
			continue;
		if (r->attempts)
			e = jsonl_case_started(run, r, out);
		if (e == 0)
			e = jsonl_case_ended(run, r, out);
	}
	return e == 0 ? jsonl_end(run, out) : e;
}
