#include "reference-server/io.h"

#include <errno.h>
#include <poll.h>

/* The signal to stop is waited for as well, or a client that is idle would hold the
 * server. Of no events only errors and a hang-up are told: the client is gone. */
static int wait_in_poll(struct io *io, unsigned events, usec deadline)
{
	short wanted = (short)((events & IO_READ ? POLLIN : 0) | (events & IO_WRITE ? POLLOUT : 0));
	usec stop_at = stop_deadline(io->stop), until = deadline < stop_at ? deadline : stop_at;
	struct pollfd p[2] = { { .fd = io->fd, .events = wanted },
			       { .fd = stop_awaited(io->stop), .events = POLLIN } };
	int n = poll(p, 2, clock_poll_timeout(until, clock_now()));

	if (n < 0 && errno != EINTR)
		return -errno;
	if (n > 0 && p[1].revents)
		stop_take(io->stop, clock_now());
	if (stop_now(io->stop, clock_now()))
		return -ECANCELED;
	return n > 0 && p[0].revents ? 0 : -ETIMEDOUT;
}

struct io io_blocking(int fd, struct stop *stop)
{
	return (struct io){ .fd = fd, .stop = stop, .wait = wait_in_poll,
			    .read_needs = IO_READ };
}
