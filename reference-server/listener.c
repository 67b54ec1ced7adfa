#include "reference-server/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static bool is_unix(const struct sock_address *a)
{
	return a->storage.ss_family == AF_UNIX;
}

static const char *unix_path(const struct sock_address *a)
{
	return ((const struct sockaddr_un *)(const void *)&a->storage)->sun_path;
}

/* ---- unix sockets ---- */

static void lock_path(const struct sock_address *a, char out[SOCK_NAME_ROOM])
{
	(void)snprintf(out, SOCK_NAME_ROOM, "%s.lock", unix_path(a));
}

/* Is |fd| still what is found under |path|? */
static bool is_still(int fd, const char *path)
{
	struct stat ours, now;

	return fstat(fd, &ours) == 0 && stat(path, &now) == 0 && ours.st_dev == now.st_dev &&
	       ours.st_ino == now.st_ino;
}

/* The file is removed by its owner while it is locked: who waited for it meanwhile has
 * locked a file that nobody else will find, and begins anew. */
static int take_lock(const struct sock_address *a, struct problem *reterr)
{
	char path[SOCK_NAME_ROOM];

	lock_path(a, path);
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd < 0)
			return problem_errno(reterr, errno, "open", path);
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			(void)close(fd);
			return problem_set(reterr, -EADDRINUSE,
					   "cannot bind to 'unix:%s': another server holds "
					   "'%s': Address already in use",
					   unix_path(a), path);
		}
		if (is_still(fd, path))
			return fd;
		(void)close(fd);
	}
}

static void remove_own_file(const struct listener *l)
{
	const char *path = unix_path(&l->address);
	struct stat now;

	if (stat(path, &now) == 0 && now.st_dev == l->file.st_dev && now.st_ino == l->file.st_ino)
		(void)unlink(path);
}

static void drop_lock(struct listener *l)
{
	char path[SOCK_NAME_ROOM];

	lock_path(&l->address, path);
	(void)unlink(path);
	(void)close(l->lock);
}

/* The mode is set by the mask: a chmod behind bind(2) would leave a moment for others. */
static int open_unix(struct listener *l, mode_t mode, struct problem *reterr)
{
	l->lock = take_lock(&l->address, reterr);
	if (l->lock < 0)
		return l->lock;

	mode_t old = umask(0777 & ~mode);

	l->fd = sock_listen(&l->address, SOMAXCONN, reterr);
	(void)umask(old);
	if (l->fd < 0)
		drop_lock(l);
	else
		(void)stat(unix_path(&l->address), &l->file);
	return l->fd < 0 ? l->fd : 0;
}

/* ---- */

static int open_tcp(struct listener *l, bool shared, struct problem *reterr)
{
	l->fd = shared ? sock_listen_shared(&l->address, SOMAXCONN, reterr)
		       : sock_listen(&l->address, SOMAXCONN, reterr);
	if (l->fd >= 0)
		(void)sock_local(l->fd, &l->address);
	return l->fd < 0 ? l->fd : 0;
}

int listeners_open(struct listeners *ls, const struct endpoint *e, mode_t unix_mode, bool shared,
		   struct problem *reterr)
{
	struct listener *l = &ls->at[ls->n];

	if (ls->n == LISTENERS_MAX)
		return problem_set(reterr, -ENOSPC, "more than %d addresses to listen on",
				   LISTENERS_MAX);
	*l = (struct listener){ .address = e->address, .tls = e->tls, .lock = -1 };

	int r = is_unix(&e->address) ? open_unix(l, unix_mode, reterr)
				     : open_tcp(l, shared, reterr);

	if (r == 0)
		ls->n++;
	return r;
}

int listeners_again(const struct listeners *ls, struct listeners *ret, struct problem *reterr)
{
	ret->n = 0;
	for (size_t i = 0; i < ls->n; i++) {
		struct listener *l = &ret->at[i];

		*l = ls->at[i];
		l->fd = is_unix(&l->address) ? dup(l->fd)
					     : sock_listen_again(&l->address, SOMAXCONN, reterr);
		l->lock = -1;
		if (l->fd < 0)
			return l->fd;
		ret->n++;
	}
	return 0;
}

static const char *scheme(const struct listener *l)
{
	if (is_unix(&l->address))
		return "";
	return l->tls ? "https://" : "http://";
}

void listeners_announce(const struct listeners *ls)
{
	char name[SOCK_NAME_ROOM];

	for (size_t i = 0; i < ls->n; i++) {
		sock_address_name(&ls->at[i].address, name, sizeof(name));
		(void)printf("listening on %s%s\n", scheme(&ls->at[i]), name);
	}
}

void listeners_refuse(const struct listener *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)shutdown(l[i].fd, SHUT_RDWR);
}

void listeners_close(struct listeners *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		struct listener *l = &ls->at[i];

		if (l->lock >= 0) {
			remove_own_file(l);
			drop_lock(l);
		}
		(void)close(l->fd);
	}
	ls->n = 0;
}
