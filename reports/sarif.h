#ifndef HTTPCHECK_REPORTS_SARIF_H
#define HTTPCHECK_REPORTS_SARIF_H

#include "reports/result.h"

#include <stdio.h>

/* SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), as code scanning reads it. Rules are
 * the requirements that the run's cases rest on, with a link to the RFC; results are the
 * MUSTs and SHOULDs seen broken, those that the baseline knows with a suppression. Errors,
 * inconclusive cases and stale entries are notifications of the invocation: they say
 * nothing of the target. Passes, skips and behaviours are left out, for a reader takes
 * every result for an alert. The writer of a report_format: 0 or a negative errno. */
int sarif_write(const struct run *run, FILE *out);

#endif
