#include "reference-server/server.h"

#include "reference-server/discovery.h"
#include "reference-server/options.h"
#include "reference-server/profile.h"
#include "reference-server/resources/resources.h"
#include "reference-server/sandbox.h"
#include "reference-server/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXIT_STOPPED = 0, EXIT_USAGE = 2, EXIT_LISTEN = 3, EXIT_INTERNAL = 4 };

static int fail(int code, const char *text)
{
	(void)fprintf(stderr, "httpcheck-server: %s\n", text);
	return code;
}

static int listen_on(const struct options *o, struct listeners *ls, struct problem *reterr)
{
	for (size_t i = 0; i < o->nlisten; i++) {
		int r = listeners_open(ls, &o->listen[i], o->unix_mode, o->workers > 1, reterr);

		if (r < 0)
			return r;
	}
	return 0;
}

/* One descriptor a client; the rest is for listeners, files and the loop itself. Where
 * the limit of the system is lower than ours, clients above it are told 503 as well,
 * instead of being left in the queue (EMFILE). */
static void fit_to_descriptors(struct settings *s)
{
	enum { OTHERS = 40 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return;

	uint64_t most = limit.rlim_cur > 2 * OTHERS ? limit.rlim_cur - OTHERS
						    : limit.rlim_cur / 2;

	if (s->limits.connections > most)
		s->limits.connections = most;
}

static int announce(const struct listeners *ls, const struct discovery *d)
{
	listeners_announce(ls);
	if (d)
		(void)printf("discovery on port %u\n", discovery_port(d));
	return fflush(stdout) == 0 ? 0 : -errno;
}

static int run(const struct options *o, const struct listeners *ls, const struct discovery *d,
	       struct model_job *job, struct problem *reterr)
{
	int r = announce(ls, d);

	if (r < 0)
		return problem_errno(reterr, r, "start", o->model->name);
	if (o->workers > 1)
		return workers_run(o->model, job, reterr);
	r = o->model->run(job);
	return r < 0 ? problem_errno(reterr, r, "serve with the model", o->model->name) : 0;
}

/* All is open that will ever be needed, but for the socket of discovery. */
static int give_up_privileges(const struct options *o, const struct listeners *ls, int root,
			      struct problem *reterr)
{
	int r = o->no_sandbox ? 0 : sandbox_enter(root, ls);

	return r < 0 ? problem_errno(reterr, r, "enter", "sandbox") : 0;
}

static int filter_calls(const struct options *o, struct problem *reterr)
{
	int r = o->seccomp ? sandbox_filter() : 0;

	return r < 0 ? problem_errno(reterr, r, "install", "seccomp filter") : 0;
}

/* Discovery begins behind stop_init(): its thread must not be the one that signals go to. */
static int run_discovered(const struct options *o, const struct listeners *ls,
			  struct model_job *job, struct problem *reterr)
{
	struct discovery *d = NULL;
	int r = stop_init(job->stop, job->settings->timeouts.drain);

	if (r < 0)
		return problem_errno(reterr, r, "start", o->model->name);
	r = give_up_privileges(o, ls, job->settings->root, reterr);
	if (r == 0 && o->settings.discovers)
		r = discovery_start((uint16_t)o->settings.discovery, ls, &d, reterr);
	if (r == 0)
		r = filter_calls(o, reterr);
	if (r == 0)
		r = run(o, ls, d, job, reterr);
	discovery_stop(d);
	return r;
}

static int open_log(const struct options *o, struct settings *s, struct problem *reterr)
{
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;

	if (!o->access_log)
		return 0;
	s->access_log = strcmp(o->access_log, "-") == 0 ? STDOUT_FILENO
							: open(o->access_log, flags, 0640);
	return s->access_log < 0 ? problem_errno(reterr, errno, "open", o->access_log) : 0;
}

static int open_root(const struct options *o, struct settings *s, struct problem *reterr)
{
	if (!o->root)
		return 0;
	s->root = open(o->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return s->root < 0 ? problem_errno(reterr, errno, "open", o->root) : 0;
}

static int open_all(const struct options *o, struct settings *s, struct listeners *ls,
		    struct tls_context **tls, struct problem *reterr)
{
	int r = open_log(o, s, reterr);

	if (r == 0)
		r = open_root(o, s, reterr);
	if (r == 0 && resources_open(s) < 0)
		r = problem_errno(reterr, ENOMEM, "share", "memory");

	if (r == 0 && o->tls_cert)
		r = tls_context_new(o->tls_cert, o->tls_key, tls, reterr);
	if (r == 0)
		r = listen_on(o, ls, reterr);
	return r == 0 && o->workers > 1 ? workers_open(o->workers, ls, reterr) : r;
}

static int serve_clients(const struct options *o)
{
	struct settings settings = o->settings;
	struct listeners ls = { .n = 0 };
	struct stop stop = { .fd = -1 };
	struct model_job job = { .listeners = ls.at, .settings = &settings, .stop = &stop };
	struct problem problem;
	int code = EXIT_STOPPED;

	(void)signal(SIGPIPE, SIG_IGN);
	fit_to_descriptors(&settings);
	if (open_all(o, &settings, &ls, &job.tls, &problem) < 0) {
		code = fail(EXIT_LISTEN, problem.text);
	} else {
		job.nlisteners = ls.n;
		if (run_discovered(o, &ls, &job, &problem) < 0)
			code = fail(EXIT_INTERNAL, problem.text);
	}
	listeners_close(&ls);
	tls_context_free(job.tls);
	resources_close(&settings);
	if (settings.root >= 0)
		(void)close(settings.root);
	stop_release(&stop);
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
