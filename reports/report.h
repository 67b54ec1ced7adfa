#ifndef HTTPCHECK_REPORTS_REPORT_H
#define HTTPCHECK_REPORTS_REPORT_H

#include "reports/result.h"

#include <stdbool.h>
#include <stdio.h>

/* One row per format. A writer writes the whole run to |out| and returns 0 or a
 * negative errno; write errors that stdio keeps are found by the caller. */
struct report_format {
	const char *name;             /* "junit" */
	const char *summary;          /* for --help */
	int (*write)(const struct run *run, FILE *out);
};

extern const struct report_format report_formats[];   /* ends with a null name */

const struct report_format *report_format_find(const char *name);

/* Writes to a temporary file beside |path|, flushes it to disk and renames it, so
 * that a reader sees the old report or the whole new one. "-" is standard output. */
int report_save(const struct report_format *f, const struct run *run, const char *path,
		struct problem *reterr);

/* Console. */
struct console_options {
	bool colour;                  /* SGR codes may be used */
	bool quiet;                   /* the summary only */
	bool verbose;                 /* the transcript of every case */
};

int console_write(const struct run *run, const struct console_options *how, FILE *out);

#endif
