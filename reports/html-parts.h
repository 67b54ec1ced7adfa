#ifndef HTTPCHECK_REPORTS_HTML_PARTS_H
#define HTTPCHECK_REPORTS_HTML_PARTS_H

#include "reports/html-markup.h"
#include "reports/result.h"

/* The parts of the page, in its order. A part that has nothing to say writes nothing. */
void html_summary(struct html *h, const struct run *run);
void html_results(struct html *h, const struct run *run);
void html_behaviours(struct html *h, const struct run *run);
void html_coverage(struct html *h, const struct run *run);

/* One result, closed; it opens to all that is known of it. */
void html_result(struct html *h, const struct result *r);

void html_transcript(struct html *h, const struct result *r);

/* A mark per result, the worst first, for the eye; its numbers for the ear. */
void html_marks(struct html *h, const struct tally *t);

/* The mark of one verdict alone. */
void html_mark(struct html *h, enum verdict v);

/* Verdicts, the worst first. */
extern const enum verdict html_worst_first[VERDICTS];

/* Fails, warns, errors and inconclusive ones: what somebody has to look at. */
bool html_is_finding(enum verdict v);

#endif
