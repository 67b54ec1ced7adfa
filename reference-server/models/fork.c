/* A process for each client: accept, fork, and the child serves it to its end. What one
 * client does to its process, no other one feels; it is paid for with a process each.
 *
 *     parent: accept --> fork --> accept --> fork --> ...     reaps the children
 *                          |                   |
 *     child:             serve ... exit      serve ... exit                       */

#include "reference-server/models/gate.h"

#include "reference-server/children.h"
#include "reference-server/serve.h"

#include <errno.h>
#include <unistd.h>

/* Processes weigh more than connections do: so many at most, whatever the limit says. */
enum { PROCESSES_MAX = 1000 };

static _Noreturn void serve_in_child(int fd, const struct model_job *job,
				     const struct listener *from, bool refuse)
{
	struct flights flights;

	for (size_t i = 0; i < job->nlisteners; i++)
		(void)close(job->listeners[i].fd);
	flights_init(&flights, job->settings);
	client_serve(io_blocking(fd, job->stop), job, from, &flights, refuse);
	_exit(0);
}

static int fork_for(int fd, struct children *children, const struct model_job *job,
		    const struct listener *from, bool refuse)
{
	int r = children_fork(children, children_place(children), job->stop);

	if (r == 0)
		serve_in_child(fd, job, from, refuse);
	(void)close(fd);
	return accept_exhausted(r == -EAGAIN ? -ENOMEM : r, clock_now()) ? 0 : r;
}

static size_t most(const struct settings *s)
{
	return admission_most(s) < PROCESSES_MAX ? admission_most(s) : PROCESSES_MAX;
}

static int accept_clients(struct children *children, const struct model_job *job)
{
	struct gate gate;
	int r = 0;

	gate_init(&gate, job, children->fd);
	while (r >= 0 && !stop_asked(job->stop)) {
		enum admission next = admission(children->n, job->settings);
		const struct listener *from;
		bool open = next != PAUSE && children->n < children->max;

		r = gate_next(&gate, open, &from);
		children_reap(children);
		if (r >= 0)
			r = fork_for(r, children, job, from, next == REFUSE);
		else if (r == -EAGAIN)
			r = 0;
	}
	listeners_refuse(job->listeners, job->nlisteners);
	children_stop(children, job->stop);
	return r < 0 ? r : 0;
}

int fork_run(const struct model_job *job)
{
	struct children children;
	int r = children_init(&children, most(job->settings));

	if (r == 0)
		r = accept_clients(&children, job);
	children_release(&children);
	return r;
}
