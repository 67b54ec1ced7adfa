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

/* Writes the whole report with save_written(); "-" is standard output. 0, or a negative
 * errno with *reterr set. */
int report_save(const struct report_format *f, const struct run *run, const char *path,
		struct problem *reterr);

/* Console. */
struct console_options {
	bool colour;                  /* SGR codes may be used */
	bool quiet;                   /* what failed, the table and the closing line only */
	bool verbose;                 /* the transcript of every case */
	unsigned columns;             /* of the terminal; 0: not known, 80 is taken */
};

/* Everything that is printed is valid UTF-8 without control characters but for LF
 * and the SGR codes of |colour|, whatever bytes the run holds. 0 or -ENOMEM. */
int console_write(const struct run *run, const struct console_options *how, FILE *out);

/* The same while the run goes on. console_open() prints the heading, of what is known before
 * the first case; null when out of memory. console_show() prints a case whose verdict is
 * final, if it has something to say: that is asked by console_shows(). console_close()
 * prints all else of the finished run: what the rules found, lists, what failed, counts. */
struct console;

struct console *console_open(const struct run *run, const struct console_options *how, FILE *out);
bool console_shows(const struct console *c, const struct result *r);
int console_show(struct console *c, const struct result *r);
int console_close(struct console *c, const struct run *run);
void console_free(struct console *c);

#endif
