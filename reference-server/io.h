#ifndef HTTPCHECK_SERVER_IO_H
#define HTTPCHECK_SERVER_IO_H

#include "base/clock.h"
#include "reference-server/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What waiting means: the one thing in which server models differ. serve() asks for
 * octets and does not know whether the answer is to block, to yield or to come back
 * later. All three functions may return
 *   -EAGAIN     not now: leave serve() and call it again when there is something to do
 *   -ETIMEDOUT  the deadline has come: serve() looks at the clock and goes on
 *   others < 0  the connection is lost, or the server stops for good
 */
struct io {
	int fd;
	struct stop *stop;
	ssize_t (*read)(struct io *io, void *buf, size_t len, usec deadline);   /* 0: end */
	ssize_t (*write)(struct io *io, const void *buf, size_t len, usec deadline);
	int (*pause)(struct io *io, usec until);
	bool readable;                /* event models: the kernel may have more to read */
};

/* Waits in poll(2): for models that have a process or a thread to spare, or serve one
 * client at a time. A signal to stop ends the wait early with -ETIMEDOUT. */
struct io io_blocking(int fd, struct stop *stop);

/* Never waits: for models with a loop. The loop sets .readable when it says so. */
struct io io_event(int fd, struct stop *stop);

#endif
