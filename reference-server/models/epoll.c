/* One thread, all clients at once: epoll(7) tells which can go on. Level-triggered: what is
 * left unread or unwritten is told again, so nothing can be forgotten.
 *
 *     epoll_wait --> ready: serve --> serve --> serve --+     each until it would block
 *         ^                                             |
 *         +---------------------------------------------+                             */

#include "reference-server/models/events.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };                 /* events taken from the kernel at once */

struct epoll_model {
	struct events events;         /* first: one is found by the other */
	int fd;
};

static int epoll_watch(struct events *e, struct watch *w)
{
	struct epoll_event asked = { .data.ptr = w };
	int op = w->slot ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (w->wanted & IO_READ)
		asked.events |= EPOLLIN;
	if (w->wanted & IO_WRITE)
		asked.events |= EPOLLOUT;
	w->slot = 1;
	return epoll_ctl(((struct epoll_model *)e)->fd, op, w->fd, &asked) < 0 ? -errno : 0;
}

/* close(2) takes a descriptor out by itself, as no other one is open for its socket. */
static void epoll_unwatch(struct events *e, struct watch *w, bool closing)
{
	if (!closing)
		(void)epoll_ctl(((struct epoll_model *)e)->fd, EPOLL_CTL_DEL, w->fd, NULL);
}

static unsigned told(uint32_t events)
{
	return (events & EPOLLIN ? IO_READ : 0u) | (events & EPOLLOUT ? IO_WRITE : 0u) |
	       (events & (EPOLLHUP | EPOLLERR) ? IO_HANGUP : 0u);
}

static int turn(struct epoll_model *m)
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

int epoll_run(const struct model_job *job)
{
	struct epoll_model m = {
		.events = { .job = job, .watch = epoll_watch, .unwatch = epoll_unwatch },
		.fd = epoll_create1(EPOLL_CLOEXEC),
	};
	int r = m.fd < 0 ? -errno : events_init(&m.events);

	while (r == 0 && !events_over(&m.events))
		r = turn(&m);
	events_release(&m.events);
	(void)close(m.fd);
	return r ? r : m.events.error;
}
