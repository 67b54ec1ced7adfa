#ifndef HTTPCHECK_RUNNER_STREAM_H
#define HTTPCHECK_RUNNER_STREAM_H

#include "runner/session.h"

#include <stdio.h>

/* A report that is written while the run goes on (reports/jsonl.h), so that it can be
 * followed, and is there as far as it got when the run is killed. Who follows it slowly
 * does not hold the run (base/outlet.h). */
struct stream {
	const char *path;             /* "-" is standard output */
	FILE *out;                    /* null: not open */
	int fd;
	struct run head;              /* of the run, without results */
	int error;                    /* the first one; nothing is written after it */
};

/* Empties the file. 0, or a negative errno with |reterr| set. */
int stream_open(struct stream *s, const char *path, struct problem *reterr);

struct session_listener stream_listener(struct stream *s);

/* Writes what the whole run comes to and closes; |run| may be null, where it came to
 * nothing. 0, or a negative errno with |reterr| set for anything that went wrong since it
 * was opened. */
int stream_close(struct stream *s, const struct run *run, struct problem *reterr);

#endif
