#include "net/task.h"
#include "runner/idle.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Who waits long gives its place away, and takes it again. */

#define STACK ((size_t)64 * 1024)

struct told {
	int idle, busy;
};

static void say(void *arg, bool idle)
{
	struct told *t = arg;

	*(idle ? &t->idle : &t->busy) += 1;
}

static void all_of_them(void **state)
{
	struct told told = { 0 };
	struct idler i;

	(void)state;
	idler_init(&i, say, &told);
	idler_joins(&i);
	idler_joins(&i);
	idler_waits(&i, true);
	idler_waits(&i, true);
	print_message("  not while one of three works\n");
	assert_int_equal(told.idle, 0);
	idler_leaves(&i);
	print_message("  once the last that works has gone\n");
	assert_int_equal(told.idle, 1);
	idler_waits(&i, false);
	idler_waits(&i, false);
	print_message("  not any more when the first goes on, and that is said once\n");
	assert_int_equal(told.busy, 1);
	idler_joins(NULL);
	idler_waits(NULL, true);
	idler_leaves(NULL);
}

struct sleeper {
	struct idler *idler;
	usec time;
	int result;
};

static int wait_event(void *what, usec deadline)
{
	return task_wait(what, deadline);
}

static void sleep_for(void *arg)
{
	struct task_event never = { 0 };
	struct sleeper *s = arg;

	s->result = idler_wait(s->idler, wait_event, &never, task_now() + s->time);
}

static struct told wait_for(usec time)
{
	struct told told = { 0 };
	struct idler i;
	struct sleeper s = { .idler = &i, .time = time, .result = 1 };
	struct loop *l;

	idler_init(&i, say, &told);
	assert_int_equal(loop_new(true, &l), 0);
	assert_int_equal(task_start(l, sleep_for, &s, STACK, NULL), 0);
	while (s.result == 1)
		assert_int_equal(loop_turn(l, USEC_FOREVER), 0);
	assert_int_equal(s.result, -ETIMEDOUT);
	assert_int_equal(loop_now(l), time);
	loop_free(l);
	return told;
}

static void long_waits(void **state)
{
	struct told told = wait_for(IDLE_SOON);

	(void)state;
	assert_int_equal(told.idle, 0);
	told = wait_for(IDLE_SOON + 1);
	assert_int_equal(told.idle, 1);
	assert_int_equal(told.busy, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_them),
		cmocka_unit_test(long_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
