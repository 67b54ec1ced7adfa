#include "net/sock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* A folder of the test's own for unix sockets. */
static char folder[] = "/tmp/httpcheck-sock-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

/* A path with nothing there, whatever the last test left. */
static struct sock_address free_path(void)
{
	struct sock_address a;

	(void)unlink(path);
	assert_int_equal(sock_address_unix(path, &a, NULL), 0);
	return a;
}

static void wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	assert_int_equal(poll(&p, 1, 10000), 1);
}

/* ---- addresses ---- */

static void tcp_addresses(void **state)
{
	static const struct {
		const char *text, *name;
		int family;
	} row[] = {
		{ "127.0.0.1:8080", "127.0.0.1:8080", AF_INET },
		{ "0.0.0.0:0", "0.0.0.0:0", AF_INET },
		{ "localhost:80", "127.0.0.1:80", AF_INET },
		{ ":8080", "127.0.0.1:8080", AF_INET },
		{ "127.0.0.1:65535", "127.0.0.1:65535", AF_INET },
		{ "[::1]:0", "[::1]:0", AF_INET6 },
		{ "[::]:80", "[::]:80", AF_INET6 },
		{ "[2001:DB8::0:1]:80", "[2001:db8::1]:80", AF_INET6 },
		{ "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:80",
		  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:80", AF_INET6 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct sock_address a;
		struct problem p = { 0 };
		char name[SOCK_NAME_ROOM];

		if (sock_address_tcp(row[i].text, &a, &p) != 0)
			fail_msg("%s: %s", row[i].text, p.text);
		assert_int_equal(a.storage.ss_family, row[i].family);
		assert_int_equal(a.len, row[i].family == AF_INET ? sizeof(struct sockaddr_in)
								 : sizeof(struct sockaddr_in6));
		sock_address_name(&a, name, sizeof(name));
		assert_string_equal(name, row[i].name);
	}
}

static void no_tcp_addresses(void **state)
{
	static const char *const row[] = {
		"",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:65536",
		"127.0.0.1:99999999999999999999",
		"127.0.0.1:-1",
		"127.0.0.1:http",
		"127.0.0.1:80 ",
		" 127.0.0.1:80",
		"127.0.0:80",
		"256.0.0.1:80",
		"example.org:80",
		"[::1]",
		"[::1]80",
		"[::1:80",
		"::1]:80",
		"::1:80",
		"[]:80",
		"[127.0.0.1]:80",
		"[localhost]:80",
		"[::g]:80",
		"[::1%lo]:80",
		"a very long text that is no address and longer than any of them could be:80",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct sock_address a = { .len = 77 };
		struct problem p = { 0 };

		if (sock_address_tcp(row[i], &a, &p) != -EINVAL)
			fail_msg("'%s' is no address", row[i]);
		assert_int_equal(a.len, 77);
		assert_non_null(strchr(p.text, '\''));
		assert_int_equal(sock_address_tcp(row[i], &a, NULL), -EINVAL);
	}
}

static void unix_addresses(void **state)
{
	const size_t most = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
	struct sock_address a = { .len = 77 };
	struct problem p = { 0 };
	char name[SOCK_NAME_ROOM], text[200];

	(void)state;
	assert_int_equal(most, 107);
	assert_int_equal(sock_address_unix("run/server.sock", &a, &p), 0);
	sock_address_name(&a, name, sizeof(name));
	assert_string_equal(name, "unix:run/server.sock");
	assert_int_equal(a.len, offsetof(struct sockaddr_un, sun_path) + sizeof("run/server.sock"));

	memset(text, 'x', sizeof(text));
	text[most] = '\0';
	assert_int_equal(sock_address_unix(text, &a, &p), 0);
	sock_address_name(&a, name, sizeof(name));
	assert_int_equal(strlen(name), 5 + most);

	a.len = 77;
	text[most] = 'x';
	text[most + 1] = '\0';
	assert_int_equal(sock_address_unix(text, &a, &p), -ENAMETOOLONG);
	assert_non_null(strstr(p.text, "108 bytes, 107 fit"));
	assert_int_equal(sock_address_unix("", &a, &p), -EINVAL);
	assert_int_equal(a.len, 77);
}

/* ---- listening and connecting ---- */

struct ends {
	int listener, client, server;
};

/* Listens on |a|, connects to what it was bound to, and takes the connection. */
static struct ends open_ends(const struct sock_address *a)
{
	struct ends e;
	struct sock_address bound;
	struct problem p = { 0 };

	e.listener = sock_listen(a, 5, &p);
	if (e.listener < 0)
		fail_msg("%s", p.text);
	assert_int_equal(sock_accept(e.listener), -EAGAIN);
	assert_int_equal(sock_local(e.listener, &bound), 0);

	int r = sock_connect(&bound, &e.client);

	assert_true(r == 0 || r == -EINPROGRESS);
	wait_for(e.client, POLLOUT);
	wait_for(e.listener, POLLIN);
	e.server = sock_accept(e.listener);
	assert_true(e.server >= 0);
	return e;
}

static void close_ends(const struct ends *e)
{
	(void)close(e->listener);
	if (e->client >= 0)
		(void)close(e->client);
	if (e->server >= 0)
		(void)close(e->server);
}

static void check_flags(int fd)
{
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void check_talk(const struct ends *e)
{
	char got[16];

	assert_int_equal(sock_read(e->server, got, sizeof(got)), -EAGAIN);
	assert_int_equal(sock_write(e->client, "ping", 4), 4);
	wait_for(e->server, POLLIN);
	assert_int_equal(sock_read(e->server, got, sizeof(got)), 4);
	assert_memory_equal(got, "ping", 4);
	assert_int_equal(sock_write(e->server, "pong", 4), 4);
	assert_int_equal(sock_half_close(e->server), 0);
	wait_for(e->client, POLLIN);
	assert_int_equal(sock_read(e->client, got, sizeof(got)), 4);
	wait_for(e->client, POLLIN);
	assert_int_equal(sock_read(e->client, got, sizeof(got)), 0);
	assert_int_equal(sock_write(e->client, "more", 4), 4);
	wait_for(e->server, POLLIN);
	assert_int_equal(sock_read(e->server, got, sizeof(got)), 4);
}

static void check_ends(const struct ends *e)
{
	check_flags(e->listener);
	check_flags(e->client);
	check_flags(e->server);
	check_talk(e);
}

static int tcp_nodelay(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
	return on;
}

static void tcp_over_ipv4(void **state)
{
	struct sock_address a, bound;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	struct ends e = open_ends(&a);
	char name[SOCK_NAME_ROOM];

	assert_int_equal(sock_local(e.listener, &bound), 0);
	sock_address_name(&bound, name, sizeof(name));
	assert_memory_equal(name, "127.0.0.1:", 10);
	assert_string_not_equal(name, "127.0.0.1:0");
	assert_true(tcp_nodelay(e.server));
	check_ends(&e);
	close_ends(&e);
}

static void tcp_over_ipv6(void **state)
{
	struct sock_address a;
	struct problem p = { 0 };

	(void)state;
	assert_int_equal(sock_address_tcp("[::1]:0", &a, NULL), 0);

	int probe = sock_listen(&a, 1, &p);

	if (probe == -EADDRNOTAVAIL || probe == -EAFNOSUPPORT) {
		print_message("skipped, this machine has no IPv6: %s\n", p.text);
		skip();
	}
	assert_true(probe >= 0);
	(void)close(probe);

	struct ends e = open_ends(&a);

	assert_true(tcp_nodelay(e.server));
	check_ends(&e);
	close_ends(&e);
}

/* [::] must leave 0.0.0.0 to another listener on the same port. */
static void ipv6_is_ipv6_only(void **state)
{
	struct sock_address a, bound;
	char text[32];

	(void)state;
	assert_int_equal(sock_address_tcp("[::]:0", &a, NULL), 0);

	int six = sock_listen(&a, 1, NULL);

	if (six == -EADDRNOTAVAIL || six == -EAFNOSUPPORT)
		skip();
	assert_true(six >= 0);
	assert_int_equal(sock_local(six, &bound), 0);
	(void)snprintf(text, sizeof(text), "0.0.0.0:%u",
		       ntohs(((struct sockaddr_in6 *)&bound.storage)->sin6_port));
	assert_int_equal(sock_address_tcp(text, &a, NULL), 0);

	int four = sock_listen(&a, 1, NULL);

	assert_true(four >= 0);
	(void)close(four);
	(void)close(six);
}

static void over_a_unix_path(void **state)
{
	struct sock_address a = free_path();

	(void)state;

	struct ends e = open_ends(&a);

	check_ends(&e);
	close_ends(&e);
}

static void a_port_in_use(void **state)
{
	struct sock_address a, bound;
	struct problem p = { 0 };
	char name[SOCK_NAME_ROOM];

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	int first = sock_listen(&a, 1, NULL);

	assert_int_equal(sock_local(first, &bound), 0);
	assert_int_equal(sock_listen(&bound, 1, &p), -EADDRINUSE);
	sock_address_name(&bound, name, sizeof(name));
	assert_non_null(strstr(p.text, name));
	(void)close(first);
}

/* The server closed first, so the kernel keeps its port in TIME_WAIT. */
static void a_port_used_a_moment_ago(void **state)
{
	struct sock_address a, bound;
	char byte;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	struct ends e = open_ends(&a);

	assert_int_equal(sock_local(e.listener, &bound), 0);
	(void)close(e.server);
	e.server = -1;
	wait_for(e.client, POLLIN);
	assert_int_equal(sock_read(e.client, &byte, 1), 0);
	close_ends(&e);

	int again = sock_listen(&bound, 1, NULL);

	assert_true(again >= 0);
	(void)close(again);
}

static void nobody_listens(void **state)
{
	struct sock_address a, bound;
	int fd = -1;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	int listener = sock_listen(&a, 1, NULL);

	assert_int_equal(sock_local(listener, &bound), 0);
	(void)close(listener);

	int r = sock_connect(&bound, &fd);

	if (r == -EINPROGRESS) {
		int error = 0;
		socklen_t len = sizeof(error);

		wait_for(fd, POLLOUT);
		assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
		(void)close(fd);
		r = -error;
		fd = -1;
	}
	assert_int_equal(r, -ECONNREFUSED);
	assert_int_equal(fd, -1);

	a = free_path();
	assert_int_equal(sock_connect(&a, &fd), -ENOENT);
	assert_int_equal(fd, -1);
}

/* ---- what stands at a unix path already ---- */

static void a_stale_socket_is_taken_over(void **state)
{
	struct sock_address a = free_path();
	struct problem p = { 0 };

	(void)state;

	int dead = sock_listen(&a, 1, &p);

	assert_true(dead >= 0);
	(void)close(dead);
	assert_int_equal(access(path, F_OK), 0);

	struct ends e = open_ends(&a);

	check_talk(&e);
	close_ends(&e);
}

static void a_living_socket_is_left_alone(void **state)
{
	struct sock_address a = free_path();
	struct problem p = { 0 };

	(void)state;

	struct ends e = open_ends(&a);

	assert_int_equal(sock_listen(&a, 1, &p), -EADDRINUSE);
	assert_non_null(strstr(p.text, path));
	assert_int_equal(access(path, F_OK), 0);
	check_talk(&e);
	close_ends(&e);
}

/* Its queue is full, so that it does not answer at once; it lives all the same. */
static void a_busy_socket_is_left_alone(void **state)
{
	struct sock_address a = free_path();
	int client[16], n = 0;

	(void)state;

	int listener = sock_listen(&a, 1, NULL);

	assert_true(listener >= 0);
	while (n < 16 && sock_connect(&a, &client[n]) == 0)
		n++;
	assert_in_range(n, 1, 15);
	assert_int_equal(sock_listen(&a, 1, NULL), -EADDRINUSE);
	while (n > 0)
		(void)close(client[--n]);
	(void)close(listener);
}

static void a_file_is_never_taken_for_a_stale_socket(void **state)
{
	struct sock_address a = free_path();
	struct stat st;

	(void)state;

	int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_int_equal(write(file, "precious", 8), 8);
	(void)close(file);
	assert_int_equal(sock_listen(&a, 1, NULL), -EADDRINUSE);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 8);
}

static void a_link_is_never_taken_for_a_stale_socket(void **state)
{
	struct sock_address a = free_path();

	(void)state;
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(sock_listen(&a, 1, NULL), -EADDRINUSE);
	assert_int_equal(access(path, F_OK), 0);
}

static void a_folder_that_is_not_there(void **state)
{
	struct sock_address a;
	struct problem p = { 0 };

	(void)state;
	assert_int_equal(sock_address_unix("/nowhere/at/all/s", &a, NULL), 0);
	assert_int_equal(sock_listen(&a, 1, &p), -ENOENT);
	assert_string_equal(p.text,
			    "cannot bind to 'unix:/nowhere/at/all/s': No such file or directory");
}

/* ---- endings ---- */

static void an_abort_is_a_reset(void **state)
{
	struct sock_address a;
	char byte;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	struct ends e = open_ends(&a);

	assert_int_equal(sock_abort_on_close(e.server), 0);
	(void)close(e.server);
	e.server = -1;
	wait_for(e.client, POLLIN);
	assert_int_equal(sock_read(e.client, &byte, 1), -ECONNRESET);
	close_ends(&e);
}

static void a_close_is_not(void **state)
{
	struct sock_address a;
	char byte;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &a, NULL), 0);

	struct ends e = open_ends(&a);

	(void)close(e.server);
	e.server = -1;
	wait_for(e.client, POLLIN);
	assert_int_equal(sock_read(e.client, &byte, 1), 0);
	close_ends(&e);
}

static void writing_to_nobody_is_an_error_and_no_signal(void **state)
{
	struct sock_address a = free_path();

	(void)state;

	struct ends e = open_ends(&a);

	(void)close(e.server);
	e.server = -1;
	assert_int_equal(sock_write(e.client, "x", 1), -EPIPE);
	close_ends(&e);
}

static void a_full_socket_says_so(void **state)
{
	static char block[65536];
	struct sock_address a = free_path();
	ssize_t n;

	(void)state;

	struct ends e = open_ends(&a);

	do
		n = sock_write(e.client, block, sizeof(block));
	while (n > 0);
	assert_int_equal(n, -EAGAIN);
	close_ends(&e);
}

static void errors_are_numbers_below_zero(void **state)
{
	struct sock_address a;
	char byte;

	(void)state;
	assert_int_equal(sock_read(-1, &byte, 1), -EBADF);
	assert_int_equal(sock_write(-1, "x", 1), -EBADF);
	assert_int_equal(sock_half_close(-1), -EBADF);
	assert_int_equal(sock_abort_on_close(-1), -EBADF);
	assert_int_equal(sock_accept(-1), -EBADF);
	assert_int_equal(sock_local(-1, &a), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_addresses),
		cmocka_unit_test(no_tcp_addresses),
		cmocka_unit_test(unix_addresses),
		cmocka_unit_test(tcp_over_ipv4),
		cmocka_unit_test(tcp_over_ipv6),
		cmocka_unit_test(ipv6_is_ipv6_only),
		cmocka_unit_test(over_a_unix_path),
		cmocka_unit_test(a_port_in_use),
		cmocka_unit_test(a_port_used_a_moment_ago),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(a_stale_socket_is_taken_over),
		cmocka_unit_test(a_living_socket_is_left_alone),
		cmocka_unit_test(a_busy_socket_is_left_alone),
		cmocka_unit_test(a_file_is_never_taken_for_a_stale_socket),
		cmocka_unit_test(a_link_is_never_taken_for_a_stale_socket),
		cmocka_unit_test(a_folder_that_is_not_there),
		cmocka_unit_test(an_abort_is_a_reset),
		cmocka_unit_test(a_close_is_not),
		cmocka_unit_test(writing_to_nobody_is_an_error_and_no_signal),
		cmocka_unit_test(a_full_socket_says_so),
		cmocka_unit_test(errors_are_numbers_below_zero),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
