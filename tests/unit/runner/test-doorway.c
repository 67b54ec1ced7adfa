#include "net/task.h"
#include "runner/doorway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Five connections in front of a target; the sixth waits for one of them. */

#define STACK ((size_t)64 * 1024)

struct guest {
	struct doorway *door;
	usec deadline;
	bool in;
};

static void enter(void *arg)
{
	struct guest *g = arg;

	assert_int_equal(doorway_enter(g->door, g, &g->deadline), 0);
	g->in = true;
}

struct scene {
	struct loop *loop;
	struct doorway door;
	struct guest guests[DOORWAY_ROOM + 2];
};

static struct scene *full_house(void)
{
	static struct scene s;

	s = (struct scene){ 0 };
	assert_int_equal(loop_new(true, &s.loop), 0);
	doorway_init(&s.door);
	for (size_t i = 0; i < DOORWAY_ROOM + 2; i++) {
		s.guests[i] = (struct guest){ .door = &s.door, .deadline = USEC_PER_SEC };
		assert_int_equal(task_start(s.loop, enter, &s.guests[i], STACK, NULL), 0);
		assert_int_equal(s.guests[i].in, i < DOORWAY_ROOM);
	}
	return &s;
}

static void turn_until_in(struct scene *s, const struct guest *g)
{
	for (int i = 0; i < 10 && !g->in; i++)
		assert_int_equal(loop_turn(s->loop, USEC_FOREVER), 0);
	assert_true(g->in);
}

static void who_leaves_makes_room(void **state)
{
	struct scene *s = full_house();

	(void)state;
	doorway_leave(&s->door, &s->guests[2]);
	turn_until_in(s, &s->guests[DOORWAY_ROOM]);
	assert_int_equal(s->guests[DOORWAY_ROOM].deadline, USEC_PER_SEC);
	print_message("  in turn: the last one still waits\n");
	assert_false(s->guests[DOORWAY_ROOM + 1].in);
	turn_until_in(s, &s->guests[DOORWAY_ROOM + 1]);
	loop_free(s->loop);
}

static void nobody_waits_for_a_silent_target(void **state)
{
	struct scene *s = full_house();

	(void)state;
	turn_until_in(s, &s->guests[DOORWAY_ROOM + 1]);
	print_message("  the time is not taken from the deadline\n");
	assert_int_equal(s->guests[DOORWAY_ROOM + 1].deadline, USEC_PER_SEC + DOORWAY_LONGEST);
	loop_free(s->loop);
}

static void enter_nowhere(void *arg)
{
	usec deadline = USEC_PER_SEC;

	assert_int_equal(doorway_enter(NULL, arg, &deadline), 0);
	doorway_leave(NULL, arg);
}

static void without_a_doorway_there_is_room(void **state)
{
	struct loop *l;

	assert_int_equal(loop_new(true, &l), 0);
	assert_int_equal(task_start(l, enter_nowhere, state, STACK, NULL), 0);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_leaves_makes_room),
		cmocka_unit_test(nobody_waits_for_a_silent_target),
		cmocka_unit_test(without_a_doorway_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
