#ifndef HTTPCHECK_REPORTS_GITHUB_H
#define HTTPCHECK_REPORTS_GITHUB_H

#include "reports/result.h"

#include <stdio.h>

/* Workflow commands of GitHub Actions that annotate the lines of the cases: ::error for
 * what fails the run, ::warning for what it warns about and for stale entries of the
 * baseline. Of each kind GitHub shows ten in a step: where there are more, those of one
 * file become one, and the last says how many are left. Every command is one line, so no
 * byte of a target can begin one. The writer of a report_format: 0 or a negative errno. */
int github_write(const struct run *run, FILE *out);

#endif
