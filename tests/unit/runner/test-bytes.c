#include "runner/bytes.h"

#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct variable profile_list[] = {
	{ "get", SLICE("/") },
	{ "host", SLICE("www.example.org") },
	{ "status", SLICE("/status/{code}") },
	{ "plain", SLICE("/no-template") },
	{ "torn", SLICE("/a}b{c") },
	{ "timeouts.idle", SLICE("3s") },
	{ "limits.request-line", SLICE("8KiB") },
	{ "big", SLICE("0123456789") },
};

static const struct variable case_list[] = {
	{ "value", SLICE("+5") },
	{ "binary", SLICE("\0\r\n") },
	{ "host", SLICE("inner") },
	{ "dollar", SLICE("${get}") },
	{ "empty", { NULL, 0 } },
};

static const struct variables profile = { profile_list, ARRAY_SIZE(profile_list), NULL };
static const struct variables layers = { case_list, ARRAY_SIZE(case_list), &profile };

#define TEXT(literal) { .raw = SLICE(literal), .place = { "f", 7, 9 } }

/* ---- texts ---- */

static void texts(void **state)
{
	static const struct {
		const char *why;
		struct text text;
		struct slice want;
	} row[] = {
		{ "nothing", TEXT(""), SLICE("") },
		{ "no variable", TEXT("GET / HTTP/1.1\r\n"), SLICE("GET / HTTP/1.1\r\n") },
		{ "one", TEXT("GET ${get} HTTP/1.1"), SLICE("GET / HTTP/1.1") },
		{ "two that touch", TEXT("${get}${get}"), SLICE("//") },
		{ "the upper layer wins", TEXT("${host}"), SLICE("inner") },
		{ "any bytes", TEXT("a${binary}b"), SLICE("a\0\r\nb") },
		{ "an empty value", TEXT("a${empty}b"), SLICE("ab") },
		{ "a value is not read again", TEXT("${dollar}"), SLICE("${get}") },
		{ "a literal", TEXT("$${get}"), SLICE("${get}") },
		{ "a literal behind text", TEXT("a$${get}b"), SLICE("a${get}b") },
		{ "literals that touch", TEXT("$${$${"), SLICE("${${") },
		{ "a dollar before a literal", TEXT("$$${get}"), SLICE("$${get}") },
		{ "a literal, then a variable", TEXT("$${${get}"), SLICE("${/") },
		{ "dollars alone", TEXT("$ $$ $a $}"), SLICE("$ $$ $a $}") },
		{ "a dollar at the end", TEXT("a$"), SLICE("a$") },
		{ "an argument", TEXT("GET ${status:404} X"), SLICE("GET /status/404 X") },
		{ "an empty argument", TEXT("${status:}"), SLICE("/status/") },
		{ "an argument with a colon", TEXT("${status:1:2}"), SLICE("/status/1:2") },
		{ "two arguments", TEXT("${status:1} ${status:2}"),
		  SLICE("/status/1 /status/2") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1024);
		struct problem p;

		print_message("  %s\n", row[i].why);
		assert_int_equal(text_expand(&row[i].text, &layers, &out, &p), 0);
		assert_int_equal(out.len, row[i].want.len);
		assert_memory_equal(buffer_str(&out), row[i].want.at, out.len);
	}
}

static void bad_texts(void **state)
{
	static const struct {
		struct text text;
		int error;
		const char *problem;
	} row[] = {
		{ TEXT("a${nobody}"), -EINVAL, "unknown variable 'nobody'" },
		{ TEXT("${}"), -EINVAL, "unknown variable ''" },
		{ TEXT("${\x1b[2J}"), -EINVAL, "unknown variable '\\x1b[2J'" },
		{ TEXT("${Get}"), -EINVAL, "unknown variable 'Get'" },
		{ TEXT("${plain:5}"), -EINVAL, "unknown variable 'plain:5'" },
		{ TEXT("${torn:5}"), -EINVAL, "unknown variable 'torn:5'" },
		{ TEXT("${get"), -EINVAL, "'${' without '}'" },
		{ TEXT("a${"), -EINVAL, "'${' without '}'" },
		{ TEXT("0123456789abcdefg"), -ENOSPC, "more than 16 bytes" },
		{ TEXT("${big}${big}"), -ENOSPC, "more than 16 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(16);
		struct problem p;

		assert_int_equal(text_expand(&row[i].text, &layers, &out, &p), row[i].error);
		assert_string_equal(p.text, row[i].problem);
		assert_int_equal(p.place.line, 7);
		assert_int_equal(p.place.column, 9);
		assert_int_equal(text_expand(&row[i].text, &layers, &out, NULL), row[i].error);
	}
}

static void without_variables(void **state)
{
	static const struct text text = TEXT("${get}");
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(16);

	(void)state;
	assert_int_equal(text_expand(&text, NULL, &out, NULL), -EINVAL);
}

/* ---- parts ---- */

static struct text t(const char *s)
{
	return (struct text){ .raw = slice_str(s), .place = { "f", 7, 9 } };
}

static void expect_bytes(const struct part *parts, size_t n, struct slice want)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(100000);
	struct bytes b = { .parts = (struct part *)parts, .nparts = n };
	struct problem p = { .text = "" };

	if (bytes_expand(&b, &layers, &out, &p) < 0)
		fail_msg("%s", p.text);
	assert_int_equal(out.len, want.len);
	assert_memory_equal(buffer_str(&out), want.at, out.len);
}

static void parts_are_joined(void **state)
{
	struct text text[] = { t("a${value}"), t("${not a variable\r\n") };
	struct text lines[] = { t("GET ${get} HTTP/1.1"), t("") };
	const struct part parts[] = {
		{ .kind = PART_TEXT, .texts = &text[0], .ntexts = 1 },
		{ .kind = PART_HEX, .texts = &text[1], .ntexts = 1 },
		{ .kind = PART_FILE, .texts = &text[1], .ntexts = 1 },
		{ .kind = PART_LINES, .texts = lines, .ntexts = 2 },
		{ .kind = PART_LINES },
	};

	(void)state;
	expect_bytes(parts, 5, SLICE("a+5${not a variable\r\n${not a variable\r\n"
				     "GET / HTTP/1.1\r\n\r\n"));
	expect_bytes(parts, 0, SLICE(""));
}

static void chunks(void **state)
{
	static const struct {
		const char *why, *data, *size, *ext, *want;
	} row[] = {
		{ "size computed", "hello", NULL, NULL, "5\r\nhello\r\n" },
		{ "in hex", "0123456789abcdef0123456789a", NULL, NULL,
		  "1b\r\n0123456789abcdef0123456789a\r\n" },
		{ "of what variables give", "${get}${value}", NULL, NULL, "3\r\n/+5\r\n" },
		{ "size given", "hello", "0x5", NULL, "0x5\r\nhello\r\n" },
		{ "an empty size", "hello", "", NULL, "\r\nhello\r\n" },
		{ "size of a variable", "hello", "${value}", NULL, "+5\r\nhello\r\n" },
		{ "an extension", "hello", NULL, ";a=${value}", "5;a=+5\r\nhello\r\n" },
		{ "both", "hello", "05", ";a", "05;a\r\nhello\r\n" },
		{ "no data", "", NULL, NULL, "0\r\n\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct text texts[] = { t(row[i].data), t(row[i].size), t(row[i].ext) };
		const struct part part = { .kind = PART_CHUNK, .texts = texts, .ntexts = 3 };

		print_message("  %s\n", row[i].why);
		expect_bytes(&part, 1, slice_str(row[i].want));
	}
}

static void last_chunks(void **state)
{
	struct text trailers[] = { t("A: ${value}"), t("B: c") };
	const struct part bare = { .kind = PART_LAST_CHUNK };
	const struct part with = { .kind = PART_LAST_CHUNK, .texts = trailers, .ntexts = 2 };

	(void)state;
	expect_bytes(&bare, 1, SLICE("0\r\n\r\n"));
	expect_bytes(&with, 1, SLICE("0\r\nA: +5\r\nB: c\r\n\r\n"));
}

static int repeat(const char *what, const char *times, struct buffer *out, struct problem *p)
{
	struct text text = t(what);
	struct part part = { .kind = PART_REPEAT, .texts = &text, .ntexts = 1, .times = t(times),
			     .place = { "f", 7, 9 } };
	struct bytes b = { .parts = &part, .nparts = 1 };

	buffer_clear(out);
	return bytes_expand(&b, &layers, out, p);
}

static void repeats(void **state)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT((size_t)16 * 1024 * 1024);
	struct problem p;

	(void)state;
	assert_int_equal(repeat("ab", "3", &out, &p), 0);
	assert_string_equal(buffer_str(&out), "ababab");
	assert_int_equal(repeat("${value}", "2", &out, &p), 0);
	assert_string_equal(buffer_str(&out), "+5+5");
	assert_int_equal(repeat("a", "0", &out, &p), 0);
	assert_int_equal(out.len, 0);
	assert_int_equal(repeat("a", "64KiB", &out, &p), 0);
	assert_int_equal(out.len, 65536);
	assert_int_equal(repeat("a", "${limits.request-line}", &out, &p), 0);
	assert_int_equal(out.len, 8192);
	assert_int_equal(repeat("a", "16MiB", &out, &p), 0);
	assert_int_equal(out.len, 16 * 1024 * 1024);
	assert_int_equal(repeat("", "99999999999999", &out, &p), 0);
	assert_int_equal(out.len, 0);

	assert_int_equal(repeat("a", "16777217", &out, &p), -ENOSPC);
	assert_string_equal(p.text, "more than 16777216 bytes");
	assert_int_equal(p.place.line, 7);
	assert_int_equal(repeat("ab", "18446744073709551615", &out, &p), -ENOSPC);
	assert_int_equal(repeat("a", "${value}", &out, &p), -EINVAL);
	assert_string_equal(p.text, "'+5' is not a count or a size");
	assert_int_equal(repeat("a", "${nobody}", &out, &p), -EINVAL);
	assert_string_equal(p.text, "unknown variable 'nobody'");
}

/* What stands before a part that fails stays: the caller drops the buffer. */
static void all_kinds_are_bounded(void **state)
{
	struct text texts[3] = { t("0123456789abcdef!") };

	(void)state;
	for (int kind = PART_TEXT; kind <= PART_FILE; kind++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(16);
		struct part part = { .kind = (enum part_kind)kind, .texts = texts, .ntexts = 1,
				     .times = t("1") };
		struct bytes b = { .parts = &part, .nparts = 1 };

		assert_int_equal(bytes_expand(&b, &layers, &out, NULL), -ENOSPC);
		assert_true(out.len <= 16);
	}
}

/* ---- durations ---- */

static void durations(void **state)
{
	static const struct {
		const char *text;
		usec want;
	} row[] = {
		{ "0ms", 0 },
		{ "300ms", 300000 },
		{ "2s", 2000000 },
		{ "2s + 500ms", 2500000 },
		{ "2s - 500ms", 1500000 },
		{ "1s - 1s", 0 },
		{ "1s - 2s + 3s", 2000000 },
		{ "${timeouts.idle}", 3000000 },
		{ "${timeouts.idle} + 500ms", 3500000 },
		{ "500ms + ${timeouts.idle}", 3500000 },
		{ "${timeouts.idle} + ${timeouts.idle} - 1ms", 5999000 },
		{ "1s  +  1s", 2000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct duration d = { t(row[i].text) };
		usec got = -1;

		print_message("  %s\n", row[i].text);
		assert_int_equal(duration_check(&d, NULL), 0);
		assert_int_equal(duration_expand(&d, &layers, &got, NULL), 0);
		assert_int_equal(got, row[i].want);
	}
}

#define NO_DURATION(s) \
	"'" s "' is not a duration such as 300ms, 2s or ${timeouts.idle} + 500ms"

static void bad_durations(void **state)
{
	static const struct {
		const char *text, *problem;
		bool known_at_load;
	} row[] = {
		{ "", NO_DURATION(""), true },
		{ "2", NO_DURATION("2"), true },
		{ "2 s", NO_DURATION("2 s"), true },
		{ "2h", NO_DURATION("2h"), true },
		{ "-2s", NO_DURATION("-2s"), true },
		{ "2s+1s", NO_DURATION("2s+1s"), true },
		{ "2s +", NO_DURATION("2s +"), true },
		{ " + 2s", NO_DURATION(" + 2s"), true },
		{ "2s + + 1s", NO_DURATION("2s + + 1s"), true },
		{ "1.5s", NO_DURATION("1.5s"), true },
		{ "x${timeouts.idle}", NO_DURATION("x${timeouts.idle}"), true },
		{ "1s - 2s", "'1s - 2s' is negative or longer than a day", true },
		{ "99999999s", "'99999999s' is negative or longer than a day", true },
		{ "${timeouts.idle} - 4s",
		  "'${timeouts.idle} - 4s' is negative or longer than a day", false },
		{ "${value}", NO_DURATION("${value}"), false },
		{ "${nobody} + 1s", "'${nobody} + 1s' has a variable that nothing sets", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct duration d = { t(row[i].text) };
		struct problem p;
		usec got = -7;

		print_message("  %s\n", row[i].text);
		assert_int_equal(duration_expand(&d, &layers, &got, &p), -EINVAL);
		assert_string_equal(p.text, row[i].problem);
		assert_int_equal(p.place.line, 7);
		assert_int_equal(got, -7);
		assert_int_equal(duration_check(&d, NULL), row[i].known_at_load ? -EINVAL : 0);
	}
}

/* ---- the names in a text ---- */

static int collect(void *arg, struct slice name)
{
	struct buffer *out = arg;

	(void)buffer_add_slice(out, name);
	(void)buffer_add_str(out, ";");
	return slice_is(name, "stop") ? -ECANCELED : 0;
}

static void names_are_told(void **state)
{
	static const struct {
		struct text text;
		int r;
		const char *want;
	} row[] = {
		{ TEXT("no ${a} b ${c:1}${d} $${e}"), 0, "a;c:1;d;" },
		{ TEXT(""), 0, "" },
		{ TEXT("${a} ${b"), -EINVAL, "a;" },
		{ TEXT("${a}${stop}${b}"), -ECANCELED, "a;stop;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(1024);

		assert_int_equal(text_each_variable(&row[i].text, collect, &out), row[i].r);
		assert_string_equal(buffer_str(&out), row[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(without_variables),
		cmocka_unit_test(parts_are_joined),
		cmocka_unit_test(chunks),
		cmocka_unit_test(last_chunks),
		cmocka_unit_test(repeats),
		cmocka_unit_test(all_kinds_are_bounded),
		cmocka_unit_test(durations),
		cmocka_unit_test(bad_durations),
		cmocka_unit_test(names_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
