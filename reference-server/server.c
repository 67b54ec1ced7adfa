#include "reference-server/server.h"

#include "reference-server/options.h"
#include "reference-server/profile.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum { EXIT_STOPPED = 0, EXIT_USAGE = 2, EXIT_LISTEN = 3, EXIT_INTERNAL = 4 };

static int fail(int code, const char *text)
{
	(void)fprintf(stderr, "httpcheck-server: %s\n", text);
	return code;
}

static int listen_on(const struct options *o, struct listeners *ls, struct problem *reterr)
{
	for (size_t i = 0; i < o->nlisten; i++) {
		int r = listeners_open(ls, &o->listen[i], reterr);

		if (r < 0)
			return r;
	}
	return 0;
}

static int run(const struct options *o, const struct listeners *ls)
{
	struct stop stop;
	struct model_job job = { ls->fd, ls->n, &o->settings, &stop };
	int r = stop_init(&stop);

	if (r == 0)
		r = listeners_announce(ls);
	if (r == 0)
		r = o->model->run(&job);
	stop_release(&stop);
	return r < 0 ? fail(EXIT_INTERNAL, strerror(-r)) : EXIT_STOPPED;
}

static int serve_clients(const struct options *o)
{
	struct listeners ls = { .n = 0 };
	struct problem problem;
	int code;

	(void)signal(SIGPIPE, SIG_IGN);
	if (listen_on(o, &ls, &problem) < 0)
		code = fail(EXIT_LISTEN, problem.text);
	else
		code = run(o, &ls);
	listeners_close(&ls);
	return code;
}

int server_main(int argc, char *const *argv)
{
	struct options o;
	struct problem problem;

	if (options_parse(argc, argv, &o, &problem) < 0)
		return fail(EXIT_USAGE, problem.text);
	switch (o.action) {
	case ACTION_SERVE:
		return serve_clients(&o);
	case ACTION_HELP:
		options_help(stdout);
		break;
	case ACTION_VERSION:
		(void)printf("httpcheck-server %s\n", HTTPCHECK_VERSION);
		break;
	case ACTION_PROFILE:
		profile_print(&o.settings, stdout);
		break;
	}
	return fflush(stdout) == 0 ? 0 : fail(EXIT_INTERNAL, strerror(errno));
}
