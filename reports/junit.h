#ifndef HTTPCHECK_REPORTS_JUNIT_H
#define HTTPCHECK_REPORTS_JUNIT_H

#include "reports/result.h"

#include <stdio.h>

/* JUnit XML in two flavours; reports/junit.rng and reports/junit-strict.rng say what
 * each holds. The strict one keeps to the schema of Jenkins' xUnit plugin
 * (junit-10.xsd): no file, line, assertions or properties at a case.
 *
 * One suite a theme, the rules last, the stale entries of the baseline behind them.
 * What fails the run is a <failure>, also a warn or an inconclusive case where the run
 * fails on it; an error is an <error>. Skip, inconclusive and what the baseline knows
 * are <skipped>. A warn that fails nothing passes, with its finding in <system-out>.
 * These are the writers of a report_format: 0 or a negative errno. */
int junit_write(const struct run *run, FILE *out);
int junit_strict_write(const struct run *run, FILE *out);

#endif
