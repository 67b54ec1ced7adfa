#include "reference-server/io.h"

#include "net/task.h"

_Static_assert((int)IO_READ == LOOP_READ && (int)IO_WRITE == LOOP_WRITE, "the same bits");

static int wait_in_task(struct io *io, unsigned events, usec deadline)
{
	return task_wait_held_fd(io->fd, events, deadline);
}

struct io io_task(int fd, struct stop *stop)
{
	return (struct io){ .fd = fd, .stop = stop, .wait = wait_in_task,
			    .read_needs = IO_READ };
}
