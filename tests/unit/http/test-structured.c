#include "base/cleanup.h"
#include "http/grammar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const right[] = {
	"", "a", "a=1", "a=-1.5", "a=?1", "a=?0;b", "a=*", "a=b/c:d", "a=\"b \\\"\\\\\"",
	"a=:aGVsbG8=:", "a=()", "a=( )", "a=(self \"https://a\")", "a=(b;c=d  e);f", "a;b=1",
	"a=1, b=2", "a=1\t,\t b", "*a_-.9=1", "a=123456789012345", "a=123456789012.123",
	"camera=(), geolocation=(self \"https://a.example\"), fullscreen=*",
};

static const char *const wrong[] = {
	"A=1", "1", "=1", "a=", "a= 1", "a =1", "a=1,", ",a", "a=1,,b", "a=1 b", "a=?2", "a=\"b",
	"a=\"\\b\"", "a=\"\t\"", "a=\"\xe4\"", "a=:b", "a=:*:", "a=(b", "a=(b,c)", "a=(\"b\"\"c\")",
	"a=1234567890123456", "a=1.", "a=1.1234", "a=1234567890123.1", "a=-", "a=1;", "a=1;B",
	"a=1; b=", "camera 'none'", "a=(b;)", "a=()b",
};

static void dictionaries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(right); i++)
		if (!http_is_dictionary(slice_str(right[i])))
			fail_msg("refuses %s", right[i]);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (http_is_dictionary(slice_str(wrong[i])))
			fail_msg("takes %s", wrong[i]);
}

static void nul_is_part_of_nothing(void **state)
{
	static const struct slice list[] = {
		SLICE("a\0b"), SLICE("\0a"), SLICE("a=b\0"), SLICE("a=:YQ\0:"), SLICE("a=(b\0)"),
		SLICE("a=\"\0\""), SLICE("a;b\0=1"), SLICE("a=1\0"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		if (http_is_dictionary(list[i]))
			fail_msg("takes NUL in %s", list[i].at);
}

/* Every prefix of a dictionary, at the edge of what may be read. */
static void nothing_is_read_behind_the_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(right); i++)
		for (size_t len = 0; len <= strlen(right[i]); len++) {
			char *copy = malloc(len + 1);

			assert_non_null(copy);
			memcpy(copy, right[i], len);
			copy[len] = '"';
			(void)http_is_dictionary(slice_of(copy, len));
			free(copy);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dictionaries),
		cmocka_unit_test(nul_is_part_of_nothing),
		cmocka_unit_test(nothing_is_read_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
