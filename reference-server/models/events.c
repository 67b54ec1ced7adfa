#include "reference-server/models/events.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ACCEPTS = 64 };                /* at one wake: then the connections have their turn */

#define CONTAINER(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

static int watch_for(struct watch *w, unsigned wanted)
{
	if (w->wanted == wanted && w->slot)
		return 0;
	w->wanted = wanted;
	return w->events->watch(w->events, w);
}

static void unwatch(struct watch *w, bool closing)
{
	if (w->slot)
		w->events->unwatch(w->events, w, closing);
	w->slot = 0;
}

/* ---- connections ---- */

static void start_listening(struct events *e);

static void connection_close(struct connection *c)
{
	struct events *e = c->watch.events;

	unwatch(&c->watch, true);
	timers_stop(&e->timers, &c->timer);
	client_end(&c->exchange, &c->io);
	(void)close(c->io.fd);
	if (c->prev)
		c->prev->next = c->next;
	else
		e->connections = c->next;
	if (c->next)
		c->next->prev = c->prev;
	e->n--;
	free(c);
	start_listening(e);
}

/* A deadline mostly moves away, with each request: the timer is left where it is, and
 * looks again when it is due. So a request costs no work on the heap. */
static int set_timer(struct connection *c)
{
	usec deadline = exchange_deadline(&c->exchange);

	if (deadline == USEC_FOREVER || (c->timer.slot && c->timer.at <= deadline))
		return 0;
	return timers_set(&c->watch.events->timers, &c->timer, deadline);
}

static void queue_again(struct connection *c)
{
	c->queued = true;
	c->again = c->watch.events->again;
	c->watch.events->again = c;
}

/* One that is in the queue has its turn there, and is closed nowhere else. */
static void connection_run(struct connection *c)
{
	if (c->queued)
		return;

	int r = serve(&c->exchange, &c->io);

	if (r == -EAGAIN)
		r = watch_for(&c->watch, c->io.awaits) | set_timer(c);
	else if (r == SERVE_TURN_OVER)
		queue_again(c);
	else
		r = -ECONNRESET;
	if (r < 0)
		connection_close(c);
}

static void connection_ready(struct watch *w, unsigned events)
{
	struct connection *c = CONTAINER(w, struct connection, watch);

	if (events & (IO_READ | IO_HANGUP) || c->io.tls)
		c->io.readable = true;
	if (events & (IO_END | IO_HANGUP))
		c->io.ended = true;
	/* Nobody is left to answer. */
	if (events & IO_HANGUP && exchange_wants(&c->exchange) == WANT_PAUSE && !c->queued)
		connection_close(c);
	else
		connection_run(c);
}

static void connection_due(struct loop_timer *t)
{
	connection_run(CONTAINER(t, struct connection, timer));
}

static void run_queue(struct events *e)
{
	struct connection *c = e->again, *next;

	e->again = NULL;
	for (; c; c = next) {
		next = c->again;
		c->queued = false;
		connection_run(c);
	}
}

static void connection_open(struct events *e, int fd, const struct listener *l, bool refuse)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c) {
		(void)close(fd);
		return;
	}
	c->watch = (struct watch){ .events = e, .ready = connection_ready, .fd = fd };
	c->io = io_event(fd, e->job->stop);
	c->timer.due = connection_due;
	if (client_begin(&c->exchange, &c->io, e->job, l, &e->flights, refuse) < 0) {
		(void)close(fd);
		free(c);
		return;
	}
	c->next = e->connections;
	if (c->next)
		c->next->prev = c;
	e->connections = c;
	e->n++;
	connection_run(c);
}

/* ---- listeners ---- */

static void stop_listening(struct events *e)
{
	for (size_t i = 0; i < e->job->nlisteners; i++)
		unwatch(&e->listener[i], false);
	e->listening = false;
}

static enum admission next_one(const struct events *e)
{
	return e->most && e->n >= e->most ? PAUSE : admission(e->n, e->job->settings);
}

/* When to try again is no timer: one more may be what there is no memory for. */
static void accept_failed(struct events *e, int error)
{
	stop_listening(e);
	if (accept_exhausted(error, e->now))
		e->reopen_at = e->now + ACCEPT_RETRY;
	else
		e->error = error;
}

static void start_listening(struct events *e)
{
	int r = 0;

	e->reopen_at = USEC_FOREVER;
	if (e->listening || e->stopping || next_one(e) == PAUSE)
		return;
	e->listening = true;
	for (size_t i = 0; i < e->job->nlisteners && r == 0; i++)
		r = watch_for(&e->listener[i], IO_READ);
	if (r < 0)
		accept_failed(e, r);
}

static void listener_ready(struct watch *w, unsigned events)
{
	struct events *e = w->events;
	const struct listener *l = &e->job->listeners[w - e->listener];

	(void)events;
	for (int i = 0; i < ACCEPTS && w->slot; i++) {
		enum admission next = next_one(e);
		int fd = next == PAUSE ? -EAGAIN : sock_accept(l->fd);

		if (fd >= 0) {
			connection_open(e, fd, l, next == REFUSE);
			continue;
		}
		if (next == PAUSE)
			stop_listening(e);
		else if (fd != -EAGAIN)
			accept_failed(e, fd);
		return;
	}
}

/* ---- turns ---- */

static void signal_ready(struct watch *w, unsigned events)
{
	(void)events;
	stop_take(w->events->job->stop, clock_now());
}

/* Idle connections end at once, the others behind what is in flight. */
static void begin_to_stop(struct events *e)
{
	e->stopping = true;
	stop_listening(e);
	listeners_refuse(e->job->listeners, e->job->nlisteners);
	for (struct connection *c = e->connections, *next; c; c = next) {
		next = c->next;
		connection_run(c);
	}
}

bool events_over(struct events *e)
{
	return e->error || stop_now(e->job->stop, e->now) || (e->stopping && !e->connections);
}

int events_timeout(struct events *e)
{
	if (e->again)
		return 0;

	usec stop_at = stop_deadline(e->job->stop);
	usec until = e->reopen_at < stop_at ? e->reopen_at : stop_at;

	return clock_poll_timeout(timers_next(&e->timers, until), e->now);
}

void events_turn(struct events *e)
{
	e->now = clock_now();
	run_queue(e);
	timers_run(&e->timers, e->now);
	if (e->reopen_at <= e->now)
		start_listening(e);
	if (stop_asked(e->job->stop) && !e->stopping)
		begin_to_stop(e);
}

/* ---- */

int events_init(struct events *e)
{
	e->now = clock_now();
	flights_init(&e->flights, e->job->settings);
	for (size_t i = 0; i < e->job->nlisteners; i++)
		e->listener[i] = (struct watch){ .events = e, .ready = listener_ready,
						 .fd = e->job->listeners[i].fd };
	e->signal = (struct watch){ .events = e, .ready = signal_ready, .fd = e->job->stop->fd };
	start_listening(e);
	return e->error ? e->error : watch_for(&e->signal, IO_READ);
}

void events_release(struct events *e)
{
	e->stopping = true;
	while (e->connections)
		connection_close(e->connections);
	flights_release(&e->flights);
	timers_release(&e->timers);
}
