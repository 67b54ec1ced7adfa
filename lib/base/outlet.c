#include "base/outlet.h"

#include "base/buffer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct outlet {
	int fd;
	bool is_file;                 /* takes all, however much it is */
	int error;                    /* the first one; nothing is written after it */
	struct buffer held;
	size_t gone;                  /* of |held| */
};

bool outlet_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) != 0 && p.revents != 0;
}

/* A pipe that poll(2) calls writable takes PIPE_BUF bytes without waiting. */
static void write_some(struct outlet *o)
{
	size_t left = o->held.len - o->gone;
	ssize_t n = write(o->fd, o->held.at + o->gone,
			  o->is_file || left < PIPE_BUF ? left : PIPE_BUF);

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		o->error = errno;
	o->gone += n > 0 ? (size_t)n : 0;
}

static void hand_on(struct outlet *o, size_t may_stay)
{
	while (o->error == 0 && o->gone < o->held.len) {
		bool waits = o->held.len - o->gone > may_stay;
		struct pollfd p = { .fd = o->fd, .events = POLLOUT };

		if (!outlet_ready(o->fd)) {
			if (!waits)
				break;
			(void)poll(&p, 1, -1);
		}
		write_some(o);
	}
	if (o->gone > o->held.len / 2) {
		buffer_consume(&o->held, o->gone);
		o->gone = 0;
	}
}

static ssize_t outlet_write(void *cookie, const char *bytes, size_t len)
{
	struct outlet *o = cookie;

	if (o->error == 0 && buffer_add(&o->held, bytes, len) < 0)
		o->error = ENOMEM;
	hand_on(o, OUTLET_HOLDS);
	if (o->error == 0)
		return (ssize_t)len;
	errno = o->error;
	return 0;
}

static int outlet_close(void *cookie)
{
	struct outlet *o = cookie;

	hand_on(o, 0);

	int error = o->error;

	buffer_release(&o->held);
	free(o);
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

FILE *outlet_open(int fd)
{
	struct outlet *o = malloc(sizeof(*o));
	struct stat st;
	FILE *f;

	if (!o)
		return NULL;
	*o = (struct outlet){ .fd = fd,
			      .is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode),
			      .held = BUFFER_INIT(2 * OUTLET_HOLDS) };
	f = fopencookie(o, "w", (cookie_io_functions_t){ .write = outlet_write,
							  .close = outlet_close });
	if (!f)
		free(o);
	return f;
}
