#include "net/loop.h"

#include "base/cleanup.h"

#include <errno.h>
#include <sys/epoll.h>

enum { BATCH = 64 };                  /* events taken from the kernel at once */

struct loop {
	int epoll;
	usec now;
	bool virtual_time;
	size_t watches;
	struct timers timers;
	struct epoll_event batch[BATCH];
	int batch_next, batch_len;    /* what loop_unwatch() must still look through */
};

int loop_new(bool virtual_time, struct loop **ret)
{
	CLEANUP(fd_closep) int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0)
		return -errno;

	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->epoll = fd_take(&epoll);
	l->virtual_time = virtual_time;
	l->now = virtual_time ? 0 : clock_now();
	*ret = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	(void)close(l->epoll);
	timers_release(&l->timers);
	free(l);
}

usec loop_now(const struct loop *l)
{
	return l->now;
}

usec loop_clock(const struct loop *l)
{
	return l->virtual_time ? l->now : clock_now();
}

/* ---- watches ---- */

int loop_watch(struct loop *l, struct loop_watch *w)
{
	struct epoll_event e = { .data.ptr = w };

	if (w->wanted & LOOP_READ)
		e.events |= EPOLLIN | EPOLLRDHUP;
	if (w->wanted & LOOP_WRITE)
		e.events |= EPOLLOUT;
	if (epoll_ctl(l->epoll, w->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &e) < 0)
		return -errno;
	if (!w->added)
		l->watches++;
	w->added = true;
	return 0;
}

void loop_unwatch(struct loop *l, struct loop_watch *w)
{
	if (!w->added)
		return;
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	w->added = false;
	l->watches--;
	for (int i = l->batch_next; i < l->batch_len; i++)
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
}

static unsigned events_of(uint32_t e)
{
	unsigned events = 0;

	if (e & (EPOLLIN | EPOLLRDHUP))
		events |= LOOP_READ;
	if (e & EPOLLOUT)
		events |= LOOP_WRITE;
	if (e & (EPOLLHUP | EPOLLERR))
		events |= LOOP_HANGUP;
	return events;
}

static void dispatch(struct loop *l)
{
	while (l->batch_next < l->batch_len) {
		struct epoll_event *e = &l->batch[l->batch_next++];
		struct loop_watch *w = e->data.ptr;

		if (w)
			w->ready(w, events_of(e->events));
	}
	l->batch_next = l->batch_len = 0;
}

/* ---- timers ---- */

int loop_timer_set(struct loop *l, struct loop_timer *t, usec at)
{
	return timers_set(&l->timers, t, at > l->now ? at : l->now);
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	timers_stop(&l->timers, t);
}

/* ---- turns ---- */

static int wait_for_events(struct loop *l, int timeout_ms)
{
	int n = epoll_wait(l->epoll, l->batch, BATCH, timeout_ms);

	if (n < 0 && errno != EINTR)
		return -errno;
	l->batch_next = 0;
	l->batch_len = n > 0 ? n : 0;
	return l->batch_len;
}

/* Virtual time: what is ready comes first; only then does the clock jump. */
static int leap(struct loop *l, usec due)
{
	int n = l->watches ? wait_for_events(l, 0) : 0;

	if (n == 0 && due != USEC_FOREVER && due > l->now)
		l->now = due;
	return n;
}

int loop_turn(struct loop *l, usec deadline)
{
	usec due = timers_next(&l->timers, deadline);
	int n;

	if (l->virtual_time) {
		n = leap(l, due);
	} else {
		n = wait_for_events(l, clock_poll_timeout(due, clock_now()));
		l->now = clock_now();
	}
	if (n < 0)
		return n;
	dispatch(l);
	timers_run(&l->timers, l->now);
	return 0;
}
