#include "reference-server/children.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child keeps the deadline itself: it is given this much longer. */
#define MOMENT (500 * USEC_PER_MS)

int children_init(struct children *c, size_t max)
{
	sigset_t set;

	*c = (struct children){ .max = max, .fd = -1 };
	c->pid = calloc(max, sizeof(*c->pid));
	if (!c->pid)
		return -ENOMEM;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	c->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return c->fd < 0 ? -errno : 0;
}

void children_release(struct children *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	free(c->pid);
	*c = (struct children){ .fd = -1 };
}

static void be_child(struct children *c, struct stop *stop)
{
	children_release(c);
	stop_release(stop);
	if (stop_init_child(stop) < 0)
		_exit(4);
}

int children_fork(struct children *c, size_t at, struct stop *stop)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		be_child(c, stop);
		return 0;
	}
	c->pid[at] = pid;
	c->n++;
	return 1;
}

size_t children_place(const struct children *c)
{
	size_t at = 0;

	while (at < c->max && c->pid[at])
		at++;
	return at;
}

static void forget(struct children *c, pid_t pid)
{
	for (size_t i = 0; i < c->max; i++) {
		if (c->pid[i] != pid)
			continue;
		c->pid[i] = 0;
		c->n--;
	}
}

/* Signals of many children may come as one: all that have ended are asked for. */
void children_reap(struct children *c)
{
	struct signalfd_siginfo info;
	pid_t pid;

	while (read(c->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		forget(c, pid);
}

static void signal_all(const struct children *c, int signal)
{
	for (size_t i = 0; i < c->max; i++)
		if (c->pid[i])
			(void)kill(c->pid[i], signal);
}

static void wait_for_one(struct children *c, struct stop *stop, usec until)
{
	struct pollfd p[2] = { { .fd = stop->fd, .events = POLLIN },
			       { .fd = c->fd, .events = POLLIN } };

	(void)poll(p, 2, clock_poll_timeout(until, clock_now()));
	stop_take(stop, clock_now());
	children_reap(c);
}

void children_stop(struct children *c, struct stop *stop)
{
	usec until = clock_now() + stop->grace + MOMENT;

	signal_all(c, SIGTERM);
	children_reap(c);
	while (c->n > 0 && clock_now() < until && stop_deadline(stop) > 0)
		wait_for_one(c, stop, until);
	signal_all(c, SIGKILL);
	while (c->n > 0)
		wait_for_one(c, stop, USEC_FOREVER);
}
