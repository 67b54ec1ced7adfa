/* One connection at a time: accept, serve to its end, accept the next. The simplest
 * server there is, and the one that a single idle client can hold up. */

#include "reference-server/models/models.h"

#include "reference-server/listener.h"
#include "reference-server/serve.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static void serve_one(int fd, struct flights *flights, struct stop *stop)
{
	struct exchange x;
	struct io io = io_blocking(fd, stop);

	exchange_init(&x, flights, instant_now());
	while (serve(&x, &io) == -EAGAIN)
		;
	exchange_release(&x);
	(void)close(fd);
}

/* Sleeps until a client or a signal comes; 0 or -errno. */
static int wait_for_client(struct pollfd *p, nfds_t n, struct stop *stop, int timeout_ms)
{
	if (poll(p, n, timeout_ms) < 0 && errno != EINTR)
		return -errno;
	stop_take(stop, clock_now());
	return 0;
}

static int accept_all(const struct model_job *job, struct flights *flights)
{
	for (size_t i = 0; i < job->nlisteners && !job->stop->asked; i++) {
		int fd = sock_accept(job->listeners[i]);

		if (fd >= 0)
			serve_one(fd, flights, job->stop);
		else if (fd != -EAGAIN)
			return fd;
	}
	return 0;
}

int iterative_run(const struct model_job *job)
{
	struct pollfd p[LISTENERS_MAX + 1] = { { .fd = job->stop->fd, .events = POLLIN } };
	nfds_t n = 1;
	struct flights flights;
	int r = 0;

	for (size_t i = 0; i < job->nlisteners; i++)
		p[n++] = (struct pollfd){ .fd = job->listeners[i], .events = POLLIN };
	flights_init(&flights, job->settings);
	while (r == 0 && !job->stop->asked) {
		r = wait_for_client(p, n, job->stop, -1);
		if (r == 0)
			r = accept_all(job, &flights);
		if (accept_exhausted(r, clock_now()))   /* only the signal is waited for */
			r = wait_for_client(p, 1, job->stop, (int)(ACCEPT_RETRY / USEC_PER_MS));
	}
	flights_release(&flights);
	return r;
}
