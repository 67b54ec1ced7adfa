#include "net/task.h"
#include "runner/intake.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Scenarios that together hold more than INTAKE_TOGETHER take turns, and one holds no
 * more than INTAKE_ALONE. */

#define STACK ((size_t)64 * 1024)
#define MIB   ((size_t)1024 * 1024)

struct reader {
	struct intake_share share;
	size_t held;                  /* by its one connection */
	usec deadline;
	int result;                   /* of intake_wait(); 1: not back yet */
};

static void read_once(void *arg)
{
	struct reader *r = arg;

	r->result = 1;
	r->result = intake_wait(&r->share, &r->deadline);
}

static void start(struct loop *l, struct reader *r)
{
	assert_int_equal(task_start(l, read_once, r, STACK, NULL), 0);
}

static void holds(struct reader *r, size_t bytes)
{
	intake_holds(&r->share, &r->held, bytes);
}

static void takes_turns(void **state)
{
	struct intake all = { 0 };
	struct reader first = { .share.of = &all, .deadline = USEC_FOREVER };
	struct reader second = { .share.of = &all, .deadline = USEC_FOREVER - 1 };
	struct loop *l;

	(void)state;
	assert_int_equal(loop_new(true, &l), 0);
	holds(&first, INTAKE_TOGETHER - 1);
	start(l, &second);
	print_message("  below the bound all read\n");
	assert_int_equal(second.result, 0);

	holds(&second, 1);
	start(l, &first);
	print_message("  at the bound the first that asks has its turn\n");
	assert_int_equal(first.result, 0);
	start(l, &second);
	print_message("  the other one waits\n");
	assert_int_equal(second.result, 1);

	intake_release(&first.share);
	assert_int_equal(loop_turn(l, 0), 0);
	print_message("  until the first has gone\n");
	assert_int_equal(second.result, 0);
	assert_int_equal(all.held, 1);
	loop_free(l);
}

static void counts_what_is_held(void **state)
{
	struct intake all = { 0 };
	struct reader r = { .share.of = &all };

	(void)state;
	holds(&r, 5 * MIB);
	holds(&r, 2 * MIB);
	assert_int_equal(r.share.held, 2 * MIB);
	assert_int_equal(all.held, 2 * MIB);
	intake_release(&r.share);
	assert_int_equal(all.held, 0);
}

static void holds_no_more_alone(void **state)
{
	struct intake all = { 0 };
	struct reader r = { .share.of = &all, .deadline = USEC_FOREVER };
	struct loop *l;

	(void)state;
	assert_int_equal(loop_new(true, &l), 0);
	holds(&r, INTAKE_ALONE - 1);
	start(l, &r);
	assert_int_equal(r.result, 0);
	holds(&r, INTAKE_ALONE);
	start(l, &r);
	assert_int_equal(r.result, -EMSGSIZE);
	loop_free(l);
}

static void does_not_wait_past_a_deadline(void **state)
{
	struct intake all = { 0 };
	struct reader one = { .share.of = &all }, other = { .share.of = &all };
	struct loop *l;

	(void)state;
	assert_int_equal(loop_new(true, &l), 0);
	holds(&one, INTAKE_TOGETHER);
	start(l, &one);
	start(l, &other);
	assert_int_equal(one.result, 0);
	assert_int_equal(other.result, -ETIMEDOUT);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_turns),
		cmocka_unit_test(counts_what_is_held),
		cmocka_unit_test(holds_no_more_alone),
		cmocka_unit_test(does_not_wait_past_a_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
