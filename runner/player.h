#ifndef HTTPCHECK_RUNNER_PLAYER_H
#define HTTPCHECK_RUNNER_PLAYER_H

#include "base/random.h"
#include "runner/connection.h"
#include "runner/judge.h"

/* Plays the steps of a case, straight down, in the current task. */

/* How every request of a run is cut where a case does not say: --segment. Each verdict
 * must stay what it was. */
struct segments {
	enum { SEGMENTS_WHOLE, SEGMENTS_ONE, SEGMENTS_RANDOM } how;
	uint64_t seed;
};

/* What a play needs of the world; shared by all cases of a run. */
struct stage {
	struct dialer *dialer;
	const struct variables *variables;    /* the profile's */
	usec timeout;                         /* of one wait, where the case says none */
	double patience;                      /* see patient() */
	bool serial;                          /* the target serves one connection at a time */
	bool discerns;                        /* it can say no: see probe_discerns() */
	struct segments segments;
	struct exec *exec;                    /* the target where we started it; null else */
	bool tls;                             /* the target is reached over TLS */
	struct origin *origin;                /* where a gateway finds us behind it; or null */
	struct doorway *doorway;              /* where new connections queue; or null */
	struct intake *intake;                /* bounds what is held of the target's bytes; or null */
	void (*idles)(void *arg, bool idle);  /* called around a long wait of a scenario; or null */
	void *arg;
};

enum play_end {
	PLAY_HELD,                    /* every step did what it should */
	PLAY_BROKEN,                  /* an expectation failed: expected, seen, failed_at are set */
	PLAY_LOST,                    /* as BROKEN, but the target had closed an idle connection
	                                 under the case (RFC 9112 section 9.5): try again */
	PLAY_UNUSABLE,                /* no way to the target: .problem says why */
	PLAY_CANCELLED,
};

struct play {
	const struct stage *stage;
	const struct test_case *test;
	struct arena *arena;          /* of texts that the result keeps */
	struct arena *scratch;        /* of all that the play alone needs */
	struct transcript *transcript;
	struct intake_share own_intake, *intake;      /* the latter is that of the whole case */
	struct idler own_idler, *idler;               /* so is this */

	struct variables captures;    /* over `each` over the profile */
	struct variables bindings;
	struct variable *captured;
	size_t ncaptured;
	struct captured_content *contents;
	struct origin_watch *origin;  /* of the step `origin` under way; or null */
	bool was_origin;              /* there was one: what a gateway passes on may be ours */
	struct client *client;        /* of the steps `client`; null before the first one */
	struct heads *heads;          /* that they saw */
	char **kept;                  /* contents that they saw: captures may be parts of them */
	size_t nkept;
	struct connection **connections;      /* all that were ever opened, in turn */
	size_t nconnections;

	struct place failed_at;
	const char *expected, *seen;
	size_t expectations;          /* judged so far */
	struct random random;         /* sizes of segments */
	const char *allowed_by;       /* `by:` of the last outcome that held; null */
	const char *choice;           /* `choice:` likewise */
	const char *answered;         /* what the last expect saw, in words; null */
	struct problem problem;
};

/* Texts for the result go to the transcript's arena; connections, records of
 * exchanges and captures to |scratch|. */
void play_init(struct play *p, const struct stage *stage, const struct test_case *test,
	       struct arena *scratch, struct transcript *transcript);

enum play_end play_steps(struct play *p, const struct step *steps, size_t n);

/* A plain request on a fresh connection: HELD if any whole response comes. */
enum play_end play_alive(struct play *p, struct place place);

/* Takes in without waiting what came last, closes all connections and frees them;
 * p->connections stay readable for their records until play_release(). */
void play_close(struct play *p);
void play_release(struct play *p);

/* ---- for the files of the player only ---- */

/* The connection |name|, opened if it isn't yet. */
enum play_end play_connection(struct play *p, const char *name, const struct wire_how *how,
			      struct connection **ret);

/* Sets what was expected and seen, and where. Returns PLAY_BROKEN. */
enum play_end play_broken(struct play *p, struct place place, const char *expected, const char *seen);

/* A negative errno of a wait or of an expansion as the end of the play. */
enum play_end play_error(struct play *p, int error, struct place place);

/* Frees |bytes| when the play is released. */
void play_keep(struct play *p, char *bytes);

usec play_timeout(const struct play *p);
usec play_duration(const struct play *p, const struct duration *d, usec otherwise);

/* An upper bound: what |d| says with the patience of the run, |otherwise| as it is. */
usec play_bound(const struct play *p, const struct duration *d, usec otherwise);
struct judge play_judge(const struct play *p);
void play_capture(struct play *p, const struct capture *what, const struct response *r);

/* The request that a `request:` step or the liveness check describes, as bytes. */
int request_write(const struct request_spec *r, const struct variables *v, struct buffer *out,
		  struct problem *reterr);

/* A list of lists, each in a task of its own: step-parallel.c. */
enum play_end step_parallel(struct play *p, const struct step *s, struct connection *c);

/* Steps that wait for the target: step-expect.c. */
enum play_end step_expect(struct play *p, const struct step *s, struct connection *c);
enum play_end step_expect_interim(struct play *p, const struct step *s, struct connection *c);
enum play_end step_expect_silence(struct play *p, const struct step *s, struct connection *c);
enum play_end step_expect_open(struct play *p, const struct step *s, struct connection *c);
enum play_end step_expect_close(struct play *p, const struct step *s, struct connection *c);

#endif
