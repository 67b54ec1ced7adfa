#include "reference-server/workers.h"

#include "reference-server/children.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define START_AGAIN USEC_PER_SEC

struct workers {
	size_t n;
	const struct model *model;
	const struct model_job *job;
	struct listeners sockets[WORKERS_MAX];
	usec started[WORKERS_MAX];    /* 0: never */
	struct children children;
};

/* Sockets of others must not be kept open here: who has them accepts their clients. */
static _Noreturn void work(struct workers *w, size_t place)
{
	struct model_job job = *w->job;

	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; i != place && k < w->sockets[i].n; k++)
			(void)close(w->sockets[i].at[k].fd);
	job.listeners = w->sockets[place].at;

	int r = w->model->run(&job);

	if (r < 0)
		(void)fprintf(stderr, "httpcheck-server: worker %zu: %s\n", place + 1,
			      strerror(-r));
	_exit(r < 0 ? 4 : 0);
}

/* When the place may be filled, if it is empty. */
static usec due(const struct workers *w, size_t place)
{
	if (w->children.pid[place])
		return USEC_FOREVER;
	return w->started[place] ? w->started[place] + START_AGAIN : 0;
}

static int start(struct workers *w, size_t place, usec now)
{
	if (w->started[place])
		(void)fprintf(stderr, "httpcheck-server: worker %zu has died, starting another\n",
			      place + 1);
	w->started[place] = now;

	int r = children_fork(&w->children, place, w->job->stop);

	if (r == 0)
		work(w, place);
	return r == -EAGAIN || r == -ENOMEM ? 0 : r;   /* again in a second */
}

static int start_missing(struct workers *w, usec now, usec *ret_next)
{
	*ret_next = USEC_FOREVER;
	for (size_t i = 0; i < w->n; i++) {
		int r = due(w, i) <= now ? start(w, i, now) : 0;

		if (r < 0)
			return r;
		if (due(w, i) < *ret_next)
			*ret_next = due(w, i);
	}
	return 0;
}

static int supervise(struct workers *w)
{
	struct stop *stop = w->job->stop;
	struct pollfd p[2] = { { .fd = stop->fd, .events = POLLIN },
			       { .fd = w->children.fd, .events = POLLIN } };
	int r = 0;

	while (r == 0 && !stop_asked(stop)) {
		usec next;

		r = start_missing(w, clock_now(), &next);
		(void)poll(p, 2, clock_poll_timeout(next, clock_now()));
		stop_take(stop, clock_now());
		children_reap(&w->children);
	}
	children_stop(&w->children, stop);
	return r;
}

/* One set in a process: it lives as long as that does. */
static struct workers workers;

static void close_sockets(struct workers *w)
{
	for (size_t i = 1; i < w->n; i++)
		listeners_close(&w->sockets[i]);
}

int workers_open(size_t n, const struct listeners *ls, struct problem *reterr)
{
	struct workers *w = &workers;
	int r = 0;

	*w = (struct workers){ .n = n };
	w->sockets[0] = *ls;
	for (size_t i = 1; i < n && r == 0; i++)
		r = listeners_again(ls, &w->sockets[i], reterr);
	if (r < 0)
		close_sockets(w);
	return r;
}

int workers_run(const struct model *model, const struct model_job *job, struct problem *reterr)
{
	struct workers *w = &workers;
	int r = children_init(&w->children, w->n);

	w->model = model;
	w->job = job;
	if (r == 0)
		r = supervise(w);
	children_release(&w->children);
	if (r < 0)
		(void)problem_errno(reterr, r, "run", "workers");
	close_sockets(w);
	return r;
}
