#ifndef HTTPCHECK_REPORTS_MARKDOWN_H
#define HTTPCHECK_REPORTS_MARKDOWN_H

#include "reports/result.h"

#include <stdio.h>

/* Markdown as GitHub and GitLab render it: a job's summary. What failed stands in full,
 * what one may want to look up is folded away. All words but ours are escaped or in code
 * spans, so that they are text whatever they hold. At most 1,000,000 bytes: GitHub cuts a
 * step's summary off at 1 MiB; what has no room is counted at the end. The writer of a
 * report_format: 0 or a negative errno. */
int markdown_write(const struct run *run, FILE *out);

#endif
