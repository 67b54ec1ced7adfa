#ifndef HTTPCHECK_REPORTS_CONSOLE_H
#define HTTPCHECK_REPORTS_CONSOLE_H

#include "reports/page.h"
#include "reports/result.h"

/* The parts of the console report, in the order they are printed. Each leaves an
 * empty line behind it, or prints nothing. Ints are 0 or -ENOMEM. */

/* One result with all that explains it. */
int console_result(struct page *p, const struct result *r);

/* What was not judged, grouped by reason. */
int console_inconclusive(struct page *p, const struct run *run);
int console_skipped(struct page *p, const struct run *run);

/* Cases whose runs differed: --repeat, --retries. */
void console_flaky(struct page *p, const struct run *run);

/* What the target chose where a MAY leaves it free. */
void console_behaviours(struct page *p, const struct run *run);

/* One sentence on the passive rules. */
void console_rules(struct page *p, const struct run *run);

/* What the baseline expects, each with its reason. */
void console_known(struct page *p, const struct run *run);

/* Entries of the baseline that no longer say what is, and what to do about them. */
void console_stale(struct page *p, const struct run *run);

/* What fails the run, one line each, and how to go on. */
void console_failed(struct page *p, const struct run *run);

/* Counts by theme and level. */
void console_table(struct page *p, const struct run *run);

/* "412 cases and 75 rules in 2.31 s: 398 passed, 3 failed; exit 1" */
void console_closing(struct page *p, const struct run *run);

/* The style of a verdict in words and numbers, and its word: "FAIL". */
enum style console_style(enum verdict v);
const char *console_word(enum verdict v);

#endif
