#ifndef HTTPCHECK_REPORTS_COMPARE_H
#define HTTPCHECK_REPORTS_COMPARE_H

#include "base/arena.h"
#include "reports/result.h"

/* Several runs of one suite side by side: which server does what. Pure data; the writers
 * of it are in compare-*.c. */

struct compared {
	const char *name; /* of the column: "nginx" of "results/nginx.json" */
	const struct run *run;
};

struct compare_row {
	const struct result *any; /* the first run's that has it: for id, title, level */
	const struct result **of; /* one a run; null where the run does not have it */
	bool behaviour;		  /* a MAY case that some run recorded */
	bool differs;		  /* those that judged it do not agree */
};

/* Two servers agree on what both judged. */
struct agreement {
	size_t both, same; /* rows */
};

/* A way in which the servers part into groups, and how often they do. */
struct split {
	const unsigned *group; /* one a run: 0, 1, ...; NOT_JUDGED for one without verdict */
	size_t rows;
};

#define NOT_JUDGED ((unsigned)-1)

struct comparison {
	const struct compared *runs;
	size_t nruns;
	const struct compare_row *rows; /* by theme and id, the rules last */
	size_t nrows, ndiffering;
	const struct agreement *agreement; /* nruns x nruns */
	const struct split *splits;	   /* of the rows that differ, the most frequent first */
	size_t nsplits;
};

/* True for a verdict on the target: pass, info, warn, fail. */
bool compare_judged(const struct result *r);

/* True if both say the same of their server: the verdict, and of a behaviour the choice,
 * whatever numbers of bytes and milliseconds are in it. */
bool compare_agree(const struct result *a, const struct result *b);

/* All is |arena|'s; |runs| is kept. */
void compare_runs(const struct compared *runs, size_t n, struct arena *arena,
		  struct comparison *ret);

/* A case that |old| kept better than |new|: pass, info, warn, then fail; and so is what was
 * judged and is no longer, but for a rule. What only one of them has is none (either may
 * be null), nor what was not judged. */
bool compare_regressed(const struct result *old, const struct result *new);

#endif
