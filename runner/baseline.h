#ifndef HTTPCHECK_RUNNER_BASELINE_H
#define HTTPCHECK_RUNNER_BASELINE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/problem.h"
#include "reports/result.h"

/* The failures of a target that are known and accepted (docs/gate.md):
 *
 *     baseline: 1
 *     known:
 *       - case: host/missing
 *         verdict: fail
 *         reason: fixed in 2.0
 *         until: 2026-12-31
 *         link: https://example.org/issue/12
 */

struct known_failure {
	const char *id;               /* of a case or a rule */
	const char *reason;
	const char *link;             /* null: none */
	int verdict;                  /* an enum verdict; -1: fail, warn or inconclusive */
	int until;                    /* the last day as 20261231; 0: for ever */
	struct place place;           /* of the entry */
	struct place verdict_at;      /* of the verdict's word; no file where there is none */
};

struct baseline {
	struct arena arena;
	const char *path;
	struct slice text;            /* as read */
	struct known_failure *list;   /* in the order of the file */
	size_t count;
	struct place known_at;        /* of the list; no file where the document is empty */
	size_t read;                  /* entries that stand in the file: the first ones */
};

/* All problems go to |problems|. 0 with |*ret|, -EINVAL, or -errno where the file can't be
 * read. |path| outlives baseline and problems. */
int baseline_load(const char *path, struct baseline **ret, struct problems *problems);
int baseline_read_memory(const char *path, struct slice yaml, struct baseline **ret,
			 struct problems *problems);

/* Of a file that is not there yet; null when out of memory. */
struct baseline *baseline_empty(const char *path);

void baseline_free(struct baseline *b);

/* One more that is known, unless the file has the id; the texts are copied. */
void baseline_add(struct baseline *b, const char *id, const char *reason, struct place place);

const struct known_failure *baseline_find(const struct baseline *b, const char *id);

/* Why the baseline expects this result on |day| (20261124); null: it does not. An entry
 * that has expired expects nothing. An error is known only where the entry says `verdict:
 * error`: it shows nothing about the target. */
const char *baseline_expects(const struct baseline *b, const struct result *r, int day);

/* What a run has looked at: whose entries can be stale. */
struct baseline_scope {
	int day;                      /* 20261124 */
	bool all_run;                 /* every case there is: then rules count, too */
	bool all_read;                /* the whole suite is known: |knows| finds every case */
	bool (*knows)(const void *arg, const char *id);
	const void *arg;
};

/* The entries that no longer say what is: of cases of |run| that pass or give another
 * verdict, that have expired, or whose case is not there. What was skipped, ended in an
 * error or was inconclusive says nothing about its entry, nor does a flaky pass. The list
 * is in |a|; its number in |*ret_count|. */
const struct stale_entry *baseline_stale(const struct baseline *b, const struct run *run,
					 const struct baseline_scope *scope, struct arena *a,
					 size_t *ret_count);

struct baseline_changes {
	size_t added, changed, removed;
};

/* The file's text as it would say what |run| found: findings that fail the run are added
 * at the end, with a reason that begins with BASELINE_UNFILLED; verdicts that changed are
 * put right; entries of what passes or is not there are removed, with the comment above an
 * entry that stood alone. All else stays as it is, byte for byte, and so do entries that
 * have expired but still fail. 0; -EINVAL with |reterr| where the list is not written one
 * entry a line ("- case: ...") or lines end in something else than LF or CR LF, or -ENOMEM. */
int baseline_update(const struct baseline *b, const struct run *run,
		    const struct baseline_scope *scope, struct buffer *out,
		    struct baseline_changes *ret, struct problem *reterr);

#define BASELINE_UNFILLED "fill in why:"

/* Entries that still have such a reason. */
size_t baseline_unfilled(const struct baseline *b);

/* 20261124 of a time, in UTC. */
int baseline_day(time_t t);

#endif
