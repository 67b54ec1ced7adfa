#include "base/problem.h"

#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void it_ends_a_function_in_one_line(void **state)
{
	struct problem p;
	struct place place = { "a.yaml", 3, 9 };

	(void)state;
	assert_int_equal(problem_set(&p, -EINVAL, "unknown step '%s'", "sned"), -EINVAL);
	assert_string_equal(p.text, "unknown step 'sned'");
	assert_null(p.place.file);

	assert_int_equal(problem_at(&p, place, -ENOENT, "no %d", 5), -ENOENT);
	assert_string_equal(p.text, "no 5");
	assert_string_equal(p.place.file, "a.yaml");
	assert_int_equal(p.place.line, 3);
	assert_int_equal(p.place.column, 9);
}

static void errno_has_either_sign(void **state)
{
	struct problem p;

	(void)state;
	assert_int_equal(problem_errno(&p, ENOENT, "open", "a b"), -ENOENT);
	assert_string_equal(p.text, "cannot open 'a b': No such file or directory");
	assert_int_equal(problem_errno(&p, -EACCES, "read", "x"), -EACCES);
	assert_string_equal(p.text, "cannot read 'x': Permission denied");
}

static void without_a_problem_only_the_number_goes_up(void **state)
{
	struct place place = { "a", 1, 1 };

	(void)state;
	assert_int_equal(problem_set(NULL, -EINVAL, "%s", "x"), -EINVAL);
	assert_int_equal(problem_at(NULL, place, -ENOSPC, "x"), -ENOSPC);
	assert_int_equal(problem_errno(NULL, EACCES, "x", "y"), -EACCES);
}

static void too_long_a_text_is_cut_and_says_so(void **state)
{
	struct problem p;
	char word[2000];
	const size_t most = sizeof(p.text) - 1;

	(void)state;
	memset(word, 'w', sizeof(word));
	word[most] = '\0';
	(void)problem_set(&p, -EINVAL, "%s", word);
	assert_string_equal(p.text, word);

	word[most] = 'w';
	word[sizeof(word) - 1] = '\0';
	for (size_t extra = 1; extra < 1000; extra += 499) {
		(void)problem_set(&p, -EINVAL, "%.*s", (int)(most + extra), word);
		assert_int_equal(strlen(p.text), most);
		assert_memory_equal(p.text, word, most - 3);
		assert_string_equal(p.text + most - 3, "...");
	}
}

static void formatting(void **state)
{
	static const struct {
		struct place place;
		const char *want;
	} row[] = {
		{ { 0 }, "broken" },
		{ { "a.yaml", 0, 0 }, "a.yaml: broken" },
		{ { "a.yaml", 3, 0 }, "a.yaml:3: broken" },
		{ { "a.yaml", 3, 9 }, "a.yaml:3:9: broken" },
		{ { "a.yaml", 0, 9 }, "a.yaml: broken" },
		{ { NULL, 3, 9 }, "broken" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct problem p;
		char out[64];

		(void)problem_at(&p, row[i].place, -EINVAL, "broken");
		problem_format(&p, out, sizeof(out));
		assert_string_equal(out, row[i].want);
	}
}

static void formatting_into_little_room(void **state)
{
	struct problem p;
	char out[8] = "#######";

	(void)state;
	(void)problem_at(&p, (struct place){ "a", 1, 2 }, -EINVAL, "broken");
	problem_format(&p, out, 5);
	assert_string_equal(out, "a:1:");
	assert_int_equal(out[5], '#');
	problem_format(&p, out, 1);
	assert_string_equal(out, "");
}

static void several_in_the_order_found(void **state)
{
	struct problems ps = PROBLEMS_INIT(2);
	struct place place = { "a.yaml", 1, 1 };

	(void)state;
	assert_int_equal(ps.count, 0);
	for (int i = 1; i <= 5; i++) {
		place.line = i;
		problems_add(&ps, place, "problem %d", i);
	}
	assert_int_equal(ps.count, 5);
	assert_int_equal(ps.kept, 2);
	assert_string_equal(ps.list[0].text, "problem 1");
	assert_int_equal(ps.list[1].place.line, 2);

	problems_release(&ps);
	assert_int_equal(ps.count, 0);
	assert_int_equal(ps.kept, 0);
	assert_int_equal(ps.max, 2);
	problems_add(&ps, place, "again");
	assert_int_equal(ps.kept, 1);
	problems_release(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_a_function_in_one_line),
		cmocka_unit_test(errno_has_either_sign),
		cmocka_unit_test(without_a_problem_only_the_number_goes_up),
		cmocka_unit_test(too_long_a_text_is_cut_and_says_so),
		cmocka_unit_test(formatting),
		cmocka_unit_test(formatting_into_little_room),
		cmocka_unit_test(several_in_the_order_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
