#include "base/clock.h"

#include "base/cleanup.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void it_is_the_monotonic_clock_and_never_goes_back(void **state)
{
	struct timespec before, after;

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);

	usec last = clock_now();

	assert_in_range(last, before.tv_sec * USEC_PER_SEC + before.tv_nsec / 1000, INT64_MAX);
	for (int i = 0; i < 10000; i++) {
		usec now = clock_now();

		assert_true(now >= last);
		last = now;
	}
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
	assert_true(last <= after.tv_sec * USEC_PER_SEC + after.tv_nsec / 1000);
}

static void a_poll_never_ends_early_and_never_overflows(void **state)
{
	static const struct {
		const char *why;
		usec deadline, now;
		int want;
	} row[] = {
		{ "forever", USEC_FOREVER, 5, -1 },
		{ "now", 5, 5, 0 },
		{ "passed", 4, 5, 0 },
		{ "long passed", 0, USEC_FOREVER, 0 },
		{ "a microsecond is a millisecond", 6, 5, 1 },
		{ "a whole one", 1005, 5, 1 },
		{ "a bit more", 1006, 5, 2 },
		{ "two seconds", 2000005, 5, 2000 },
		{ "the longest poll", INT_MAX * USEC_PER_MS, 0, INT_MAX },
		{ "longer than that", INT_MAX * USEC_PER_MS + 1, 0, INT_MAX },
		{ "almost forever", USEC_FOREVER - 1, 0, INT_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (clock_poll_timeout(row[i].deadline, row[i].now) != row[i].want)
			fail_msg("%s: %d", row[i].why,
				 clock_poll_timeout(row[i].deadline, row[i].now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_monotonic_clock_and_never_goes_back),
		cmocka_unit_test(a_poll_never_ends_early_and_never_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
