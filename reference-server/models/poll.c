/* One thread, all clients at once: poll(2) is handed the whole list of descriptors each
 * time and marks those that are ready. Simple and portable; each wait costs as much as
 * there are clients, however few of them have something to say.
 *
 *     [fd events][fd events][fd events]... --poll--> look at each mark: serve, serve
 *         ^                                                     |
 *         +-----------------------------------------------------+                    */

#include "reference-server/models/events.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

struct poll_model {
	struct events events;         /* first: one is found by the other */
	struct pollfd *list;
	struct watch **who;           /* who[i] waits for list[i]; who[i]->slot is i + 1 */
	size_t n, room;
};

static int grow(struct poll_model *m)
{
	size_t room = m->room ? m->room * 2 : 64;
	struct pollfd *list = reallocarray(m->list, room, sizeof(*list));

	if (!list)
		return -ENOMEM;
	m->list = list;

	struct watch **who = reallocarray(m->who, room, sizeof(struct watch *));

	if (!who)
		return -ENOMEM;
	m->who = who;
	m->room = room;
	return 0;
}

static int poll_watch(struct events *e, struct watch *w)
{
	struct poll_model *m = (struct poll_model *)e;

	if (!w->slot) {
		if (m->n == m->room && grow(m) < 0)
			return -ENOMEM;
		m->list[m->n] = (struct pollfd){ .fd = w->fd };
		m->who[m->n] = w;
		w->slot = ++m->n;
	}
	m->list[w->slot - 1].events = (short)((w->wanted & IO_READ ? POLLIN : 0) |
					      (w->wanted & IO_WRITE ? POLLOUT : 0));
	return 0;
}

/* The last one takes the place. */
static void poll_unwatch(struct events *e, struct watch *w, bool closing)
{
	struct poll_model *m = (struct poll_model *)e;
	size_t hole = w->slot - 1, last = --m->n;

	(void)closing;
	m->list[hole] = m->list[last];
	m->who[hole] = m->who[last];
	m->who[hole]->slot = hole + 1;
}

static unsigned told(short events)
{
	return (events & POLLIN ? IO_READ : 0u) | (events & POLLOUT ? IO_WRITE : 0u) |
	       (events & (POLLHUP | POLLERR | POLLNVAL) ? IO_HANGUP : 0u);
}

/* From the end: what moves into a place that became free was looked at already. */
static int turn(struct poll_model *m)
{
	int ready = poll(m->list, m->n, events_timeout(&m->events));
	int r = ready < 0 ? wait_failed(errno) : 0;

	for (size_t i = m->n; i-- > 0 && ready > 0;) {
		if (i >= m->n || !m->list[i].revents)
			continue;

		unsigned events = told(m->list[i].revents);

		m->list[i].revents = 0;
		ready--;
		event_ready(m->who[i], events);
	}
	if (r == 0)
		events_turn(&m->events);
	return r;
}

int poll_run(const struct model_job *job)
{
	struct poll_model m = {
		.events = { .job = job, .watch = poll_watch, .unwatch = poll_unwatch },
	};
	int r = events_init(&m.events);

	while (r == 0 && !events_over(&m.events))
		r = turn(&m);
	events_release(&m.events);
	free(m.list);
	free(m.who);
	return r ? r : m.events.error;
}
