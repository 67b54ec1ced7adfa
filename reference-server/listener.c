#include "reference-server/listener.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static bool is_unix(const struct sock_address *a)
{
	return a->storage.ss_family == AF_UNIX;
}

static const char *unix_path(const struct sock_address *a)
{
	return ((const struct sockaddr_un *)(const void *)&a->storage)->sun_path;
}

int listeners_open(struct listeners *ls, const struct sock_address *a, struct problem *reterr)
{
	size_t i = ls->n;

	if (i == LISTENERS_MAX)
		return problem_set(reterr, -ENOSPC, "more than %d addresses to listen on",
				   LISTENERS_MAX);

	/* Set before bind(2): a chmod behind it would leave a moment for others. */
	mode_t old = umask(0177);
	int fd = sock_listen(a, SOMAXCONN, reterr);

	(void)umask(old);
	if (fd < 0)
		return fd;
	ls->fd[i] = fd;
	ls->address[i] = *a;
	if (is_unix(a))
		(void)stat(unix_path(a), &ls->file[i]);
	else
		(void)sock_local(fd, &ls->address[i]);
	ls->n++;
	return 0;
}

int listeners_announce(const struct listeners *ls)
{
	char name[SOCK_NAME_ROOM];

	for (size_t i = 0; i < ls->n; i++) {
		sock_address_name(&ls->address[i], name, sizeof(name));
		(void)printf("listening on %s%s\n", is_unix(&ls->address[i]) ? "" : "http://",
			     name);
	}
	return fflush(stdout) == 0 ? 0 : -errno;
}

static void remove_own_file(const struct sock_address *a, const struct stat *ours)
{
	struct stat now;

	if (stat(unix_path(a), &now) == 0 && now.st_dev == ours->st_dev &&
	    now.st_ino == ours->st_ino)
		(void)unlink(unix_path(a));
}

void listeners_close(struct listeners *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		if (is_unix(&ls->address[i]))
			remove_own_file(&ls->address[i], &ls->file[i]);
		(void)close(ls->fd[i]);
	}
	ls->n = 0;
}
