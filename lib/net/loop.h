#ifndef HTTPCHECK_NET_LOOP_H
#define HTTPCHECK_NET_LOOP_H

#include "net/timers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event loop on epoll(7), level-triggered, with timers in a heap. One thread.
 * Watches and timers are owned by the caller and embedded where they are used;
 * the loop only links them. */

enum loop_event { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

struct loop;

struct loop_watch {
	int fd;
	unsigned wanted;              /* LOOP_READ, LOOP_WRITE; HANGUP always comes */
	void (*ready)(struct loop_watch *w, unsigned events);
	bool added;
};

/* |virtual_time|: the clock stands still while there is something to do and jumps to
 * the next timer when there is not, so that a minute's wait costs nothing (proofs). */
int loop_new(bool virtual_time, struct loop **ret);
void loop_free(struct loop *l);

usec loop_now(const struct loop *l);      /* read once a turn */
usec loop_clock(const struct loop *l);    /* read anew; virtual time is the same */

/* Watches w->fd for w->wanted; also changes what is wanted. 0 or -errno. */
int loop_watch(struct loop *l, struct loop_watch *w);
void loop_unwatch(struct loop *l, struct loop_watch *w);

/* Calls t->due at or soon after |at|; sets anew a timer already set. Timers of one
 * time come in the order they were set. A time already past is now, and where a
 * callback of this turn sets it, the next turn: nobody can hold the loop. */
int loop_timer_set(struct loop *l, struct loop_timer *t, usec at);
void loop_timer_stop(struct loop *l, struct loop_timer *t);

/* One turn: waits until an event, the next timer or |deadline|, and calls what is
 * due. 0 or -errno. A callback may unwatch or stop any watch or timer. */
int loop_turn(struct loop *l, usec deadline);

#endif
