#include "runner/script-peer.h"

#include "http/grammar.h"
#include "net/sock.h"
#include "net/task.h"
#include "runner/sent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define PEER_STACK ((size_t)256 * 1024)
#define MAX_ANSWER ((size_t)16 * 1024 * 1024)

struct script_peer {
	struct script_cast *cast;
	const char *name;
	int type, fd;
	struct task *task;
	struct arena arena;
	struct sent received; /* of a stream */
	size_t exchanges;
	bool continued;       /* 100 was sent for the request under way */
	LIST_ENTRY(script_peer) link;
};

/* ---- what it is asked ---- */

static bool expects_continue(const struct sent_request *r)
{
	for (size_t i = 0; r->valid && i < r->nfields; i++)
		if (slice_is_nocase(r->fields[i].name, "Expect") &&
		    http_list_has(r->fields[i].value, "100-continue"))
			return true;
	return false;
}

static bool write_all(const struct script_peer *p, struct slice bytes);

/* True where the next exchange begins. */
static bool query_is_there(struct script_peer *p, struct sent_request *r)
{
	if (p->type != SOCK_STREAM || !sent_begun(&p->received, p->exchanges, r))
		return false;
	if (r->whole || !expects_continue(r))
		return r->whole;
	if (!p->cast->continues)
		return true;
	if (!p->continued)
		p->continued = write_all(p, SLICE("HTTP/1.1 100 Continue\r\n\r\n"));
	return false;
}

/* Reads up to the beginning of the next exchange; false at the end. */
static bool read_query(struct script_peer *p, struct sent_request *r)
{
	char bytes[16384];

	while (!query_is_there(p, r)) {
		if (task_wait_fd(p->fd, LOOP_READ, NULL, USEC_FOREVER) < 0)
			return false;

		ssize_t n = sock_read(p->fd, bytes, sizeof(bytes));

		if (n == -EAGAIN)
			continue;
		if (n < 0)
			return false;
		if (p->type != SOCK_STREAM)
			break;
		if (n == 0)
			return false;
		if (sent_add(&p->received, slice_of(bytes, (size_t)n)) < 0)
			return false;
	}
	p->exchanges++;
	p->continued = false;
	return true;
}

/* ---- what it answers ---- */

/* A datagram may be empty. */
static bool write_all(const struct script_peer *p, struct slice bytes)
{
	if (p->cast->wrote)
		p->cast->wrote(p->cast->arg, bytes);
	do {
		ssize_t n = sock_write(p->fd, bytes.at, bytes.len);

		if (n == -EAGAIN && task_wait_fd(p->fd, LOOP_WRITE, NULL, USEC_FOREVER) == 0)
			continue;
		if (n < 0)
			return false;
		bytes = slice_skip(bytes, (size_t)n);
	} while (bytes.len);
	return true;
}

static bool write_part(const struct script_peer *p, const struct answer_part *part)
{
	struct buffer bytes = BUFFER_INIT(MAX_ANSWER);
	bool written = bytes_expand(&part->bytes, p->cast->variables, &bytes, NULL) == 0 &&
		       write_all(p, buffer_slice(&bytes));

	buffer_release(&bytes);
	return written;
}

static bool wait_part(const struct script_peer *p, const struct answer_part *part)
{
	usec time = 0;

	(void)duration_expand(&part->wait, p->cast->variables, &time, NULL);
	return task_sleep(task_now() + time) == 0;
}

/* False where nothing more can come. */
static bool play_part(const struct script_peer *p, const struct answer_part *part)
{
	switch (part->kind) {
	case ANSWER_BYTES:
		return write_part(p, part);
	case ANSWER_WAIT:
		return wait_part(p, part);
	case ANSWER_HALF_CLOSE:
		return sock_half_close(p->fd) == 0;
	case ANSWER_SILENCE:
		return true;
	case ANSWER_RESET:
		(void)sock_abort_on_close(p->fd);
		return false;
	case ANSWER_CLOSE:
	case ANSWER_CUT:
		return false;
	}
	return false;
}

static bool play_answer(const struct script_peer *p, const struct answer *a)
{
	for (size_t i = 0; a && i < a->nparts; i++)
		if (!play_part(p, &a->parts[i]))
			return false;
	return true;
}

static void peer_release(struct script_peer *p)
{
	(void)close(p->fd);
	sent_release(&p->received);
	arena_release(&p->arena);
	free(p);
}

static void peer_main(void *arg)
{
	struct script_peer *p = arg;
	struct script_cast *cast = p->cast;
	struct sent_request r;

	while (read_query(p, &r) &&
	       play_answer(p, cast->next(cast->arg, p->name, p->type == SOCK_STREAM ? &r : NULL)))
		;
	LIST_REMOVE(p, link);
	peer_release(p);
	task_wake(&cast->ended);
}

/* ---- beginning and end ---- */

static struct script_peer *peer_new(struct script_cast *cast, int type, const char *name, int fd)
{
	struct script_peer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	*p = (struct script_peer){ .cast = cast, .name = name, .type = type, .fd = fd };
	arena_init(&p->arena);
	sent_init(&p->received, &p->arena);
	return p;
}

/* Takes over |fd|. */
static int peer_start(struct script_cast *cast, int type, const char *name, int fd)
{
	struct script_peer *p = peer_new(cast, type, name, fd);

	if (!p) {
		(void)close(fd);
		return -ENOMEM;
	}
	LIST_INSERT_HEAD(&cast->peers, p, link);

	int r = task_start(cast->loop, peer_main, p, PEER_STACK, &p->task);

	if (r < 0) {
		LIST_REMOVE(p, link);
		peer_release(p);
	}
	return r;
}

void script_cast_init(struct script_cast *cast, struct loop *loop,
		      const struct variables *variables, script_next *next, void *arg)
{
	*cast = (struct script_cast){ .loop = loop,
				      .variables = variables,
				      .next = next,
				      .arg = arg,
				      .listener.fd = -1,
				      .node = -1 };
}

int script_accept(struct script_cast *cast, const char *name, int fd)
{
	return peer_start(cast, SOCK_STREAM, name, fd);
}

int script_datagrams(struct script_cast *cast, const char *name)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;

	int r = peer_start(cast, SOCK_DGRAM, name, ends[1]);

	if (r < 0)
		(void)close(ends[0]);
	return r < 0 ? r : ends[0];
}

static void accept_one(struct loop_watch *w, unsigned events)
{
	struct script_cast *cast = (struct script_cast *)((char *)w -
							  offsetof(struct script_cast, listener));
	int fd = sock_accept(w->fd);

	(void)events;
	if (fd >= 0)
		(void)script_accept(cast, cast->streams, fd);
}

/* A socket's file under a name that nobody else has. */
static int bind_somewhere(int fd, struct sockaddr_un *ret)
{
	const char *folder = getenv("TMPDIR");
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -errno;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/httpcheck-%016llx",
		     folder && folder[0] ? folder : "/tmp",
		     (unsigned long long)random) >= (int)sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	return bind(fd, (const struct sockaddr *)ret, sizeof(*ret)) < 0 ? -errno : 0;
}

/* The file is there for a moment only: later one comes to it through /proc, so that
 * nothing is left behind whatever happens. No abstract name: libcurl 7.88 uses no
 * connection again that has an empty address. */
static int listen_unnamed(struct script_cast *cast)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -errno : bind_somewhere(fd, &address);

	cast->listener = (struct loop_watch){ .fd = fd, .wanted = LOOP_READ, .ready = accept_one };
	if (r < 0)
		return r;
	cast->node = open(address.sun_path, O_PATH | O_CLOEXEC);
	(void)unlink(address.sun_path);
	if (cast->node < 0 || listen(fd, 16) < 0)
		return -errno;
	(void)snprintf(cast->path, sizeof(cast->path), "/proc/self/fd/%d", cast->node);
	return loop_watch(cast->loop, &cast->listener);
}

int script_streams(struct script_cast *cast, const char *name, const char **ret)
{
	int r = cast->listener.fd < 0 ? listen_unnamed(cast) : 0;

	cast->streams = name;
	*ret = cast->path;
	return r;
}

void script_cast_end(struct script_cast *cast)
{
	struct script_peer *p;

	if (cast->listener.fd >= 0) {
		loop_unwatch(cast->loop, &cast->listener);
		(void)close(cast->listener.fd);
	}
	if (cast->node >= 0)
		(void)close(cast->node);
	LIST_FOREACH(p, &cast->peers, link)
	{
		task_cancel(p->task);
	}
	while (!LIST_EMPTY(&cast->peers))
		if (task_self())
			task_await(&cast->ended);
		else if (loop_turn(cast->loop, USEC_FOREVER) < 0)
			return;
}
