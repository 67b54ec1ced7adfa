/* The physical limit: a plain epoll loop that answers each 35 octets of input with the
 * same octets, and parses nothing. What a server costs beyond it is the server.
 *
 *   limit PORT
 *
 * A connection is closed behind its first answer where the request says so by its length
 * (load.c): that is all it knows of requests. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, REQUEST = 35, ONCE = 54, PIPELINED_MAX = 256 };

static const char answer[] =
	"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 21:52:06 GMT\r\nServer: httpcheck\r\n"
	"Content-Length: 87\r\nETag: \"page-1\"\r\nCache-Control: no-cache\r\n"
	"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nAccept-Ranges: bytes\r\n"
	"Content-Type: text/html; charset=utf-8\r\n\r\n"
	"<!doctype html>\n<title>httpcheck</title>\n<p>This is the reference server of "
	"httpcheck.\n";

static char answers[PIPELINED_MAX * sizeof(answer)], in[PIPELINED_MAX * REQUEST];

static void add(int epoll, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	(void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static void serve(int fd)
{
	ssize_t n = recv(fd, in, sizeof(in), 0);
	size_t count = n == ONCE ? 1 : (size_t)(n > 0 ? n : 0) / REQUEST;

	if (n > 0)
		(void)!send(fd, answers, count * (sizeof(answer) - 1), MSG_NOSIGNAL);
	if (n <= 0 || n == ONCE)
		(void)close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, epoll = epoll_create1(0);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct epoll_event batch[BATCH];

	a.sin_port = htons((uint16_t)(argc == 2 ? atoi(argv[1]) : 0));
	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (void *)&a, sizeof(a)) < 0 || listen(listener, SOMAXCONN) < 0) {
		perror("limit");
		return 1;
	}
	for (size_t i = 0; i < PIPELINED_MAX; i++)
		memcpy(answers + i * (sizeof(answer) - 1), answer, sizeof(answer) - 1);
	add(epoll, listener);
	for (;;) {
		int n = epoll_wait(epoll, batch, BATCH, -1);

		for (int i = 0; i < n; i++) {
			int fd = batch[i].data.fd, new;

			if (fd != listener) {
				serve(fd);
				continue;
			}
			while ((new = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
				(void)setsockopt(new, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
				add(epoll, new);
			}
		}
	}
}
