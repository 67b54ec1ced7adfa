#include "serve.h"

#include "net/sock.h"

#include <errno.h>

/* So many steps in one call: then it is the turn of other clients. */
enum { TURNS = 32 };

struct instant instant_now(void)
{
	return (struct instant){ clock_now(), time(NULL) };
}

static int read_some(struct exchange *x, struct io *io)
{
	char *in;
	size_t room = exchange_room(x, &in);

	if (room == 0)
		return -ENOMEM;

	ssize_t n = io->read(io, in, room, exchange_deadline(x));

	if (n == 0)
		exchange_hung_up(x, instant_now());
	else
		exchange_fed(x, n > 0 ? (size_t)n : 0, instant_now());
	return n < 0 ? (int)n : 0;
}

static int write_some(struct exchange *x, struct io *io)
{
	struct slice out = exchange_output(x);
	ssize_t n = io->write(io, out.at, out.len, exchange_deadline(x));

	if (n < 0)
		return (int)n;
	exchange_sent(x, (size_t)n, instant_now());
	return 0;
}

/* Half-close instead of close: with unread octets in the queue, close() sends a reset,
 * and the client may lose the answer that explains it (RFC 9112 section 9.6). */
static int half_close(struct exchange *x, struct io *io)
{
	int r = sock_half_close(io->fd);

	exchange_half_closed(x, instant_now());
	return r;
}

int serve(struct exchange *x, struct io *io)
{
	for (int turn = 0; turn < TURNS; turn++) {
		struct instant now = instant_now();
		int r = 0;

		if (io->stop->asked)
			exchange_drain(x);
		if (exchange_deadline(x) <= now.mono)
			exchange_late(x, now);
		switch (exchange_wants(x)) {
		case WANT_READ:
			r = read_some(x, io);
			break;
		case WANT_WRITE:
			r = write_some(x, io);
			break;
		case WANT_PAUSE:
			r = io->pause(io, exchange_deadline(x));
			break;
		case WANT_HALF_CLOSE:
			r = half_close(x, io);
			break;
		case WANT_CLOSE:
			return 0;
		}
		if (r < 0 && r != -ETIMEDOUT)
			return r;
	}
	return -EAGAIN;
}
