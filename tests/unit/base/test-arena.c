#include "base/arena.h"

#include "base/cleanup.h"
#include "tests/unit/edge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

static bool all_zero(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i])
			return false;
	return true;
}

static void what_it_gives_is_zeroed_aligned_and_apart(void **state)
{
	CLEANUP(arena_release)
	struct arena a;
	char *last = NULL;

	(void)state;
	arena_init(&a);
	for (size_t size = 0; size < 5000; size += 7) {
		char *p = arena_alloc(&a, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_true(all_zero(p, size));
		assert_ptr_not_equal(p, last);
		memset(p, 0xff, size);
		last = p;
	}
}

static void memory_that_was_used_before_is_zeroed_too(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		CLEANUP(arena_release)
		struct arena a;

		arena_init(&a);
		for (int i = 0; i < 100; i++) {
			char *p = arena_alloc(&a, 1000);

			assert_true(all_zero(p, 1000));
			memset(p, 0xff, 1000);
		}
	}
}

static void big_pieces(void **state)
{
	CLEANUP(arena_release)
	struct arena a;

	(void)state;
	arena_init(&a);

	char *p = arena_alloc(&a, 10 << 20);

	assert_true(all_zero(p, 10 << 20));
}

static void copies_are_terminated(void **state)
{
	CLEANUP(arena_release)
	struct arena a;
	struct edge e = edge_copy("a\0b", 3);

	(void)state;
	arena_init(&a);

	struct slice copy = arena_copy(&a, e.bytes);
	char *text = arena_str(&a, e.bytes);

	edge_free(e);
	assert_true(slice_eq(copy, SLICE("a\0b")));
	assert_int_equal(copy.at[3], 0);
	assert_memory_equal(text, "a\0b", 4);
	assert_string_equal(arena_str(&a, (struct slice){ 0 }), "");
	assert_int_equal(arena_copy(&a, (struct slice){ 0 }).len, 0);
	assert_string_equal(arena_copy(&a, (struct slice){ 0 }).at, "");
}

static void printing(void **state)
{
	CLEANUP(arena_release)
	struct arena a;
	char word[3000];

	(void)state;
	arena_init(&a);
	memset(word, 'x', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	assert_string_equal(arena_printf(&a, "%s[%d]", "id", 7), "id[7]");
	assert_string_equal(arena_printf(&a, "%s", ""), "");
	assert_string_equal(arena_printf(&a, "%s", word), word);
}

struct element {
	int number;
	const char *name;
};

static void a_list_grows_and_keeps_its_elements(void **state)
{
	CLEANUP(arena_release)
	struct arena a;
	struct element *list = NULL;
	size_t n = 0;

	(void)state;
	arena_init(&a);
	for (int i = 0; i < 1000; i++) {
		struct element *e = arena_push(&a, &list, &n, sizeof(*list));

		assert_ptr_equal(e, &list[i]);
		assert_int_equal(e->number, 0);
		assert_null(e->name);
		e->number = i;
		e->name = "x";
		assert_int_equal(n, i + 1);
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i].number, i);
}

static void two_lists_at_once(void **state)
{
	CLEANUP(arena_release)
	struct arena a;
	int *even = NULL, *odd = NULL;
	size_t evens = 0, odds = 0;

	(void)state;
	arena_init(&a);
	for (int i = 0; i < 500; i++)
		*(int *)(i % 2 ? arena_push(&a, &odd, &odds, sizeof(int))
			       : arena_push(&a, &even, &evens, sizeof(int))) = i;
	for (int i = 0; i < 250; i++) {
		assert_int_equal(even[i], 2 * i);
		assert_int_equal(odd[i], 2 * i + 1);
	}
}

static int exit_code_of(void (*run)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)close(STDERR_FILENO);
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ask_for_more_than_an_obstack_counts(void)
{
	struct arena a;

	arena_init(&a);
	(void)arena_alloc(&a, (size_t)INT32_MAX);
}

/* AddressSanitizer needs more address space than any limit leaves, but fails a big
 * malloc() when it is told to: it asks here. */
extern void __asan_init(void) __attribute__((weak));
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=500";
}

static void ask_for_more_than_there_is(void)
{
	static const struct rlimit none = { 0 };
	struct arena a;

	arena_init(&a);
	if (!__asan_init)
		(void)setrlimit(RLIMIT_AS, &none);
	(void)arena_alloc(&a, 1 << 30);
}

/* The promise to its users, who check nothing: exit code 4. */
static void running_out_of_memory_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(exit_code_of(ask_for_more_than_an_obstack_counts), 4);
	assert_int_equal(exit_code_of(ask_for_more_than_there_is), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_gives_is_zeroed_aligned_and_apart),
		cmocka_unit_test(memory_that_was_used_before_is_zeroed_too),
		cmocka_unit_test(big_pieces),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(printing),
		cmocka_unit_test(a_list_grows_and_keeps_its_elements),
		cmocka_unit_test(two_lists_at_once),
		cmocka_unit_test(running_out_of_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
