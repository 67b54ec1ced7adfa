#ifndef HTTPCHECK_RUNNER_ABOUT_H
#define HTTPCHECK_RUNNER_ABOUT_H

#include "runner/commands/run-options.h"

/* What is known of a run before it begins, for its reports. */

/* The words behind "run", as they were before argp moves them about. */
void about_words(struct run *about, int argc, char **argv, struct arena *a);

/* Paths, profile, shard, and which cases of which suite; |s| has the cases of all shards. */
void about_cases(struct run *about, const struct run_options *r, const struct selection *s,
		 struct arena *a);

/* What the cases chosen cover, if they are the whole suite or a shard of it: a few cases
 * would only say that the rest is missing. Problems are told and leave it out. */
void about_coverage(struct run *about, const struct selection *s, struct arena *a);

#endif
