#ifndef HTTPCHECK_REPORTS_JSONL_H
#define HTTPCHECK_REPORTS_JSONL_H

#include "reports/result.h"

#include <stdio.h>

/* JSON Lines: what happens in a run, one flat object a line, after the manner of
 * `go test -json`. "Time" is RFC 3339, "Action" says what happened:
 *
 *   start    the run began: "schema", "program", "target", ...
 *   run      a case began; it may do so again where the target died under it
 *   output   a line of the transcript of a finding, just before its verdict
 *   pass, info, warn, fail, inconclusive, skip, error
 *            a case ended, or (behind the last case) what a rule came to
 *   end      the run ended: how many of each verdict, "exit_code"
 *
 * "Elapsed" is in seconds. Bytes come as "text" (text_escape()d) and as "base64"; a string
 * that is no UTF-8 is spelt out (reports/visible.h). */
enum { JSONL_SCHEMA = 1 };

/* The whole run at once: the writer of a report_format. 0 or a negative errno. */
int jsonl_write(const struct run *run, FILE *out);

/* The same while it goes on. Each flushes what it wrote: 0, or the negative errno of what
 * could not be made or written. |run| says when the run began; jsonl_end() wants all. */
int jsonl_begin(const struct run *run, FILE *out);
int jsonl_case_started(const struct run *run, const struct result *r, FILE *out);
int jsonl_case_ended(const struct run *run, const struct result *r, FILE *out);
int jsonl_end(const struct run *run, FILE *out);

#endif
