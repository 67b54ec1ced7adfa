/* One client at a time: accept, serve to its end, accept the next. The simplest server
 * there is, and the one that a single idle client can hold up.
 *
 *     accept --> serve ... to the end --> close --+
 *       ^                                         |
 *       +-----------------------------------------+          */

#include "reference-server/models/gate.h"

#include "reference-server/serve.h"

#include <errno.h>
#include <unistd.h>

int iterative_run(const struct model_job *job)
{
	struct gate gate;
	struct flights flights;
	int r = 0;

	gate_init(&gate, job, -1);
	flights_init(&flights, job->settings);
	while (!stop_asked(job->stop)) {
		const struct listener *from;

		r = gate_next(&gate, true, &from);
		if (r >= 0) {
			client_serve(io_blocking(r, job->stop), job, from, &flights, false);
			(void)close(r);
		} else if (r != -EAGAIN) {
			break;
		}
	}
	flights_release(&flights);
	return r < 0 && r != -EAGAIN ? r : 0;
}
