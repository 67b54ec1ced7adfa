/* A thread for each client: as with fork, each is served in plain blocking code, but all
 * share one memory. Each thread has its own pool of buffers (struct flights), so that
 * they share nothing but the count of them.
 *
 *     main:    accept --> start --> accept --> start --> ...
 *                           |                    |
 *     thread:             serve ... end        serve ... end                      */

#include "reference-server/models/gate.h"

#include "reference-server/serve.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK = 256 * 1024 };          /* OpenSSL's handshake is what needs most of it */

struct crowd {
	const struct model_job *job;
	struct stop stop;             /* told by the main thread, which has the signals */
	pthread_attr_t attr;
	int left;                     /* eventfd: a thread has ended */
	pthread_mutex_t lock;         /* of all below */
	struct client *first;
	size_t n;
	struct client *gone;          /* their threads are to be joined */
};

struct client {
	struct crowd *crowd;
	struct client *next, *prev;
	pthread_t thread;
	const struct listener *from;
	int fd;
	bool refuse;
};

/* ---- the thread of a client ---- */

/* The descriptor is closed while nobody can look at it: see end_all(). */
static void close_locked(struct client *c)
{
	struct crowd *crowd = c->crowd;

	(void)close(c->fd);
	if (c->prev)
		c->prev->next = c->next;
	else
		crowd->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	crowd->n--;
}

static void leave(struct client *c)
{
	struct crowd *crowd = c->crowd;
	uint64_t one = 1;

	(void)pthread_mutex_lock(&crowd->lock);
	close_locked(c);
	c->next = crowd->gone;
	crowd->gone = c;
	(void)!write(crowd->left, &one, sizeof(one));
	(void)pthread_mutex_unlock(&crowd->lock);
}

static void *serve_in_thread(void *arg)
{
	struct client *c = arg;
	struct model_job job = *c->crowd->job;
	struct flights flights;

	job.stop = &c->crowd->stop;
	flights_init(&flights, job.settings);
	client_serve(io_blocking(c->fd, job.stop), &job, c->from, &flights, c->refuse);
	flights_release(&flights);
	leave(c);
	return NULL;
}

/* ---- the main thread ---- */

static void enter(struct client *c)
{
	struct crowd *crowd = c->crowd;

	(void)pthread_mutex_lock(&crowd->lock);
	c->next = crowd->first;
	if (c->next)
		c->next->prev = c;
	crowd->first = c;
	crowd->n++;
	(void)pthread_mutex_unlock(&crowd->lock);
}

/* Waits for the last steps of threads that have left; how many others there are. A thread
 * that nobody joins may still be at work when the process ends. */
static size_t join_gone(struct crowd *crowd)
{
	(void)pthread_mutex_lock(&crowd->lock);

	struct client *gone = crowd->gone, *next;
	size_t n = crowd->n;

	crowd->gone = NULL;
	(void)pthread_mutex_unlock(&crowd->lock);
	for (; gone; gone = next) {
		next = gone->next;
		(void)pthread_join(gone->thread, NULL);
		free(gone);
	}
	return n;
}

static void give_up(struct client *c)
{
	(void)pthread_mutex_lock(&c->crowd->lock);
	close_locked(c);
	(void)pthread_mutex_unlock(&c->crowd->lock);
	free(c);
}

static void start_thread(struct crowd *crowd, int fd, const struct listener *from, bool refuse)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c) {
		(void)close(fd);
		return;
	}
	*c = (struct client){ .crowd = crowd, .from = from, .fd = fd, .refuse = refuse };
	enter(c);
	if (pthread_create(&c->thread, &crowd->attr, serve_in_thread, c) != 0)
		give_up(c);
}

static int accept_clients(struct crowd *crowd)
{
	const struct model_job *job = crowd->job;
	struct gate gate;
	int r = 0;

	gate_init(&gate, job, crowd->left);
	while ((r >= 0 || r == -EAGAIN) && !stop_asked(job->stop)) {
		enum admission next = admission(join_gone(crowd), job->settings);
		const struct listener *from;
		uint64_t ends;

		r = gate_next(&gate, next != PAUSE, &from);
		(void)!read(crowd->left, &ends, sizeof(ends));
		if (r >= 0)
			start_thread(crowd, r, from, next == REFUSE);
	}
	return r < 0 && r != -EAGAIN ? r : 0;
}

/* ---- stopping ---- */

/* Wakes whoever waits for a client: what comes next is an end. */
static void end_all(struct crowd *crowd)
{
	(void)pthread_mutex_lock(&crowd->lock);
	for (struct client *c = crowd->first; c; c = c->next)
		(void)shutdown(c->fd, SHUT_RDWR);
	(void)pthread_mutex_unlock(&crowd->lock);
}

static void wait_for_threads(struct crowd *crowd)
{
	struct stop *stop = crowd->job->stop;
	struct pollfd p[2] = { { .fd = stop->fd, .events = POLLIN },
			       { .fd = crowd->left, .events = POLLIN } };

	stop_tell(&crowd->stop, clock_now());
	while (join_gone(crowd) > 0) {
		bool over = stop_now(stop, clock_now());
		usec until = over ? USEC_FOREVER : stop_deadline(stop);
		uint64_t ends;

		if (over) {
			stop_tell(&crowd->stop, clock_now());
			end_all(crowd);
		}
		(void)poll(p, 2, clock_poll_timeout(until, clock_now()));
		stop_take(stop, clock_now());
		(void)!read(crowd->left, &ends, sizeof(ends));
	}
}

static int crowd_init(struct crowd *crowd, const struct model_job *job)
{
	int r = stop_init_told(&crowd->stop, job->settings->timeouts.drain);

	crowd->job = job;
	crowd->left = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (r == 0 && crowd->left < 0)
		r = -errno;
	(void)pthread_mutex_init(&crowd->lock, NULL);
	(void)pthread_attr_init(&crowd->attr);
	(void)pthread_attr_setstacksize(&crowd->attr, STACK);
	return r;
}

static void crowd_release(struct crowd *crowd)
{
	(void)pthread_attr_destroy(&crowd->attr);
	(void)pthread_mutex_destroy(&crowd->lock);
	(void)close(crowd->left);
	stop_release(&crowd->stop);
}

int thread_run(const struct model_job *job)
{
	struct crowd crowd = { 0 };
	int r = crowd_init(&crowd, job);

	if (r == 0)
		r = accept_clients(&crowd);
	listeners_refuse(job->listeners, job->nlisteners);
	wait_for_threads(&crowd);
	crowd_release(&crowd);
	return r;
}
