#ifndef HTTPCHECK_RUNNER_REPORTING_H
#define HTTPCHECK_RUNNER_REPORTING_H

#include "reports/report.h"

#include <argp.h>

/* Where the reports of a run go: the same options for every command that has one. */

enum { MAX_REPORTS = 16 };

struct wanted_report {
	const struct report_format *format;
	const char *path;
};

struct reporting {
	struct console_options console;
	struct wanted_report reports[MAX_REPORTS];
	size_t nreports;
};

/* --report, -v, -q, --color; its input is a struct reporting, which it initialises. */
extern const struct argp reporting_argp;

/* The console report and all others; those only. EXIT_OK, or EXIT_UNUSABLE where one could not be
 * written, which is said. */
int reporting_write(const struct reporting *r, const struct run *run);
int reporting_write_files(const struct reporting *r, const struct run *run);

#endif
