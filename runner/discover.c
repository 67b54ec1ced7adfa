#include "runner/discover.h"

#include "base/arena.h"
#include "base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

enum { MAX_NETWORKS = 64, MAX_FOUND = 1000, MAX_DATAGRAM = 65535 };

/* ---- queries and answers ---- */

/* ST: only our own servers feel asked (UPnP Device Architecture 2.0, section 1.3.2). */
size_t discover_query(const char *host, uint16_t port, char *out, size_t room)
{
	int len = snprintf(out, room,
			   "M-SEARCH * HTTP/1.1\r\nHost: %s:%u\r\nMan: \"ssdp:discover\"\r\n"
			   "MX: 1\r\nST: httpcheck:server\r\n\r\n",
			   host, port);

	return len > 0 && (size_t)len < room ? (size_t)len : 0;
}

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] <= ' ' || s.at[i] > '~')
			return false;
	return true;
}

static bool take_url(struct slice value, char ret[DISCOVER_MAX_URL])
{
	if ((!slice_starts(value, SLICE("http://")) && !slice_starts(value, SLICE("https://"))) ||
	    value.len >= DISCOVER_MAX_URL || !is_printable(value))
		return false;
	memcpy(ret, value.at, value.len);
	ret[value.len] = '\0';
	return true;
}

bool discover_url(struct slice answer, char ret[DISCOVER_MAX_URL])
{
	static const struct slice eol = SLICE("\r\n");

	if (!slice_starts(answer, SLICE("HTTP/1.1 200 ")))
		return false;
	while (answer.len) {
		size_t end = slice_find_slice(answer, eol);
		struct slice line = slice_sub(answer, 0, end);
		size_t colon = slice_find(line, ':');

		if (slice_is_nocase(slice_sub(line, 0, colon), "Location"))
			return take_url(slice_trim(slice_skip(line, colon + 1)), ret);
		answer = slice_skip(answer, end + eol.len);
	}
	return false;
}

/* ---- the networks of this host ---- */

struct network {
	struct in_addr own, broadcast;
	int fd;
};

/* The loopback has no broadcast address of its own, but takes the one of its network. */
static bool network_of(const struct ifaddrs *i, struct network *ret)
{
	if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP))
		return false;
	ret->own = ((const struct sockaddr_in *)i->ifa_addr)->sin_addr;
	if (i->ifa_flags & IFF_LOOPBACK)
		ret->broadcast.s_addr = htonl(0x7fffffff);
	else if ((i->ifa_flags & IFF_BROADCAST) && i->ifa_broadaddr)
		ret->broadcast = ((const struct sockaddr_in *)i->ifa_broadaddr)->sin_addr;
	else
		return false;
	return true;
}

static size_t list_networks(const char *interface, struct network *list)
{
	struct ifaddrs *all;
	size_t n = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (const struct ifaddrs *i = all; i && n < MAX_NETWORKS; i = i->ifa_next)
		if ((!interface || strcmp(i->ifa_name, interface) == 0) && network_of(i, &list[n]))
			n++;
	freeifaddrs(all);
	return n;
}

/* Bound to our address on the network, so that it goes out there and answers come back. */
static int ask(struct network *n, uint16_t port)
{
	char host[INET_ADDRSTRLEN], query[256];
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr = n->own };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr = n->broadcast,
				  .sin_port = htons(port) };
	int one = 1;

	n->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->fd < 0 || setsockopt(n->fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) < 0 ||
	    bind(n->fd, (const struct sockaddr *)&own, sizeof(own)) < 0)
		return -errno;
	(void)inet_ntop(AF_INET, &n->broadcast, host, sizeof(host));

	size_t len = discover_query(host, port, query, sizeof(query));

	return sendto(n->fd, query, len, MSG_NOSIGNAL, (const struct sockaddr *)&to, sizeof(to)) < 0
		       ? -errno
		       : 0;
}

/* Those that could be asked come to the front. The last error where none could. */
static int ask_all(struct network *list, size_t *n, uint16_t port)
{
	size_t asked = 0;
	int error = 0;

	for (size_t i = 0; i < *n; i++) {
		int r = ask(&list[i], port);

		if (r == 0)
			list[asked++] = list[i];
		else if (list[i].fd >= 0)
			(void)close(list[i].fd);
		error = r < 0 ? r : error;
	}
	*n = asked;
	return asked ? 0 : error;
}

/* ---- answers ---- */

struct found {
	char urls[MAX_FOUND][DISCOVER_MAX_URL];
	char datagram[MAX_DATAGRAM];
	size_t count;
	void (*tell)(void *arg, const char *url);
	void *arg;
};

static void take_answer(struct found *f, int fd)
{
	ssize_t n = recv(fd, f->datagram, sizeof(f->datagram), MSG_DONTWAIT);
	char *url = f->urls[f->count];

	if (n <= 0 || !discover_url(slice_of(f->datagram, (size_t)n), url))
		return;
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->urls[i], url) == 0)
			return;
	f->count++;
	f->tell(f->arg, url);
}

static int take_answers(const struct network *list, size_t n, usec timeout, struct found *f)
{
	struct pollfd p[MAX_NETWORKS];
	usec deadline = clock_now() + timeout;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = list[i].fd, .events = POLLIN };
	while (f->count < MAX_FOUND && clock_now() < deadline) {
		if (poll(p, n, clock_poll_timeout(deadline, clock_now())) < 0 && errno != EINTR)
			return -errno;
		for (size_t i = 0; i < n && f->count < MAX_FOUND; i++)
			if (p[i].revents)
				take_answer(f, p[i].fd);
	}
	return (int)f->count;
}

int discover(const char *interface, uint16_t port, usec timeout,
	     void (*found)(void *arg, const char *url), void *arg, struct problem *reterr)
{
	struct network list[MAX_NETWORKS];
	size_t n = list_networks(interface, list);

	if (n == 0)
		return problem_set(reterr, -ENODEV,
				   "there is no interface '%s' with an IPv4 network",
				   interface ? interface : "all");

	int r = ask_all(list, &n, port);

	if (r < 0)
		return problem_errno(reterr, r, "send", "a discovery query");

	CLEANUP(arena_release) struct arena arena;

	arena_init(&arena);

	struct found *f = arena_alloc(&arena, sizeof(*f));

	f->tell = found;
	f->arg = arg;
	r = take_answers(list, n, timeout, f);
	for (size_t i = 0; i < n; i++)
		(void)close(list[i].fd);
	return r < 0 ? problem_errno(reterr, r, "read", "the answers") : r;
}
