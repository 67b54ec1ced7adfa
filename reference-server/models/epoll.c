/* One thread, all connections at once: epoll(7) tells which can go on, level-triggered,
 * so that what is left unread is told again. serve() never waits here; it returns
 * -EAGAIN, and the loop calls it again when its socket is ready or its time has come. */

#include "reference-server/models/models.h"

#include "net/loop.h"
#include "reference-server/listener.h"
#include "reference-server/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ACCEPTS = 64 };                /* at one wake: then the connections have their turn */

#define CONTAINER(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

struct server;

struct connection {
	struct exchange exchange;
	struct io io;
	struct loop_watch watch;
	struct loop_timer timer;
	struct server *server;
	struct connection *next, *prev;
};

struct listener {
	struct loop_watch watch;
	struct server *server;
};

struct server {
	struct loop *loop;
	struct stop *stop;
	struct flights flights;
	struct listener listener[LISTENERS_MAX];
	size_t nlisteners;
	struct loop_watch signal;
	struct loop_timer retry;      /* accepting again after descriptors ran out */
	struct connection *connections;
	int error;
};

/* ---- connections ---- */

static void connection_close(struct connection *c)
{
	struct server *s = c->server;

	loop_unwatch(s->loop, &c->watch);
	loop_timer_stop(s->loop, &c->timer);
	exchange_release(&c->exchange);
	(void)close(c->io.fd);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->connections = c->next;
	if (c->next)
		c->next->prev = c->prev;
	free(c);
}

static unsigned events_for(enum want want)
{
	switch (want) {
	case WANT_READ:
		return LOOP_READ;
	case WANT_PAUSE:
		return 0;
	default:
		return LOOP_WRITE;    /* also to be called again soon */
	}
}

static int watch(struct connection *c)
{
	unsigned wanted = events_for(exchange_wants(&c->exchange));

	if (c->watch.added && c->watch.wanted == wanted)
		return 0;
	c->watch.wanted = wanted;
	return loop_watch(c->server->loop, &c->watch);
}

/* A deadline mostly moves away, with each request: the timer is left where it is, and
 * looks again when it is due. So a request costs no work on the heap. */
static int set_timer(struct connection *c)
{
	usec deadline = exchange_deadline(&c->exchange);

	if (deadline == USEC_FOREVER || (c->timer.slot && c->timer.at <= deadline))
		return 0;
	return loop_timer_set(c->server->loop, &c->timer, deadline);
}

static void connection_run(struct connection *c)
{
	if (serve(&c->exchange, &c->io) != -EAGAIN || watch(c) < 0 || set_timer(c) < 0)
		connection_close(c);
}

static void connection_ready(struct loop_watch *w, unsigned events)
{
	struct connection *c = CONTAINER(w, struct connection, watch);

	if (exchange_wants(&c->exchange) == WANT_PAUSE && events & LOOP_HANGUP) {
		connection_close(c);  /* nobody is left to answer */
		return;
	}
	c->io.readable = true;
	connection_run(c);
}

static void connection_due(struct loop_timer *t)
{
	connection_run(CONTAINER(t, struct connection, timer));
}

static void connection_open(struct server *s, int fd)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c) {
		(void)close(fd);
		return;
	}
	c->server = s;
	c->io = io_event(fd, s->stop);
	c->watch = (struct loop_watch){ .fd = fd, .ready = connection_ready };
	c->timer.due = connection_due;
	exchange_init(&c->exchange, &s->flights, instant_now());
	c->next = s->connections;
	if (c->next)
		c->next->prev = c;
	s->connections = c;
	connection_run(c);
}

/* ---- listeners ---- */

static void stop_listening(struct server *s)
{
	for (size_t i = 0; i < s->nlisteners; i++)
		loop_unwatch(s->loop, &s->listener[i].watch);
}

static void start_listening(struct server *s)
{
	for (size_t i = 0; i < s->nlisteners && s->error == 0; i++)
		s->error = loop_watch(s->loop, &s->listener[i].watch);
}

static void retry_due(struct loop_timer *t)
{
	struct server *s = CONTAINER(t, struct server, retry);

	if (!s->stop->asked)
		start_listening(s);
}

static void accept_failed(struct server *s, int error)
{
	usec now = loop_now(s->loop);

	if (!accept_exhausted(error, now)) {
		s->error = error;
		return;
	}
	stop_listening(s);
	s->error = loop_timer_set(s->loop, &s->retry, now + ACCEPT_RETRY);
}

static void listener_ready(struct loop_watch *w, unsigned events)
{
	struct server *s = CONTAINER(w, struct listener, watch)->server;

	(void)events;
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = sock_accept(w->fd);

		if (fd == -EAGAIN)
			return;
		if (fd < 0) {
			accept_failed(s, fd);
			return;
		}
		connection_open(s, fd);
	}
}

/* ---- stopping ---- */

static void signal_ready(struct loop_watch *w, unsigned events)
{
	struct server *s = CONTAINER(w, struct server, signal);

	(void)events;
	stop_take(s->stop, loop_now(s->loop));
	if (!s->stop->asked)
		return;
	stop_listening(s);
	for (size_t i = 0; i < s->nlisteners; i++)   /* refused from now on, not queued */
		(void)shutdown(s->listener[i].watch.fd, SHUT_RDWR);
	for (struct connection *c = s->connections, *next; c; c = next) {
		next = c->next;
		connection_run(c);
	}
}

static bool is_done(const struct server *s)
{
	return s->error || stop_now(s->stop, loop_now(s->loop)) ||
	       (s->stop->asked && !s->connections);
}

/* ---- */

static int server_init(struct server *s, const struct model_job *job)
{
	int r = loop_new(false, &s->loop);

	if (r < 0)
		return r;
	s->stop = job->stop;
	flights_init(&s->flights, job->settings);
	s->retry.due = retry_due;
	s->nlisteners = job->nlisteners;
	for (size_t i = 0; i < job->nlisteners; i++)
		s->listener[i] = (struct listener){
			.watch = { .fd = job->listeners[i], .wanted = LOOP_READ,
				   .ready = listener_ready },
			.server = s,
		};
	start_listening(s);
	s->signal = (struct loop_watch){ .fd = job->stop->fd, .wanted = LOOP_READ,
					 .ready = signal_ready };
	return s->error ? s->error : loop_watch(s->loop, &s->signal);
}

static void server_release(struct server *s)
{
	while (s->connections)
		connection_close(s->connections);
	flights_release(&s->flights);
	loop_free(s->loop);
}

int epoll_run(const struct model_job *job)
{
	struct server s = { 0 };
	int r = server_init(&s, job);

	while (r == 0 && !is_done(&s))
		r = loop_turn(s.loop, s.stop->deadline);
	if (r == 0)
		r = s.error;
	if (s.loop)
		server_release(&s);
	return r;
}
