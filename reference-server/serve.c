#include "reference-server/serve.h"

#include "reference-server/log.h"

#include <errno.h>

/* So many steps in one call: then it is the turn of other clients. */
enum { TURNS = 32 };

struct instant instant_now(void)
{
	return (struct instant){ clock_now(), time(NULL) };
}

/* Where nothing waited, no time has passed that matters to a deadline. */
static void look_at_clock(struct io *io, struct instant *now)
{
	if (io->waited)
		*now = instant_now();
	io->waited = false;
}

static int read_some(struct exchange *x, struct io *io, struct instant *now)
{
	int r = io_await(io, exchange_deadline(x));
	char *in;

	look_at_clock(io, now);
	if (r < 0)
		return r;

	size_t room = exchange_room(x, &in);

	if (room == 0)
		return -ENOMEM;

	ssize_t n = io_read(io, in, room);

	if (n == 0)
		exchange_hung_up(x, *now);
	else
		exchange_fed(x, n > 0 ? (size_t)n : 0, *now);
	return n < 0 ? (int)n : 0;
}

static int write_some(struct exchange *x, struct io *io, struct instant *now)
{
	struct slice out = exchange_output(x);
	ssize_t n = io_write(io, out.at, out.len, exchange_deadline(x));

	look_at_clock(io, now);
	if (n < 0)
		return (int)n;
	exchange_sent(x, (size_t)n, *now);
	return 0;
}

/* Half-close instead of close: with unread octets in the queue, close() sends a reset,
 * and the client may lose the answer that explains it (RFC 9112 section 9.6). */
static int half_close(struct exchange *x, struct io *io, struct instant *now)
{
	int r = io_half_close(io, exchange_deadline(x));

	look_at_clock(io, now);
	if (r == 0)
		exchange_half_closed(x, *now);
	return r;
}

static int pause_until_deadline(struct exchange *x, struct io *io, struct instant *now)
{
	int r = io_pause(io, exchange_deadline(x));

	look_at_clock(io, now);
	return r;
}

enum { OVER = 2 };

static int step(struct exchange *x, struct io *io, struct instant *now)
{
	if (stop_asked(io->stop))
		exchange_drain(x, *now);
	if (exchange_deadline(x) <= now->mono)
		exchange_late(x, *now);
	switch (exchange_wants(x)) {
	case WANT_READ:
		return read_some(x, io, now);
	case WANT_WRITE:
		return write_some(x, io, now);
	case WANT_PAUSE:
		return pause_until_deadline(x, io, now);
	case WANT_HALF_CLOSE:
		return half_close(x, io, now);
	default:
		return OVER;
	}
}

static int serve_turns(struct exchange *x, struct io *io)
{
	struct instant now = instant_now();

	for (int turn = 0; turn < TURNS; turn++) {
		int r = step(x, io, &now);

		if (r == OVER)
			return 0;
		if (r < 0 && r != -ETIMEDOUT)
			return r;
	}
	return SERVE_TURN_OVER;
}

int serve(struct exchange *x, struct io *io)
{
	int r = serve_turns(x, io);

	if (x->flights->log.len)
		log_flush(&x->flights->log, x->flights->settings->access_log);
	return r;
}
