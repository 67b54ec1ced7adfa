#include "runner/commands/coverage-write.h"

#include "base/cleanup.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* ---- shared ---- */

const enum level coverage_levels[COVERAGE_LEVELS] = { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };

struct slice coverage_rfc(const struct covered *row)
{
	struct slice id = slice_str(row->clause->id);

	return slice_sub(id, 0, slice_find(id, '-'));
}

struct slice coverage_section(const struct covered *row)
{
	struct slice rest = slice_skip(slice_str(row->clause->id), coverage_rfc(row).len + 1);

	return slice_sub(rest, 0, slice_find(rest, '-'));
}

bool coverage_rfc_begins(const struct coverage_table *c, size_t i)
{
	return i == 0 || !slice_eq(coverage_rfc(&c->rows[i]), coverage_rfc(&c->rows[i - 1]));
}

static struct slice name_of(const char *id)
{
	struct slice s = slice_str(id);

	return slice_sub(s, 0, slice_find(s, '['));
}

void coverage_each_name(const struct covered *row,
			void (*see)(void *arg, struct slice name, size_t values, bool first),
			void *arg)
{
	for (size_t i = 0, n; i < row->nby; i += n) {
		struct slice name = name_of(row->by[i]);

		for (n = 1; i + n < row->nby && slice_eq(name_of(row->by[i + n]), name);)
			n++;
		see(arg, name, n, i == 0);
	}
}

/* ---- text ---- */

static void print_name(void *arg, struct slice name, size_t values, bool first)
{
	FILE *out = arg;

	(void)fprintf(out, "%s%.*s", first ? "" : ", ", (int)name.len, name.at);
	if (values > 1)
		(void)fprintf(out, " (%zu)", values);
}

static void print_row(FILE *out, const struct covered *row)
{
	(void)fprintf(out, "  %-20s %-10s  ", row->clause->id, row->clause->keyword);
	if (row->state == COVERAGE_COVERED)
		coverage_each_name(row, print_name, out);
	else
		(void)fprintf(out, "%s%s%s", coverage_name(row->state),
			      row->reason[0] ? ": " : "", row->reason);
	(void)fputc('\n', out);
}

static void print_tally(FILE *out, const char *name, struct coverage_tally t)
{
	if (t.total)
		(void)fprintf(out, "%-6s  %4zu rows  %4zu covered  %4zu untestable  %4zu missing\n",
			      name, t.total, t.of[COVERAGE_COVERED], t.of[COVERAGE_UNTESTABLE],
			      t.of[COVERAGE_MISSING]);
}

int coverage_write_text(const struct coverage_table *c, FILE *out)
{
	for (size_t i = 0; i < c->count; i++) {
		struct slice rfc = coverage_rfc(&c->rows[i]);

		if (coverage_rfc_begins(c, i))
			(void)fprintf(out, "%s%.*s\n", i ? "\n" : "", (int)rfc.len, rfc.at);
		print_row(out, &c->rows[i]);
	}
	(void)fputc('\n', out);
	for (size_t i = 0; i < COVERAGE_LEVELS; i++)
		print_tally(out, level_name(coverage_levels[i]),
			    coverage_tally(c, NULL, coverage_levels[i]));
	return 0;
}

/* ---- JSON ---- */

static json_t *json_tally(const char *rfc, enum level level, struct coverage_tally t)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "rfc", rfc, "level", level_name(level),
			 "rows", (json_int_t)t.total, "covered",
			 (json_int_t)t.of[COVERAGE_COVERED], "untestable",
			 (json_int_t)t.of[COVERAGE_UNTESTABLE], "missing",
			 (json_int_t)t.of[COVERAGE_MISSING]);
}

static json_t *json_summary(const struct coverage_table *c)
{
	json_t *all = json_array();

	for (size_t i = 0; i < c->count; i++) {
		struct slice rfc = coverage_rfc(&c->rows[i]);
		char name[32];

		if (!coverage_rfc_begins(c, i))
			continue;
		(void)snprintf(name, sizeof(name), "%.*s", (int)rfc.len, rfc.at);
		for (size_t k = 0; k < COVERAGE_LEVELS; k++)
			(void)json_array_append_new(
				all, json_tally(name, coverage_levels[k],
						coverage_tally(c, name, coverage_levels[k])));
	}
	return all;
}

static json_t *json_row(const struct covered *row)
{
	json_t *by = json_array();

	for (size_t i = 0; i < row->nby; i++)
		(void)json_array_append_new(by, json_string(row->by[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id", row->clause->id, "level",
			 row->clause->keyword, "text", row->clause->text, "state",
			 coverage_name(row->state), "reason", row->reason, "by", by);
}

int coverage_write_json(const struct coverage_table *c, FILE *out)
{
	json_t *rows = json_array(), *all;

	for (size_t i = 0; i < c->count; i++)
		(void)json_array_append_new(rows, json_row(&c->rows[i]));
	all = json_pack("{s:s, s:o, s:o}", "program", "httpcheck " HTTPCHECK_VERSION, "summary",
			json_summary(c), "rows", rows);
	if (!all)
		return -ENOMEM;
	(void)json_dumpf(all, out, JSON_INDENT(2));
	(void)fputc('\n', out);
	json_decref(all);
	return 0;
}
