/* One thread, all clients at once: epoll(7), edge-triggered. Each descriptor is registered
 * once and for all events; the kernel tells when something changes, and only then. So
 * there is no epoll_ctl(2) per wait, but whoever is told must go on until the socket has
 * no more: what is left, nobody tells again.
 *
 *     epoll_wait --> changed: serve until EAGAIN --> ...      those who are not done when
 *         ^                                       |           their turn is over queue up
 *         +---------------------------------------+           in struct events          */

#include "reference-server/models/events.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };                 /* events taken from the kernel at once */

struct epoll_edge_model {
	struct events events;         /* first: one is found by the other */
	int fd;
};

/* Listeners and the signal stay level-triggered: they are not emptied in one go. */
static bool is_connection(const struct events *e, const struct watch *w)
{
	return w != &e->signal && !(w >= e->listener && w < e->listener + LISTENERS_MAX);
}

static int edge_watch(struct events *e, struct watch *w)
{
	uint32_t all = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
	struct epoll_event asked = { .data.ptr = w, .events = is_connection(e, w) ? all : EPOLLIN };

	if (w->slot)
		return 0;
	w->slot = 1;
	return epoll_ctl(((struct epoll_edge_model *)e)->fd, EPOLL_CTL_ADD, w->fd, &asked) < 0
		       ? -errno
		       : 0;
}

/* close(2) takes a descriptor out by itself, as no other one is open for its socket. */
static void edge_unwatch(struct events *e, struct watch *w, bool closing)
{
	if (!closing)
		(void)epoll_ctl(((struct epoll_edge_model *)e)->fd, EPOLL_CTL_DEL, w->fd, NULL);
}

/* The end of input comes together with the last of it, once: a read that does not fill
 * its buffer must not be taken for the last one then. */
static unsigned told(uint32_t events)
{
	return (events & EPOLLIN ? IO_READ : 0u) | (events & EPOLLOUT ? IO_WRITE : 0u) |
	       (events & EPOLLRDHUP ? IO_READ | IO_END : 0u) |
	       (events & (EPOLLHUP | EPOLLERR) ? IO_HANGUP : 0u);
}

static int turn(struct epoll_edge_model *m)
{
	struct epoll_event batch[BATCH];
	int n = epoll_wait(m->fd, batch, BATCH, events_timeout(&m->events));
	int r = n < 0 ? wait_failed(errno) : 0;

	for (int i = 0; i < n; i++)
		event_ready(batch[i].data.ptr, told(batch[i].events));
	if (r == 0)
		events_turn(&m->events);
	return r;
}

int epoll_edge_run(const struct model_job *job)
{
	struct epoll_edge_model m = {
		.events = { .job = job, .watch = edge_watch, .unwatch = edge_unwatch },
		.fd = epoll_create1(EPOLL_CLOEXEC),
	};
	int r = m.fd < 0 ? -errno : events_init(&m.events);

	while (r == 0 && !events_over(&m.events))
		r = turn(&m);
	events_release(&m.events);
	(void)close(m.fd);
	return r ? r : m.events.error;
}
