#include "reference-server/io.h"

#include <errno.h>

static int wait_in_loop(struct io *io, unsigned events, usec deadline)
{
	(void)deadline;
	io->awaits = events;
	return -EAGAIN;
}

struct io io_event(int fd, struct stop *stop)
{
	return (struct io){ .fd = fd, .stop = stop, .wait = wait_in_loop,
			    .read_needs = IO_READ, .readable = true };
}
