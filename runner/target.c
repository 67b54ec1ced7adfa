#include "runner/target.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "net/sock.h"
#include "runner/exec.h"
#include "runner/program.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define START_TIMEOUT (10 * USEC_PER_SEC)
#define STOP_TIMEOUT  (3 * USEC_PER_SEC)

/* ---- where a target is ---- */

static int refuse(struct problems *problems, const char *subject, const char *why)
{
	problems_add(problems, (struct place){ 0 }, "'%s' %s", subject, why);
	return -EINVAL;
}

static int endpoint_unix(const char *url, struct target *t, struct problems *problems)
{
	struct sock_address address;
	struct problem p;

	t->endpoint.unix_path = url + strlen("unix:");
	t->endpoint.url = "http://localhost/";
	if (!t->endpoint.unix_path[0])
		return refuse(problems, url, "names no path");
	if (sock_address_unix(t->endpoint.unix_path, &address, &p) < 0) {
		problems_add(problems, p.place, "%s", p.text);
		return -EINVAL;
	}
	return 0;
}

static void curl_urlp(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void curl_stringp(char **s)
{
	curl_free(*s);
}

static int endpoint_http(const char *url, struct target *t, struct problems *problems)
{
	CLEANUP(curl_urlp) CURLU *u = curl_url();
	CLEANUP(curl_stringp) char *scheme = NULL;
	CLEANUP(curl_stringp) char *host = NULL;
	CLEANUP(curl_stringp) char *port = NULL;
	CLEANUP(curl_stringp) char *path = NULL;

	const char *behind_userinfo = strrchr(url, '@');

	if (!strstr(url, "://"))
		return refuse(problems, behind_userinfo ? behind_userinfo + 1 : url,
			      "is no URL such as http://127.0.0.1:8080 or unix:PATH");
	if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK)
		return refuse(problems, url,
			      "is no URL such as http://127.0.0.1:8080 or unix:PATH");
	if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		return refuse(problems, url, "is no http://, https:// or unix: target");
	t->tls = strcmp(scheme, "https") == 0;
	if (strcmp(path, "/") != 0)
		return refuse(problems, url, "has a path; resources are named in a profile");
	(void)curl_url_get(u, CURLUPART_PORT, &port, 0);
	t->name = port ? arena_printf(&t->arena, "%s://%s:%s", scheme, host, port)
		       : arena_printf(&t->arena, "%s://%s", scheme, host);
	t->endpoint.url = arena_printf(&t->arena, "%s/", t->name);
	return 0;
}

static int parse(const char *url, struct target *t, struct problems *problems)
{
	t->name = arena_str(&t->arena, slice_str(url));
	if (slice_starts(slice_str(t->name), SLICE("unix:")))
		return endpoint_unix(t->name, t, problems);
	return endpoint_http(t->name, t, problems);
}

void target_init(struct target *t)
{
	*t = (struct target){ .note = "" };
	arena_init(&t->arena);
}

/* A gateway finds us |where| its command was told, or else where the profile says. */
static int find_origin(struct target *t, const char *where, struct problems *problems)
{
	struct profile *p = t->profile;

	if (where && p->origin_listen)
		return refuse(problems, p->origin_listen,
			      "is where the profile listens as origin; {origin} of --exec chooses "
			      "another place");
	if (where)
		p->origin_listen = where;
	if (p->origin_path && !p->origin_listen)
		return refuse(problems, p->origin_path,
			      "is the path of an origin; where it listens says neither 'listen' "
			      "nor {origin} of --exec");
	if (p->origin_path)
		p->origin_path = exec_put_in(&p->arena, p->origin_path, "{origin}",
					     p->origin_listen);
	return 0;
}

/* The URL of a profile is refused at its place. */
static int parse_of_profile(const struct profile *p, struct target *t, struct problems *problems)
{
	size_t before = problems->kept;
	int r = parse(p->target, t, problems);

	for (size_t i = before; i < problems->kept; i++)
		problems->list[i].place = p->target_at;
	return r;
}

static int open_at(const char *url, const char *profile_path, const char *origin,
		   struct target *ret, struct problems *problems)
{
	if (profile_path) {
		int r = profile_load(profile_path, &ret->profile, problems);

		if (r < 0)
			return r;
		ret->has_profile = true;
		if (!url && !ret->profile->target)
			return refuse(problems, profile_path,
				      "names no target, and there is no --target");
	} else {
		ret->profile = profile_default();
	}
	if (!ret->profile)
		return -ENOMEM;

	int r = url ? parse(url, ret, problems) : parse_of_profile(ret->profile, ret, problems);

	if (r == 0)
		profile_set_target(ret->profile, ret->name);
	ret->profile->tls = ret->tls;
	return r < 0 ? r : find_origin(ret, origin, problems);
}

int target_open(const char *url, const char *profile_path, struct target *ret,
		struct problems *problems)
{
	return open_at(url, profile_path, NULL, ret, problems);
}

/* ---- a target that we start ---- */

static const char *place_of(const struct exec *e, const char *url, struct arena *a)
{
	if (url && e->address)
		return exec_put_in(a, url, "{port}", strrchr(e->address, ':') + 1);
	if (url)
		return url;
	return e->unix_path ? arena_printf(a, "unix:%s", e->unix_path)
			    : arena_printf(a, "http://%s", e->address);
}

int target_exec(const char *command, const char *url, const char *profile_path, struct target *ret,
		struct problems *problems)
{
	struct problem p = { 0 };

	ret->exec = arena_alloc(&ret->arena, sizeof(*ret->exec));

	int r = exec_prepare(ret->exec, &ret->arena, command, &p);

	if (r == 0) {
		url = place_of(ret->exec, url, &ret->arena);
		r = open_at(url, profile_path, ret->exec->origin, ret, problems);
		if (r < 0)
			return r;
		ret->note = arena_printf(&ret->arena, "started by '%s'", command);
		ret->profile->exec = true;
		r = exec_start(ret->exec, &p);
	}
	if (r < 0)
		problems_add(problems, p.place, "%s", p.text);
	return r;
}

/* ---- the bundled server ---- */

/* Short time-outs: a case that waits for one of them shall not hold up a run. */
static const char *const server_options[] = {
	"--listen",	  "127.0.0.1:0", "--header-timeout", "400ms", "--body-timeout", "400ms",
	"--idle-timeout", "400ms",	 "--discovery",	     "0",
};

const char *target_bundled_program(struct arena *a)
{
	char *beside = arena_printf(a, "%s/httpcheck-server", program_folder(a));

	return access(beside, X_OK) == 0 ? beside : "httpcheck-server";
}

/* Starts the server with its standard output in |*ret_out|. |more|: one more option
 * without argument, or null. */
static pid_t spawn(const char *program, const char *model, const char *more, int *ret_out)
{
	const char *args[ARRAY_SIZE(server_options) + 5] = { program };
	size_t n = 1;
	int out[2];

	for (size_t i = 0; i < ARRAY_SIZE(server_options); i++)
		args[n++] = server_options[i];
	if (model) {
		args[n++] = "--model";
		args[n++] = model;
	}
	if (more)
		args[n++] = more;
	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;

	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		(void)setpgid(0, 0); /* a terminal's Ctrl-C is for us alone */
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent) /* it died before prctl() */
			_exit(127);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)execvp(program, (char *const *)args);
		_exit(127);
	}
	(void)close(out[1]);
	if (pid < 0) {
		(void)close(out[0]);
		return -errno;
	}
	*ret_out = out[0];
	return pid;
}

static size_t count_lines(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.at[i] == '\n';
	return n;
}

/* 1: something to read, 0: the deadline came; signals change nothing. */
static int await(int fd, usec deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, clock_poll_timeout(deadline, clock_now()));
	while (n < 0 && errno == EINTR);
	return n;
}

/* Reads so many lines, or to the end where that is 0. 0 or a negative errno. */
static int read_output(int fd, size_t lines, struct buffer *out)
{
	usec deadline = clock_now() + START_TIMEOUT;

	for (;;) {
		char bytes[4096];

		if (lines && count_lines(buffer_slice(out)) >= lines)
			return 0;
		if (await(fd, deadline) == 0)
			return -ETIMEDOUT;

		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n <= 0)
			return n == 0 && !lines ? 0 : -EPIPE;
		if (buffer_add(out, bytes, (size_t)n) < 0)
			return -ENOSPC;
	}
}

static int stop(pid_t pid)
{
	usec deadline = clock_now() + STOP_TIMEOUT;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int status = 0;

	(void)kill(pid, SIGTERM);
	if (fd >= 0) {
		if (await(fd, deadline) == 0)
			(void)kill(pid, SIGKILL);
		(void)close(fd);
	}
	(void)waitpid(pid, &status, 0);
	return status;
}

static int cannot_start(struct problems *problems, const char *program, const char *why)
{
	problems_add(problems, (struct place){ 0 }, "cannot start the bundled server '%s': %s",
		     program, why);
	return -ECHILD;
}

static int load_profile(struct target *t, const char *program, const char *model,
			struct problems *problems)
{
	struct buffer yaml = BUFFER_INIT(1 << 16);
	int fd, status;
	pid_t pid = spawn(program, model, "--print-profile", &fd);

	if (pid < 0)
		return cannot_start(problems, program, strerror(-pid));

	int r = read_output(fd, 0, &yaml);

	(void)close(fd);
	if (waitpid(pid, &status, 0) < 0 || status != 0 || r < 0) {
		buffer_release(&yaml);
		return cannot_start(problems, program, "it ended at once");
	}
	r = profile_read_memory("httpcheck-server --print-profile", buffer_slice(&yaml),
				&t->profile, problems);
	buffer_release(&yaml);
	return r;
}

static int await_listening(struct target *t, int fd, const char *program, struct problems *problems)
{
	struct buffer said = BUFFER_INIT(4096);
	char url[64];
	unsigned port;
	int r = read_output(fd, 2, &said);

	(void)close(fd);
	/* NOLINTNEXTLINE(cert-err34-c): the words are of our own server */
	if (r == 0 && sscanf(buffer_str(&said), "listening on %63s\ndiscovery on port %5u\n", url,
			     &port) == 2) {
		t->profile->discovery_port = port;
		r = parse(arena_str(&t->arena, slice_str(url)), t, problems);
	} else {
		r = cannot_start(problems, program, "it did not say where it listens");
	}
	buffer_release(&said);
	return r;
}

int target_start_bundled(const char *model, struct target *ret, struct problems *problems)
{
	int fd;

	const char *program = target_bundled_program(&ret->arena);
	int r = load_profile(ret, program, model, problems);

	if (r < 0)
		return r;
	ret->has_profile = true;
	ret->note = model ? arena_printf(&ret->arena, "bundled httpcheck-server, model %s", model)
			  : "bundled httpcheck-server";

	pid_t pid = spawn(program, model, NULL, &fd);

	if (pid < 0)
		return cannot_start(problems, program, strerror(-pid));
	ret->server = pid;
	r = await_listening(ret, fd, program, problems);
	if (r == 0)
		profile_set_target(ret->profile, ret->name);
	return r;
}

void target_release(struct target *t)
{
	if (t->server > 0)
		(void)stop(t->server);
	if (t->exec)
		exec_release(t->exec);
	t->server = 0;
	profile_free(t->profile);
	arena_release(&t->arena);
}
