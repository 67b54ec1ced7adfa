#include "net/task.h"

#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

/* Assertions stand outside of the tasks, after the loop has ended: cmocka leaves a
 * failed test by longjmp(3), which must not cross stacks. Tasks leave notes. */

enum { STACK = 64 * 1024 };

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

static char diary[4096];
static size_t written;

static void note(char c)
{
	if (written + 1 < sizeof(diary))
		diary[written++] = c;
	diary[written] = '\0';
}

static void new_diary(void)
{
	written = 0;
	diary[0] = '\0';
}

static void start(struct loop *l, task_main *main, void *arg)
{
	assert_int_equal(task_start(l, main, arg, STACK, NULL), 0);
}

/* Turns until no task of the test is left to count |*alive| down. */
static void turn_while(struct loop *l, const int *alive)
{
	for (int i = 0; *alive > 0 && i < 1000000; i++)
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(*alive, 0);
}

static int alive;

/* ---- starting and sleeping ---- */

static void only_notes(void *arg)
{
	note(*(char *)arg);
}

static void a_task_runs_at_once_until_its_first_wait(void **state)
{
	char a = 'a';
	LOOP(l, true);

	(void)state;
	new_diary();
	start(l, only_notes, &a);
	note('b');
	assert_string_equal(diary, "ab");
}

struct sleeper {
	usec until;
	char name;
	int r;
	usec woke;
};

static void sleeper(void *arg)
{
	struct sleeper *s = arg;

	s->r = task_sleep(s->until);
	s->woke = task_now();
	note(s->name);
	alive--;
}

static void sleepers_wake_in_the_order_of_time(void **state)
{
	struct sleeper s[] = { { 30, 'c', 9, 0 }, { 10, 'a', 9, 0 }, { 20, 'b', 9, 0 } };
	LOOP(l, true);

	(void)state;
	new_diary();
	alive = 3;
	for (size_t i = 0; i < 3; i++)
		start(l, sleeper, &s[i]);
	assert_string_equal(diary, "");
	turn_while(l, &alive);
	assert_string_equal(diary, "abc");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s[i].r, 0);
		assert_int_equal(s[i].woke, s[i].until);
	}
}

static void yields(void *arg)
{
	for (int i = 0; i < 3; i++) {
		note(*(char *)arg);
		(void)task_sleep(0);
	}
	alive--;
}

/* A deadline that has passed is a way to let the others run. */
static void a_sleep_until_the_past_lets_others_run(void **state)
{
	char names[] = "abc";
	LOOP(l, true);

	(void)state;
	new_diary();
	alive = 3;
	for (size_t i = 0; i < 3; i++)
		start(l, yields, &names[i]);
	turn_while(l, &alive);
	assert_string_equal(diary, "abcabcabc");
}

static void real_sleep(void *arg)
{
	*(int *)arg = task_sleep(task_now() + 5 * USEC_PER_MS);
	alive--;
}

static void a_sleep_never_ends_early(void **state)
{
	LOOP(l, false);
	usec began = clock_now();
	int r = 9;

	(void)state;
	alive = 1;
	start(l, real_sleep, &r);
	turn_while(l, &alive);
	assert_int_equal(r, 0);
	assert_true(clock_now() - began >= 5 * USEC_PER_MS);
}

/* ---- who runs ---- */

static struct task *seen_inner, *seen_outer_before, *seen_outer_after;

static void inner(void *arg)
{
	seen_inner = task_self();
	note('i');
	(void)task_sleep(*(usec *)arg);
	note('I');
	alive--;
}

static void outer(void *arg)
{
	seen_outer_before = task_self();
	note('o');
	if (task_start(arg, inner, &(usec){ 5 }, STACK, NULL) < 0)
		return;
	seen_outer_after = task_self();
	note('O');
	(void)task_sleep(10);
	note('e');
	alive--;
}

static void a_task_may_start_another(void **state)
{
	LOOP(l, true);

	(void)state;
	new_diary();
	alive = 2;
	assert_null(task_self());
	start(l, outer, l);
	assert_null(task_self());
	assert_string_equal(diary, "oiO");
	turn_while(l, &alive);
	assert_string_equal(diary, "oiOIe");
	assert_non_null(seen_inner);
	assert_ptr_equal(seen_outer_before, seen_outer_after);
	assert_ptr_not_equal(seen_inner, seen_outer_before);
}

/* ---- descriptors ---- */

struct reader {
	int fd;
	unsigned wanted, events;
	usec deadline;
	int r;
	usec at;
};

static void reader(void *arg)
{
	struct reader *w = arg;

	w->r = task_wait_fd(w->fd, w->wanted, &w->events, w->deadline);
	w->at = task_now();
	alive--;
}

static void open_pair(int fd[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
}

static void close_pair(const int fd[2])
{
	(void)close(fd[0]);
	(void)close(fd[1]);
}

static void waiting_for_a_descriptor(void **state)
{
	int fd[2];
	LOOP(l, true);

	(void)state;
	open_pair(fd);

	struct reader r = { fd[0], LOOP_READ, 0, 1000, 9, 0 };

	alive = 1;
	start(l, reader, &r);
	assert_int_equal(alive, 1);
	assert_int_equal(write(fd[1], "x", 1), 1);
	turn_while(l, &alive);
	assert_int_equal(r.r, 0);
	assert_int_equal(r.events, LOOP_READ);
	assert_int_equal(r.at, 0);

	struct reader w = { fd[0], LOOP_WRITE, 0, 1000, 9, 0 };

	alive = 1;
	start(l, reader, &w);
	turn_while(l, &alive);
	assert_int_equal(w.r, 0);
	assert_int_equal(w.events, LOOP_WRITE);
	close_pair(fd);
}

static void waiting_for_a_descriptor_until_the_deadline(void **state)
{
	int fd[2];
	LOOP(l, true);

	(void)state;
	open_pair(fd);

	struct reader r = { fd[0], LOOP_READ, 77, 60 * USEC_PER_SEC, 9, 0 };

	alive = 1;
	start(l, reader, &r);
	turn_while(l, &alive);
	assert_int_equal(r.r, -ETIMEDOUT);
	assert_int_equal(r.events, 77);
	assert_int_equal(r.at, 60 * USEC_PER_SEC);
	close_pair(fd);
}

static void a_hangup_ends_the_wait(void **state)
{
	int fd[2];
	LOOP(l, true);

	(void)state;
	open_pair(fd);

	struct reader r = { fd[0], LOOP_READ, 0, 1000, 9, 0 };

	alive = 1;
	start(l, reader, &r);
	(void)close(fd[1]);
	turn_while(l, &alive);
	assert_int_equal(r.r, 0);
	assert_true(r.events & LOOP_HANGUP);
	(void)close(fd[0]);
}

static void a_descriptor_that_cannot_be_watched(void **state)
{
	struct reader r = { -1, LOOP_READ, 77, 1000, 9, 0 };
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, reader, &r);
	assert_int_equal(alive, 0);
	assert_int_equal(r.r, -EBADF);
	assert_int_equal(r.events, 77);
}

/* ---- events ---- */

struct waiter {
	struct task_event *event;
	usec deadline;
	int r[3];
	int waits;
};

static void waiter(void *arg)
{
	struct waiter *w = arg;

	for (int i = 0; i < w->waits; i++) {
		w->r[i] = task_wait(w->event, w->deadline);
		note('w');
	}
	alive--;
}

static void a_wake_ends_the_wait_in_the_next_step(void **state)
{
	struct task_event e = { 0 };
	struct waiter w = { &e, 1000, { 9, 9, 9 }, 1 };
	LOOP(l, true);

	(void)state;
	new_diary();
	alive = 1;
	start(l, waiter, &w);
	task_wake(&e);
	note('.');
	turn_while(l, &alive);
	assert_string_equal(diary, ".w");
	assert_int_equal(w.r[0], 0);
	assert_int_equal(loop_now(l), 0);
	assert_false(e.raised);
	assert_null(e.waiting);
}

static void a_wake_with_nobody_there_is_remembered_once(void **state)
{
	struct task_event e = { 0 };
	struct waiter w = { &e, 1000, { 9, 9, 9 }, 2 };
	LOOP(l, true);

	(void)state;
	alive = 1;
	task_wake(&e);
	task_wake(&e);
	start(l, waiter, &w);
	turn_while(l, &alive);
	assert_int_equal(w.r[0], 0);
	assert_int_equal(w.r[1], -ETIMEDOUT);
	assert_int_equal(loop_now(l), 1000);
}

static void two_wakes_before_the_step_are_one(void **state)
{
	struct task_event e = { 0 };
	struct waiter w = { &e, 1000, { 9, 9, 9 }, 2 };
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, waiter, &w);
	task_wake(&e);
	task_wake(&e);
	turn_while(l, &alive);
	assert_int_equal(w.r[0], 0);
	assert_int_equal(w.r[1], -ETIMEDOUT);
}

static void an_event_that_never_comes(void **state)
{
	struct task_event e = { 0 };
	struct waiter w = { &e, 500, { 9, 9, 9 }, 1 };
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, waiter, &w);
	turn_while(l, &alive);
	assert_int_equal(w.r[0], -ETIMEDOUT);
	assert_int_equal(loop_now(l), 500);
	assert_null(e.waiting);
}

static struct task_event ping, pong;

static void player_one(void *arg)
{
	(void)arg;
	for (int i = 0; i < 5; i++) {
		note('i');
		task_wake(&pong);
		if (task_wait(&ping, 1000) < 0)
			note('!');
	}
	alive--;
}

static void player_two(void *arg)
{
	(void)arg;
	for (int i = 0; i < 5; i++) {
		if (task_wait(&pong, 1000) < 0)
			note('!');
		note('o');
		task_wake(&ping);
	}
	alive--;
}

static void two_tasks_take_turns(void **state)
{
	LOOP(l, true);

	(void)state;
	new_diary();
	ping = pong = (struct task_event){ 0 };
	alive = 2;
	start(l, player_one, NULL);
	start(l, player_two, NULL);
	turn_while(l, &alive);
	assert_string_equal(diary, "ioioioioio");
}

/* ---- cancelling ---- */

/* Waits in each of the ways, over and over, and keeps what each wait said. */
struct waits {
	struct task_event event;
	int fd;
	int r[6];
	int count;
};

static void all_waits(void *arg)
{
	struct waits *w = arg;

	for (w->count = 0; w->count < 6; w->count++) {
		int r = w->count % 3 == 0   ? task_sleep(1000)
			: w->count % 3 == 1 ? task_wait_fd(w->fd, LOOP_READ, NULL, 1000)
					    : task_wait(&w->event, 1000);

		w->r[w->count] = r;
	}
	alive--;
}

static void cancelling_ends_this_wait_and_all_later_ones(void **state)
{
	LOOP(l, true);
	int fd[2];

	(void)state;
	open_pair(fd);
	for (int first = 0; first < 3; first++) {
		struct waits w = { .fd = fd[0] };
		struct task *t = NULL;

		alive = 1;
		assert_int_equal(task_start(l, all_waits, &w, STACK, &t), 0);
		task_cancel(t);
		assert_int_equal(w.count, 0);
		turn_while(l, &alive);
		assert_int_equal(loop_now(l), 0);
		for (int i = 0; i < 6; i++)
			assert_int_equal(w.r[i], -ECANCELED);
	}
	close_pair(fd);
}

static void a_raised_event_does_not_hide_that_a_task_is_cancelled(void **state)
{
	LOOP(l, true);
	struct waits w = { .fd = -1, .event = { .raised = true } };
	struct task *t = NULL;

	(void)state;
	alive = 1;
	assert_int_equal(task_start(l, all_waits, &w, STACK, &t), 0);
	task_cancel(t);
	turn_while(l, &alive);
	assert_int_equal(w.r[2], -ECANCELED);
}

static void cancels_itself(void *arg)
{
	task_cancel(task_self());
	all_waits(arg);
}

static void a_task_may_cancel_itself(void **state)
{
	struct waits w = { .fd = -1 };
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, cancels_itself, &w);
	assert_int_equal(alive, 0);
	for (int i = 0; i < 6; i++)
		if (i % 3 != 1)
			assert_int_equal(w.r[i], -ECANCELED);
}

static struct task *readers[2];
static struct reader race[2];

/* The one that comes first cancels the other, whose descriptor is ready as well. */
static void racer(void *arg)
{
	struct reader *w = arg;
	size_t other = w == &race[0] ? 1 : 0;

	w->r = task_wait_fd(w->fd, LOOP_READ, NULL, 1000);
	if (w->r == 0)
		task_cancel(readers[other]);
	alive--;
}

static void cancelled_is_cancelled_even_when_the_descriptor_is_ready(void **state)
{
	LOOP(l, true);
	int fd[2][2];

	(void)state;
	alive = 2;
	for (int i = 0; i < 2; i++) {
		open_pair(fd[i]);
		race[i] = (struct reader){ .fd = fd[i][0], .r = 9 };
		assert_int_equal(task_start(l, racer, &race[i], STACK, &readers[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(write(fd[i][1], "x", 1), 1);
	turn_while(l, &alive);
	assert_int_equal(race[0].r + race[1].r, -ECANCELED);
	close_pair(fd[0]);
	close_pair(fd[1]);
}

/* ---- many ---- */

enum { MANY = 1000, ROUNDS = 10 };

struct walker {
	unsigned number, sum;
	int failed;
};

/* Keeps a pattern on its stack across every wait. */
static void walker(void *arg)
{
	struct walker *w = arg;
	unsigned char pattern[512];

	memset(pattern, (int)(w->number & 0xff), sizeof(pattern));
	for (unsigned round = 0; round < ROUNDS; round++) {
		if (task_sleep(task_now() + 1 + (w->number * 7 + round * 13) % 50) < 0)
			w->failed++;
		for (size_t i = 0; i < sizeof(pattern); i++)
			w->failed += pattern[i] != (w->number & 0xff);
		w->sum += w->number;
	}
	alive--;
}

static void a_thousand_tasks(void **state)
{
	static struct walker w[MANY];
	LOOP(l, true);

	(void)state;
	alive = MANY;
	for (unsigned i = 0; i < MANY; i++) {
		w[i] = (struct walker){ .number = i };
		assert_int_equal(task_start(l, walker, &w[i], 16384, NULL), 0);
	}
	turn_while(l, &alive);
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_equal(w[i].failed, 0);
		assert_int_equal(w[i].sum, i * ROUNDS);
	}
}

static size_t mapped_pages(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	size_t pages = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%zu", &pages), 1);
	(void)fclose(f);
	return pages;
}

static void ended_tasks_leave_nothing_behind(void **state)
{
	char a = 'a';
	LOOP(l, true);

	(void)state;
	for (int i = 0; i < 10; i++)
		start(l, only_notes, &a);

	size_t before = mapped_pages();

	for (int i = 0; i < 2000; i++)
		assert_int_equal(task_start(l, only_notes, &a, 1 << 20, NULL), 0);
	/* a leak would be 2000 MiB; allocators may grow a little */
	assert_true(mapped_pages() < before + (64 << 20) / 4096);
}

static void no_memory_for_a_stack(void **state)
{
	struct task *t = (struct task *)&alive;
	LOOP(l, true);

	(void)state;
	assert_int_equal(task_start(l, walker, NULL, (size_t)1 << 60, &t), -ENOMEM);
	assert_ptr_equal(t, &alive);
	assert_null(task_self());
}

/* ---- registers ---- */

#ifdef __SSE2__
#include <xmmintrin.h>

static unsigned mode_before, mode_after;

static void rounds_upward(void *arg)
{
	(void)arg;
	mode_before = _MM_GET_ROUNDING_MODE();
	_MM_SET_ROUNDING_MODE(_MM_ROUND_UP);
	(void)task_sleep(10);
	mode_after = _MM_GET_ROUNDING_MODE();
	_MM_SET_ROUNDING_MODE(_MM_ROUND_NEAREST);
	alive--;
}

/* The ABI has the control words of the floating point unit kept by whoever is
 * called, and a wait is a call. */
static void the_rounding_mode_belongs_to_the_task(void **state)
{
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, rounds_upward, NULL);

	unsigned outside = _MM_GET_ROUNDING_MODE();

	turn_while(l, &alive);
	assert_int_equal(outside, _MM_ROUND_NEAREST);
	assert_int_equal(_MM_GET_ROUNDING_MODE(), _MM_ROUND_NEAREST);
	assert_int_equal(mode_before, _MM_ROUND_NEAREST);
	assert_int_equal(mode_after, _MM_ROUND_UP);
}
#else
static void the_rounding_mode_belongs_to_the_task(void **state)
{
	(void)state;
	skip(); /* the processor's own way to set it is not known here */
}
#endif

static size_t misaligned;

static void aligned(void *arg)
{
	_Alignas(16) volatile char here[16];

	misaligned = (uintptr_t)here % 16;
	*(double *)arg = 0.1 + *(double *)arg;
	(void)task_sleep(1);
	*(double *)arg = 0.1 + *(double *)arg;
	alive--;
}

static void the_stack_is_aligned(void **state)
{
	double d = 0.5;
	LOOP(l, true);

	(void)state;
	alive = 1;
	start(l, aligned, &d);
	turn_while(l, &alive);
	assert_int_equal(misaligned, 0);
	assert_true(d > 0.69 && d < 0.71);
}

/* ---- the guard page ---- */

/* Writes a byte on each page below this frame, |bytes| deep. */
static void dig(void *arg)
{
	volatile char *top = __builtin_frame_address(0);

	for (size_t depth = 512; depth < *(size_t *)arg; depth += 512)
		*(volatile char *)((uintptr_t)top - depth) = 1;
}

static int status_after_digging(size_t bytes)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		static const struct rlimit no_core = { 0 };
		struct loop *l;

		(void)setrlimit(RLIMIT_CORE, &no_core);
		(void)signal(SIGSEGV, SIG_DFL); /* a sanitizer would have its own */
		if (loop_new(true, &l) == 0 && task_start(l, dig, &bytes, 16384, NULL) == 0)
			_exit(0);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void a_stack_that_overflows_ends_at_a_guard_page(void **state)
{
	int inside = status_after_digging(12 * 1024);
	int below = status_after_digging(16 * 1024 + 2048);

	(void)state;
	assert_true(WIFEXITED(inside) && WEXITSTATUS(inside) == 0);
	assert_true(WIFSIGNALED(below) && WTERMSIG(below) == SIGSEGV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_runs_at_once_until_its_first_wait),
		cmocka_unit_test(sleepers_wake_in_the_order_of_time),
		cmocka_unit_test(a_sleep_until_the_past_lets_others_run),
		cmocka_unit_test(a_sleep_never_ends_early),
		cmocka_unit_test(a_task_may_start_another),
		cmocka_unit_test(waiting_for_a_descriptor),
		cmocka_unit_test(waiting_for_a_descriptor_until_the_deadline),
		cmocka_unit_test(a_hangup_ends_the_wait),
		cmocka_unit_test(a_descriptor_that_cannot_be_watched),
		cmocka_unit_test(a_wake_ends_the_wait_in_the_next_step),
		cmocka_unit_test(a_wake_with_nobody_there_is_remembered_once),
		cmocka_unit_test(two_wakes_before_the_step_are_one),
		cmocka_unit_test(an_event_that_never_comes),
		cmocka_unit_test(two_tasks_take_turns),
		cmocka_unit_test(cancelling_ends_this_wait_and_all_later_ones),
		cmocka_unit_test(a_raised_event_does_not_hide_that_a_task_is_cancelled),
		cmocka_unit_test(a_task_may_cancel_itself),
		cmocka_unit_test(cancelled_is_cancelled_even_when_the_descriptor_is_ready),
		cmocka_unit_test(a_thousand_tasks),
		cmocka_unit_test(ended_tasks_leave_nothing_behind),
		cmocka_unit_test(no_memory_for_a_stack),
		cmocka_unit_test(the_rounding_mode_belongs_to_the_task),
		cmocka_unit_test(the_stack_is_aligned),
		cmocka_unit_test(a_stack_that_overflows_ends_at_a_guard_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
