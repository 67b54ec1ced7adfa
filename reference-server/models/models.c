#include "reference-server/models/models.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The first is the fastest that `make bench` has shown. */
const struct model models[] = {
	{ "epoll-edge", "one thread, epoll(7) edge-triggered", epoll_edge_run, true },
	{ "epoll", "one thread, epoll(7) level-triggered", epoll_run, true },
	{ "poll", "one thread, poll(2)", poll_run, true },
	{ "select", "one thread, select(2); at most 1024 descriptors", select_run, true },
	{ "coroutine", "one thread, a coroutine for each client", coroutine_run, true },
	{ "thread", "a thread for each client", thread_run, false },
	{ "fork", "a process for each client", fork_run, false },
	{ "iterative", "one thread, one client at a time", iterative_run, false },
	{ 0 },
};

const struct model *model_find(const char *name)
{
	for (const struct model *m = models; m->name; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

bool accept_exhausted(int error, usec now)
{
	static usec quiet_until;

	if (error != -EMFILE && error != -ENFILE && error != -ENOBUFS && error != -ENOMEM &&
	    error != -ENOSPC)
		return false;
	if (now >= quiet_until) {
		(void)fprintf(stderr, "httpcheck-server: cannot accept a connection: %s\n",
			      strerror(-error));
		quiet_until = now + USEC_PER_SEC;
	}
	return true;
}

int wait_failed(int error)
{
	static const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };

	if (error == ENOMEM || error == EAGAIN)
		(void)nanosleep(&moment, NULL);
	else if (error != EINTR)
		return -error;
	return 0;
}

enum { REFUSED_MAX = 16 };            /* clients that are being told 503 at one time */

size_t admission_most(const struct settings *s)
{
	return (size_t)s->limits.connections + REFUSED_MAX;
}

enum admission admission(size_t n, const struct settings *s)
{
	if (n < s->limits.connections)
		return ADMIT;
	return n < admission_most(s) ? REFUSE : PAUSE;
}
