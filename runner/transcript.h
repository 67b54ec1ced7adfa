#ifndef HTTPCHECK_RUNNER_TRANSCRIPT_H
#define HTTPCHECK_RUNNER_TRANSCRIPT_H

#include "base/arena.h"
#include "reports/result.h"

/* What happened in a case, in the order of time, for the report. Bounded: of one
 * event TRANSCRIPT_EVENT bytes are kept, of all together TRANSCRIPT_TOTAL. Where all
 * cases of a run keep that much, their room runs out, and each keeps TRANSCRIPT_LEAST. */
#define TRANSCRIPT_EVENT ((size_t)4096)
#define TRANSCRIPT_TOTAL ((size_t)64 * 1024)
#define TRANSCRIPT_LEAST ((size_t)1024)
#define TRANSCRIPT_RUN   ((size_t)8 * 1024 * 1024)

struct transcript {
	struct arena *arena;          /* of the events */
	struct arena *texts;          /* of what else the result of the case keeps */
	usec began;
	struct event *events;
	size_t count;
	size_t kept;                  /* bytes */
	size_t *run_kept;             /* by all cases of the run; null: not counted */
};

void transcript_init(struct transcript *t, struct arena *events, struct arena *texts, usec began);

/* |connection| and |note| must live as long as the arena; |bytes| are copied. */
void transcript_bytes(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		      struct slice bytes);
void transcript_note(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		     const char *note);

/* A copy of the events with all that they point to, in |a|. */
struct event *transcript_copy(const struct transcript *t, struct arena *a);

/* Its room is free again: nobody keeps it. */
void transcript_drop(struct transcript *t);

#endif
