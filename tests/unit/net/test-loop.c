#include "net/loop.h"

#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define MS USEC_PER_MS

static void loop_freep(struct loop **l)
{
	loop_free(*l);
}

static struct loop *new_loop(bool virtual_time)
{
	struct loop *l = NULL;

	assert_int_equal(loop_new(virtual_time, &l), 0);
	return l;
}

#define LOOP(name, virtual_time)                                                                   \
	CLEANUP(loop_freep)                                                                        \
	struct loop *name = new_loop(virtual_time)

/* ---- timers ---- */

/* A timer that writes its name into a diary when it is due. */
static char diary[4096];
static size_t written;

struct entry {
	struct loop_timer timer;
	struct loop *loop;
	char name;
	void (*also)(struct entry *e);
	usec seen;
};

static void write_entry(struct loop_timer *t)
{
	struct entry *e = (struct entry *)t;

	e->seen = loop_now(e->loop);
	diary[written++] = e->name;
	diary[written] = '\0';
	if (e->also)
		e->also(e);
}

static void new_diary(struct entry *e, size_t n, struct loop *l)
{
	memset(e, 0, n * sizeof(*e));
	for (size_t i = 0; i < n; i++) {
		e[i].timer.due = write_entry;
		e[i].loop = l;
		e[i].name = (char)('a' + i);
	}
	written = 0;
	diary[0] = '\0';
}

static void turn_until_idle(struct loop *l)
{
	for (int i = 0; i < 1000; i++)
		assert_int_equal(loop_turn(l, loop_now(l)), 0);
}

static void timers_come_in_the_order_of_time(void **state)
{
	static const usec at[] = { 50, 10, 40, 20, 30 };
	struct entry e[5];
	LOOP(l, true);

	(void)state;
	new_diary(e, 5, l);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(loop_timer_set(l, &e[i].timer, at[i]), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "bdeca");
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(e[i].seen, at[i]);
}

static void timers_of_one_time_come_in_the_order_they_were_set(void **state)
{
	struct entry e[20];
	LOOP(l, true);

	(void)state;
	new_diary(e, 20, l);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(loop_timer_set(l, &e[i].timer, i < 10 ? 7 : 5), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "klmnopqrstabcdefghij");
}

static void setting_anew_moves_a_timer(void **state)
{
	struct entry e[3];
	LOOP(l, true);

	(void)state;
	new_diary(e, 3, l);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(loop_timer_set(l, &e[i].timer, (usec)(10 * (i + 1))), 0);
	assert_int_equal(loop_timer_set(l, &e[0].timer, 25), 0);
	assert_int_equal(loop_timer_set(l, &e[2].timer, 5), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "cba");
}

static void a_stopped_timer_never_comes(void **state)
{
	struct entry e[3];
	LOOP(l, true);

	(void)state;
	new_diary(e, 3, l);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(loop_timer_set(l, &e[i].timer, (usec)(10 * (i + 1))), 0);
	loop_timer_stop(l, &e[1].timer);
	loop_timer_stop(l, &e[1].timer);
	assert_int_equal(loop_turn(l, 100), 0);
	assert_int_equal(loop_turn(l, 100), 0);
	assert_int_equal(loop_turn(l, 100), 0);
	assert_string_equal(diary, "ac");
	loop_timer_stop(l, &e[0].timer);
}

static struct entry *victim;

static void stop_the_other(struct entry *e)
{
	loop_timer_stop(e->loop, &victim->timer);
}

static void a_callback_may_stop_a_timer_that_is_due_too(void **state)
{
	struct entry e[2];
	LOOP(l, true);

	(void)state;
	new_diary(e, 2, l);
	victim = &e[1];
	e[0].also = stop_the_other;
	assert_int_equal(loop_timer_set(l, &e[0].timer, 10), 0);
	assert_int_equal(loop_timer_set(l, &e[1].timer, 10), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	turn_until_idle(l);
	assert_string_equal(diary, "a");
}

static void again_in_ten(struct entry *e)
{
	assert_int_equal(loop_timer_set(e->loop, &e->timer, loop_now(e->loop) + 10), 0);
}

static void a_callback_may_set_its_own_timer(void **state)
{
	struct entry e[1];
	LOOP(l, true);

	(void)state;
	new_diary(e, 1, l);
	e[0].also = again_in_ten;
	assert_int_equal(loop_timer_set(l, &e[0].timer, 10), 0);
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
		assert_int_equal(loop_now(l), 10 * i);
	}
	assert_string_equal(diary, "aaaaa");
}

static void again_in_the_past(struct entry *e)
{
	assert_int_equal(loop_timer_set(e->loop, &e->timer, 0), 0);
}

/* One that is always due must not keep the others from their turn. */
static void a_time_already_past_is_the_next_turn(void **state)
{
	struct entry e[4];
	LOOP(l, true);

	(void)state;
	new_diary(e, 4, l);
	e[0].also = again_in_the_past;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(loop_timer_set(l, &e[i].timer, 10), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "abcd");
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "abcda");
}

/* Every timer of a thousand, with others stopped and moved in between. */
static void a_thousand_timers(void **state)
{
	enum { N = 1000 };
	struct entry e[N];
	usec last = 0;
	size_t due = 0;
	uint32_t seed = 1;
	LOOP(l, true);

	(void)state;
	new_diary(e, N, l);
	for (size_t i = 0; i < 3 * N; i++) {
		seed = seed * 1664525 + 1013904223;

		struct entry *one = &e[(seed >> 8) % N];

		if (seed >> 30 == 0)
			loop_timer_stop(l, &one->timer);
		else
			assert_int_equal(loop_timer_set(l, &one->timer, 1 + (seed >> 16) % 500), 0);
	}
	for (size_t i = 0; i < N; i++)
		due += e[i].timer.slot != 0;
	assert_in_range(due, N / 2, N);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
		assert_true(loop_now(l) >= last);
		last = loop_now(l);
	}
	assert_int_equal(written, due);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(e[i].timer.slot, 0);
		if (e[i].seen)
			assert_int_equal(e[i].seen, e[i].timer.at);
	}
}

/* ---- time ---- */

static void virtual_time_jumps_over_a_year(void **state)
{
	const usec year = 365 * 86400 * USEC_PER_SEC;
	struct entry e[1];
	LOOP(l, true);
	usec began = clock_now();

	(void)state;
	new_diary(e, 1, l);
	assert_int_equal(loop_now(l), 0);
	assert_int_equal(loop_timer_set(l, &e[0].timer, year), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_string_equal(diary, "a");
	assert_int_equal(loop_now(l), year);
	assert_int_equal(loop_clock(l), year);
	assert_true(clock_now() - began < 10 * USEC_PER_SEC);
}

static void virtual_time_goes_to_the_deadline_and_not_back(void **state)
{
	struct entry e[1];
	LOOP(l, true);

	(void)state;
	new_diary(e, 1, l);
	assert_int_equal(loop_timer_set(l, &e[0].timer, 100), 0);
	assert_int_equal(loop_turn(l, 40), 0);
	assert_int_equal(loop_now(l), 40);
	assert_int_equal(loop_turn(l, 30), 0);
	assert_int_equal(loop_now(l), 40);
	assert_string_equal(diary, "");
	assert_int_equal(loop_turn(l, 100), 0);
	assert_string_equal(diary, "a");
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(loop_now(l), 100);
}

static void real_time_never_ends_early(void **state)
{
	struct entry e[1];
	LOOP(l, false);
	usec began = clock_now();

	(void)state;
	new_diary(e, 1, l);
	assert_true(loop_now(l) <= began);
	assert_int_equal(loop_timer_set(l, &e[0].timer, began + 5 * MS), 0);
	while (!written)
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_true(clock_now() - began >= 5 * MS);
	assert_true(e[0].seen >= began + 5 * MS);
	assert_true(loop_clock(l) >= loop_now(l));

	began = clock_now();
	assert_int_equal(loop_turn(l, began + 5 * MS), 0);
	assert_true(loop_now(l) >= began + 5 * MS);
	assert_int_equal(loop_turn(l, began), 0);
}

/* ---- watches ---- */

/* One end of a socket pair on the loop, the other in the test's hand. */
struct line {
	struct loop_watch watch;
	struct loop *loop;
	int far;
	int calls;
	unsigned events; /* of the last call */
	void (*also)(struct line *line);
};

static void line_ready(struct loop_watch *w, unsigned events)
{
	struct line *line = (struct line *)w;

	line->calls++;
	line->events = events;
	if (line->also)
		line->also(line);
}

static void line_open(struct line *line, struct loop *l, unsigned wanted)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
	*line = (struct line){ .watch = { .fd = fd[0], .wanted = wanted, .ready = line_ready },
			       .loop = l,
			       .far = fd[1] };
	assert_int_equal(loop_watch(l, &line->watch), 0);
}

static void line_shut(struct line *line)
{
	loop_unwatch(line->loop, &line->watch);
	(void)close(line->watch.fd);
	if (line->far >= 0)
		(void)close(line->far);
}

static void say(struct line *line)
{
	assert_int_equal(write(line->far, "x", 1), 1);
}

static void hear(struct line *line)
{
	char byte;

	assert_int_equal(read(line->watch.fd, &byte, 1), 1);
}

static void turn(struct loop *l)
{
	assert_int_equal(loop_turn(l, loop_now(l)), 0);
}

static void readiness_is_told_until_it_is_over(void **state)
{
	struct line line;
	LOOP(l, false);

	(void)state;
	line_open(&line, l, LOOP_READ);
	turn(l);
	assert_int_equal(line.calls, 0);
	say(&line);
	turn(l);
	assert_int_equal(line.calls, 1);
	assert_int_equal(line.events, LOOP_READ);
	turn(l);
	assert_int_equal(line.calls, 2);
	hear(&line);
	turn(l);
	assert_int_equal(line.calls, 2);
	line_shut(&line);
}

static void what_is_wanted_can_change(void **state)
{
	struct line line;
	LOOP(l, false);

	(void)state;
	line_open(&line, l, LOOP_WRITE);
	turn(l);
	assert_int_equal(line.events, LOOP_WRITE);
	line.watch.wanted = LOOP_READ;
	assert_int_equal(loop_watch(l, &line.watch), 0);
	line.calls = 0;
	turn(l);
	assert_int_equal(line.calls, 0);
	line.watch.wanted = LOOP_READ | LOOP_WRITE;
	assert_int_equal(loop_watch(l, &line.watch), 0);
	say(&line);
	turn(l);
	assert_int_equal(line.events, LOOP_READ | LOOP_WRITE);
	line.watch.wanted = 0;
	assert_int_equal(loop_watch(l, &line.watch), 0);
	line.calls = 0;
	turn(l);
	assert_int_equal(line.calls, 0);
	line_shut(&line);
}

static void a_hangup_comes_unasked(void **state)
{
	struct line line;
	LOOP(l, false);

	(void)state;
	line_open(&line, l, 0);
	(void)close(line.far);
	line.far = -1;
	turn(l);
	assert_int_equal(line.calls, 1);
	assert_true(line.events & LOOP_HANGUP);
	line_shut(&line);
}

static void a_half_close_is_something_to_read(void **state)
{
	struct line line;
	LOOP(l, false);

	(void)state;
	line_open(&line, l, LOOP_READ);
	assert_int_equal(shutdown(line.far, SHUT_WR), 0);
	turn(l);
	assert_int_equal(line.events, LOOP_READ);
	line_shut(&line);
}

static void errors_are_told(void **state)
{
	struct loop_watch none = { .fd = -1, .wanted = LOOP_READ, .ready = line_ready };
	struct line line;
	LOOP(l, false);

	(void)state;
	assert_int_equal(loop_watch(l, &none), -EBADF);
	assert_false(none.added);
	loop_unwatch(l, &none);

	line_open(&line, l, LOOP_READ);
	none.fd = line.watch.fd;
	assert_int_equal(loop_watch(l, &none), -EEXIST);
	line_shut(&line);
	loop_free(NULL);
}

static void unwatch_itself(struct line *line)
{
	loop_unwatch(line->loop, &line->watch);
}

static void a_callback_may_unwatch_itself(void **state)
{
	struct line line;
	LOOP(l, false);

	(void)state;
	line_open(&line, l, LOOP_READ);
	line.also = unwatch_itself;
	say(&line);
	turn(l);
	turn(l);
	assert_int_equal(line.calls, 1);
	line.also = NULL;
	assert_int_equal(loop_watch(l, &line.watch), 0);
	turn(l);
	assert_int_equal(line.calls, 2);
	line_shut(&line);
}

static struct line pair[2];

static void unwatch_the_other(struct line *line)
{
	struct line *other = line == &pair[0] ? &pair[1] : &pair[0];

	loop_unwatch(other->loop, &other->watch);
	memset(&other->watch.ready, 0, sizeof(other->watch.ready));
}

/* Both are ready in one turn: whichever comes first, the other must not follow. */
static void a_callback_may_unwatch_one_that_is_ready_too(void **state)
{
	LOOP(l, false);

	(void)state;
	for (int i = 0; i < 2; i++) {
		line_open(&pair[i], l, LOOP_READ);
		pair[i].also = unwatch_the_other;
		say(&pair[i]);
	}
	turn(l);
	assert_int_equal(pair[0].calls + pair[1].calls, 1);
	line_shut(&pair[0]);
	line_shut(&pair[1]);
}

static void rewatch_the_other(struct line *line)
{
	struct line *other = line == &pair[0] ? &pair[1] : &pair[0];

	line->also = other->also = NULL;
	loop_unwatch(other->loop, &other->watch);
	hear(other);
	assert_int_equal(loop_watch(other->loop, &other->watch), 0);
}

/* What was ready before it was watched anew is no news of the new watch. */
static void events_of_an_old_watch_are_forgotten(void **state)
{
	LOOP(l, false);

	(void)state;
	for (int i = 0; i < 2; i++) {
		line_open(&pair[i], l, LOOP_READ);
		pair[i].also = rewatch_the_other;
		say(&pair[i]);
	}
	turn(l);
	assert_int_equal(pair[0].calls + pair[1].calls, 1);
	line_shut(&pair[0]);
	line_shut(&pair[1]);
}

static void stop_the_victim(struct line *line)
{
	loop_timer_stop(line->loop, &victim->timer);
}

static void events_come_before_timers_and_may_stop_them(void **state)
{
	struct line line;
	struct entry e[1];
	LOOP(l, true);

	(void)state;
	new_diary(e, 1, l);
	victim = &e[0];
	line_open(&line, l, LOOP_READ);
	line.also = stop_the_victim;
	say(&line);
	assert_int_equal(loop_timer_set(l, &e[0].timer, 0), 0);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(line.calls, 1);
	assert_string_equal(diary, "");
	line_shut(&line);
}

static void virtual_time_stands_still_while_something_is_ready(void **state)
{
	struct line line;
	struct entry e[1];
	LOOP(l, true);

	(void)state;
	new_diary(e, 1, l);
	line_open(&line, l, LOOP_READ);
	say(&line);
	assert_int_equal(loop_timer_set(l, &e[0].timer, 1000), 0);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
		assert_int_equal(line.calls, i);
		assert_int_equal(loop_now(l), 0);
	}
	hear(&line);
	assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(loop_now(l), 1000);
	assert_string_equal(diary, "a");
	line_shut(&line);
}

/* More than the loop takes from the kernel at once. */
static void many_watches_are_all_served(void **state)
{
	enum { N = 200 };
	struct line line[N];
	LOOP(l, false);
	int served = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		line_open(&line[i], l, LOOP_READ);
		line[i].also = hear;
		say(&line[i]);
	}
	for (int i = 0; i < N; i++)
		turn(l);
	for (int i = 0; i < N; i++) {
		served += line[i].calls == 1;
		line_shut(&line[i]);
	}
	assert_int_equal(served, N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_come_in_the_order_of_time),
		cmocka_unit_test(timers_of_one_time_come_in_the_order_they_were_set),
		cmocka_unit_test(setting_anew_moves_a_timer),
		cmocka_unit_test(a_stopped_timer_never_comes),
		cmocka_unit_test(a_callback_may_stop_a_timer_that_is_due_too),
		cmocka_unit_test(a_callback_may_set_its_own_timer),
		cmocka_unit_test(a_time_already_past_is_the_next_turn),
		cmocka_unit_test(a_thousand_timers),
		cmocka_unit_test(virtual_time_jumps_over_a_year),
		cmocka_unit_test(virtual_time_goes_to_the_deadline_and_not_back),
		cmocka_unit_test(real_time_never_ends_early),
		cmocka_unit_test(readiness_is_told_until_it_is_over),
		cmocka_unit_test(what_is_wanted_can_change),
		cmocka_unit_test(a_hangup_comes_unasked),
		cmocka_unit_test(a_half_close_is_something_to_read),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(a_callback_may_unwatch_itself),
		cmocka_unit_test(a_callback_may_unwatch_one_that_is_ready_too),
		cmocka_unit_test(events_of_an_old_watch_are_forgotten),
		cmocka_unit_test(events_come_before_timers_and_may_stop_them),
		cmocka_unit_test(virtual_time_stands_still_while_something_is_ready),
		cmocka_unit_test(many_watches_are_all_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
