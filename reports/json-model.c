#include "reports/json-model.h"

#include <limits.h>

#define TEXT(type, member)     { #member, FIELD_TEXT, .at = offsetof(type, member) }
#define NULLABLE(type, member) { #member, FIELD_TEXT_OR_NULL, .at = offsetof(type, member) }
#define FLAG(type, member)     { #member, FIELD_FLAG, .at = offsetof(type, member) }
#define PLACE(type, member)    { #member, FIELD_PLACE, .at = offsetof(type, member) }
#define NUMBER(type, member, limit)                                                           \
	{ .key = #member, .kind = FIELD_NUMBER, .at = offsetof(type, member),                 \
	  .size = sizeof(((type *)0)->member), .most = (limit) }
#define USEC(type, member)                                                                    \
	{ .key = #member "_us", .kind = FIELD_NUMBER, .at = offsetof(type, member),           \
	  .size = sizeof(usec), .most = RUN_MOST }
#define CHOICE(type, member, last, named)                                                     \
	{ .key = #member, .kind = FIELD_CHOICE, .at = offsetof(type, member),                 \
	  .size = sizeof(int), .most = (last), .name = (named) }
#define TEXTS(type, member, n)                                                                \
	{ .key = #member, .kind = FIELD_TEXTS, .at = offsetof(type, member),                  \
	  .count_at = offsetof(type, n) }
#define OBJECTS(type, member, n, table)                                                       \
	{ .key = #member, .kind = FIELD_OBJECTS, .at = offsetof(type, member),                \
	  .count_at = offsetof(type, n), .of = (table) }

/* ---- names of what is an enum ---- */

static const char *of_verdict(int v)
{
	return verdict_name((enum verdict)v);
}

static const char *of_level(int l)
{
	return level_name((enum level)l);
}

static const char *of_coverage(int c)
{
	return coverage_name((enum coverage)c);
}

static const char *of_fail_on(int f)
{
	return fail_on_name((enum fail_on)f);
}

static const char *of_event(int kind)
{
	return event_name((enum event_kind)kind);
}

/* ---- the structs ---- */

static const struct json_field place_fields[] = {
	TEXT(struct place, file),
	NUMBER(struct place, line, INT_MAX),
	NUMBER(struct place, column, INT_MAX),
	{ 0 },
};

static const struct json_field clause_fields[] = {
	TEXT(struct clause, id),
	CHOICE(struct clause, level, LEVEL_MUST, of_level),
	TEXT(struct clause, keyword),
	TEXT(struct clause, text),
	{ 0 },
};

static const struct json_field event_fields[] = {
	USEC(struct event, at),
	TEXT(struct event, connection),
	CHOICE(struct event, kind, EVENT_NOTE, of_event),
	{ "bytes", FIELD_BYTES, true, .at = offsetof(struct event, bytes) },
	{ "omitted", FIELD_NUMBER, true, .at = offsetof(struct event, omitted),
	  .size = sizeof(size_t), .most = RUN_MOST },
	{ "note", FIELD_TEXT, true, .at = offsetof(struct event, note) },
	{ 0 },
};

const struct json_table json_place = { place_fields, sizeof(struct place) };
static const struct json_table clause_table = { clause_fields, sizeof(struct clause) };
static const struct json_table event_table = { event_fields, sizeof(struct event) };

static const struct json_field result_fields[] = {
	TEXT(struct result, id),
	CHOICE(struct result, verdict, VERDICTS - 1, of_verdict),
	CHOICE(struct result, level, LEVEL_MUST, of_level),
	TEXT(struct result, theme),
	TEXT(struct result, title),
	TEXT(struct result, why),
	TEXT(struct result, reason),
	TEXT(struct result, expected),
	TEXT(struct result, seen),
	PLACE(struct result, place),
	PLACE(struct result, failed_at),
	TEXT(struct result, replay),
	NULLABLE(struct result, known),
	TEXTS(struct result, tags, ntags),
	USEC(struct result, began),
	USEC(struct result, duration),
	NUMBER(struct result, attempts, INT_MAX),
	FLAG(struct result, flaky),
	NUMBER(struct result, expectations, RUN_MOST),
	NUMBER(struct result, times_seen, RUN_MOST),
	NUMBER(struct result, times_broken, RUN_MOST),
	NULLABLE(struct result, first_case),
	OBJECTS(struct result, clauses, nclauses, &clause_table),
	OBJECTS(struct result, events, nevents, &event_table),
	{ 0 },
};

static const struct json_field covered_fields[] = {
	{ "clause", FIELD_OBJECT, .at = offsetof(struct covered, clause), .of = &clause_table },
	CHOICE(struct covered, state, COVERAGE_UNTESTABLE, of_coverage),
	TEXT(struct covered, reason),
	TEXTS(struct covered, by, nby),
	{ 0 },
};

static const struct json_field stale_fields[] = {
	TEXT(struct stale_entry, id),
	PLACE(struct stale_entry, place),
	TEXT(struct stale_entry, why),
	{ 0 },
};

static const struct json_table result_table = { result_fields, sizeof(struct result) };
static const struct json_table covered_table = { covered_fields, sizeof(struct covered) };
static const struct json_table stale_table = { stale_fields, sizeof(struct stale_entry) };

static const struct json_field run_fields[] = {
	TEXT(struct run, program),
	TEXT(struct run, libraries),
	TEXT(struct run, target),
	TEXT(struct run, target_note),
	FLAG(struct run, serial),
	NULLABLE(struct run, profile),
	TEXTS(struct run, options, noptions),
	TEXT(struct run, cases_path),
	TEXT(struct run, suite),
	NUMBER(struct run, shard, MOST_SHARDS),
	NUMBER(struct run, shards, MOST_SHARDS),
	{ "started", FIELD_TIME, .at = offsetof(struct run, started) },
	USEC(struct run, duration),
	CHOICE(struct run, fail_on, FAIL_ON_ANY, of_fail_on),
	FLAG(struct run, strict_baseline),
	NUMBER(struct run, interrupted, 64),          /* a signal: signal(7) */
	OBJECTS(struct run, stale, nstale, &stale_table),
	TEXTS(struct run, chosen, nchosen),
	OBJECTS(struct run, results, count, &result_table),
	OBJECTS(struct run, coverage, ncoverage, &covered_table),
	{ 0 },
};

const struct json_table json_run = { run_fields, sizeof(struct run) };
