#ifndef HTTPCHECK_RUNNER_EXEC_H
#define HTTPCHECK_RUNNER_EXEC_H

#include "base/arena.h"
#include "base/problem.h"

#include <stdbool.h>
#include <sys/types.h>

/* A target that httpcheck starts itself (--exec): a shell command in a process group of
 * its own, with {port} or {unix} put in, its output kept for the report. It ends with
 * this process, whatever happens to that. A gateway is told by {origin} where we are. */
struct exec {
	const char *command;          /* with the place put in */
	const char *address;          /* "127.0.0.1:40123"; null: a unix socket */
	const char *unix_path;        /* null: TCP */
	const char *origin;           /* "127.0.0.1:40124", in place of {origin}; null: it was not there */
	const char *folder;           /* made for it, removed by exec_release() */
	pid_t pid;                    /* of the shell; 0: not running */
	pid_t group;                  /* of it and what it started; 0: none */
	int pidfd;                    /* readable once it has ended; -1: not running */
	int output;                   /* a file in memory: what it printed since its start */
	int status;                   /* of its end, as waitpid(2) */
	bool signalled;               /* by exec_signal() since its start */
};

/* |text| with |what| in each place of |hole|. */
const char *exec_put_in(struct arena *a, const char *text, const char *hole, const char *what);

/* Chooses a free port of 127.0.0.1 or a path in a folder of its own and puts it into
 * |command|, and a further port where it has {origin}. 0, or -EINVAL where the command has
 * neither {port} nor {unix}. */
int exec_prepare(struct exec *e, struct arena *a, const char *command, struct problem *reterr);

/* Starts it and waits until somebody takes connections there. 0 or a negative errno;
 * |reterr| has its last words. */
int exec_start(struct exec *e, struct problem *reterr);

/* True once it has ended; then .status says how, and .pid is 0. Never waits. */
bool exec_has_ended(struct exec *e);

/* "signal 11 (Segmentation fault)" or "exit code 3", and the last lines it printed, into
 * |a|. */
const char *exec_last_words(const struct exec *e, struct arena *a);

/* Gives back the memory of all but the last part of its output: to be called now and then, for
 * a target may print without end. */
void exec_trim_output(const struct exec *e);

/* Sends |signal| to the group; that it ends of it is expected then, until the next start.
 * 0, or -ESRCH where it has ended. */
int exec_signal(struct exec *e, int signal);

/* SIGTERM to the group, after 3 s SIGKILL, and waits. */
void exec_stop(struct exec *e);

/* For a signal handler, right before the process ends: the group of what was prepared last is
 * killed, and its folder removed. */
void exec_abandon(void);

/* Stops it too. |e| must have been prepared, or be zero but for its descriptors of -1. */
void exec_release(struct exec *e);

#endif
