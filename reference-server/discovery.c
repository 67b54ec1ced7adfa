#include "reference-server/discovery.h"

#include "http/bytes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { FIRST_FREE_PORT = 1024, QUERY_MAX = 1472, URL_ROOM = 64 };

/* ---- who is answered ---- */

/* One host of its own: not 0/8, not multicast, not reserved, no broadcast that can be
 * told from here. The broadcast address of a network the kernel refuses to send to. */
static bool is_host(in_addr_t network_order)
{
	uint32_t a = ntohl(network_order);

	return a >> 24 != 0 && a < 0xe0000000u && a != 0x7fffffffu;
}

/* True if fewer than |most| answers left in the last second. */
static bool has_room(const struct discovery_window *w, size_t most, usec now)
{
	usec at = w->at[(w->next + DISCOVERY_ALL - most) % DISCOVERY_ALL];

	return at == 0 || now - at >= USEC_PER_SEC;
}

static void count(struct discovery_window *w, usec now)
{
	w->at[w->next] = now;
	w->next = (w->next + 1) % DISCOVERY_ALL;
}

static struct discovery_window *window_of(struct discovery_limits *l, in_addr_t address)
{
	/* Knuth, The Art of Computer Programming, section 6.4: the top bits depend on all. */
	uint32_t hash = (uint32_t)address * 2654435761u;

	return &l->source[hash / (UINT32_MAX / DISCOVERY_SOURCES + 1)];
}

bool discovery_admits(struct discovery_limits *l, const struct sockaddr_in *from, uint16_t own,
		      usec now)
{
	struct discovery_window *source = window_of(l, from->sin_addr.s_addr);
	uint16_t port = ntohs(from->sin_port);

	if (!is_host(from->sin_addr.s_addr) || port < FIRST_FREE_PORT || port == own ||
	    !has_room(&l->all, DISCOVERY_ALL, now) || !has_room(source, DISCOVERY_A_SOURCE, now))
		return false;
	count(&l->all, now);
	count(source, now);
	return true;
}

/* ---- queries and answers ---- */

static bool is_wanted(struct slice line, bool *well_formed)
{
	struct slice name = slice_sub(line, 0, slice_find(line, ':'));
	struct slice value = slice_trim(slice_skip(line, name.len + 1));

	*well_formed = http_is_token(name) && name.len < line.len && http_is_field_value(value);
	return !slice_is_nocase(name, "ST") || slice_is(value, "ssdp:all") ||
	       slice_is(value, "httpcheck:server");
}

bool discovery_is_query(struct slice datagram)
{
	static const struct slice first = SLICE("M-SEARCH * HTTP/1.1\r\n"), eol = SLICE("\r\n");
	bool well_formed = slice_starts(datagram, first);

	datagram = slice_skip(datagram, first.len);
	while (well_formed) {
		struct slice line = slice_sub(datagram, 0, slice_find_slice(datagram, eol));

		if (line.len == datagram.len)
			return false;
		datagram = slice_skip(datagram, line.len + eol.len);
		if (line.len == 0)
			return datagram.len == 0;
		if (!is_wanted(line, &well_formed))
			return false;
	}
	return false;
}

size_t discovery_answer(const char *url, size_t most, char *out, size_t room)
{
	int len = snprintf(out, room, "HTTP/1.1 200 OK\r\nLocation: %s\r\n\r\n", url);

	return len > 0 && (size_t)len < room && (size_t)len <= most ? (size_t)len : 0;
}

/* ---- the thread ---- */

struct discovery {
	int fd, stop;
	uint16_t port;
	const struct listeners *listeners;
	struct discovery_limits limits;
	pthread_t thread;
};

static bool is_loopback(struct in_addr a)
{
	return ntohl(a.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* The first listener that |from| can reach; |local| is our address on its network. */
static bool find_url(const struct discovery *d, struct in_addr from, struct in_addr local,
		     char out[URL_ROOM])
{
	for (size_t i = 0; i < d->listeners->n; i++) {
		const struct listener *l = &d->listeners->at[i];
		struct sockaddr_in in;
		char host[INET_ADDRSTRLEN];

		if (l->address.storage.ss_family != AF_INET)
			continue;
		memcpy(&in, &l->address.storage, sizeof(in));
		if (is_loopback(in.sin_addr) && !is_loopback(from))
			continue;
		if (in.sin_addr.s_addr == htonl(INADDR_ANY))
			in.sin_addr = local;
		(void)inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
		(void)snprintf(out, URL_ROOM, "http%s://%s:%u/", l->tls ? "s" : "", host,
			       ntohs(in.sin_port));
		return true;
	}
	return false;
}

/* One datagram; its length, with our address on the network it came by. */
static ssize_t receive(int fd, char *buf, size_t room, struct sockaddr_in *from,
		       struct in_addr *local)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct iovec iov = { buf, room };
	struct msghdr msg = { .msg_name = from, .msg_namelen = sizeof(*from), .msg_iov = &iov,
			      .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);
	struct in_pktinfo info;

	if (n < 0)
		return n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		*local = info.ipi_spec_dst;
	}
	return msg.msg_flags & MSG_TRUNC ? 0 : n;
}

static void answer_one(struct discovery *d)
{
	char query[QUERY_MAX], url[URL_ROOM], out[URL_ROOM + 64];
	struct sockaddr_in from;
	struct in_addr local = { htonl(INADDR_LOOPBACK) };
	ssize_t n = receive(d->fd, query, sizeof(query), &from, &local);
	size_t len;

	if (n <= 0 || !discovery_is_query(slice_of(query, (size_t)n)) ||
	    !find_url(d, from.sin_addr, local, url))
		return;
	len = discovery_answer(url, (size_t)n, out, sizeof(out));
	if (len && discovery_admits(&d->limits, &from, d->port, clock_now()))
		(void)sendto(d->fd, out, len, MSG_DONTWAIT, (const struct sockaddr *)&from,
			     sizeof(from));
}

static void *run(void *arg)
{
	struct discovery *d = arg;
	struct pollfd p[] = { { .fd = d->fd, .events = POLLIN },
			      { .fd = d->stop, .events = POLLIN } };

	while (!p[1].revents)
		if (poll(p, 2, -1) > 0 && p[0].revents)
			answer_one(d);
	return NULL;
}

static bool all_loopback(const struct listeners *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		struct sockaddr_in in;

		if (ls->at[i].address.storage.ss_family != AF_INET)
			continue;
		memcpy(&in, &ls->at[i].address.storage, sizeof(in));
		if (!is_loopback(in.sin_addr))
			return false;
	}
	return true;
}

/* TTL 1: the answer does not leave the network that the query came from. SO_REUSEADDR is
 * not set: with UDP it would let another process take our port. Queries of strangers to a server on the
 * loopback do not even come in (Linux 5.7 lets everybody bind to a device). */
static int open_socket(uint16_t port, bool local, uint16_t *ret_port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t len = sizeof(any);
	int one = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (local)
		(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", strlen("lo"));
	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_TTL, &one, sizeof(one)) < 0 ||
	    bind(fd, (const struct sockaddr *)&any, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&any, &len) < 0) {
		int error = -errno;

		(void)close(fd);
		return error;
	}
	*ret_port = ntohs(any.sin_port);
	return fd;
}

static void release(struct discovery *d)
{
	if (d->fd >= 0)
		(void)close(d->fd);
	if (d->stop >= 0)
		(void)close(d->stop);
	free(d);
}

int discovery_start(uint16_t port, const struct listeners *ls, struct discovery **ret,
		    struct problem *reterr)
{
	struct discovery *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return problem_errno(reterr, -ENOMEM, "start", "discovery");
	d->listeners = ls;
	d->stop = eventfd(0, EFD_CLOEXEC);
	d->fd = open_socket(port, all_loopback(ls), &d->port);
	r = d->fd < 0 ? d->fd : d->stop < 0 ? -EMFILE : -pthread_create(&d->thread, NULL, run, d);
	if (r < 0) {
		release(d);
		return problem_errno(reterr, r, "start", "discovery");
	}
	*ret = d;
	return 0;
}

uint16_t discovery_port(const struct discovery *d)
{
	return d->port;
}

void discovery_stop(struct discovery *d)
{
	if (!d)
		return;
	(void)eventfd_write(d->stop, 1);
	(void)pthread_join(d->thread, NULL);
	release(d);
}
