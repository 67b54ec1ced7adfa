#ifndef HTTPCHECK_RUNNER_RUN_OPTIONS_H
#define HTTPCHECK_RUNNER_RUN_OPTIONS_H

#include "runner/commands/commands.h"
#include "runner/commands/gate.h"
#include "runner/commands/reporting.h"
#include "runner/session.h"

/* What `httpcheck run` was asked for. */

struct run_options {
	struct choosing choosing;
	struct session_options session;
	struct reporting reporting;
	const char *target, *exec, *proxy, *profile, *model;
	struct tls_spec tls;
	struct gate gate;
	bool strict_baseline, show_secrets, last_failed;
	uint64_t shard, shards; /* 0: all cases */
	bool dry_run;
};

/* Fills |ret| from the command line; a wrong one ends the process with EXIT_USAGE.
 * choosing_release(&ret->choosing) is due afterwards. */
void run_options_parse(int argc, char **argv, struct run_options *ret);

#endif
