#include "feed.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "net/sock.h"
#include "reference-server/models/models.h"
#include "reference-server/server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* The program as its users meet it: a child process, its first line of output, real
 * sockets, signals. Every test runs for every model. */

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/* More than any answer here needs; a test that waits so long has failed. */
enum { PATIENCE_MS = 10000 };

struct child {
	pid_t pid;
	FILE *out;
	struct sock_address address;
};

enum { WORDS = 8 };

static _Noreturn void be_server(const char *const words[WORDS], int out)
{
	char *argv[WORDS + 1] = { "httpcheck-server" };
	int argc = 1;

	(void)dup2(out, STDOUT_FILENO);
	for (size_t i = 0; i < WORDS && words[i]; i++)
		argv[argc++] = (char *)words[i];
	_exit(server_main(argc, argv));
}

static void read_address(struct child *c)
{
	static const struct slice http = SLICE("listening on http://"),
				  path = SLICE("listening on unix:");
	char line[200];

	assert_non_null(fgets(line, sizeof(line), c->out));
	line[strcspn(line, "\n")] = '\0';
	if (slice_starts(slice_str(line), http))
		assert_int_equal(sock_address_tcp(line + http.len, &c->address, NULL), 0);
	else
		assert_int_equal(sock_address_unix(line + path.len, &c->address, NULL), 0);
}

static void start(struct child *c, const char *const words[WORDS])
{
	int pair[2];

	assert_int_equal(pipe(pair), 0);
	c->pid = fork();
	if (c->pid == 0)
		be_server(words, pair[1]);
	(void)close(pair[1]);
	c->out = fdopen(pair[0], "r");
	read_address(c);
}

static int stopped(struct child *c)
{
	int status;

	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	(void)fclose(c->out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(struct child *c)
{
	(void)kill(c->pid, SIGTERM);
	return stopped(c);
}

static void wait_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

static int connect_to(const struct child *c)
{
	int fd, r = sock_connect(&c->address, &fd);

	assert_true(r == 0 || r == -EINPROGRESS);
	wait_ready(fd, POLLOUT);
	return fd;
}

static void say(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t n = sock_write(fd, bytes.at, bytes.len);

		if (n == -EAGAIN)
			wait_ready(fd, POLLOUT);
		else if (n < 0)
			return;       /* the server has heard enough */
		else
			bytes = slice_skip(bytes, (size_t)n);
	}
}

/* Adds what the server says until |text| is in it; returns false when it ended. */
static bool hear(int fd, struct buffer *in, const char *text)
{
	for (;;) {
		if (slice_find_slice(buffer_slice(in), slice_str(text)) < in->len)
			return true;
		char *to = buffer_reserve(in, 4096);

		assert_non_null(to);
		wait_ready(fd, POLLIN);

		ssize_t n = sock_read(fd, to, 4096);

		assert_true(n >= 0);  /* a reset would be an error */
		if (n == 0)
			return false;
		buffer_grew(in, (size_t)n);
	}
}

static void hear_end(int fd, struct buffer *in)
{
	assert_false(hear(fd, in, "no answer has these words"));
}

/* ---- */

static void it_serves_and_stops(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });

	int fd = connect_to(&c);

	say(fd, SLICE(GET));
	assert_true(hear(fd, &in, "reference server"));
	say(fd, SLICE("GET / HTTP/1.0\r\n\r\n"));
	hear_end(fd, &in);
	assert_non_null(strstr(in.at, "Connection: close\r\n"));
	(void)close(fd);
	assert_int_equal(stop(&c), 0);
	buffer_release(&in);
}

/* A client that keeps its connection open must not hold the server. */
static void an_idle_client_does_not_hold_it(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });

	int fd = connect_to(&c);

	say(fd, SLICE(GET));
	assert_true(hear(fd, &in, "reference server"));
	(void)kill(c.pid, SIGTERM);
	hear_end(fd, &in);            /* FIN at once */
	(void)close(fd);
	assert_int_equal(stopped(&c), 0);
	buffer_release(&in);
}

static void what_is_in_flight_is_finished(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });

	int fd = connect_to(&c);

	/* once the first is answered, the second is in flight */
	say(fd, SLICE(GET "GET /delay/300 HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(hear(fd, &in, "reference server"));
	(void)kill(c.pid, SIGTERM);
	hear_end(fd, &in);
	assert_non_null(strstr(in.at, "This took 300 ms"));
	(void)close(fd);
	assert_int_equal(stopped(&c), 0);
	buffer_release(&in);
}

static void a_second_signal_ends_it_at_once(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);
	usec begin = clock_now();

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });

	int fd = connect_to(&c);

	say(fd, SLICE(GET "GET /delay/60000 HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(hear(fd, &in, "reference server"));
	(void)kill(c.pid, SIGTERM);
	(void)kill(c.pid, SIGINT);
	assert_int_equal(stopped(&c), 0);
	assert_true(clock_now() - begin < SETTINGS_DEFAULT.timeouts.drain);
	(void)close(fd);
	buffer_release(&in);
}

/* The answer to a request that is refused early must survive the rest of it. */
static void an_error_reaches_a_client_that_still_sends(const char *model)
{
	CLEANUP(freep) char *content = repeated('x', 8000000);
	struct child c;

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });
	for (int i = 0; i < 20; i++) {
		struct buffer in = BUFFER_INIT(1 << 20);
		int fd = connect_to(&c);

		say(fd,
		    SLICE("POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n"));
		say(fd, slice_str(content));
		hear_end(fd, &in);
		assert_memory_equal(in.at, "HTTP/1.1 413 ", 13);
		(void)close(fd);
		buffer_release(&in);
	}
	assert_int_equal(stop(&c), 0);
}

static void slow_clients_are_timed_out(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);

	start(&c,
	      (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0",
					  "--header-timeout", "50ms", "--idle-timeout", "50ms" });

	int fd = connect_to(&c);

	hear_end(fd, &in);
	assert_int_equal(in.len, 0);
	(void)close(fd);
	fd = connect_to(&c);
	say(fd, SLICE("GET / HT"));
	hear_end(fd, &in);
	assert_memory_equal(in.at, "HTTP/1.1 408 ", 13);
	(void)close(fd);
	assert_int_equal(stop(&c), 0);
	buffer_release(&in);
}

static void an_answer_larger_than_the_socket_arrives(const char *model)
{
	static const struct slice head = SLICE("POST /body HTTP/1.1\r\nHost: a\r\nConnection: "
					       "close\r\nContent-Length: 1048576\r\n\r\n");
	CLEANUP(freep) char *content = repeated('x', 1 << 20);
	struct child c;
	struct buffer in = BUFFER_INIT(4 << 20);

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });

	int fd = connect_to(&c);

	say(fd, head);
	say(fd, slice_str(content));
	hear_end(fd, &in);
	assert_true(in.len > 1 << 20);
	assert_memory_equal(in.at + in.len - (1 << 20), content, 1 << 20);
	(void)close(fd);
	assert_int_equal(stop(&c), 0);
	buffer_release(&in);
}

static void clients_that_reset_do_no_harm(const char *model)
{
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);

	start(&c, (const char *const[WORDS]){ "--model", model, "--listen", "127.0.0.1:0" });
	for (int i = 0; i < 100; i++) {
		int fd = connect_to(&c);

		say(fd, slice_sub(SLICE(GET GET GET), 0, (size_t)i));
		assert_int_equal(sock_abort_on_close(fd), 0);
		(void)close(fd);
	}

	int fd = connect_to(&c);

	say(fd, SLICE(GET));
	assert_true(hear(fd, &in, "reference server"));
	(void)close(fd);
	assert_int_equal(stop(&c), 0);
	buffer_release(&in);
}

static void a_unix_socket_is_private_and_goes_with_it(const char *model)
{
	char dir[] = "/tmp/httpcheck-test-XXXXXX";
	CLEANUP(freep) char *path = NULL;
	struct child c;
	struct buffer in = BUFFER_INIT(1 << 20);
	struct stat st;

	assert_non_null(mkdtemp(dir));
	assert_true(asprintf(&path, "%s/socket", dir) > 0);
	start(&c, (const char *const[WORDS]){ "--model", model, "--unix", path });
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	int fd = connect_to(&c);

	say(fd, SLICE(GET));
	assert_true(hear(fd, &in, "reference server"));
	(void)close(fd);
	assert_int_equal(stop(&c), 0);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(rmdir(dir), 0);
	buffer_release(&in);
}

/* ---- */

static void for_each_model(void (*test)(const char *model))
{
	for (const struct model *m = models; m->name; m++) {
		print_message("  %s\n", m->name);
		test(m->name);
	}
}

#define TEST(name)                           \
	static void name##_(void **state)    \
	{                                    \
		(void)state;                 \
		for_each_model(name);        \
	}

TEST(it_serves_and_stops)
TEST(an_idle_client_does_not_hold_it)
TEST(what_is_in_flight_is_finished)
TEST(a_second_signal_ends_it_at_once)
TEST(an_error_reaches_a_client_that_still_sends)
TEST(slow_clients_are_timed_out)
TEST(an_answer_larger_than_the_socket_arrives)
TEST(clients_that_reset_do_no_harm)
TEST(a_unix_socket_is_private_and_goes_with_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_serves_and_stops_),
		cmocka_unit_test(an_idle_client_does_not_hold_it_),
		cmocka_unit_test(what_is_in_flight_is_finished_),
		cmocka_unit_test(a_second_signal_ends_it_at_once_),
		cmocka_unit_test(an_error_reaches_a_client_that_still_sends_),
		cmocka_unit_test(slow_clients_are_timed_out_),
		cmocka_unit_test(an_answer_larger_than_the_socket_arrives_),
		cmocka_unit_test(clients_that_reset_do_no_harm_),
		cmocka_unit_test(a_unix_socket_is_private_and_goes_with_it_),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
