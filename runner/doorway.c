#include "runner/doorway.h"

#include "net/task.h"

#include <errno.h>

struct doorway_waiter {
	struct task_event room;
	TAILQ_ENTRY(doorway_waiter) link;
};

void doorway_init(struct doorway *d)
{
	*d = (struct doorway){ 0 };
	TAILQ_INIT(&d->waiting);
}

static bool take_room(struct doorway *d, const void *who, usec now, usec *ret_room_at)
{
	*ret_room_at = USEC_FOREVER;
	for (size_t i = 0; i < DOORWAY_ROOM; i++) {
		usec until = d->in[i].since + DOORWAY_LONGEST;

		if (!d->in[i].who || until <= now) {
			d->in[i].who = who;
			d->in[i].since = now;
			return true;
		}
		if (until < *ret_room_at)
			*ret_room_at = until;
	}
	return false;
}

int doorway_enter(struct doorway *d, const void *who, usec *deadline)
{
	struct doorway_waiter w = { 0 };
	usec began = task_now(), room_at;
	int r = 0;

	if (!d || take_room(d, who, began, &room_at))
		return 0;
	TAILQ_INSERT_TAIL(&d->waiting, &w, link);
	do
		r = task_wait(&w.room, room_at);
	while (r != -ECANCELED && !take_room(d, who, task_now(), &room_at));
	TAILQ_REMOVE(&d->waiting, &w, link);
	if (*deadline != USEC_FOREVER)
		*deadline += task_now() - began;
	return r == -ECANCELED ? r : 0;
}

void doorway_leave(struct doorway *d, const void *who)
{
	struct doorway_waiter *w;
	bool left = false;

	for (size_t i = 0; d && i < DOORWAY_ROOM; i++)
		if (d->in[i].who == who) {
			d->in[i].who = NULL;
			left = true;
		}
	if (left)
		TAILQ_FOREACH(w, &d->waiting, link)
			task_wake(&w->room);
}
