#include "base/cleanup.h"
#include "runner/lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Of each name one case at a time, in the order of the run. */

static const struct test_case list[] = {
	{ .id = "0", .lane = "a" }, { .id = "1" }, { .id = "2", .lane = "b", .apart = true },
	{ .id = "3", .lane = "a" }, { .id = "4", .lane = "a", .apart = true },
};

static void one_at_a_time(void **state)
{
	const struct test_case *cases[ARRAY_SIZE(list)];
	const struct selection s = { .cases = cases, .ncases = ARRAY_SIZE(list) };
	const size_t order[] = { 3, 2, 1, 0, 4 };
	struct arena arena;
	struct lanes l;
	size_t got;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		cases[i] = &list[i];
	arena_init(&arena);
	lanes_init(&l, &arena, &s, order);
	assert_true(lanes_have_more(&l));

	print_message("  without room, one that holds no place\n");
	assert_true(lanes_next(&l, false, &got));
	assert_int_equal(got, 2);
	assert_false(lanes_next(&l, false, &got));
	print_message("  the first of the order\n");
	assert_true(lanes_next(&l, true, &got));
	assert_int_equal(got, 3);
	print_message("  none while that is under way, whatever else ends\n");
	lanes_leave(&l, &list[1]);
	lanes_leave(&l, &list[2]);
	assert_false(lanes_next(&l, true, &got));
	print_message("  then the next ones\n");
	lanes_leave(&l, &list[3]);
	assert_true(lanes_next(&l, true, &got));
	assert_int_equal(got, 0);
	lanes_leave(&l, &list[0]);
	assert_true(lanes_have_more(&l));
	assert_true(lanes_next(&l, false, &got));
	assert_int_equal(got, 4);
	assert_false(lanes_have_more(&l));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
