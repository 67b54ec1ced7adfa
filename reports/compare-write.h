#ifndef HTTPCHECK_REPORTS_COMPARE_WRITE_H
#define HTTPCHECK_REPORTS_COMPARE_WRITE_H

#include "reports/compare.h"

#include <stdio.h>

/* One row per format of a comparison. A writer returns 0 or a negative errno; write errors
 * that stdio keeps are found by the caller. */
struct compare_format {
	const char *name;
	int (*write)(const struct comparison *c, FILE *out);
};

extern const struct compare_format compare_formats[]; /* ends with a null name */

const struct compare_format *compare_format_find(const char *name);

/* All that is known, for programs; reports/compare.schema.json is its schema. */
int compare_json_write(const struct comparison *c, FILE *out);

/* The servers, how they part, and the rows that differ. */
int compare_markdown_write(const struct comparison *c, FILE *out);

/* One page as that of a run is, without a script. */
int compare_html_write(const struct comparison *c, FILE *out);

/* Like report_save(). */
int compare_save(const struct compare_format *f, const struct comparison *c, const char *path,
		 struct problem *reterr);

#endif
