#ifndef HTTPCHECK_RUNNER_TARGET_H
#define HTTPCHECK_RUNNER_TARGET_H

#include "runner/profile.h"
#include "runner/wire.h"

#include <sys/types.h>

/* The server under test: where it is, and the bundled one where none was named. */

struct target {
	struct arena arena;
	const char *name;             /* as shown: "http://127.0.0.1:8080", "unix:run/s.sock" */
	const char *note;             /* "bundled httpcheck-server, model epoll"; "" else */
	struct endpoint endpoint;
	bool tls;
	struct profile *profile;      /* never null */
	bool has_profile;             /* false: what it offers has to be found out */
	pid_t server;                 /* the bundled server; 0: none */
	struct exec *exec;            /* a target that we started by --exec; null: none */
};

/* To be called first; target_release() is due then, whatever else succeeds. */
void target_init(struct target *t);

/* "http://HOST[:PORT][/]", "https://...", "unix:PATH" and a profile's path (null: none). 0 or
 * -EINVAL; problems of the profile go to |problems|, the target's own too. */
int target_open(const char *url, const char *profile_path, struct target *ret,
		struct problems *problems);

/* Starts a target by the shell command |command| (exec.h) and waits until it listens.
 * |url| may be null, else the target's URL with {port} in it. As target_open(), or
 * -ECHILD where the target does not start. */
int target_exec(const char *command, const char *url, const char *profile_path,
		struct target *ret, struct problems *problems);

/* Starts httpcheck-server (beside this program, else in PATH) on a free port of
 * 127.0.0.1 with the server model |model| (null: its default). It ends with this
 * process, whatever happens to that. 0 or a negative errno. */
int target_start_bundled(const char *model, struct target *ret, struct problems *problems);

/* httpcheck-server beside this program, else its name for PATH to find. */
const char *target_bundled_program(struct arena *a);

/* Ends the server that was started, if one was (SIGTERM, after 3 s SIGKILL), and waits. */
void target_release(struct target *t);

#endif
