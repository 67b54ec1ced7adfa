#include "reference-server/io.h"

#include "net/sock.h"

#include <errno.h>
#include <poll.h>

/* Until the socket is ready or |deadline|. The signal to stop is waited for as well,
 * or a client that is idle would hold the server. */
static int wait_until(struct io *io, short events, usec deadline)
{
	usec until = deadline < io->stop->deadline ? deadline : io->stop->deadline;
	struct pollfd p[2] = { { .fd = io->fd, .events = events },
			       { .fd = io->stop->fd, .events = POLLIN } };
	int n = poll(p, 2, clock_poll_timeout(until, clock_now()));

	if (n < 0 && errno != EINTR)
		return -errno;
	if (p[1].revents)
		stop_take(io->stop, clock_now());
	if (stop_now(io->stop, clock_now()))
		return -ECANCELED;
	return n > 0 && p[0].revents ? 0 : -ETIMEDOUT;
}

/* The socket is asked before poll(2) is: mostly it is ready. */
static ssize_t blocking_read(struct io *io, void *buf, size_t len, usec deadline)
{
	for (;;) {
		ssize_t n = sock_read(io->fd, buf, len);

		if (n != -EAGAIN)
			return n;
		n = wait_until(io, POLLIN, deadline);
		if (n < 0)
			return n;
	}
}

static ssize_t blocking_write(struct io *io, const void *buf, size_t len, usec deadline)
{
	for (;;) {
		ssize_t n = sock_write(io->fd, buf, len);

		if (n != -EAGAIN)
			return n;
		n = wait_until(io, POLLOUT, deadline);
		if (n < 0)
			return n;
	}
}

/* Only errors and a hang-up are reported for no events: the client is gone. */
static int blocking_pause(struct io *io, usec until)
{
	int r = wait_until(io, 0, until);

	return r == 0 ? -EPIPE : r;
}

struct io io_blocking(int fd, struct stop *stop)
{
	return (struct io){ .fd = fd, .stop = stop, .read = blocking_read,
			    .write = blocking_write, .pause = blocking_pause };
}
