#include "reference-server/io.h"

#include "net/sock.h"

#include <errno.h>

/* A read that did not fill the buffer has emptied the socket: another would only be
 * told so, at the price of a system call for each request. */
static ssize_t event_read(struct io *io, void *buf, size_t len, usec deadline)
{
	(void)deadline;
	if (!io->readable)
		return -EAGAIN;

	ssize_t n = sock_read(io->fd, buf, len);

	io->readable = n == (ssize_t)len;
	return n;
}

static ssize_t event_write(struct io *io, const void *buf, size_t len, usec deadline)
{
	(void)deadline;
	return sock_write(io->fd, buf, len);
}

static int event_pause(struct io *io, usec until)
{
	(void)io;
	(void)until;
	return -EAGAIN;
}

struct io io_event(int fd, struct stop *stop)
{
	return (struct io){ .fd = fd, .stop = stop, .read = event_read,
			    .write = event_write, .pause = event_pause };
}
