#ifndef HTTPCHECK_RUNNER_RUN_OPTIONS_H
#define HTTPCHECK_RUNNER_RUN_OPTIONS_H

#include "reports/report.h"
#include "runner/commands/commands.h"
#include "runner/session.h"

/* What `httpcheck run` was asked for. */

enum { MAX_REPORTS = 16 };

struct wanted_report {
	const struct report_format *format;
	const char *path;
};

struct run_options {
	struct choosing choosing;
	struct session_options session;
	struct console_options console;
	const char *target, *exec, *proxy, *profile, *model;
	struct tls_spec tls;
	uint64_t shard, shards; /* 0: all cases */
	bool dry_run;
	struct wanted_report reports[MAX_REPORTS];
	size_t nreports;
};

/* Fills |ret| from the command line; a wrong one ends the process with EXIT_USAGE.
 * choosing_release(&ret->choosing) is due afterwards. */
void run_options_parse(int argc, char **argv, struct run_options *ret);

#endif
