#ifndef HTTPCHECK_RUNNER_COVERAGE_WRITE_H
#define HTTPCHECK_RUNNER_COVERAGE_WRITE_H

#include "runner/commands/commands.h"
#include "runner/coverage.h"

#include <stdio.h>

/* The forms of `httpcheck coverage`. 0, or -ENOMEM; whether |out| took it all is for the
 * caller to see. */
int coverage_write_text(const struct coverage_table *c, FILE *out);
int coverage_write_markdown(const struct coverage_table *c, FILE *out);
int coverage_write_json(const struct coverage_table *c, FILE *out);

/* ---- shared by them ---- */

#define COVERAGE_LEVELS 3
extern const enum level coverage_levels[COVERAGE_LEVELS];     /* MUST, SHOULD, MAY */

/* "RFC9110" of "RFC9110-5.3-1"; "5.3" of it, as a slice. */
struct slice coverage_rfc(const struct covered *row);
struct slice coverage_section(const struct covered *row);

/* True if the row is the first of its RFC. */
bool coverage_rfc_begins(const struct coverage_table *c, size_t i);

/* Calls |see| with each name of a case and how many of its values there are: the ids
 * "host/invalid[a]" and "host/invalid[b]" come as "host/invalid", 2. */
void coverage_each_name(const struct covered *row,
			void (*see)(void *arg, struct slice name, size_t values, bool first),
			void *arg);

#endif
