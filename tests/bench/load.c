/* A light load client: it sends the same request again and again and only counts the
 * octets that come back, as each answer has the length of the first. So it costs less
 * than the server does, which wrk does not: parsing answers, it is the bottleneck itself.
 * It never sleeps: to wake it would be a cost of the server.
 *
 *   load ADDRESS PORT CONNECTIONS PIPELINED SECONDS [close]
 *
 * prints the answers a second. With "close" each connection carries one request. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256, READ = 256 * 1024, PIPELINED_MAX = 256 };

static const char keep[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char once[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct connection {
	int fd;
	size_t missing;               /* octets of the answers that are under way */
};

static struct sockaddr_in server;
static struct connection *connections;
static char request[PIPELINED_MAX * sizeof(once)], answer[READ];
static size_t request_len, answer_len, pipelined;
static bool closes;
static int epoll;

static _Noreturn void die(const char *what)
{
	(void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int connected(void)
{
	struct linger reset = { 1, 0 };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (void *)&server, sizeof(server)) < 0)
		die("connect");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	/* No TIME_WAIT, or a minute of it uses up all ports: at the end all was read. */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return fd;
}

static void ask(struct connection *c)
{
	if (send(c->fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len)
		die("send");
	c->missing = answer_len * pipelined;
}

static void begin(struct connection *c)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	c->fd = connected();
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		die("epoll_ctl");
	ask(c);
}

static void set_request(const char *one, size_t n)
{
	request_len = 0;
	for (size_t i = 0; i < n; i++, request_len += strlen(one))
		memcpy(request + request_len, one, strlen(one));
}

/* Asks once with "close", and reads to the end. */
static void measure_answer(void)
{
	int fd = connected();
	ssize_t n;

	set_request(once, 1);
	if (send(fd, request, request_len, MSG_NOSIGNAL) < 0)
		die("send");
	while ((n = recv(fd, answer, sizeof(answer), 0)) > 0)
		answer_len += (size_t)n;
	if (n < 0 || answer_len == 0)
		die("recv");
	(void)close(fd);
}

/* Where the connection stays open, the answer lacks "Connection: close"; some servers
 * say "keep-alive" instead. One read of one answer, small as it is, gets all of it. */
static void measure_kept_answer(void)
{
	int fd = connected();
	ssize_t n;

	set_request(keep, 1);
	if (send(fd, request, request_len, MSG_NOSIGNAL) < 0)
		die("send");
	n = recv(fd, answer, sizeof(answer), 0);
	if (n <= 0)
		die("recv");
	answer_len = (size_t)n;
	(void)close(fd);
}

/* Returns answers that have come whole. */
static uint64_t readable(struct connection *c)
{
	ssize_t n = recv(c->fd, answer, sizeof(answer), 0);

	if (n < 0 || (n == 0 && !closes))
		die("recv");
	if ((size_t)n > c->missing)
		die("an answer of another length");
	c->missing -= (size_t)n;
	if (closes && n == 0 && c->missing == 0) {
		(void)close(c->fd);
		begin(c);
		return 1;
	}
	if (closes || c->missing)
		return 0;
	ask(c);
	return pipelined;
}

static uint64_t run_until(double end)
{
	struct epoll_event batch[BATCH];
	uint64_t answers = 0;

	while (now() < end) {
		int n = epoll_wait(epoll, batch, BATCH, 0);

		for (int i = 0; i < n; i++)
			answers += readable(batch[i].data.ptr);
	}
	return answers;
}

int main(int argc, char **argv)
{
	if (argc < 6 || argc > 7) {
		(void)fprintf(stderr, "usage: load ADDRESS PORT CONNECTIONS PIPELINED SECONDS "
				      "[close]\n");
		return 2;
	}

	size_t n = strtoul(argv[3], NULL, 10);
	double seconds = strtod(argv[5], NULL);

	server = (struct sockaddr_in){ .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)atoi(argv[2])) };
	pipelined = strtoul(argv[4], NULL, 10);
	closes = argc == 7;
	if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1 || n == 0 || pipelined == 0 ||
	    pipelined > PIPELINED_MAX)
		return 2;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	connections = calloc(n, sizeof(*connections));
	if (epoll < 0 || !connections)
		die("set up");
	if (closes)
		measure_answer();
	else
		measure_kept_answer();
	set_request(closes ? once : keep, pipelined);
	for (size_t i = 0; i < n; i++)
		begin(&connections[i]);

	(void)run_until(now() + seconds / 5);   /* warm up */

	double start = now();
	uint64_t answers = run_until(start + seconds);

	(void)printf("%.0f\n", (double)answers / (now() - start));
	return 0;
}
