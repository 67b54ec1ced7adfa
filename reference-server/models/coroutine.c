/* One thread, and a coroutine for each client: served in straight code as by a thread, but
 * where it would block it yields to the loop, which goes on with whoever is ready. There
 * is nothing to lock, and a switch costs some nanoseconds; a client that waits holds a
 * stack, of which a page or two are in use.
 *
 *     loop: epoll_wait --> resume A --> resume B --> epoll_wait --> ...
 *                            | ^          | ^
 *     A:                   serve, wait    | |
 *     B:                                serve, wait                        */

#include "reference-server/models/models.h"

#include "net/task.h"
#include "reference-server/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	STACK = 64 * 1024,
	ACCEPTS = 64,                 /* in a row: then others have their turn */
};

struct client {
	struct crew *crew;
	struct client *next, *prev;
	struct task *task;
	const struct listener *from;
	int fd;
	bool refuse;
};

struct acceptor {
	struct crew *crew;
	const struct listener *from;
	struct task *task;
	struct task_event place;      /* there is one for a client again */
};

/* All tasks of the server. */
struct crew {
	const struct model_job *job;
	struct loop *loop;
	struct flights flights;
	struct client *first;
	size_t n, acceptors;
	struct acceptor acceptor[LISTENERS_MAX];
	int error;
};

/* ---- the task of a client ---- */

static void enter(struct client *c)
{
	c->next = c->crew->first;
	if (c->next)
		c->next->prev = c;
	c->crew->first = c;
	c->crew->n++;
	c->task = task_self();
}

static void leave(struct client *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		c->crew->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->crew->n--;
	for (size_t i = 0; i < c->crew->job->nlisteners; i++)
		task_wake(&c->crew->acceptor[i].place);
}

/* |arg| lives until the first wait. */
static void serve_in_task(void *arg)
{
	struct client c = *(struct client *)arg;
	struct crew *crew = c.crew;

	enter(&c);
	client_serve(io_task(c.fd, crew->job->stop), crew->job, c.from, &crew->flights, c.refuse);
	task_drop_fd();
	(void)close(c.fd);
	leave(&c);
}

/* ---- the task of a listener ---- */

static void start_client(struct crew *crew, int fd, const struct listener *from, bool refuse)
{
	struct client c = { .crew = crew, .from = from, .fd = fd, .refuse = refuse };

	if (task_start(crew->loop, serve_in_task, &c, STACK, NULL) < 0)
		(void)close(fd);
}

/* Waits for a client, or for a place for one; negative when it is all over. */
static int wait_for_client(struct acceptor *a)
{
	struct crew *crew = a->crew;
	bool pause = admission(crew->n, crew->job->settings) == PAUSE;
	int r = pause ? task_wait(&a->place, USEC_FOREVER)
		      : task_wait_held_fd(a->from->fd, LOOP_READ, USEC_FOREVER);

	return stop_asked(crew->job->stop) ? -ECANCELED : r;
}

static int accept_some(struct crew *crew, const struct listener *l)
{
	for (int i = 0; i < ACCEPTS; i++) {
		enum admission next = admission(crew->n, crew->job->settings);
		int fd = next == PAUSE ? -EAGAIN : sock_accept(l->fd);

		if (fd < 0)
			return fd;
		start_client(crew, fd, l, next == REFUSE);
	}
	return -EAGAIN;
}

/* Where not even the timer finds memory, all rest a moment. */
static int rest(struct crew *crew)
{
	int r = task_sleep(loop_now(crew->loop) + ACCEPT_RETRY);

	return r == -ENOMEM ? wait_failed(ENOMEM) : r;
}

static void accept_in_task(void *arg)
{
	struct acceptor *a = arg;
	struct crew *crew = a->crew;
	int r = 0;

	a->task = task_self();
	while (r == 0) {
		r = wait_for_client(a);
		if (r == 0)
			r = accept_some(crew, a->from);
		if (accept_exhausted(r, loop_now(crew->loop)))
			r = rest(crew);
		else if (r == -EAGAIN)
			r = 0;
	}
	task_drop_fd();
	if (r != -ECANCELED)
		crew->error = r;
	a->task = NULL;
	crew->acceptors--;
}

/* ---- stopping ---- */

/* Wakes all: who is idle ends, the others behind what is in flight. */
static void hurry_all(struct crew *crew)
{
	listeners_refuse(crew->job->listeners, crew->job->nlisteners);
	for (size_t i = 0; i < crew->job->nlisteners; i++)
		if (crew->acceptor[i].task)
			task_cancel(crew->acceptor[i].task);
	for (struct client *c = crew->first; c; c = c->next)
		task_hurry(c->task);
}

static void cancel_all(struct crew *crew)
{
	for (struct client *c = crew->first; c; c = c->next)
		task_cancel(c->task);
}

static bool is_empty(const struct crew *crew)
{
	return crew->n == 0 && crew->acceptors == 0;
}

struct signal_watch {
	struct loop_watch watch;
	struct crew *crew;
};

static void signal_ready(struct loop_watch *w, unsigned events)
{
	(void)events;
	stop_take(((struct signal_watch *)w)->crew->job->stop, clock_now());
}

/* ---- */

static int run_loop(struct crew *crew)
{
	struct stop *stop = crew->job->stop;
	bool hurried = false, cancelled = false;
	int r = 0;

	while (r == 0 && !is_empty(crew)) {
		r = loop_turn(crew->loop, cancelled ? USEC_FOREVER : stop_deadline(stop));
		if ((stop_asked(stop) || crew->error) && !hurried) {
			hurry_all(crew);
			hurried = true;
		}
		if ((stop_now(stop, loop_now(crew->loop)) || crew->error) && !cancelled) {
			cancel_all(crew);
			cancelled = true;
		}
	}
	return r ? r : crew->error;
}

static int start_acceptors(struct crew *crew)
{
	int r = 0;

	for (size_t i = 0; i < crew->job->nlisteners && r == 0; i++) {
		struct acceptor *a = &crew->acceptor[i];

		*a = (struct acceptor){ .crew = crew, .from = &crew->job->listeners[i] };
		crew->acceptors++;
		r = task_start(crew->loop, accept_in_task, a, STACK, NULL);
	}
	return r;
}

int coroutine_run(const struct model_job *job)
{
	struct crew crew = { .job = job };
	struct signal_watch signal = {
		.watch = { .fd = job->stop->fd, .wanted = LOOP_READ, .ready = signal_ready },
		.crew = &crew,
	};
	int r = loop_new(false, &crew.loop);

	if (r < 0)
		return r;
	flights_init(&crew.flights, job->settings);
	r = loop_watch(crew.loop, &signal.watch);
	if (r == 0)
		r = start_acceptors(&crew);
	if (r == 0)
		r = run_loop(&crew);
	loop_free(crew.loop);
	flights_release(&crew.flights);
	return r;
}
