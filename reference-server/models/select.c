/* One thread, all clients at once, the oldest way: select(2) is handed sets of bits, one
 * for each descriptor, and leaves those that are ready. The sets end at FD_SETSIZE
 * (1024): FD_SET() beyond it writes somewhere else in memory. So this model stops
 * accepting before it gets there, and never watches a descriptor that is too large.
 *
 *     read  0110100100...  --select-->  read  0010000000...  look at each bit: serve
 *     write 0000010000...               write 0000010000...                          */

#include "reference-server/models/events.h"

#include <errno.h>
#include <sys/select.h>

/* Descriptors that are no connections: standard streams, listeners, files that are read. */
enum { OTHERS = 64 };

struct select_model {
	struct events events;         /* first: one is found by the other */
	fd_set read, write;
	struct watch *who[FD_SETSIZE];
	int end;                      /* above the largest descriptor */
};

static void set_bit(fd_set *set, int fd, bool on)
{
	if (on)
		FD_SET(fd, set);
	else
		FD_CLR(fd, set);
}

static int select_watch(struct events *e, struct watch *w)
{
	struct select_model *m = (struct select_model *)e;

	if (w->fd >= FD_SETSIZE)
		return -EMFILE;
	set_bit(&m->read, w->fd, w->wanted & IO_READ);
	set_bit(&m->write, w->fd, w->wanted & IO_WRITE);
	m->who[w->fd] = w;
	w->slot = 1;
	if (m->end <= w->fd)
		m->end = w->fd + 1;
	return 0;
}

static void select_unwatch(struct events *e, struct watch *w, bool closing)
{
	struct select_model *m = (struct select_model *)e;

	(void)closing;
	set_bit(&m->read, w->fd, false);
	set_bit(&m->write, w->fd, false);
	m->who[w->fd] = NULL;
	while (m->end > 0 && !m->who[m->end - 1])
		m->end--;
}

static int turn(struct select_model *m)
{
	fd_set read = m->read, write = m->write;
	int timeout = events_timeout(&m->events), end = m->end;
	struct timeval t = { timeout / 1000, timeout % 1000 * 1000 };
	int ready = select(end, &read, &write, NULL, timeout < 0 ? NULL : &t);
	int r = ready < 0 ? wait_failed(errno) : 0;

	for (int fd = 0; fd < end && ready > 0; fd++) {
		unsigned events = (FD_ISSET(fd, &read) ? IO_READ : 0u) |
				  (FD_ISSET(fd, &write) ? IO_WRITE : 0u);

		if (events && m->who[fd])
			event_ready(m->who[fd], events);
	}
	if (r == 0)
		events_turn(&m->events);
	return r;
}

int select_run(const struct model_job *job)
{
	struct select_model m = {
		.events = { .job = job, .most = FD_SETSIZE - OTHERS, .watch = select_watch,
			    .unwatch = select_unwatch },
	};
	int r;

	FD_ZERO(&m.read);
	FD_ZERO(&m.write);
	r = events_init(&m.events);
	while (r == 0 && !events_over(&m.events))
		r = turn(&m);
	events_release(&m.events);
	return r ? r : m.events.error;
}
