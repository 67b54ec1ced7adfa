#include "runner/origin.h"

#include "net/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BACKLOG 64

struct origin {
	struct loop_watch watch;      /* first: it is the whole of what a callback is given */
	struct loop *loop;
	struct script_cast *cast;
	const char *unix_path;        /* to be removed; null: TCP */
};

static void accept_one(struct loop_watch *w, unsigned events)
{
	struct origin *o = (struct origin *)w;
	int fd = sock_accept(w->fd);

	(void)events;
	if (fd < 0)
		return;
	if (o->cast)
		(void)script_accept(o->cast, "origin", fd);
	else
		(void)close(fd);
}

static int listen_at(struct origin *o, const char *address, struct problem *reterr)
{
	struct sock_address a;
	bool is_unix = strncmp(address, "unix:", 5) == 0;
	int r = is_unix ? sock_address_unix(address + 5, &a, reterr)
			: sock_address_tcp(address, &a, reterr);

	if (r < 0)
		return r;
	r = sock_listen(&a, BACKLOG, reterr);
	if (r < 0)
		return r;
	o->watch = (struct loop_watch){ .fd = r, .wanted = LOOP_READ, .ready = accept_one };
	o->unix_path = is_unix ? address + 5 : NULL;
	return loop_watch(o->loop, &o->watch);
}

int origin_listen(struct loop *loop, const char *address, struct origin **ret,
		  struct problem *reterr)
{
	struct origin *o = calloc(1, sizeof(*o));

	if (!o)
		return problem_set(reterr, -ENOMEM, "out of memory");
	o->loop = loop;
	o->watch.fd = -1;

	int r = listen_at(o, address, reterr);

	if (r < 0)
		origin_free(o);
	else
		*ret = o;
	return r;
}

void origin_free(struct origin *o)
{
	if (!o)
		return;
	if (o->watch.fd >= 0) {
		loop_unwatch(o->loop, &o->watch);
		(void)close(o->watch.fd);
	}
	if (o->unix_path)
		(void)unlink(o->unix_path);
	free(o);
}

void origin_attend(struct origin *o, struct script_cast *cast)
{
	o->cast = cast;
}
