#ifndef HTTPCHECK_SERVER_OPTIONS_H
#define HTTPCHECK_SERVER_OPTIONS_H

#include "reference-server/listener.h"
#include "reference-server/models/models.h"
#include "reference-server/settings.h"

#include <stdio.h>

/* The command line of httpcheck-server. */

enum action { ACTION_SERVE, ACTION_HELP, ACTION_VERSION, ACTION_PROFILE };

struct options {
	enum action action;
	struct settings settings;
	const struct model *model;
	struct endpoint listen[LISTENERS_MAX];
	size_t nlisten;
	mode_t unix_mode;
	const char *tls_cert, *tls_key;   /* paths in argv; both or none */
	const char *root;             /* path; null: no static files */
	const char *access_log;       /* path; "-": standard output; null: none */
	uint64_t workers;
	bool no_sandbox, seccomp;
};

/* 0, or a negative errno and |*reterr|, which names the option. Without --listen and
 * --unix the server listens on 127.0.0.1:8080. */
int options_parse(int argc, char *const *argv, struct options *ret, struct problem *reterr);

/* What --help prints. */
void options_help(FILE *out);

#endif
