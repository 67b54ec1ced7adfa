#ifndef HTTPCHECK_REPORTS_TAP_H
#define HTTPCHECK_REPORTS_TAP_H

#include "reports/result.h"

#include <stdio.h>

/* TAP version 14 (testanything.org/tap-version-14-specification.html): one point a case,
 * then the rules, then the stale entries of the baseline. `not ok` is what does not hold;
 * it is TODO where that fails nothing: a warn, an inconclusive case, what the baseline
 * knows. A run that was interrupted or in which nothing ran bails out, for it is not to
 * be taken for a good one. The writer of a report_format: 0 or a negative errno. */
int tap_write(const struct run *run, FILE *out);

#endif
