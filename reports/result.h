#ifndef HTTPCHECK_REPORTS_RESULT_H
#define HTTPCHECK_REPORTS_RESULT_H

#include "base/clock.h"
#include "base/problem.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A finished run as plain data: all that a report may know. Everything in it is
 * owned by who made the run and outlives the writers. Strings are UTF-8 written
 * by us or by a case's author; slices hold bytes of the target and may be anything. */

enum level { LEVEL_MAY, LEVEL_SHOULD, LEVEL_MUST };

enum verdict {
	VERDICT_PASS,
	VERDICT_INFO,                 /* a MAY case: which choice the target made */
	VERDICT_WARN,                 /* a SHOULD-level rule was seen broken */
	VERDICT_FAIL,                 /* a MUST-level rule was seen broken */
	VERDICT_INCONCLUSIVE,         /* the control did not work */
	VERDICT_SKIP,                 /* the target does not offer what is needed */
	VERDICT_ERROR,                /* the checker or the way to the target broke */
	VERDICTS                      /* how many there are */
};

const char *verdict_name(enum verdict v);     /* "pass", "warn", ... */
const char *level_name(enum level l);         /* "MUST", "SHOULD", "MAY" */

/* A row of the catalogue that a case or a rule rests on. */
struct clause {
	const char *id;               /* "RFC9112-3.2-6" or a section, "RFC9112-3.2" */
	const char *keyword;          /* "MUST NOT"; "" for a section */
	const char *text;             /* the RFC's sentence; "" for a section */
	enum level level;
};

/* One thing that happened on a connection, in the order of time. */
enum event_kind {
	EVENT_CONNECTED,
	EVENT_SENT,                   /* .bytes */
	EVENT_RECEIVED,               /* .bytes */
	EVENT_HALF_CLOSED,            /* we sent FIN */
	EVENT_CLOSED,                 /* we closed */
	EVENT_ABORTED,                /* we sent RST */
	EVENT_FIN,                    /* the target sent FIN */
	EVENT_RESET,                  /* the target sent RST */
	EVENT_TIMEOUT,                /* we gave up waiting; .note says for what */
	EVENT_NOTE,                   /* .note: "control", "retried on a fresh connection", ... */
};

const char *event_name(enum event_kind kind); /* "connected", "half-closed", ... */

struct event {
	enum event_kind kind;
	const char *connection;       /* "main", or the name the case gave it; "" for notes */
	usec at;                      /* since the case began */
	struct slice bytes;           /* what was sent or received, cut to a maximum */
	size_t omitted;               /* bytes cut off behind */
	const char *note;
};

struct result {
	const char *id;               /* "host/missing", "rules/date-present" */
	const char *theme;            /* "host", "rules" */
	const char *title;
	const char *why;              /* "" where the case says none */
	struct place place;           /* of the case in its file; no file for a rule */
	const struct clause *clauses;
	size_t nclauses;
	enum level level;
	const char *const *tags;
	size_t ntags;

	enum verdict verdict;
	const char *reason;           /* one sentence; "" for a plain pass */
	const char *expected, *seen;  /* both sides of a failed expectation; "" where none failed */
	struct place failed_at;       /* the step that failed; no file where none did */
	const char *replay;           /* the command that runs just this case again */

	usec began;                   /* since the run began; 0: a rule, or not reached */
	usec duration;
	unsigned attempts;            /* 2: retried once on a fresh connection */
	bool flaky;                   /* runs of it in this run differed; .reason says how */
	size_t expectations;          /* judged until the case ended; 0: not counted */
	size_t times_seen;            /* of a rule: responses it applied to */
	size_t times_broken;          /* of a rule: responses that broke it */
	const char *first_case;       /* of a broken rule: the case that shows it; null else */
	const char *known;            /* why the baseline expects this finding; null: it does not */
	const struct event *events;   /* of a rule: the first offending exchange */
	size_t nevents;
};

/* A row of the catalogue that binds an origin server and can be tested, and who tests it. */
enum coverage { COVERAGE_MISSING, COVERAGE_COVERED, COVERAGE_UNTESTABLE };

const char *coverage_name(enum coverage c);   /* "missing", "covered", "untestable" */

struct covered {
	const struct clause *clause;
	enum coverage state;
	const char *reason;           /* of an untestable one; "" else */
	const char *const *by;        /* ids of cases and rules, sorted; none where not covered */
	size_t nby;
};

/* An entry of the baseline that no longer says what is. */
struct stale_entry {
	const char *id;
	struct place place;           /* in the baseline */
	const char *why;              /* "passes now", "expired on 2026-01-31", "no such case" */
};

/* From which finding on a run fails. */
enum fail_on {
	FAIL_ON_MUST,                 /* a requirement was broken */
	FAIL_ON_SHOULD,               /* or a recommendation */
	FAIL_ON_ANY,                  /* or nothing could be said: --strict */
};

const char *fail_on_name(enum fail_on f);     /* "must", "should", "any" */

enum { MOST_SHARDS = 10000 };

/* No count and no time of a run is above it, in microseconds 31 years: a saved run that says
 * more is refused, and sums stay far from overflow. */
#define RUN_MOST ((int64_t)1000000000000000)

struct run {
	const char *program;          /* "httpcheck 0.1.0" */
	const char *libraries;        /* "libcurl/7.88.1 OpenSSL/3.0.17 ..." */
	const char *target;           /* "http://127.0.0.1:8080" */
	const char *target_note;      /* "bundled httpcheck-server, model epoll"; "" else */
	const char *profile;          /* its path; null: none was given */
	const char *const *options;   /* the words of the command line behind "run" */
	size_t noptions;
	bool serial;                  /* the target serves one connection at a time */
	const char *cases_path;       /* as given on the command line */
	time_t started;
	usec duration;
	enum fail_on fail_on;
	bool strict_baseline;         /* a stale entry of the baseline fails the run */
	int interrupted;              /* the signal that ended it early; 0: none did */
	const struct result *results; /* sorted by id: cases first, then rules */
	size_t count;
	const struct covered *coverage;       /* in the catalogue's order; none: not asked for */
	size_t ncoverage;
	const struct stale_entry *stale;
	size_t nstale;
	const char *suite;            /* a digest of all that was read as case files */
	unsigned shard, shards;       /* --shard: the part, and of how many; 0: a whole run */
	const char *const *chosen;    /* of a shard: the ids of the cases of all shards, sorted */
	size_t nchosen;
};

/* The order of results: cases first, then rules, each by id. Negative, 0 or positive. */
int result_order(const struct result *a, const struct result *b);

/* Of several verdicts on one case the heaviest says most against the target. */
int verdict_weight(enum verdict v);

/* What is said of a rule that applied to |seen| responses and was broken by |broken|. */
enum verdict rule_verdict(enum level level, size_t seen, size_t broken);

/* The reason of a rule's result, from its numbers, its first case and what was seen there. */
struct arena;
const char *rule_reason(const struct result *r, struct arena *a);

/* True for a passive rule: its theme is "rules". */
bool result_is_rule(const struct result *r);

/* The result of a case or rule; null where the run has none. */
const struct result *run_find(const struct run *run, const char *id);

/* True for a finding that fails the run: by its verdict, and not known to the baseline. */
bool run_fails_by(const struct run *run, const struct result *r);

/* How many results have each verdict. */
struct tally {
	size_t of[VERDICTS];
	size_t total;
};

struct tally run_tally(const struct run *r);

/* Only of one theme, or (|theme| null) of all, and of one level. */
struct tally run_tally_of(const struct run *r, const char *theme, enum level level);

/* True if no result before the |i|th has its theme: a loop over i goes over themes. */
bool run_theme_begins(const struct run *r, size_t i);

/* Exit code of the run: 128 + the signal that interrupted it, else 2 where every case was
 * skipped or inconclusive (nothing may be called green that was never judged), else 3 if any
 * error that the baseline does not know, else 1 if some finding or a stale entry fails the run, else 0. */
int run_exit_code(const struct run *run);

#endif
