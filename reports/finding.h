#ifndef HTTPCHECK_REPORTS_FINDING_H
#define HTTPCHECK_REPORTS_FINDING_H

#include "reports/draft.h"
#include "reports/transcript.h"

/* What several formats say of a result in the same words; all of it appended. */

/* "known (issue 12): no outcome holds: expected status 400, seen status 200". */
void finding_sentence(struct draft *d, const struct result *r, enum visible_breaks breaks);

/* "RFC9112-3.2-6 MUST: A server MUST respond ..." */
void finding_clause(struct draft *d, const struct clause *c, enum visible_breaks breaks);

/* "cases/host/host.yaml:23:9"; nothing where there is no file. */
void finding_place(struct draft *d, struct place at);

/* The step that failed, else the case. */
struct place finding_at(const struct result *r);

/* The same where one has to be shown: a rule stands in no file, so the case whose response
 * broke it first is taken. Without a file where there is none. */
struct place finding_shown_at(const struct run *run, const struct result *r);

/* Readers join a file to the root of the repository, where "./" is in the way. */
const char *finding_file(const char *file);

/* The section of the RFC that |id| names, on the web: "RFC9112-3.2-6" gives
 * "https://www.rfc-editor.org/rfc/rfc9112#section-3.2", "RFC9112-B.2" its appendix.
 * Nothing where it is no id of an RFC. */
void finding_link(struct draft *d, const char *id);

/* The transcript in lines of "     0 ms  > GET ...". */
void finding_transcript(struct draft *d, const struct result *r,
			const struct transcript_limits *limits);

/* What it means for the gate. */
enum weight {
	WEIGHT_NONE,                  /* it says nothing against the target */
	WEIGHT_OPEN,                  /* inconclusive, and that fails nothing */
	WEIGHT_WARNS,
	WEIGHT_KNOWN,                 /* the baseline expects it */
	WEIGHT_FAILS,                 /* it decides the exit code */
};

enum weight finding_weight(const struct run *run, const struct result *r);

#endif
