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

/* "HOST:PORT" or "[V6]:PORT"; |host| without brackets. The family they tell, or
 * AF_UNSPEC for what is neither. */
static int split_host_port(const char *text, char host[INET6_ADDRSTRLEN], uint64_t *ret_port)
{
	int family = AF_INET;
	const char *colon = strrchr(text, ':');

	if (!colon || text_count(slice_str(colon + 1), ret_port) < 0 || *ret_port > 65535)
		return AF_UNSPEC;

	struct slice h = slice_of(text, (size_t)(colon - text));

	if (h.len >= 2 && h.at[0] == '[' && h.at[h.len - 1] == ']') {
		h = slice_sub(h, 1, h.len - 1);
		family = AF_INET6;
	} else if (h.len == 0 || slice_is(h, "localhost")) {
		h = SLICE("127.0.0.1");
	}
	if (h.len >= INET6_ADDRSTRLEN)
		return AF_UNSPEC;
	memcpy(host, h.at, h.len);
	host[h.len] = '\0';
	return family;
}

int sock_address_tcp(const char *text, struct sock_address *ret, struct problem *reterr)
{
	char host[INET6_ADDRSTRLEN];
	uint64_t port = 0;
	struct sock_address a = { 0 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	switch (split_host_port(text, host, &port)) {
	case AF_INET:
		if (inet_pton(AF_INET, host, &v4.sin_addr) != 1)
			return problem_set(reterr, -EINVAL, "'%s' is not an IPv4 address", host);
		v4.sin_port = htons((uint16_t)port);
		memcpy(&a.storage, &v4, sizeof(v4));
		a.len = sizeof(v4);
		break;
	case AF_INET6:
		if (inet_pton(AF_INET6, host, &v6.sin6_addr) != 1)
			return problem_set(reterr, -EINVAL, "'%s' is not an IPv6 address", host);
		v6.sin6_port = htons((uint16_t)port);
		memcpy(&a.storage, &v6, sizeof(v6));
		a.len = sizeof(v6);
		break;
	default:
		return problem_set(reterr, -EINVAL, "'%s' is not ADDRESS:PORT", text);
	}
	*ret = a;
	return 0;
}

int sock_address_unix(const char *path, struct sock_address *ret, struct problem *reterr)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	if (len == 0)         /* the kernel would make up an abstract name */
		return problem_set(reterr, -EINVAL, "the path '' of a unix socket is empty");
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

/* A unix path in use: does somebody answer there? Only a refusal by a socket proves
 * that it is stale; a plain file refuses as well, and is somebody's. */
static bool unix_is_stale(const struct sock_address *a)
{
	const struct sockaddr_un *un = (const void *)&a->storage;
	struct stat st;

	if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;

	CLEANUP(fd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd >= 0 && connect(fd, (const void *)&a->storage, a->len) < 0 &&
	       errno == ECONNREFUSED;
}

static int bind_to(int fd, const struct sock_address *a)
{
	const struct sockaddr_un *un = (const void *)&a->storage;

	if (bind(fd, (const void *)&a->storage, a->len) == 0)
		return 0;

	int error = errno;

	if (error != EADDRINUSE || a->storage.ss_family != AF_UNIX || !unix_is_stale(a))
		return -error;
	if (unlink(un->sun_path) < 0 || bind(fd, (const void *)&a->storage, a->len) < 0)
		return -errno;
	return 0;
}

/* SO_REUSEPORT before bind(2) would share the port with whoever has it already and set
 * the option as well; behind it, it opens the port only to those who come later. */
enum sharing { SHARE_NOT, SHARE_BEHIND_BIND, SHARE_BEFORE_BIND };

static void share(int fd, enum sharing sharing, enum sharing when)
{
	int on = 1;

	if (sharing == when)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

static int listen_on(const struct sock_address *a, int backlog, enum sharing sharing,
		     struct problem *reterr)
{
	char name[SOCK_NAME_ROOM];
	int on = 1;

	sock_address_name(a, name, sizeof(name));

	CLEANUP(fd_closep) int fd =
		socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return problem_errno(reterr, errno, "make a socket for", name);
	if (a->storage.ss_family != AF_UNIX) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		/* Linux hands it on to each connection: no call for each of them. */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	if (a->storage.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));

	share(fd, sharing, SHARE_BEFORE_BIND);

	int r = bind_to(fd, a);

	if (r < 0)
		return problem_errno(reterr, r, "bind to", name);
	share(fd, sharing, SHARE_BEHIND_BIND);
	if (listen(fd, backlog) < 0)
		return problem_errno(reterr, errno, "listen on", name);
	return fd_take(&fd);
}

int sock_listen(const struct sock_address *a, int backlog, struct problem *reterr)
{
	return listen_on(a, backlog, SHARE_NOT, reterr);
}

int sock_listen_shared(const struct sock_address *a, int backlog, struct problem *reterr)
{
	return listen_on(a, backlog, SHARE_BEHIND_BIND, reterr);
}

int sock_listen_again(const struct sock_address *a, int backlog, struct problem *reterr)
{
	return listen_on(a, backlog, SHARE_BEFORE_BIND, reterr);
}

int sock_local(int fd, struct sock_address *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->len = sizeof(ret->storage);
	return getsockname(fd, (void *)&ret->storage, &ret->len) < 0 ? -errno : 0;
}

static bool is_of_connection(int error)
{
	static const int errors[] = { ECONNABORTED, EPROTO,	  EPERM,      ENETDOWN,
				      ENOPROTOOPT,  EHOSTDOWN,	  ENONET,     EHOSTUNREACH,
				      EOPNOTSUPP,   ENETUNREACH, ECONNRESET, ETIMEDOUT };

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i] == error)
			return true;
	return false;
}

int sock_accept(int listener)
{
	int fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd >= 0)
		return fd;
	return is_of_connection(errno) ? -EAGAIN : -errno;
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
	*ret_fd = fd_take(&fd);
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
