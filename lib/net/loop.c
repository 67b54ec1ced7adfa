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
	struct loop_timer **heap;     /* heap[0] is due first */
	size_t timers, room;
	struct epoll_event batch[BATCH];
	int batch_next, batch_len;    /* what loop_unwatch() must still look through */
};

int loop_new(bool virtual_time, struct loop **ret)
{
	CLEANUP(freep) struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0)
		return -errno;
	l->virtual_time = virtual_time;
	l->now = virtual_time ? 0 : clock_now();
	*ret = l;
	l = NULL;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	(void)close(l->epoll);
	free(l->heap);
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

/* ---- timers: a binary heap ---- */

static void place(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->slot = i + 1;
}

static void rise(struct loop *l, size_t i, struct loop_timer *t)
{
	while (i > 0 && l->heap[(i - 1) / 2]->at > t->at) {
		place(l, i, l->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(l, i, t);
}

static void sink(struct loop *l, size_t i, struct loop_timer *t)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < l->timers && l->heap[child + 1]->at < l->heap[child]->at)
			child++;
		if (child >= l->timers || l->heap[child]->at >= t->at)
			break;
		place(l, i, l->heap[child]);
		i = child;
	}
	place(l, i, t);
}

int loop_timer_set(struct loop *l, struct loop_timer *t, usec at)
{
	loop_timer_stop(l, t);
	if (l->timers == l->room) {
		size_t room = l->room ? l->room * 2 : 64;
		struct loop_timer **heap = reallocarray(l->heap, room, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		l->heap = heap;
		l->room = room;
	}
	t->at = at;
	rise(l, l->timers++, t);
	return 0;
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	if (!t->slot)
		return;

	size_t hole = t->slot - 1;
	struct loop_timer *last = l->heap[--l->timers];

	t->slot = 0;
	if (last == t)
		return;
	if (hole > 0 && l->heap[(hole - 1) / 2]->at > last->at)
		rise(l, hole, last);
	else
		sink(l, hole, last);
}

/* Timers set by a callback for a time already past wait for the next turn, so that
 * one that sets itself again can't hold the loop: |count| bounds the round. */
static void run_timers(struct loop *l)
{
	for (size_t count = l->timers; count > 0 && l->timers > 0 && l->heap[0]->at <= l->now;
	     count--) {
		struct loop_timer *t = l->heap[0];

		loop_timer_stop(l, t);
		t->due(t);
	}
}

/* ---- turns ---- */

static usec next_due(const struct loop *l, usec deadline)
{
	return l->timers && l->heap[0]->at < deadline ? l->heap[0]->at : deadline;
}

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
	usec due = next_due(l, deadline);
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
	run_timers(l);
	return 0;
}
