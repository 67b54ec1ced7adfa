#ifndef HTTPCHECK_REPORTS_MARKDOWN_TEXT_H
#define HTTPCHECK_REPORTS_MARKDOWN_TEXT_H

#include "reports/finding.h"

/* Text inside a line of Markdown (CommonMark 0.31 with GitHub's tables and autolinks). */

/* As text: no character of it means anything, in a table neither. */
void markdown_text(struct draft *d, const char *text);

/* As a code span of at most |most| bytes; not for tables, where a '|' ends the cell. */
void markdown_code(struct draft *d, const char *text, size_t most);

/* The id, linked to its section of the RFC. */
void markdown_clause_id(struct draft *d, const char *id);

/* What happened, as a block of code behind a summary to open it by. */
void markdown_transcript(struct draft *d, const struct result *r);

#endif
