#include "runner/commands/coverage-write.h"

#include "base/cleanup.h"

/* `httpcheck coverage --format markdown`: docs/coverage.md. */

static void write_head(FILE *out, enum role role)
{
	bool origin = role == ROLE_ORIGIN;

	(void)fprintf(out,
		      "# Which case tests which requirement%s%s\n"
		      "\n"
		      "Made by `httpcheck coverage%s%s --format markdown`. Listed is every sentence with a key word of RFC 2119 that binds %s\n"
		      "and can be tested from outside, out of `cases/requirements.tsv`; who tests it; or, from\n"
		      "`cases/untestable.yaml`, why nobody can. `rules/…` are passive rules: they watch every response of every case. A number behind a\n"
		      "case says how many values it is played with. MAY rows leave the server a choice: those with a case have it reported as\n"
		      "behaviour, the others (–) are no gap.\n"
		      "\n",
		      origin ? "" : " of a ", origin ? "" : role_name(role),
		      origin ? "" : " --role ", origin ? "" : role_name(role),
		      origin		     ? "an origin server"
		      : role == ROLE_GATEWAY ? "a gateway as what stands in front of an origin server"
					     : "a proxy");
}

static void write_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_[]<>|", *text))
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
}

static void write_name(void *arg, struct slice name, size_t values, bool first)
{
	FILE *out = arg;

	(void)fprintf(out, "%s`%.*s`", first ? "" : ", ", (int)name.len, name.at);
	if (values > 1)
		(void)fprintf(out, " (%zu)", values);
}

static void write_state(FILE *out, const struct covered *row)
{
	if (row->state == COVERAGE_COVERED) {
		coverage_each_name(row, write_name, out);
	} else if (row->state == COVERAGE_UNTESTABLE) {
		(void)fputs("untestable: ", out);
		write_escaped(out, row->reason);
	} else {
		(void)fputs(row->clause->level == LEVEL_MAY ? "–" : "**missing**", out);
	}
}

static void write_row(FILE *out, const struct covered *row)
{
	struct slice rfc = coverage_rfc(row), section = coverage_section(row);

	(void)fprintf(out, "| [%s](https://www.rfc-editor.org/rfc/rfc%.*s#%s-%.*s) | %s | ",
		      row->clause->id, (int)rfc.len - 3, rfc.at + 3,
		      section.at[0] >= 'A' ? "appendix" : "section", (int)section.len, section.at,
		      row->clause->keyword);
	write_escaped(out, row->clause->text);
	(void)fputs(" | ", out);
	write_state(out, row);
	(void)fputs(" |\n", out);
}

static void write_tallies(FILE *out, const struct coverage_table *c, const char *rfc)
{
	(void)fprintf(out, "| %s |", rfc ? rfc : "all");
	for (size_t i = 0; i < COVERAGE_LEVELS; i++) {
		struct coverage_tally t = coverage_tally(c, rfc, coverage_levels[i]);

		(void)fprintf(out, " %zu | %zu | %zu | %zu |", t.total, t.of[COVERAGE_COVERED],
			      t.of[COVERAGE_UNTESTABLE], t.of[COVERAGE_MISSING]);
	}
	(void)fputc('\n', out);
}

static void write_summary(FILE *out, const struct coverage_table *c)
{
	(void)fputs("| | MUST | covered | untestable | missing | SHOULD | covered | untestable | missing "
		    "| MAY | covered | untestable | – |\n"
		    "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
		    out);
	for (size_t i = 0; i < c->count; i++) {
		struct slice rfc = coverage_rfc(&c->rows[i]);
		char name[32];

		if (!coverage_rfc_begins(c, i))
			continue;
		(void)snprintf(name, sizeof(name), "%.*s", (int)rfc.len, rfc.at);
		write_tallies(out, c, name);
	}
	write_tallies(out, c, NULL);
}

int coverage_write_markdown(const struct coverage_table *c, FILE *out)
{
	write_head(out, c->role);
	write_summary(out, c);
	for (size_t i = 0; i < c->count; i++) {
		struct slice rfc = coverage_rfc(&c->rows[i]);

		if (coverage_rfc_begins(c, i))
			(void)fprintf(out,
				      "\n## RFC %.*s\n\n| row | level | what | tested by |\n"
				      "|---|---|---|---|\n",
				      (int)rfc.len - 3, rfc.at + 3);
		write_row(out, &c->rows[i]);
	}
	return 0;
}
