#include "feed.h"

#include "http/bytes.h"

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool one_of(int c, const char *set)
{
	return c != 0 && strchr(set, c);
}

static bool is_alpha(int c)
{
	return one_of(c, LOWER UPPER);
}

static bool is_digit(int c)
{
	return one_of(c, DIGITS);
}

static bool is_hex(int c)
{
	return one_of(c, DIGITS "abcdefABCDEF");
}

static bool is_ws(int c)
{
	return c == ' ' || c == '\t';
}

static bool is_vchar(int c)
{
	return c >= 0x21 && c <= 0x7e;
}

static bool is_obs(int c)
{
	return c >= 0x80;
}

static bool is_tchar(int c)
{
	return is_vchar(c) && !one_of(c, "\"(),/:;<=>?@[\\]{}");
}

/* HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text */
static bool is_qdtext(int c)
{
	return is_ws(c) || c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e) ||
	       is_obs(c);
}

/* %x21 / %x23-7E / obs-text */
static bool is_etagc(int c)
{
	return c == 0x21 || (c >= 0x23 && c <= 0x7e) || is_obs(c);
}

/* gen-delims, sub-delims, unreserved, "%" */
static bool is_uri(int c)
{
	return one_of(c, ":/?#[]@"
			 "!$&'()*+,;=" LOWER UPPER DIGITS "-._~"
			 "%");
}

/* pchar and "/", but for "." and "%", which a path may have to be rid of */
static bool is_plain(int c)
{
	return one_of(c, "/:@!$&'()*+,;=" LOWER UPPER DIGITS "-_~");
}

static void every_byte_is_in_its_classes(void **state)
{
	static const struct {
		const char *why;
		unsigned class;
		bool (*holds)(int c);
	} row[] = {
		{ "tchar", HTTP_TCHAR, is_tchar },
		{ "DIGIT", HTTP_DIGIT, is_digit },
		{ "HEXDIG, either case", HTTP_HEX, is_hex },
		{ "SP and HTAB", HTTP_WS, is_ws },
		{ "VCHAR", HTTP_VCHAR, is_vchar },
		{ "obs-text", HTTP_OBS, is_obs },
		{ "qdtext", HTTP_QDTEXT, is_qdtext },
		{ "reserved, unreserved, %", HTTP_URI, is_uri },
		{ "etagc", HTTP_ETAGC, is_etagc },
		{ "ALPHA", HTTP_ALPHA, is_alpha },
		{ "a simple path", HTTP_PLAIN, is_plain },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		for (int c = 0; c < 256; c++)
			if (http_is((char)c, row[i].class) != row[i].holds(c))
				fail_msg("%s: byte 0x%02x", row[i].why, c);
}

static void classes_can_be_joined(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++)
		assert_int_equal(http_is((char)c, HTTP_WS | HTTP_OBS), is_ws(c) || is_obs(c));
	assert_int_equal(http_span(SLICE("12ab ;"), HTTP_DIGIT), 2);
	assert_int_equal(http_span(SLICE("12ab ;"), HTTP_DIGIT | HTTP_ALPHA), 4);
	assert_int_equal(http_span(SLICE("ab"), HTTP_DIGIT), 0);
	assert_int_equal(http_span(SLICE("12"), HTTP_DIGIT), 2);
	assert_int_equal(http_span((struct slice){ 0 }, HTTP_DIGIT), 0);
}

static void token(void **state)
{
	static const struct claim row[] = {
		{ "a field name", SLICE("Content-Type"), true },
		{ "one byte is enough", SLICE("!"), true },
		{ "all of tchar", SLICE("!#$%&'*+-.^_`|~" DIGITS LOWER UPPER), true },
		{ "an empty one is none", SLICE(""), false },
		{ "a space inside", SLICE("a b"), false },
		{ "a space at the end", SLICE("a "), false },
		{ "a colon is a separator", SLICE("a:"), false },
		{ "NUL", SLICE("a\0b"), false },
		{ "obs-text", SLICE("\xc3\xa9"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), http_is_token);
	assert_false(http_is_token((struct slice){ 0 }));
}

static void field_value(void **state)
{
	static const struct claim row[] = {
		{ "may be empty", SLICE(""), true },
		{ "one byte", SLICE("x"), true },
		{ "SP and HTAB inside", SLICE("a \t b"), true },
		{ "obs-text, also at the ends",
		  SLICE("\xff"
			"a\x80"),
		  true },
		{ "SP in front", SLICE(" a"), false },
		{ "HTAB in front", SLICE("\ta"), false },
		{ "SP behind", SLICE("a "), false },
		{ "HTAB behind", SLICE("a\t"), false },
		{ "SP alone", SLICE(" "), false },
		{ "CR", SLICE("a\rb"), false },
		{ "LF", SLICE("a\nb"), false },
		{ "NUL", SLICE("a\0b"), false },
		{ "DEL", SLICE("a\x7f"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), http_is_field_value);
	assert_true(http_is_field_value((struct slice){ 0 }));
	for (int c = 0; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b' };

		assert_int_equal(http_is_field_value(slice_of(text, 3)),
				 is_vchar(c) || is_obs(c) || is_ws(c));
	}
}

struct number {
	const char *why;
	struct slice text;
	int want;
	uint64_t value;
};

static void check_numbers(const struct number *row, size_t n,
			  int (*parse)(struct slice, uint64_t *))
{
	for (size_t i = 0; i < n; i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		uint64_t value = 77;
		int got = parse(e.bytes, &value);

		if (got != row[i].want || value != (got ? 77 : row[i].value))
			fail_msg("%s: %d, value %ju", row[i].why, got, (uintmax_t)value);
		edge_free(e);
	}
}

static void decimal(void **state)
{
	static const struct number row[] = {
		{ "zero", SLICE("0"), 0, 0 },
		{ "leading zeros are digits too", SLICE("005"), 0, 5 },
		{ "more zeros than a number has digits", SLICE("0000000000000000000000000017"), 0,
		  17 },
		{ "2^64 - 1", SLICE("18446744073709551615"), 0, UINT64_MAX },
		{ "2^64", SLICE("18446744073709551616"), -ERANGE, 0 },
		{ "2^64 + 5 must not become 5", SLICE("18446744073709551621"), -ERANGE, 0 },
		{ "ten times too big", SLICE("184467440737095516150"), -ERANGE, 0 },
		{ "nothing", SLICE(""), -EINVAL, 0 },
		{ "a sign", SLICE("+5"), -EINVAL, 0 },
		{ "a minus", SLICE("-1"), -EINVAL, 0 },
		{ "a letter behind", SLICE("5x"), -EINVAL, 0 },
		{ "a letter behind too many digits", SLICE("99999999999999999999x"), -EINVAL, 0 },
		{ "hexadecimal", SLICE("0x5"), -EINVAL, 0 },
		{ "a space", SLICE("5 "), -EINVAL, 0 },
		{ "NUL", SLICE("5\0"), -EINVAL, 0 },
		{ "a list", SLICE("5,5"), -EINVAL, 0 },
	};

	(void)state;
	check_numbers(row, ARRAY_SIZE(row), http_decimal);
}

static void hexadecimal(void **state)
{
	static const struct number row[] = {
		{ "zero", SLICE("0"), 0, 0 },
		{ "every digit", SLICE("0123456789abcdef"), 0, 0x0123456789abcdef },
		{ "upper case", SLICE("ABCDEF"), 0, 0xabcdef },
		{ "leading zeros", SLICE("00000000000000000000000a"), 0, 10 },
		{ "2^64 - 1", SLICE("ffffffffffffffff"), 0, UINT64_MAX },
		{ "2^64", SLICE("10000000000000000"), -ERANGE, 0 },
		{ "2^64 + 5 must not become 5", SLICE("10000000000000005"), -ERANGE, 0 },
		{ "nothing", SLICE(""), -EINVAL, 0 },
		{ "a prefix", SLICE("0x5"), -EINVAL, 0 },
		{ "a minus", SLICE("-5"), -EINVAL, 0 },
		{ "an underscore", SLICE("5_0"), -EINVAL, 0 },
		{ "g", SLICE("g"), -EINVAL, 0 },
		{ "a space", SLICE("5 "), -EINVAL, 0 },
	};

	(void)state;
	check_numbers(row, ARRAY_SIZE(row), http_hex);
}

static void one_digit_of_every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;
		uint64_t value = 0;

		assert_int_equal(http_decimal(slice_of(&byte, 1), &value),
				 is_digit(c) ? 0 : -EINVAL);
		if (is_digit(c))
			assert_int_equal(value, strchr(DIGITS, c) - DIGITS);
		assert_int_equal(http_hex(slice_of(&byte, 1), &value), is_hex(c) ? 0 : -EINVAL);
		if (is_hex(c))
			assert_int_equal(value, strtol((char[]){ byte, 0 }, NULL, 16));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_in_its_classes),
		cmocka_unit_test(classes_can_be_joined),
		cmocka_unit_test(token),
		cmocka_unit_test(field_value),
		cmocka_unit_test(decimal),
		cmocka_unit_test(hexadecimal),
		cmocka_unit_test(one_digit_of_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
