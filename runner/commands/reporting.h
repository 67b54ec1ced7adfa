#ifndef HTTPCHECK_RUNNER_REPORTING_H
#define HTTPCHECK_RUNNER_REPORTING_H

#include "reports/report.h"
#include "runner/commands/stream.h"

#include <argp.h>

/* Where the reports of a run go: the same options for every command that has one. */

enum { MAX_REPORTS = 16 };

struct wanted_report {
	const struct report_format *format;
	const char *path;
	struct stream stream;         /* open where it is written while the run goes on */
};

struct reporting {
	struct console_options console;
	struct wanted_report reports[MAX_REPORTS];
	size_t nreports;
	struct session_listener listeners[MAX_REPORTS + 1];   /* the streams and the console */
	size_t nlisteners;
};

/* --report, -v, -q, --color; its input is a struct reporting, which it initialises. */
extern const struct argp reporting_argp;

/* Opens what is written while the run goes on, and fills |listeners|. EXIT_OK, or
 * EXIT_UNUSABLE where one can't be, which is said; reporting_close() is due in any case. */
int reporting_open(struct reporting *r);
void reporting_close(struct reporting *r);

/* Where the console report goes: a report on standard output has that to itself. */
FILE *reporting_console(const struct reporting *r);

/* All others. EXIT_OK, or EXIT_UNUSABLE where one could not be written, which is said. */
int reporting_write_files(struct reporting *r, const struct run *run);

/* The console report and all others. */
int reporting_write(struct reporting *r, const struct run *run);

#endif
