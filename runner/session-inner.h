#ifndef HTTPCHECK_RUNNER_SESSION_INNER_H
#define HTTPCHECK_RUNNER_SESSION_INNER_H

#include "runner/interrupts.h"
#include "runner/lanes.h"
#include "runner/progress.h"
#include "runner/scenario.h"
#include "runner/session.h"

/* What the files of a session share: session.c runs the cases, deaths.c sees to a target
 * of --exec that dies. */

/* A target that dies takes with it whoever talks to it: all cases under way then, and
 * those that had just ended, are suspects and run again, each alone. */
struct deaths {
	struct loop_watch watch;      /* of the target's pidfd */
	struct loop_timer trim;       /* of its output */
	bool seen;                    /* it has died and was not started again yet */
	size_t *suspects, nsuspects;
	usec *ended_at;               /* one a case: when it ended; 0: not yet */
	size_t starts_left;           /* a target that dies all the time is given up */
};

/* A target that dies makes suspects of the cases that ended so shortly before: a crash may
 * show a moment after the answer that it followed. */
#define SESSION_JUST_ENDED (250 * USEC_PER_MS)

/* What listeners were told. A case of a target that may die is told of when it is no
 * suspect any more. */
struct live {
	struct {
		enum { LIVE_WAITS, LIVE_RUNS, LIVE_ENDED, LIVE_TOLD } is;
		usec ended_at;
	} *state;                     /* one a case */
	size_t *ended, nended;        /* cases, as they ended */
	size_t next;                  /* in |ended|: not told yet */
};

struct session {
	const struct selection *cases;
	struct target *target;
	const struct session_options *options;
	struct arena *arena;
	struct loop *loop;
	struct curl_dialer *dialer;
	struct variables variables;
	struct stage stage;
	struct observer observer;
	struct scenario_ground ground;
	struct doorway doorway;
	struct intake intake;
	struct origin *origin;        /* behind a gateway; or null */
	size_t evidence; /* bytes of all transcripts */
	usec began;
	struct result *results; /* one a case, in the order of cases */

	size_t *order; /* which case is started when */
	size_t next;   /* in |order| */
	size_t active; /* scenarios that hold a place */
	size_t done, failed;
	struct lanes lanes;
	bool exclusive; /* the second round: cases that run alone */
	struct progress progress;

	const char *stopped; /* why no more cases are started; null: they are */
	int interrupted;     /* the signal that said so */
	struct interrupts interrupts;

	struct live live;
	struct deaths deaths;         /* of a target that we started */

	int prepared;		/* 1: under way; else what preparing came to */
	struct task *preparing; /* null once it has ended */
	struct problem *problem;
};

/* Starts case |index|, or makes it a skip. 0 or a negative errno. */
int session_start_case(struct session *s, size_t index);

/* A failure or an error that the baseline does not know: what --fail-fast stops at. */
bool session_counts_as_failed(const struct result *r);

/* ---- live.c ---- */

void live_begin(struct session *s, const struct run *run);
void live_case_started(struct session *s, size_t index);
void live_case_ended(struct session *s, size_t index);

/* It ended, but runs again. */
void live_case_withdrawn(struct session *s, size_t index);

/* Tells of all that was not told, also of cases that never ran. */
void live_end(struct session *s);

/* ---- deaths.c ---- */

/* Begins to watch the target, if it is one that we started. 0 or a negative errno. */
int deaths_watch(struct session *s);
void deaths_unwatch(struct session *s);

/* Called as each case ends; true if it was cancelled for the target's death and will be
 * run again. */
bool deaths_case_ended(struct session *s, size_t index);

/* Called when no case is under way: starts a dead target again, runs the suspects
 * alone and charges the one that kills it. 0 or a negative errno. */
int deaths_settle(struct session *s);

/* Called behind the last case: waits a moment for a death that comes late. */
int deaths_last_look(struct session *s);

#endif
