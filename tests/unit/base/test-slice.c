#include "base/cleanup.h"
#include "base/slice.h"
#include "tests/unit/edge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct slice nothing = { 0 };

static void making(void **state)
{
	(void)state;
	assert_int_equal(SLICE("a\0b").len, 3);
	assert_int_equal(slice_str("abc").len, 3);
	assert_int_equal(slice_str("").len, 0);
	assert_int_equal(slice_str(NULL).len, 0);
	assert_null(slice_str(NULL).at);
	assert_int_equal(slice_of("abc", 2).len, 2);
}

static void equality(void **state)
{
	static const struct {
		const char *why;
		struct slice a, b;
		bool equal, without_case;
	} row[] = {
		{ "the same", SLICE("abc"), SLICE("abc"), true, true },
		{ "case", SLICE("aBc"), SLICE("AbC"), false, true },
		{ "another letter", SLICE("abc"), SLICE("abd"), false, false },
		{ "shorter", SLICE("abc"), SLICE("ab"), false, false },
		{ "longer", SLICE("ab"), SLICE("abc"), false, false },
		{ "empty", SLICE(""), SLICE(""), true, true },
		{ "empty with and without a place", { 0 }, SLICE(""), true, true },
		{ "empty and not", { 0 }, SLICE("a"), false, false },
		{ "NUL is a byte", SLICE("a\0b"), SLICE("a\0c"), false, false },
		{ "NUL and nothing", SLICE("a\0"), SLICE("a"), false, false },
		{ "0x20 apart, but no letters", SLICE("[@"), SLICE("{`"), false, false },
		{ "0x20 apart above ASCII", SLICE("\xc4"), SLICE("\xe4"), false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge a = edge_copy(row[i].a.at, row[i].a.len);
		struct edge b = edge_copy(row[i].b.at, row[i].b.len);

		if (slice_eq(a.bytes, b.bytes) != row[i].equal ||
		    slice_eq_nocase(a.bytes, b.bytes) != row[i].without_case)
			fail_msg("%s", row[i].why);
		edge_free(a);
		edge_free(b);
	}
	assert_true(slice_is(SLICE("abc"), "abc"));
	assert_false(slice_is(SLICE("abc"), "abcd"));
	assert_true(slice_is_nocase(SLICE("abc"), "ABC"));
	assert_true(slice_is(nothing, ""));
}

static void only_letters_have_case(void **state)
{
	(void)state;
	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			char x = (char)a, y = (char)b;
			bool letters = a + 0x20 == b ? a >= 'A' && a <= 'Z'
						     : b + 0x20 == a && b >= 'A' && b <= 'Z';

			assert_int_equal(slice_eq_nocase(slice_of(&x, 1), slice_of(&y, 1)),
					 a == b || letters);
		}
}

static void starts_and_ends(void **state)
{
	(void)state;
	assert_true(slice_starts(SLICE("abc"), SLICE("ab")));
	assert_true(slice_starts(SLICE("abc"), SLICE("abc")));
	assert_true(slice_starts(SLICE("abc"), SLICE("")));
	assert_true(slice_starts(nothing, nothing));
	assert_false(slice_starts(SLICE("abc"), SLICE("b")));
	assert_false(slice_starts(SLICE("ab"), SLICE("abc")));
	assert_false(slice_starts(nothing, SLICE("a")));
	assert_true(slice_ends(SLICE("abc"), SLICE("bc")));
	assert_true(slice_ends(SLICE("abc"), SLICE("abc")));
	assert_true(slice_ends(SLICE("abc"), nothing));
	assert_true(slice_ends(nothing, nothing));
	assert_false(slice_ends(SLICE("abc"), SLICE("b")));
	assert_false(slice_ends(SLICE("bc"), SLICE("abc")));
}

static void finding(void **state)
{
	static const struct {
		const char *why;
		struct slice in, needle;
		size_t at;
	} row[] = {
		{ "the first of two", SLICE("a,b,c"), SLICE(","), 1 },
		{ "at the front", SLICE(",a"), SLICE(","), 0 },
		{ "at the end", SLICE("a,"), SLICE(","), 1 },
		{ "not there", SLICE("abc"), SLICE(","), 3 },
		{ "NUL", SLICE("ab\0c"), SLICE("\0"), 2 },
		{ "in nothing", { 0 }, SLICE(","), 0 },
		{ "two bytes", SLICE("a\rb\r\n"), SLICE("\r\n"), 3 },
		{ "half of it at the end", SLICE("ab\r"), SLICE("\r\n"), 3 },
		{ "longer than what it is in", SLICE("a"), SLICE("ab"), 1 },
		{ "the whole", SLICE("ab"), SLICE("ab"), 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].in.at, row[i].in.len);

		if (slice_find_slice(e.bytes, row[i].needle) != row[i].at ||
		    (row[i].needle.len == 1 &&
		     slice_find(e.bytes, row[i].needle.at[0]) != row[i].at))
			fail_msg("%s", row[i].why);
		edge_free(e);
	}
	assert_int_equal(slice_find(nothing, 'a'), 0);
	assert_int_equal(slice_find_slice(nothing, SLICE("a")), 0);
	assert_int_equal(slice_find_slice(SLICE("abc"), nothing), 0);
}

static void cutting(void **state)
{
	struct slice s = SLICE("abcdef");

	(void)state;
	assert_true(slice_is(slice_sub(s, 1, 3), "bc"));
	assert_ptr_equal(slice_sub(s, 1, 3).at, s.at + 1);
	assert_true(slice_is(slice_sub(s, 0, 6), "abcdef"));
	assert_true(slice_is(slice_sub(s, 4, 99), "ef"));
	assert_true(slice_is(slice_sub(s, 0, SIZE_MAX), "abcdef"));
	assert_int_equal(slice_sub(s, 3, 3).len, 0);
	assert_int_equal(slice_sub(s, 4, 2).len, 0);
	assert_int_equal(slice_sub(s, 99, 100).len, 0);
	assert_int_equal(slice_sub(s, SIZE_MAX, SIZE_MAX).len, 0);
	assert_true(slice_is(slice_skip(s, 2), "cdef"));
	assert_int_equal(slice_skip(s, 6).len, 0);
	assert_int_equal(slice_skip(s, SIZE_MAX).len, 0);
	assert_int_equal(slice_sub(nothing, 1, 2).len, 0);
	assert_int_equal(slice_skip(nothing, 1).len, 0);
}

static void trimming(void **state)
{
	static const struct {
		const char *why, *text, *want;
	} row[] = {
		{ "nothing to do", "a b", "a b" },
		{ "SP and HTAB at both ends", " \ta b\t ", "a b" },
		{ "in front only", "\ta", "a" },
		{ "behind only", "a ", "a" },
		{ "nothing but OWS", " \t ", "" },
		{ "nothing", "", "" },
		{ "CR and LF are no OWS", "\r\na\r\n", "\r\na\r\n" },
		{ "nor are VT and FF", "\va\f", "\va\f" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text, strlen(row[i].text));

		if (!slice_is(slice_trim(e.bytes), row[i].want))
			fail_msg("%s", row[i].why);
		edge_free(e);
	}
	assert_int_equal(slice_trim(nothing).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(making),
		cmocka_unit_test(equality),
		cmocka_unit_test(only_letters_have_case),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(finding),
		cmocka_unit_test(cutting),
		cmocka_unit_test(trimming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
