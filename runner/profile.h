#ifndef HTTPCHECK_RUNNER_PROFILE_H
#define HTTPCHECK_RUNNER_PROFILE_H

#include "base/arena.h"
#include "base/problem.h"
#include "runner/bytes.h"
#include "runner/keys.h"

/* What is known of a target (case-language.md, section 5). */

/* A resource that a case can need. */
struct resource_kind {
	const char *name;             /* null ends the table */
	bool argument;                /* used as ${delay:300}: its path holds one {...} */
	const char *summary;          /* what a target that offers it does */
};

extern const struct resource_kind resource_kinds[];

const struct resource_kind *resource_kind_find(struct slice name);

struct resource {
	const char *name, *path;
};

/* The words of enum role, for files. */
extern const struct choice role_choices[];

struct allowed {                      /* a failure already known */
	const char *id, *reason;
	struct place place;
};

struct profile {
	struct arena arena;
	const char *target;           /* null: not said */
	struct place target_at;
	const char *host;             /* value of Host; null: the target's authority */
	enum role role;
	struct resource *resources;   /* in the order of the file, then as found out */
	size_t nresources;
	const char *user, *password;  /* null: not said */
	struct variable *settings;    /* "timeouts.header", "limits.fields", as written */
	size_t nsettings;
	uint64_t discovery_port;      /* 0: not said */
	const char *origin_listen;    /* where a gateway or proxy finds us as its origin; null: not said */
	const char *origin_path;      /* what it forwards to there, of a proxy a URL; null: "/" */
	bool exec;                    /* the target was started by --exec; set by who did */
	bool tls;                     /* it is reached over TLS; likewise */
	struct allowed *allow;
	size_t nallow;
};

/* Reads a profile; one that does not say where `get` is has it at "/". All its problems
 * go to |problems|. 0 with |*ret|, -EINVAL, or -errno where the file can't be read.
 * |path| outlives the problems. */
int profile_load(const char *path, struct profile **ret, struct problems *problems);
int profile_read_memory(const char *path, struct slice yaml, struct profile **ret,
			struct problems *problems);

/* Nothing known but `get: /`. */
struct profile *profile_default(void);

void profile_free(struct profile *p);

/* Another target than the one of the file; the host, if it was not set, follows. */
void profile_set_target(struct profile *p, const char *target);

/* The Host value: as set, else the authority of the target's URL, else "localhost". */
const char *profile_host(struct profile *p);

/* The path of a resource; null where the target does not offer it. */
const char *profile_resource(const struct profile *p, const char *name);

/* A resource found out by asking. -EINVAL for an unknown name or a path that can't
 * be one, -EEXIST where the profile has the resource already. */
int profile_add_resource(struct profile *p, const char *name, const char *path);

/* False where a case that needs |need| cannot be played: a resource ("post"), a
 * setting ("timeouts.idle", "limits.fields"), "credentials", "discovery", "exec" (a target
 * that --exec started), "https" (one over TLS) or "origin" (a gateway in front of us). The
 * resources auth-basic and auth-digest are offered only with credentials. */
bool profile_offers(const struct profile *p, const char *need);

/* The layer of variables: resources, host, timeouts.X, limits.X, credentials.X,
 * discovery.port, origin (its path), origin.host (its address). It
 * lives in the profile and does not see later changes. */
struct variables profile_variables(struct profile *p);

/* Names a case may use, whether a target offers them or not. */
bool profile_knows_need(struct slice need);
bool profile_knows_variable(struct slice name);   /* without the argument */

/* All needs and all variables, for a suggestion; null-terminated, static. */
const char *const *profile_need_names(size_t *ret_count);
const char *const *profile_variable_names(size_t *ret_count);

#endif
