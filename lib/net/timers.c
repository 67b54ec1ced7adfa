#include "net/timers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

void timers_release(struct timers *ts)
{
	free(ts->heap);
	*ts = (struct timers){ 0 };
}

static bool before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void place(struct timers *ts, size_t i, struct loop_timer *t)
{
	ts->heap[i] = t;
	t->slot = i + 1;
}

static void rise(struct timers *ts, size_t i, struct loop_timer *t)
{
	while (i > 0 && before(t, ts->heap[(i - 1) / 2])) {
		place(ts, i, ts->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(ts, i, t);
}

static void sink(struct timers *ts, size_t i, struct loop_timer *t)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < ts->n && before(ts->heap[child + 1], ts->heap[child]))
			child++;
		if (child >= ts->n || before(t, ts->heap[child]))
			break;
		place(ts, i, ts->heap[child]);
		i = child;
	}
	place(ts, i, t);
}

int timers_set(struct timers *ts, struct loop_timer *t, usec at)
{
	timers_stop(ts, t);
	if (ts->n == ts->room) {
		size_t room = ts->room ? ts->room * 2 : 64;
		struct loop_timer **heap = reallocarray(ts->heap, room,
							sizeof(struct loop_timer *));

		if (!heap)
			return -ENOMEM;
		ts->heap = heap;
		ts->room = room;
	}
	t->at = at;
	t->order = ts->order++;
	rise(ts, ts->n++, t);
	return 0;
}

void timers_stop(struct timers *ts, struct loop_timer *t)
{
	if (!t->slot)
		return;

	size_t hole = t->slot - 1;
	struct loop_timer *last = ts->heap[--ts->n];

	t->slot = 0;
	if (last == t)
		return;
	if (hole > 0 && before(last, ts->heap[(hole - 1) / 2]))
		rise(ts, hole, last);
	else
		sink(ts, hole, last);
}

usec timers_next(const struct timers *ts, usec deadline)
{
	return ts->n && ts->heap[0]->at < deadline ? ts->heap[0]->at : deadline;
}

void timers_run(struct timers *ts, usec now)
{
	uint64_t round = ts->order;

	while (ts->n > 0 && ts->heap[0]->at <= now && ts->heap[0]->order < round) {
		struct loop_timer *t = ts->heap[0];

		timers_stop(ts, t);
		t->due(t);
	}
}
