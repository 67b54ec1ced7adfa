#include "base/buffer.h"
#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct slice nothing = { 0 };

static void a_new_one_is_empty_and_owns_nothing(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 10);
	assert_null(b.at);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 10);
	assert_string_equal(buffer_str(&b), "");
	assert_int_equal(buffer_slice(&b).len, 0);
	buffer_clear(&b);
	buffer_consume(&b, 1);
	buffer_release(&b);
	buffer_release(&b);
}

static void appending(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(100);

	(void)state;
	assert_int_equal(buffer_add(&b, "a\0b", 3), 0);
	assert_int_equal(buffer_add_slice(&b, SLICE("cd")), 0);
	assert_int_equal(buffer_add_slice(&b, nothing), 0);
	assert_int_equal(buffer_add_str(&b, "ef"), 0);
	assert_int_equal(buffer_add_byte(&b, 'g'), 0);
	assert_int_equal(buffer_printf(&b, "%03d|%s", 7, "h"), 0);
	assert_int_equal(buffer_printf(&b, "%s", ""), 0);
	assert_int_equal(buffer_add_repeated(&b, SLICE("xy"), 3), 0);
	assert_true(slice_eq(buffer_slice(&b), SLICE("a\0bcdefg007|hxyxyxy")));
	assert_int_equal(b.at[b.len], 0);
}

static void a_nul_follows_whatever_was_added(void **state)
{
	(void)state;
	for (size_t len = 0; len < 300; len++) {
		CLEANUP(buffer_release)
		struct buffer b = BUFFER_INIT(300);

		for (size_t i = 0; i < len; i++)
			assert_int_equal(buffer_add_byte(&b, 'x'), 0);
		assert_int_equal(strlen(buffer_str(&b)), len);
	}
}

static void growing_keeps_the_bytes(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(1 << 20);

	(void)state;
	for (unsigned i = 0; i < 1 << 20; i++)
		assert_int_equal(buffer_add_byte(&b, (char)(i % 251)), 0);
	for (unsigned i = 0; i < 1 << 20; i++)
		assert_int_equal((unsigned char)b.at[i], i % 251);
	assert_in_range(b.room, (1 << 20) + 1, 2 << 20);
}

/* ---- the hard maximum ---- */

static int add(struct buffer *b)
{
	return buffer_add(b, "abcd", 4);
}

static int add_slice(struct buffer *b)
{
	return buffer_add_slice(b, SLICE("abcd"));
}

static int add_str(struct buffer *b)
{
	return buffer_add_str(b, "abcd");
}

static int add_bytes(struct buffer *b)
{
	int r = 0;

	for (int i = 0; i < 4 && r == 0; i++)
		r = buffer_add_byte(b, 'x');
	return r;
}

static int add_repeated(struct buffer *b)
{
	return buffer_add_repeated(b, SLICE("ab"), 2);
}

static int print(struct buffer *b)
{
	return buffer_printf(b, "%d", 1234);
}

static int reserve(struct buffer *b)
{
	errno = 0;
	if (!buffer_reserve(b, 4))
		return -errno;
	buffer_grew(b, 0);
	return 0;
}

static void the_maximum_is_never_passed(void **state)
{
	static const struct {
		const char *why;
		int (*add)(struct buffer *b);
	} row[] = {
		{ "add", add },
		{ "add_slice", add_slice },
		{ "add_str", add_str },
		{ "add_repeated", add_repeated },
		{ "printf", print },
		{ "reserve", reserve },
		{ "add_byte", add_bytes },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release)
		struct buffer fits = BUFFER_INIT(10);
		CLEANUP(buffer_release)
		struct buffer full = BUFFER_INIT(9);

		assert_int_equal(buffer_add_str(&fits, "012345"), 0);
		if (row[i].add(&fits) != 0)
			fail_msg("%s: four bytes fit", row[i].why);
		assert_in_range(fits.room, 0, 11);

		assert_int_equal(buffer_add_str(&full, "012345"), 0);
		if (row[i].add(&full) != -ENOSPC)
			fail_msg("%s: four bytes don't fit", row[i].why);
		assert_in_range(full.len, 0, 9);
		if (row[i].add != add_bytes)
			assert_string_equal(buffer_str(&full), "012345");
	}
}

static void a_maximum_of_nothing(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(0);

	(void)state;
	assert_int_equal(buffer_add_byte(&b, 'a'), -ENOSPC);
	assert_int_equal(buffer_add_str(&b, ""), 0);
	assert_string_equal(buffer_str(&b), "");
}

static void counts_that_overflow_are_refused(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(100);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "a"), 0);
	assert_int_equal(buffer_add_repeated(&b, SLICE("xy"), UINT64_MAX / 2 + 1), -ENOSPC);
	assert_int_equal(buffer_add_repeated(&b, SLICE("xy"), UINT64_MAX), -ENOSPC);
	assert_int_equal(buffer_add_repeated(&b, SLICE("xy"), 50), -ENOSPC);
	assert_int_equal(buffer_add_repeated(&b, nothing, UINT64_MAX), 0);
	assert_int_equal(buffer_add_repeated(&b, SLICE("xy"), 0), 0);
	assert_null(buffer_reserve(&b, SIZE_MAX));
	assert_string_equal(buffer_str(&b), "a");
}

static void reserving(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(100);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "ab"), 0);

	char *room = buffer_reserve(&b, 50);

	assert_non_null(room);
	assert_ptr_equal(room, b.at + 2);
	memset(room, 'x', 50);
	assert_int_equal(b.len, 2);
	buffer_grew(&b, 3);
	assert_string_equal(buffer_str(&b), "abxxx");
}

static void consuming_and_truncating(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(100);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "abcdef"), 0);
	buffer_consume(&b, 0);
	assert_string_equal(buffer_str(&b), "abcdef");
	buffer_consume(&b, 2);
	assert_string_equal(buffer_str(&b), "cdef");
	buffer_truncate(&b, 99);
	assert_string_equal(buffer_str(&b), "cdef");
	buffer_truncate(&b, 3);
	assert_string_equal(buffer_str(&b), "cde");
	buffer_consume(&b, 99);
	assert_string_equal(buffer_str(&b), "");
	assert_int_equal(buffer_add_str(&b, "gh"), 0);
	buffer_clear(&b);
	assert_int_equal(b.len, 0);
	assert_int_equal(buffer_add_str(&b, "i"), 0);
	assert_string_equal(buffer_str(&b), "i");
}

static void taking_the_bytes(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(5);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "abc"), 0);

	CLEANUP(freep)
	char *first = buffer_take(&b);

	assert_string_equal(first, "abc");
	assert_int_equal(b.len, 0);
	assert_null(b.at);
	assert_int_equal(b.max, 5);

	CLEANUP(freep)
	char *second = buffer_take(&b);

	assert_string_equal(second, "");
	assert_int_equal(buffer_add_str(&b, "defgh"), 0);
	assert_string_equal(buffer_str(&b), "defgh");
	assert_string_equal(first, "abc");

	CLEANUP(freep)
	char *full = buffer_take(&b);

	assert_string_equal(full, "defgh");
}

static void release_keeps_the_maximum(void **state)
{
	struct buffer b = BUFFER_INIT(3);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "abc"), 0);
	buffer_release(&b);
	assert_null(b.at);
	assert_int_equal(b.len, 0);
	assert_int_equal(buffer_add_str(&b, "abcd"), -ENOSPC);
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_is_empty_and_owns_nothing),
		cmocka_unit_test(appending),
		cmocka_unit_test(a_nul_follows_whatever_was_added),
		cmocka_unit_test(growing_keeps_the_bytes),
		cmocka_unit_test(the_maximum_is_never_passed),
		cmocka_unit_test(a_maximum_of_nothing),
		cmocka_unit_test(counts_that_overflow_are_refused),
		cmocka_unit_test(reserving),
		cmocka_unit_test(consuming_and_truncating),
		cmocka_unit_test(taking_the_bytes),
		cmocka_unit_test(release_keeps_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
