#include "runner/exec.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define START_TIMEOUT (10 * USEC_PER_SEC)
#define STOP_TIMEOUT  (3 * USEC_PER_SEC)
#define LOOK_EVERY_MS 10
#define LAST_WORDS    ((size_t)1024)
#define KEPT_OUTPUT   ((off_t)64 * 1024)

/* ---- where ---- */

/* A port that is free now. Somebody may take it before the target does: then the target
 * says so and ends. */
static int free_port(struct arena *a, const char **ret_address, struct problem *reterr)
{
	struct sock_address address;
	char name[SOCK_NAME_ROOM];
	int r = sock_address_tcp("127.0.0.1:0", &address, reterr);

	if (r < 0)
		return r;

	CLEANUP(fd_closep) int fd = sock_listen(&address, 1, reterr);

	if (fd < 0)
		return fd;
	r = sock_local(fd, &address);
	if (r < 0)
		return problem_errno(reterr, r, "choose", "a free port");
	sock_address_name(&address, name, sizeof(name));
	*ret_address = arena_str(a, slice_str(name));
	return 0;
}

static int free_path(struct exec *e, struct arena *a, struct problem *reterr)
{
	const char *base = getenv("TMPDIR");
	char *folder = arena_printf(a, "%s/httpcheck-XXXXXX", base && base[0] ? base : "/tmp");

	if (!mkdtemp(folder))
		return problem_errno(reterr, errno, "make a folder", folder);
	e->folder = folder;
	e->unix_path = arena_printf(a, "%s/target.sock", folder);
	return 0;
}

const char *exec_put_in(struct arena *a, const char *text, const char *hole, const char *what)
{
	struct buffer out = BUFFER_INIT(1 << 16);
	struct slice rest = slice_str(text);

	for (;;) {
		size_t at = slice_find_slice(rest, slice_str(hole));

		(void)buffer_add_slice(&out, slice_sub(rest, 0, at));
		if (at == rest.len)
			break;
		(void)buffer_add_str(&out, what);
		rest = slice_skip(rest, at + strlen(hole));
	}

	const char *kept = arena_str(a, buffer_slice(&out));

	buffer_release(&out);
	return kept;
}

/* Where the target finds us as its origin server; not the port that it listens at itself. */
static int choose_origin(struct exec *e, struct arena *a, struct problem *reterr)
{
	int r = 0;

	if (!strstr(e->command, "{origin}"))
		return 0;
	do
		r = free_port(a, &e->origin, reterr);
	while (r == 0 && e->address && strcmp(e->origin, e->address) == 0);
	if (r == 0)
		e->command = exec_put_in(a, e->command, "{origin}", e->origin);
	return r;
}

/* What is to be ended as well where the checker ends in the midst of it: see memory_out(). */
static struct exec *prepared;

static void end_prepared(void)
{
	if (prepared)
		exec_release(prepared);
}

/* With what a target may have left beside its socket. Calls nothing that a signal handler
 * may not: getdents64(3) is a system call. */
static void remove_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_Alignas(struct dirent64) char entries[4096];
	ssize_t n;

	while (fd >= 0 && (n = getdents64(fd, entries, sizeof(entries))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const void *)(entries + at);

			(void)unlinkat(fd, d->d_name, 0);
			at += d->d_reclen;
		}
	if (fd >= 0)
		(void)close(fd);
	(void)rmdir(path);
}

void exec_abandon(void)
{
	if (!prepared)
		return;
	if (prepared->group)
		(void)kill(-prepared->group, SIGKILL);
	if (prepared->folder)
		remove_folder(prepared->folder);
}

int exec_prepare(struct exec *e, struct arena *a, const char *command, struct problem *reterr)
{
	int r;

	*e = (struct exec){ .pidfd = -1, .output = -1 };
	prepared = e;
	(void)at_quick_exit(end_prepared);
	/* Else the orphans of a shell stay as zombies until init looks after them, and in many a
	 * container nobody does: the target would seem to run on. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (strstr(command, "{unix}")) {
		r = free_path(e, a, reterr);
		if (r == 0)
			e->command = exec_put_in(a, command, "{unix}", e->unix_path);
	} else if (strstr(command, "{port}")) {
		r = free_port(a, &e->address, reterr);
		if (r == 0)
			e->command = exec_put_in(a, command, "{port}",
						 strrchr(e->address, ':') + 1);
	} else {
		r = problem_set(reterr, -EINVAL,
				"--exec '%s' has neither {port} nor {unix}: where would it listen?",
				command);
	}
	return r < 0 ? r : choose_origin(e, a, reterr);
}

/* ---- starting ---- */

static _Noreturn void become(const struct exec *e, pid_t parent)
{
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before prctl() */
		_exit(127);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	(void)dup2(e->output, STDOUT_FILENO);
	(void)dup2(e->output, STDERR_FILENO);
	(void)execl("/bin/sh", "sh", "-c", e->command, (char *)NULL);
	_exit(127);
}

/* What the shell has left behind is ours to wait for, see exec_prepare(). */
static bool group_has_ended(struct exec *e)
{
	if (!exec_has_ended(e))
		return false;
	while (waitpid(-e->group, NULL, WNOHANG) > 0)
		;
	return kill(-e->group, 0) < 0;
}

/* Whoever is left goes now, and the port with it. */
static void end_group(struct exec *e)
{
	usec deadline = clock_now() + STOP_TIMEOUT;

	while (e->group && !group_has_ended(e) && clock_now() < deadline) {
		(void)kill(-e->group, SIGKILL);
		(void)poll(NULL, 0, LOOK_EVERY_MS);
	}
	e->group = 0;
}

static void forget(struct exec *e)
{
	exec_stop(e);
	if (e->pidfd >= 0)
		(void)close(e->pidfd);
	if (e->output >= 0)
		(void)close(e->output);
	e->pidfd = e->output = -1;
}

static int launch(struct exec *e, struct problem *reterr)
{
	pid_t parent = getpid();

	forget(e);
	e->signalled = false;
	e->output = memfd_create("target output", MFD_CLOEXEC);
	if (e->output < 0 || fcntl(e->output, F_SETFL, O_APPEND) < 0)
		return problem_errno(reterr, errno, "keep the output of", e->command);
	e->pid = fork();
	if (e->pid == 0)
		become(e, parent);
	if (e->pid < 0) {
		e->pid = 0;
		return problem_errno(reterr, errno, "start", e->command);
	}
	e->group = e->pid;
	(void)setpgid(e->pid, e->pid); /* whoever comes first */
	e->pidfd = (int)syscall(SYS_pidfd_open, e->pid, 0);
	return e->pidfd < 0 ? problem_errno(reterr, errno, "watch", e->command) : 0;
}

static bool somebody_listens(const struct exec *e)
{
	struct sock_address a;
	int fd, r = e->unix_path ? sock_address_unix(e->unix_path, &a, NULL)
				 : sock_address_tcp(e->address, &a, NULL);

	if (r < 0)
		return false;
	r = sock_connect(&a, &fd);
	if (r < 0 && r != -EINPROGRESS)
		return false;

	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	(void)poll(&p, 1, 1000);
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	(void)close(fd);
	return error == 0 && p.revents & POLLOUT;
}

int exec_start(struct exec *e, struct problem *reterr)
{
	usec deadline = clock_now() + START_TIMEOUT;
	int r = launch(e, reterr);

	while (r == 0 && !somebody_listens(e)) {
		struct pollfd p = { .fd = e->pidfd, .events = POLLIN };

		(void)poll(&p, 1, LOOK_EVERY_MS);
		if (exec_has_ended(e) || clock_now() > deadline)
			r = -ECHILD;
	}
	if (r == -ECHILD) {
		struct arena a;

		arena_init(&a);
		(void)problem_set(reterr, r, "the target '%s' %s: %s", e->command,
				  e->pid ? "does not listen" : "ended at once",
				  exec_last_words(e, &a));
		arena_release(&a);
	}
	return r;
}

/* ---- ending ---- */

bool exec_has_ended(struct exec *e)
{
	if (e->pid && waitpid(e->pid, &e->status, WNOHANG) == e->pid)
		e->pid = 0;
	return e->pid == 0;
}

/* A shell tells the signal its command died of as 128 + the signal. */
static const char *how_it_ended(const struct exec *e, struct arena *a)
{
	int code = WIFEXITED(e->status) ? WEXITSTATUS(e->status) : 0;
	int signal = WIFSIGNALED(e->status) ? WTERMSIG(e->status) : code > 128 ? code - 128 : 0;

	if (e->pid)
		return "still running";
	if (signal)
		return arena_printf(a, "signal %d (%s)", signal, strsignal(signal));
	return arena_printf(a, "exit code %d", code);
}

const char *exec_last_words(const struct exec *e, struct arena *a)
{
	struct buffer words = BUFFER_INIT(1 << 16);
	struct stat st;
	char bytes[LAST_WORDS];
	ssize_t n = 0;

	(void)buffer_add_str(&words, how_it_ended(e, a));
	if (fstat(e->output, &st) == 0) {
		off_t from = st.st_size > (off_t)sizeof(bytes) ? st.st_size - (off_t)sizeof(bytes)
							       : 0;

		n = pread(e->output, bytes, sizeof(bytes), from);
	}
	if (n > 0) {
		(void)buffer_add_str(&words, "; its last words: ");
		(void)text_escape(&words, slice_of(bytes, (size_t)n));
	}

	const char *kept = arena_str(a, buffer_slice(&words));

	buffer_release(&words);
	return kept;
}

/* A hole, so that nobody's offset changes. */
void exec_trim_output(const struct exec *e)
{
	struct stat st;

	if (fstat(e->output, &st) == 0 && st.st_size > KEPT_OUTPUT &&
	    (off_t)st.st_blocks * 512 > 2 * KEPT_OUTPUT)
		(void)fallocate(e->output, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				st.st_size - KEPT_OUTPUT);
}

int exec_signal(struct exec *e, int signal)
{
	if (!e || exec_has_ended(e))
		return -ESRCH;
	e->signalled = true;
	return kill(-e->group, signal) < 0 ? -errno : 0;
}

void exec_stop(struct exec *e)
{
	usec deadline = clock_now() + STOP_TIMEOUT;

	if (!e->group)
		return;
	(void)kill(-e->group, SIGTERM);
	while (!group_has_ended(e) && clock_now() < deadline)
		(void)poll(NULL, 0, LOOK_EVERY_MS);
	end_group(e);
	if (e->pid)
		(void)waitpid(e->pid, &e->status, 0);
	e->pid = 0;
}

void exec_release(struct exec *e)
{
	forget(e);
	if (e->folder)
		remove_folder(e->folder);
	prepared = NULL;
}
