#include "base/text.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "tests/unit/edge.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- escaping ---- */

static void every_byte_is_safe_to_print(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		CLEANUP(buffer_release)
		struct buffer b = BUFFER_INIT(8);
		char byte = (char)c, want[8];

		if (c >= 0x20 && c <= 0x7e && c != '\\')
			(void)snprintf(want, sizeof(want), "%c", c);
		else if (c == '\r' || c == '\n' || c == '\t' || c == '\\')
			(void)snprintf(want, sizeof(want), "\\%c",
				       c == '\r'   ? 'r'
				       : c == '\n' ? 'n'
				       : c == '\t' ? 't'
						   : '\\');
		else
			(void)snprintf(want, sizeof(want), "\\x%02x", c);
		assert_int_equal(text_escape(&b, slice_of(&byte, 1)), 0);
		assert_string_equal(buffer_str(&b), want);
	}
}

static void escaping_appends(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(64);
	struct edge e = edge_copy("GET /\r\n\0\xff", 9);

	(void)state;
	assert_int_equal(buffer_add_str(&b, "> "), 0);
	assert_int_equal(text_escape(&b, e.bytes), 0);
	assert_string_equal(buffer_str(&b), "> GET /\\r\\n\\x00\\xff");
	assert_int_equal(text_escape(&b, (struct slice){ 0 }), 0);
	edge_free(e);
}

static void escaping_into_little_room(void **state)
{
	CLEANUP(buffer_release)
	struct buffer b = BUFFER_INIT(5);

	(void)state;
	assert_int_equal(text_escape(&b, SLICE("ab\r\n")), -ENOSPC);
	assert_in_range(b.len, 0, 5);
}

static void cutting_says_how_much_is_missing(void **state)
{
	static const struct {
		size_t most;
		const char *want;
	} row[] = {
		{ 0, " ... (4 bytes more)" },
		{ 3, "a\\r\\n ... (1 bytes more)" },
		{ 4, "a\\r\\nb" },
		{ 5, "a\\r\\nb" },
		{ SIZE_MAX, "a\\r\\nb" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release)
		struct buffer b = BUFFER_INIT(64);

		assert_int_equal(text_escape_cut(&b, SLICE("a\r\nb"), row[i].most), 0);
		assert_string_equal(buffer_str(&b), row[i].want);
	}
}

/* ---- misspelt words ---- */

static void distance(void **state)
{
	static const struct {
		const char *why, *a, *b;
		size_t want;
	} row[] = {
		{ "the same", "send", "send", 0 },
		{ "case", "Send", "sEND", 0 },
		{ "nothing and nothing", "", "", 0 },
		{ "nothing and something", "", "abc", 3 },
		{ "a letter more", "sends", "send", 1 },
		{ "a letter less", "snd", "send", 1 },
		{ "another letter", "sand", "send", 1 },
		{ "neighbours swapped", "sned", "send", 1 },
		{ "two swaps", "esdn", "send", 2 },
		{ "swapped at the front", "esnd", "send", 1 },
		{ "far apart", "abc", "xyz", 3 },
		{ "kitten", "kitten", "sitting", 3 },
		{ "letters swapped are not swapped again", "ca", "abc", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		if (text_distance(row[i].a, row[i].b) != row[i].want ||
		    text_distance(row[i].b, row[i].a) != row[i].want)
			fail_msg("%s: %zu, %zu", row[i].why, text_distance(row[i].a, row[i].b),
				 text_distance(row[i].b, row[i].a));
	}
}

static void words_above_64_bytes_are_never_near(void **state)
{
	char a[66], b[66];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	a[65] = b[64] = '\0';
	assert_int_equal(text_distance(a, a), SIZE_MAX);
	assert_int_equal(text_distance(a, b), SIZE_MAX);
	assert_int_equal(text_distance(b, a), SIZE_MAX);
	assert_int_equal(text_distance(b, b), 0);
	assert_int_equal(text_distance(b, "x"), 63);
	b[63] = '\0';
	assert_null(text_nearest(a, (const char *const[]){ b, a }, 2));
}

static void the_nearest_key(void **state)
{
	static const char *const keys[] = { "send",   "expect", "expect-close", "expect-open",
					    "repeat", "status", "fields",	"on" };
	static const struct {
		const char *why, *word, *want;
	} row[] = {
		{ "swapped", "sned", "send" },
		{ "a letter less", "expct", "expect" },
		{ "a letter more", "fieldss", "fields" },
		{ "case", "STATUS", "status" },
		{ "underscores for dashes", "expect_close", "expect-close" },
		{ "itself", "on", "on" },
		{ "two letters of a long one", "expet-opn", "expect-open" },
		{ "nothing near", "gzip", NULL },
		{ "another word as long", "zzzzzz", NULL },
		{ "nothing at all", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const char *got = text_nearest(row[i].word, keys, ARRAY_SIZE(keys));

		if (!got != !row[i].want || (got && strcmp(got, row[i].want) != 0))
			fail_msg("%s: %s", row[i].why, got ? got : "none");
	}
	assert_null(text_nearest("send", NULL, 0));
}

static void of_two_as_near_the_first_is_meant(void **state)
{
	(void)state;
	assert_string_equal(text_nearest("cart", (const char *const[]){ "care", "card" }, 2),
			    "care");
	assert_string_equal(text_nearest("card", (const char *const[]){ "care", "card" }, 2),
			    "card");
}

/* At most a third of the letters wrong (base/text.h). */
static void a_third_of_the_letters_is_the_limit(void **state)
{
	static const char *const known[] = { "abcdef" };

	(void)state;
	assert_non_null(text_nearest("abcdxy", known, 1));
	assert_null(text_nearest("abcxyz", known, 1));
	assert_non_null(text_nearest("abcdxyz", (const char *const[]){ "abcdefg" }, 1));
	assert_null(text_nearest("ab", (const char *const[]){ "xy" }, 1));
}

/* ---- counts, durations, sizes ---- */

struct quantity {
	const char *why;
	struct slice text;
	int want;
	uint64_t value;
};

static void counts(void **state)
{
	static const struct quantity row[] = {
		{ "zero", SLICE("0"), 0, 0 },
		{ "leading zeros", SLICE("020"), 0, 20 },
		{ "2^64 - 1", SLICE("18446744073709551615"), 0, UINT64_MAX },
		{ "2^64", SLICE("18446744073709551616"), -ERANGE, 0 },
		{ "2^64 by the tenfold", SLICE("99999999999999999999"), -ERANGE, 0 },
		{ "nothing", SLICE(""), -EINVAL, 0 },
		{ "a sign", SLICE("-1"), -EINVAL, 0 },
		{ "a unit", SLICE("1s"), -EINVAL, 0 },
		{ "a blank", SLICE(" 1"), -EINVAL, 0 },
		{ "NUL", SLICE("1\0"), -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		uint64_t got = 77;
		int r = text_count(e.bytes, &got);

		if (r != row[i].want || got != (r ? 77 : row[i].value))
			fail_msg("%s: %d", row[i].why, r);
		edge_free(e);
	}
}

static void durations(void **state)
{
	static const struct quantity row[] = {
		{ "milliseconds", SLICE("300ms"), 0, 300 * 1000 },
		{ "seconds", SLICE("2s"), 0, 2 * 1000 * 1000 },
		{ "zero", SLICE("0s"), 0, 0 },
		{ "a day", SLICE("86400s"), 0, 86400ull * 1000 * 1000 },
		{ "a second more", SLICE("86401s"), -ERANGE, 0 },
		{ "a millisecond more", SLICE("86400001ms"), -ERANGE, 0 },
		{ "2^63 microseconds", SLICE("9223372036855s"), -ERANGE, 0 },
		{ "the unit overflows", SLICE("18446744073709551615s"), -ERANGE, 0 },
		{ "the number overflows", SLICE("18446744073709551616ms"), -ERANGE, 0 },
		{ "no unit", SLICE("300"), -EINVAL, 0 },
		{ "no number", SLICE("ms"), -EINVAL, 0 },
		{ "nothing", SLICE(""), -EINVAL, 0 },
		{ "a unit nobody knows", SLICE("2m"), -EINVAL, 0 },
		{ "upper case", SLICE("2S"), -EINVAL, 0 },
		{ "a fraction", SLICE("1.5s"), -EINVAL, 0 },
		{ "a minus", SLICE("-1s"), -EINVAL, 0 },
		{ "a blank", SLICE("2 s"), -EINVAL, 0 },
		{ "a blank behind", SLICE("2s "), -EINVAL, 0 },
		{ "two terms", SLICE("1s300ms"), -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		int64_t got = 77;
		int r = text_duration(e.bytes, &got);

		if (r != row[i].want || got != (r ? 77 : (int64_t)row[i].value))
			fail_msg("%s: %d", row[i].why, r);
		edge_free(e);
	}
}

static void sizes(void **state)
{
	static const struct quantity row[] = {
		{ "bytes", SLICE("17"), 0, 17 },
		{ "KiB", SLICE("64KiB"), 0, 65536 },
		{ "MiB", SLICE("1MiB"), 0, 1048576 },
		{ "GiB", SLICE("2GiB"), 0, 2147483648 },
		{ "zero", SLICE("0KiB"), 0, 0 },
		{ "the greatest", SLICE("18446744073709551615"), 0, UINT64_MAX },
		{ "the greatest in GiB", SLICE("17179869183GiB"), 0, 17179869183ull << 30 },
		{ "2^64 in GiB", SLICE("17179869184GiB"), -ERANGE, 0 },
		{ "2^64 in bytes", SLICE("18446744073709551616"), -ERANGE, 0 },
		{ "thousands are not offered", SLICE("64KB"), -EINVAL, 0 },
		{ "a K alone", SLICE("64K"), -EINVAL, 0 },
		{ "small letters", SLICE("64kib"), -EINVAL, 0 },
		{ "no number", SLICE("KiB"), -EINVAL, 0 },
		{ "nothing", SLICE(""), -EINVAL, 0 },
		{ "a blank", SLICE("64 KiB"), -EINVAL, 0 },
		{ "a minus", SLICE("-1KiB"), -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		uint64_t got = 77;
		int r = text_size(e.bytes, &got);

		if (r != row[i].want || got != (r ? 77 : row[i].value))
			fail_msg("%s: %d", row[i].why, r);
		edge_free(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_safe_to_print),
		cmocka_unit_test(escaping_appends),
		cmocka_unit_test(escaping_into_little_room),
		cmocka_unit_test(cutting_says_how_much_is_missing),
		cmocka_unit_test(distance),
		cmocka_unit_test(words_above_64_bytes_are_never_near),
		cmocka_unit_test(the_nearest_key),
		cmocka_unit_test(of_two_as_near_the_first_is_meant),
		cmocka_unit_test(a_third_of_the_letters_is_the_limit),
		cmocka_unit_test(counts),
		cmocka_unit_test(durations),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
