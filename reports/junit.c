#include "reports/junit.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reports/finding.h"

#include <errno.h>
#include <libxml/xmlwriter.h>

enum { MOST = 1 << 26 };              /* bytes of one text; transcripts are limited far below */

enum outcome { PASSED, FAILURE, ERROR, SKIPPED, OUTCOMES };

struct junit {
	const struct run *run;
	bool strict;                  /* the flavour, not the --strict of the run */
	xmlTextWriter *xml;
	struct draft text;            /* of the attribute or element at hand */
	int error;                    /* the first one; nothing is written after it */
};

static enum outcome outcome(const struct run *run, const struct result *r)
{
	if (run_fails_by(run, r))
		return FAILURE;
	switch (r->verdict) {
	case VERDICT_ERROR:
		return r->known ? SKIPPED : ERROR;
	case VERDICT_FAIL:            /* the baseline knows it */
	case VERDICT_INCONCLUSIVE:
	case VERDICT_SKIP:
		return SKIPPED;
	default:
		return PASSED;
	}
}

static enum outcome outcome_of_stale(const struct run *run)
{
	return run->strict_baseline ? FAILURE : SKIPPED;
}

/* ---- XML: these keep the first error, so that a document reads straight down ---- */

static void keep(struct junit *j, int error)
{
	if (error < 0 && j->error == 0)
		j->error = error;
}

/* A writer to a callback that never fails can only run out of memory. */
static void done(struct junit *j, int written)
{
	keep(j, written < 0 ? -ENOMEM : 0);
}

static const xmlChar *xml(const char *s)
{
	return (const xmlChar *)s;
}

static void start(struct junit *j, const char *element)
{
	done(j, xmlTextWriterStartElement(j->xml, xml(element)));
}

static void end(struct junit *j)
{
	done(j, xmlTextWriterEndElement(j->xml));
}

static void add(struct junit *j, const char *text)
{
	draft_add(&j->text, text, BREAKS_KEPT);
}

/* Its value is what stands in j->text. */
static void attribute_text(struct junit *j, const char *name)
{
	done(j, xmlTextWriterWriteAttribute(j->xml, xml(name), xml(draft_str(&j->text))));
}

static void attribute(struct junit *j, const char *name, const char *value)
{
	draft_clear(&j->text);
	add(j, value);
	attribute_text(j, name);
}

static void attribute_count(struct junit *j, const char *name, size_t n)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%zu", n);
	attribute(j, name, digits);
}

/* Seconds with three decimals, with a point in every locale. */
static void attribute_time(struct junit *j, usec t)
{
	char text[48];
	usec ms = (t + USEC_PER_MS / 2) / USEC_PER_MS;

	(void)snprintf(text, sizeof(text), "%lld.%03lld", (long long)(ms / 1000),
		       (long long)(ms % 1000));
	attribute(j, "time", text);
}

static void content(struct junit *j, const char *text)
{
	done(j, xmlTextWriterWriteString(j->xml, xml(text)));
}

static void property(struct junit *j, const char *name, const char *value)
{
	start(j, "property");
	attribute(j, "name", name);
	attribute(j, "value", value);
	end(j);
}

/* ---- texts, put together in j->text ---- */

static void add_line(struct junit *j, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	add(j, label);
	add(j, text);
	add(j, "\n");
}

static void add_finding(struct junit *j, const struct result *r)
{
	finding_sentence(&j->text, r, BREAKS_KEPT);
}

/* All that explains a finding but for the transcript. */
static void add_details(struct junit *j, const struct result *r)
{
	struct place at = finding_at(r);

	finding_place(&j->text, at);
	add(j, at.file ? ": " : "");
	add_finding(j, r);
	add(j, "\n");
	for (size_t i = 0; i < r->nclauses; i++) {
		finding_clause(&j->text, &r->clauses[i], BREAKS_KEPT);
		add(j, "\n");
	}
	add_line(j, "why: ", r->why);
	add_line(j, "replay: ", r->replay);
}

/* GitLab and Jenkins take "[[ATTACHMENT|path]]" in an output for a file to show:
 * that the target sent it must not make it one. */
static int add_unlinked(struct buffer *out, struct slice text)
{
	static const struct slice mark = SLICE("[[ATTACHMENT");
	size_t at;
	int r = 0;

	while (r == 0 && (at = slice_find_slice(text, mark)) < text.len) {
		r = buffer_add_slice(out, slice_sub(text, 0, at));
		if (r == 0)
			r = buffer_add_str(out, "\\x5b[ATTACHMENT");
		text = slice_skip(text, at + mark.len);
	}
	return r < 0 ? r : buffer_add_slice(out, text);
}

static void add_transcript(struct junit *j, const struct result *r)
{
	static const struct transcript_limits limits = {
		.bytes = 4096, .lines = 100, .blocks = 60, .hex = 16,
	};

	finding_transcript(&j->text, r, &limits);
}

/* ---- a case ---- */

static const char *const outcome_element[OUTCOMES] = {
	[FAILURE] = "failure", [ERROR] = "error", [SKIPPED] = "skipped",
};

static const char *outcome_type(enum outcome o, const struct result *r)
{
	if (o == FAILURE)
		return r->nclauses ? r->clauses[0].id : level_name(r->level);
	return r->known ? "known" : verdict_name(r->verdict);
}

static void write_outcome(struct junit *j, const struct result *r)
{
	enum outcome o = outcome(j->run, r);

	if (o == PASSED)
		return;
	start(j, outcome_element[o]);
	attribute(j, "type", outcome_type(o, r));

	draft_clear(&j->text);
	add_finding(j, r);
	attribute_text(j, "message");
	draft_clear(&j->text);
	if (o == SKIPPED)
		add_finding(j, r);
	else
		add_details(j, r);
	content(j, draft_str(&j->text));
	end(j);
}

static bool passed_with_finding(const struct junit *j, const struct result *r)
{
	return (r->verdict == VERDICT_WARN || r->verdict == VERDICT_INFO) &&
	       outcome(j->run, r) == PASSED;
}

/* A passing case with flakyFailure children is what Jenkins and others read as flaky. */
static void write_flaky(struct junit *j, const struct result *r)
{
	if (!r->flaky || outcome(j->run, r) != PASSED)
		return;
	start(j, "flakyFailure");
	attribute(j, "type", "flaky");
	attribute(j, "message", r->reason);
	content(j, r->reason);
	end(j);
}

static void write_output(struct junit *j, const struct result *r)
{
	CLEANUP(buffer_release) struct buffer unlinked = BUFFER_INIT(MOST);

	if (r->nevents == 0 && !passed_with_finding(j, r))
		return;
	draft_clear(&j->text);
	add_line(j, "", r->title);
	if (passed_with_finding(j, r)) {
		add(j, verdict_name(r->verdict));
		add(j, ": ");
		add_details(j, r);
	}
	add_transcript(j, r);
	keep(j, add_unlinked(&unlinked, buffer_slice(&j->text.text)));
	start(j, "system-out");
	content(j, buffer_str(&unlinked));
	end(j);
}

static void write_properties(struct junit *j, const struct result *r)
{
	start(j, "properties");
	property(j, "title", r->title);
	property(j, "verdict", verdict_name(r->verdict));
	property(j, "level", level_name(r->level));
	if (r->known)
		property(j, "known", r->known);
	for (size_t i = 0; i < r->nclauses; i++)
		property(j, "req", r->clauses[i].id);
	for (size_t i = 0; i < r->ntags; i++)
		property(j, "tag", r->tags[i]);
	end(j);
}

static void write_place(struct junit *j, struct place at)
{
	if (at.file)
		attribute(j, "file", finding_file(at.file));
	if (at.file && at.line > 0)
		attribute_count(j, "line", (size_t)at.line);
}

static void start_case(struct junit *j, const char *id, const char *theme, usec duration)
{
	CLEANUP(buffer_release) struct buffer class = BUFFER_INIT(MOST);

	keep(j, buffer_printf(&class, "httpcheck.%s", theme));
	start(j, "testcase");
	attribute(j, "name", id);
	attribute(j, "classname", buffer_str(&class));
	attribute_time(j, duration);
}

static void write_case(struct junit *j, const struct result *r)
{
	size_t judged = result_is_rule(r) ? r->times_seen : r->expectations;

	start_case(j, r->id, r->theme, r->duration);
	if (!j->strict) {
		write_place(j, r->place);
		if (judged)
			attribute_count(j, "assertions", judged);
		write_properties(j, r);
	}
	write_outcome(j, r);
	write_flaky(j, r);
	write_output(j, r);
	end(j);
}

/* ---- suites ---- */

struct counters {
	size_t of[OUTCOMES], total;
	usec time;
};

/* Of one theme, or of all where |theme| is null. */
static struct counters count(const struct run *run, const char *theme)
{
	struct counters c = { 0 };

	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		if (theme && strcmp(r->theme, theme) != 0)
			continue;
		c.of[outcome(run, r)]++;
		c.total++;
		c.time += r->duration;
	}
	return c;
}

static void count_stale(const struct run *run, struct counters *c)
{
	c->of[outcome_of_stale(run)] += run->nstale;
	c->total += run->nstale;
}

static void write_counters(struct junit *j, const struct counters *c)
{
	attribute_count(j, "tests", c->total);
	attribute_count(j, "failures", c->of[FAILURE]);
	attribute_count(j, "errors", c->of[ERROR]);
}

/* Without zone or fraction: Jenkins and Azure read that as UTC. */
static void write_timestamp(struct junit *j)
{
	struct tm utc;
	char text[64] = "";

	if (gmtime_r(&j->run->started, &utc))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	attribute(j, "timestamp", text);
}

static void write_suite_properties(struct junit *j)
{
	start(j, "properties");
	property(j, "target", j->run->target);
	if (*j->run->target_note)
		property(j, "server", j->run->target_note);
	property(j, "server-model", j->run->serial ? "serial" : "concurrent");
	property(j, "program", j->run->program);
	property(j, "strict", j->run->fail_on == FAIL_ON_ANY ? "yes" : "no");
	end(j);
}

/* A server that was started for the run has another port each time, and a name that
 * changes would be another suite to who keeps a history. */
static const char *target_name(const struct run *run)
{
	return *run->target_note ? run->target_note : run->target;
}

static void start_suite(struct junit *j, const char *theme, const struct counters *c)
{
	CLEANUP(buffer_release) struct buffer name = BUFFER_INIT(MOST);

	keep(j, buffer_printf(&name, "%s [%s]", theme, target_name(j->run)));
	start(j, "testsuite");
	attribute(j, "name", buffer_str(&name));
	write_counters(j, c);
	attribute_count(j, "skipped", c->of[SKIPPED]);
	attribute_time(j, c->time);
	write_timestamp(j);
	write_suite_properties(j);
}

static void write_suite(struct junit *j, const char *theme)
{
	struct counters c = count(j->run, theme);

	start_suite(j, theme, &c);
	for (size_t i = 0; i < j->run->count; i++)
		if (strcmp(j->run->results[i].theme, theme) == 0)
			write_case(j, &j->run->results[i]);
	end(j);
}

/* ---- the baseline: an entry that no longer holds is a case of its own ---- */

static void write_stale(struct junit *j, const struct stale_entry *e)
{
	start_case(j, e->id, "baseline", 0);
	if (!j->strict) {
		write_place(j, e->place);
		start(j, "properties");
		property(j, "verdict", "stale");
		end(j);
	}
	start(j, outcome_element[outcome_of_stale(j->run)]);
	attribute(j, "type", "stale");

	draft_clear(&j->text);
	add(j, "stale: ");
	add(j, e->why);
	attribute_text(j, "message");
	add(j, "\n");
	content(j, draft_str(&j->text));
	end(j);
	end(j);
}

static void write_baseline(struct junit *j)
{
	struct counters c = { 0 };

	count_stale(j->run, &c);
	if (c.total == 0)
		return;
	start_suite(j, "baseline", &c);
	for (size_t i = 0; i < j->run->nstale; i++)
		write_stale(j, &j->run->stale[i]);
	end(j);
}

static void write_document(struct junit *j)
{
	struct counters c = count(j->run, NULL);

	count_stale(j->run, &c);
	done(j, xmlTextWriterStartDocument(j->xml, "1.0", "UTF-8", NULL));
	start(j, "testsuites");
	attribute(j, "name", "httpcheck");
	write_counters(j, &c);
	if (!j->strict)
		attribute_count(j, "skipped", c.of[SKIPPED]);
	attribute_time(j, j->run->duration);
	for (size_t i = 0; i < j->run->count; i++)
		if (run_theme_begins(j->run, i))
			write_suite(j, j->run->results[i].theme);
	write_baseline(j);
	end(j);
	done(j, xmlTextWriterEndDocument(j->xml));
}

/* ---- the stream ---- */

/* stdio keeps its errors for the caller; were they told to libxml2, it would print
 * them to standard error. */
static int to_stream(void *context, const char *bytes, int len)
{
	(void)fwrite(bytes, 1, (size_t)len, context);
	return len;
}

/* Takes over nothing: the stream stays the caller's. */
static xmlTextWriter *writer_new(FILE *out)
{
	xmlOutputBuffer *stream = xmlOutputBufferCreateIO(to_stream, NULL, out, NULL);

	if (!stream)
		return NULL;

	xmlTextWriter *w = xmlNewTextWriter(stream);

	if (!w)
		(void)xmlOutputBufferClose(stream);
	return w;
}

static int write_flavour(const struct run *run, FILE *out, bool strict)
{
	struct junit j = { .run = run, .strict = strict, .text = DRAFT_INIT };

	j.xml = writer_new(out);
	if (!j.xml)
		return -ENOMEM;
	done(&j, xmlTextWriterSetIndent(j.xml, 1));
	write_document(&j);
	xmlFreeTextWriter(j.xml);
	draft_release(&j.text);
	return j.error ? j.error : j.text.error;
}

int junit_write(const struct run *run, FILE *out)
{
	return write_flavour(run, out, false);
}

int junit_strict_write(const struct run *run, FILE *out)
{
	return write_flavour(run, out, true);
}
