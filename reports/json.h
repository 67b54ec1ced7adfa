#ifndef HTTPCHECK_REPORTS_JSON_H
#define HTTPCHECK_REPORTS_JSON_H

#include "reports/result.h"

#include <jansson.h>
#include <stdio.h>

/* The whole run as JSON (RFC 8259), as reports/run.schema.json describes it: any other
 * report can be made of it by reports/json-read.h. The order of the members is fixed,
 * each result stands in a line of its own, and all of it is ASCII.
 * The writer of a report_format: 0 or a negative errno. */
int json_write(const struct run *run, FILE *out);

/* Strings and bytes as all our JSON has them; null when out of memory. */
json_t *json_of_text(const char *text);       /* null: "" */
json_t *json_of_bytes(struct slice bytes);

/* "2026-01-31T09:30:00.123456Z", without the fraction where that is 0. */
json_t *json_of_time(time_t t, usec after);

/* In one line; 0 or a negative errno. */
int json_put(const json_t *value, FILE *out);

#endif
