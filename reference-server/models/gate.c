#include "reference-server/models/gate.h"

#include <errno.h>

enum { SIGNAL, ALSO, LISTENERS };

void gate_init(struct gate *g, const struct model_job *job, int also)
{
	*g = (struct gate){ .job = job };
	g->poll[SIGNAL] = (struct pollfd){ .fd = job->stop->fd, .events = POLLIN };
	g->poll[ALSO] = (struct pollfd){ .fd = also, .events = POLLIN };
	for (size_t i = 0; i < job->nlisteners; i++)
		g->poll[LISTENERS + i] =
			(struct pollfd){ .fd = job->listeners[i].fd, .events = POLLIN };
}

/* Listeners in turn, so that none of them is starved by another. */
static int accept_any(struct gate *g, const struct listener **ret_from)
{
	for (size_t tried = 0; tried < g->job->nlisteners; tried++) {
		const struct listener *l = &g->job->listeners[g->next];
		int fd = sock_accept(l->fd);

		g->next = (g->next + 1) % g->job->nlisteners;
		*ret_from = l;
		if (fd != -EAGAIN)
			return fd;
	}
	return -EAGAIN;
}

static int wait_at(struct gate *g, bool open)
{
	usec now = clock_now(), until = stop_deadline(g->job->stop);
	bool shut = !open || now < g->closed_until;

	if (open && shut && g->closed_until < until)
		until = g->closed_until;

	nfds_t n = shut ? LISTENERS : LISTENERS + g->job->nlisteners;

	if (poll(g->poll, n, clock_poll_timeout(until, now)) < 0)
		return wait_failed(errno) < 0 ? -errno : -EAGAIN;
	if (g->poll[SIGNAL].revents)
		stop_take(g->job->stop, clock_now());
	return shut ? -EAGAIN : 0;
}

int gate_next(struct gate *g, bool open, const struct listener **ret_from)
{
	int r = wait_at(g, open);

	if (r < 0 || stop_asked(g->job->stop))
		return r < 0 ? r : -EAGAIN;
	r = accept_any(g, ret_from);
	if (!accept_exhausted(r, clock_now()))
		return r;
	g->closed_until = clock_now() + ACCEPT_RETRY;
	return -EAGAIN;
}
