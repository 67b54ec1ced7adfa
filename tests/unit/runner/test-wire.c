#include "runner/wire.h"

#include "net/sock.h"
#include "net/task.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* How a real connection ends, FIN or RST, whichever of our calls meets it first, and by
 * our own FIN. The peer is a socket of this process. */

#define TIMEOUT (10 * USEC_PER_SEC)

struct pair {
	struct loop *loop;
	struct curl_dialer *dialer;
	int listener, peer;
	struct wire *wire;
	void (*play)(struct pair *p);
	bool over;
	int wrong;                    /* the first line that saw something else; 0: none */
	ssize_t saw;
};

/* cmocka's asserts leave by longjmp(3), which no task may: they are made when all is over. */
#define WANT(pair, value, wanted) want(pair, __LINE__, value, wanted)

static void want(struct pair *p, int line, ssize_t value, ssize_t wanted)
{
	if (p->wrong || value == wanted)
		return;
	p->wrong = line;
	p->saw = value;
}

/* ---- the peer ---- */

static void says(struct pair *p, const char *text)
{
	WANT(p, sock_write(p->peer, text, strlen(text)), strlen(text));
}

static void half_closes(struct pair *p)
{
	WANT(p, sock_half_close(p->peer), 0);
}

static void goes(struct pair *p)
{
	WANT(p, close(p->peer), 0);
	p->peer = -1;
}

static void resets(struct pair *p)
{
	WANT(p, sock_abort_on_close(p->peer), 0);
	goes(p);
}

static void waits_for_bytes(struct pair *p)
{
	struct pollfd fd = { .fd = p->peer, .events = POLLIN };

	WANT(p, poll(&fd, 1, 10000), 1);
}

/* ---- we ---- */

static ssize_t send_one(struct pair *p)
{
	return p->wire->kind->send(p->wire, "x", 1);
}

static ssize_t receive(struct pair *p)
{
	char bytes[64];

	WANT(p, p->wire->kind->wait(p->wire, LOOP_READ, task_now() + TIMEOUT), 0);
	return p->wire->kind->recv(p->wire, bytes, sizeof(bytes));
}

/* What the kernel does to a connection on this host is done when the peer's call returns, but
 * no rule says so: what is sent until it is refused has met the end. */
static void send_until_refused(struct pair *p)
{
	usec deadline = task_now() + TIMEOUT;

	while (send_one(p) == 1)
		if (task_now() > deadline)
			return;
	WANT(p, send_one(p), -EPIPE);
}

/* Though sending met the end, what had come before it is there to be read. */
static void answer_then(struct pair *p, ssize_t end)
{
	send_until_refused(p);
	WANT(p, receive(p), 6);
	WANT(p, receive(p), end);
}

static void fin_is_read(struct pair *p)
{
	says(p, "answer");
	half_closes(p);
	WANT(p, receive(p), 6);
	WANT(p, receive(p), 0);
}

static void reset_is_read(struct pair *p)
{
	resets(p);
	WANT(p, receive(p), -ECONNRESET);
}

static void reset_met_in_sending(struct pair *p)
{
	says(p, "answer");
	resets(p);
	answer_then(p, -ECONNRESET);
}

static void close_with_input_unread(struct pair *p)
{
	says(p, "answer");
	WANT(p, send_one(p), 1);
	waits_for_bytes(p);
	goes(p);
	answer_then(p, -ECONNRESET);
}

/* The FIN came first, and is what a client reads behind the answer. */
static void reset_behind_fin(struct pair *p)
{
	says(p, "answer");
	goes(p);
	answer_then(p, 0);
}

static bool has_come(struct pair *p)
{
	struct pollfd fd = { .fd = p->peer, .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

/* A busy machine may take longer than the 200 ms that the kernel holds it. */
static void last_segment_with_fin(struct pair *p)
{
	usec begun = task_now();
	char bytes[8];

	p->wire->kind->hold_last(p->wire);
	WANT(p, send_one(p), 1);

	bool came = has_come(p);

	WANT(p, came && task_now() - begun < 150 * USEC_PER_MS, false);
	p->wire->kind->half_close(p->wire);
	waits_for_bytes(p);
	WANT(p, sock_read(p->peer, bytes, sizeof(bytes)), 1);
	waits_for_bytes(p);
	WANT(p, sock_read(p->peer, bytes, sizeof(bytes)), 0);
}

/* ---- */

static void play(void *arg)
{
	struct pair *p = arg;
	struct wire_how how = { .name = "main" };
	struct dialer *d = curl_dialer_base(p->dialer);
	struct problem problem;

	WANT(p, d->open(d, &how, task_now() + TIMEOUT, &p->wire, &problem), 0);
	p->peer = sock_accept(p->listener);
	WANT(p, p->peer >= 0, true);
	if (!p->wrong)
		p->play(p);
	if (p->wire)
		p->wire->kind->close(p->wire, false);
	p->over = true;
}

static void hold(void (*what)(struct pair *p), const struct sock_address *where)
{
	struct pair p = { .play = what, .peer = -1, .listener = sock_listen(where, 8, NULL) };
	struct sock_address at;
	char name[SOCK_NAME_ROOM], url[SOCK_NAME_ROOM + 16];

	assert_true(p.listener >= 0);
	assert_int_equal(sock_local(p.listener, &at), 0);
	sock_address_name(&at, name, sizeof(name));
	(void)snprintf(url, sizeof(url), "http://%s/", name);

	struct endpoint endpoint = { .url = url };

	assert_int_equal(loop_new(false, &p.loop), 0);
	assert_int_equal(curl_dialer_new(p.loop, &endpoint, &p.dialer), 0);
	assert_int_equal(task_start(p.loop, play, &p, (size_t)256 * 1024, NULL), 0);
	while (!p.over)
		assert_int_equal(loop_turn(p.loop, USEC_FOREVER), 0);
	curl_dialer_free(p.dialer);
	loop_free(p.loop);
	if (p.peer >= 0)
		(void)close(p.peer);
	(void)close(p.listener);
	if (p.wrong)
		fail_msg("line %d saw %zd", p.wrong, p.saw);
}

static void ends(void **state)
{
	static const struct {
		const char *why;
		void (*play)(struct pair *p);
	} row[] = {
		{ "a FIN is read as one", fin_is_read },
		{ "a reset is read as one", reset_is_read },
		{ "and where sending met it first", reset_met_in_sending },
		{ "and where it came of what the peer left unread", close_with_input_unread },
		{ "a reset behind a FIN does not undo it", reset_behind_fin },
		{ "what is held back leaves with our FIN", last_segment_with_fin },
	};
	struct sock_address where;

	(void)state;
	assert_int_equal(sock_address_tcp("127.0.0.1:0", &where, NULL), 0);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		print_message("  %s\n", row[i].why);
		hold(row[i].play, &where);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
