#ifndef HTTPCHECK_REPORTS_HTML_H
#define HTTPCHECK_REPORTS_HTML_H

#include "reports/result.h"

#include <stdio.h>

/* The run as one page that needs nothing else: style and script are in it, nothing is
 * fetched, and a policy forbids everything that is not the page's own. All is there
 * without the script too, which filters, copies and shows bytes in hex.
 *
 * #ID opens a case, "#verdict=fail,warn&level=MUST&theme=host&q=TEXT" filters.
 * The writer of a report_format: 0 or a negative errno. */
int html_write(const struct run *run, FILE *out);

#endif
