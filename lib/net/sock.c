#include "net/sock.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "HOST:PORT" or "[V6]:PORT"; |host| without brackets. */
static bool split_host_port(const char *text, char host[INET6_ADDRSTRLEN], uint64_t *ret_port)
{
	const char *colon = strrchr(text, ':');

	if (!colon || text_count(slice_str(colon + 1), ret_port) < 0 || *ret_port > 65535)
		return false;

	struct slice h = slice_of(text, (size_t)(colon - text));

	if (h.len >= 2 && h.at[0] == '[' && h.at[h.len - 1] == ']')
		h = slice_sub(h, 1, h.len - 1);
	if (h.len >= INET6_ADDRSTRLEN)
		return false;
	if (h.len)
		memcpy(host, h.at, h.len);
	host[h.len] = '\0';
	return true;
}

int sock_address_tcp(const char *text, struct sock_address *ret, struct problem *reterr)
{
	char host[INET6_ADDRSTRLEN];
	uint64_t port;

	if (!split_host_port(text, host, &port))
		return problem_set(reterr, -EINVAL, "'%s' is not ADDRESS:PORT", text);
	if (host[0] == '\0' || strcmp(host, "localhost") == 0)
		(void)snprintf(host, sizeof(host), "127.0.0.1");

	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
		memcpy(&ret->storage, &v4, sizeof(v4));
		ret->len = sizeof(v4);
	} else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
		memcpy(&ret->storage, &v6, sizeof(v6));
		ret->len = sizeof(v6);
	} else {
		return problem_set(reterr, -EINVAL, "'%s' is not an IPv4 or IPv6 address", host);
	}
	return 0;
}

int sock_address_unix(const char *path, struct sock_address *ret, struct problem *reterr)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	if (len >= sizeof(un.sun_path))
		return problem_set(reterr, -ENAMETOOLONG,
				   "the path '%s' is too long for a unix socket: %zu bytes, %zu fit",
				   path, len, sizeof(un.sun_path) - 1);
	memcpy(un.sun_path, path, len + 1);
	memset(ret, 0, sizeof(*ret));
	memcpy(&ret->storage, &un, sizeof(un));
	ret->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	return 0;
}

void sock_address_name(const struct sock_address *a, char *out, size_t room)
{
	char host[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *v4 = (const void *)&a->storage;
	const struct sockaddr_in6 *v6 = (const void *)&a->storage;
	const struct sockaddr_un *un = (const void *)&a->storage;

	switch (a->storage.ss_family) {
	case AF_INET:
		(void)inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		(void)snprintf(out, room, "%s:%u", host, ntohs(v4->sin_port));
		break;
	case AF_INET6:
		(void)inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		(void)snprintf(out, room, "[%s]:%u", host, ntohs(v6->sin6_port));
		break;
	default:
		(void)snprintf(out, room, "unix:%s", un->sun_path);
	}
}

/* A unix path in use: does somebody answer there? Only a refusal proves that the
 * file is stale; any other error leaves it alone. */
static bool unix_is_stale(const struct sock_address *a)
{
	CLEANUP(fd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd >= 0 && connect(fd, (const void *)&a->storage, a->len) < 0 &&
	       errno == ECONNREFUSED;
}

static int bind_to(int fd, const struct sock_address *a)
{
	const struct sockaddr_un *un = (const void *)&a->storage;

	if (bind(fd, (const void *)&a->storage, a->len) == 0)
		return 0;
	if (errno != EADDRINUSE || a->storage.ss_family != AF_UNIX || !unix_is_stale(a))
		return -errno;
	if (unlink(un->sun_path) < 0 || bind(fd, (const void *)&a->storage, a->len) < 0)
		return -errno;
	return 0;
}

int sock_listen(const struct sock_address *a, int backlog, struct problem *reterr)
{
	char name[SOCK_NAME_ROOM];
	int on = 1;

	sock_address_name(a, name, sizeof(name));

	CLEANUP(fd_closep) int fd =
		socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return problem_errno(reterr, errno, "make a socket for", name);
	if (a->storage.ss_family != AF_UNIX)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->storage.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));

	int r = bind_to(fd, a);

	if (r < 0)
		return problem_errno(reterr, r, "bind to", name);
	if (listen(fd, backlog) < 0)
		return problem_errno(reterr, errno, "listen on", name);

	int listener = fd;

	fd = -1;
	return listener;
}

int sock_local(int fd, struct sock_address *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->len = sizeof(ret->storage);
	return getsockname(fd, (void *)&ret->storage, &ret->len) < 0 ? -errno : 0;
}

int sock_accept(int listener)
{
	for (;;) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		int on = 1;
		int fd = accept4(listener, (void *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			if (from.ss_family != AF_UNIX)
				(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
			return fd;
		}
		if (errno != ECONNABORTED && errno != EPROTO && errno != EINTR)
			return -errno;
	}
}

int sock_connect(const struct sock_address *a, int *ret_fd)
{
	CLEANUP(fd_closep) int fd =
		socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;

	int r = connect(fd, (const void *)&a->storage, a->len) < 0 ? -errno : 0;

	if (r < 0 && r != -EINPROGRESS)
		return r;
	*ret_fd = fd;
	fd = -1;
	return r;
}

ssize_t sock_read(int fd, void *buf, size_t len)
{
	ssize_t n;

	do
		n = recv(fd, buf, len, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t sock_write(int fd, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = send(fd, buf, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int sock_half_close(int fd)
{
	return shutdown(fd, SHUT_WR) < 0 ? -errno : 0;
}

int sock_abort_on_close(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) < 0 ? -errno : 0;
}
