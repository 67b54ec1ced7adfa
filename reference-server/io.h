#ifndef HTTPCHECK_SERVER_IO_H
#define HTTPCHECK_SERVER_IO_H

#include "base/clock.h"
#include "reference-server/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum io_event {
	IO_READ = 1,
	IO_WRITE = 2,
	IO_HANGUP = 4,                /* nothing more can be sent to them */
	IO_END = 8,                   /* they send no more: told beside IO_READ, by some models */
};

struct tls;

/* A connection, and what waiting for it means: the one thing in which server models
 * differ. serve() asks for octets and does not know whether the answer is to block, to
 * yield or to come back later. */
struct io {
	int fd;
	struct stop *stop;
	struct tls *tls;              /* null: in the clear */

	/* Until one of |events| (none: a hang-up) or |deadline|.
	 *   0            it has come
	 *   -EAGAIN      not now: leave serve() and call it again when it has
	 *   -ETIMEDOUT   the deadline has: serve() looks at the clock and goes on
	 *   others < 0   the connection is lost, or the server stops for good */
	int (*wait)(struct io *io, unsigned events, usec deadline);

	unsigned awaits;              /* event models: what the last wait was for */
	unsigned read_needs;          /* what a read waits for: TLS may have to write first */
	bool waited;                  /* time may have passed */
	bool readable;                /* there may be more to read: no need to wait first */
	bool ended;                   /* they have ended their side: read on until it shows */
};

/* Waits in poll(2): for models that have a process or a thread to spare, or serve one
 * client at a time. A signal to stop ends the wait early with -ETIMEDOUT. */
struct io io_blocking(int fd, struct stop *stop);

/* Never waits: for models with a loop. The loop sets .readable when it says so. */
struct io io_event(int fd, struct stop *stop);

/* Yields to the loop of the running task, which calls task_drop_fd() at the end. */
struct io io_task(int fd, struct stop *stop);

/* Waits until there may be something to read: 0, or what wait() returns. Apart from
 * io_read(), so that nobody needs a buffer while there is nothing to put into it. */
int io_await(struct io *io, usec deadline);

/* Octets, 0 at the end, or a negative errno; -ETIMEDOUT: nothing yet, await it again. */
ssize_t io_read(struct io *io, void *buf, size_t len);

/* Octets, or what wait() returns. */
ssize_t io_write(struct io *io, const void *buf, size_t len, usec deadline);

/* Ends the sending side, over TLS with a close_notify (RFC 9112 section 9.8). */
int io_half_close(struct io *io, usec deadline);

/* Nothing before |until|; -EPIPE: the client has gone. */
int io_pause(struct io *io, usec until);

/* What there is beside the descriptor, which is the caller's to close. */
void io_release(struct io *io);

#endif
