#include "reference-server/io.h"

#include "net/sock.h"
#include "reference-server/tls.h"

#include <errno.h>

static int wait_for(struct io *io, unsigned events, usec deadline)
{
	int r = io->wait(io, events, deadline);

	io->waited = true;
	return r;
}

int io_await(struct io *io, usec deadline)
{
	int r = io->readable ? 0 : wait_for(io, io->read_needs, deadline);

	if (r == 0)
		io->readable = true;
	return r;
}

/* A read that did not fill the buffer has emptied the socket: another would only be
 * told so, at the price of a system call for each request. TLS may hold more. */
ssize_t io_read(struct io *io, void *buf, size_t len)
{
	ssize_t n = io->tls ? tls_read(io->tls, buf, len, &io->read_needs)
			    : sock_read(io->fd, buf, len);

	if (io->tls)
		io->readable = n != -EAGAIN;
	else
		io->readable = n == (ssize_t)len || (io->ended && n > 0);
	return n == -EAGAIN ? -ETIMEDOUT : n;
}

ssize_t io_write(struct io *io, const void *buf, size_t len, usec deadline)
{
	for (;;) {
		unsigned events = IO_WRITE;
		ssize_t n = io->tls ? tls_write(io->tls, buf, len, &events)
				    : sock_write(io->fd, buf, len);

		if (n != -EAGAIN)
			return n;

		int r = wait_for(io, events, deadline);

		if (r < 0)
			return r;
	}
}

int io_half_close(struct io *io, usec deadline)
{
	unsigned events;

	while (io->tls && tls_close(io->tls, &events) == -EAGAIN) {
		int r = wait_for(io, events, deadline);

		if (r < 0)
			return r;
	}
	return sock_half_close(io->fd);
}

int io_pause(struct io *io, usec until)
{
	int r = wait_for(io, 0, until);

	return r == 0 ? -EPIPE : r;
}

void io_release(struct io *io)
{
	tls_free(io->tls);
	io->tls = NULL;
}
