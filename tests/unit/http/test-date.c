#include "feed.h"

#include "http/grammar.h"

/* 1994-11-06 08:49:37, the example of RFC 9110 section 5.6.7 */
static const time_t example = 784111777;
static const time_t now = 1767225600; /* 2026-01-01 00:00:00 */

static int parse(struct slice s, time_t *ret, enum http_date_form *ret_form)
{
	struct edge e = edge_copy(s.at, s.len);
	int r = http_date_parse(e.bytes, now, ret, ret_form);

	edge_free(e);
	return r;
}

static bool is_date(struct slice s)
{
	time_t t;

	return http_date_parse(s, now, &t, NULL) == 0;
}

static void the_three_forms(void **state)
{
	static const struct {
		struct slice text;
		enum http_date_form form;
	} row[] = {
		{ SLICE("Sun, 06 Nov 1994 08:49:37 GMT"), HTTP_DATE_IMF },
		{ SLICE("Sunday, 06-Nov-94 08:49:37 GMT"), HTTP_DATE_RFC850 },
		{ SLICE("Sun Nov  6 08:49:37 1994"), HTTP_DATE_ASCTIME },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		time_t t = 0;
		enum http_date_form form = 9;

		assert_int_equal(parse(row[i].text, &t, &form), 0);
		assert_int_equal(t, example);
		assert_int_equal(form, row[i].form);
	}
}

static void what_is_a_date(void **state)
{
	static const struct claim row[] = {
		{ "midnight", SLICE("Thu, 01 Jan 1970 00:00:00 GMT"), true },
		{ "the last second of a day", SLICE("Thu, 01 Jan 1970 23:59:59 GMT"), true },
		{ "a leap second", SLICE("Sat, 31 Dec 2016 23:59:60 GMT"), true },
		{ "February 29 of a leap year", SLICE("Thu, 29 Feb 2024 00:00:00 GMT"), true },
		{ "of a year that 400 divides", SLICE("Tue, 29 Feb 2000 00:00:00 GMT"), true },
		{ "year 0", SLICE("Sat, 01 Jan 0000 00:00:00 GMT"), true },
		{ "year 9999", SLICE("Fri, 31 Dec 9999 23:59:59 GMT"), true },
		{ "asctime, two digits", SLICE("Wed Nov 16 08:49:37 1994"), true },
		{ "asctime, a zero for the blank", SLICE("Sun Nov 06 08:49:37 1994"), true },
		{ "rfc850, Wednesday", SLICE("Wednesday, 16-Nov-94 08:49:37 GMT"), true },

		{ "nothing", SLICE(""), false },
		{ "the wrong day of the week", SLICE("Mon, 06 Nov 1994 08:49:37 GMT"), false },
		{ "wrong in rfc850", SLICE("Monday, 06-Nov-94 08:49:37 GMT"), false },
		{ "wrong in asctime", SLICE("Mon Nov  6 08:49:37 1994"), false },
		{ "day 0", SLICE("Mon, 00 Nov 1994 08:49:37 GMT"), false },
		{ "day 31 of a month of 30", SLICE("Thu, 31 Nov 1994 08:49:37 GMT"), false },
		{ "day 32", SLICE("Wed, 32 Dec 1994 08:49:37 GMT"), false },
		{ "February 29 of a common year", SLICE("Wed, 29 Feb 2023 00:00:00 GMT"), false },
		{ "of a year that 100 divides", SLICE("Thu, 29 Feb 1900 00:00:00 GMT"), false },
		{ "February 30", SLICE("Fri, 30 Feb 2024 00:00:00 GMT"), false },
		{ "hour 24", SLICE("Sun, 06 Nov 1994 24:00:00 GMT"), false },
		{ "minute 60", SLICE("Sun, 06 Nov 1994 08:60:00 GMT"), false },
		{ "second 61", SLICE("Sun, 06 Nov 1994 08:49:61 GMT"), false },
		{ "another zone", SLICE("Sun, 06 Nov 1994 08:49:37 UTC"), false },
		{ "a zone in digits", SLICE("Sun, 06 Nov 1994 08:49:37 +0000"), false },
		{ "a zone in small letters", SLICE("Sun, 06 Nov 1994 08:49:37 gmt"), false },
		{ "no zone", SLICE("Sun, 06 Nov 1994 08:49:37"), false },
		{ "small letters", SLICE("sun, 06 nov 1994 08:49:37 GMT"), false },
		{ "the day's whole name", SLICE("Sunday, 06 Nov 1994 08:49:37 GMT"), false },
		{ "the day's short name in rfc850", SLICE("Sun, 06-Nov-94 08:49:37 GMT"), false },
		{ "four digits of the year in rfc850", SLICE("Sunday, 06-Nov-1994 08:49:37 GMT"),
		  false },
		{ "two digits of the year", SLICE("Sun, 06 Nov 94 08:49:37 GMT"), false },
		{ "one digit of the day", SLICE("Sun, 6 Nov 1994 08:49:37 GMT"), false },
		{ "a blank for its zero", SLICE("Sun,  6 Nov 1994 08:49:37 GMT"), false },
		{ "no comma", SLICE("Sun 06 Nov 1994 08:49:37 GMT"), false },
		{ "no blank behind the comma", SLICE("Sun,06 Nov 1994 08:49:37 GMT"), false },
		{ "HTAB", SLICE("Sun,\t06 Nov 1994 08:49:37 GMT"), false },
		{ "dashes of the cookies of old", SLICE("Sun, 06-Nov-1994 08:49:37 GMT"), false },
		{ "no seconds", SLICE("Sun, 06 Nov 1994 08:49 GMT"), false },
		{ "one digit of the hour", SLICE("Sun, 06 Nov 1994 8:49:37 GMT"), false },
		{ "a month in full", SLICE("Sun, 06 November 1994 08:49:37 GMT"), false },
		{ "no such month", SLICE("Sun, 06 Nob 1994 08:49:37 GMT"), false },
		{ "asctime with a zone", SLICE("Sun Nov  6 08:49:37 1994 GMT"), false },
		{ "asctime with one blank", SLICE("Sun Nov 6 08:49:37 1994"), false },
		{ "asctime with three blanks", SLICE("Sun Nov   6 08:49:37 1994"), false },
		{ "asctime as ctime(3) ends it", SLICE("Sun Nov  6 08:49:37 1994\n"), false },
		{ "ISO 8601", SLICE("1994-11-06T08:49:37Z"), false },
		{ "seconds since 1970", SLICE("784111777"), false },
		{ "zero, as Expires often has it", SLICE("0"), false },
		{ "a blank in front", SLICE(" Sun, 06 Nov 1994 08:49:37 GMT"), false },
		{ "a blank behind", SLICE("Sun, 06 Nov 1994 08:49:37 GMT "), false },
		{ "NUL behind", SLICE("Sun, 06 Nov 1994 08:49:37 GMT\0"), false },
		{ "two of them",
		  SLICE("Sun, 06 Nov 1994 08:49:37 GMT, "
			"Sun, 06 Nov 1994 08:49:37 GMT"),
		  false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), is_date);
	assert_false(is_date((struct slice){ 0 }));
}

static void a_leap_second_is_the_first_of_the_next_minute(void **state)
{
	time_t leap, next;

	(void)state;
	assert_int_equal(parse(SLICE("Sat, 31 Dec 2016 23:59:60 GMT"), &leap, NULL), 0);
	assert_int_equal(parse(SLICE("Sun, 01 Jan 2017 00:00:00 GMT"), &next, NULL), 0);
	assert_int_equal(leap, next);
}

static void nothing_is_set_by_what_is_no_date(void **state)
{
	time_t t = 77;
	enum http_date_form form = 9;

	(void)state;
	assert_int_equal(parse(SLICE("Mon, 06 Nov 1994 08:49:37 GMT"), &t, &form), -EINVAL);
	assert_int_equal(parse(SLICE("Monday, 06-Nov-94 08:49:37 GMT"), &t, &form), -EINVAL);
	assert_int_equal(parse(SLICE("never"), &t, &form), -EINVAL);
	assert_int_equal(t, 77);
	assert_int_equal(form, 9);
}

/* RFC 9110 section 5.6.7: more than 50 years in the future means the past. */
static void the_century_of_two_digits(void **state)
{
	static const struct {
		const char *why, *now, *text, *want;
	} row[] = {
		{ "the past", "Thu, 01 Jan 2026 00:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		  "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ "this year", "Thu, 01 Jan 2026 00:00:00 GMT", "Thursday, 01-Jan-26 00:00:00 GMT",
		  "Thu, 01 Jan 2026 00:00:00 GMT" },
		{ "the near future", "Thu, 01 Jan 2026 00:00:00 GMT",
		  "Friday, 01-Jan-27 00:00:00 GMT", "Fri, 01 Jan 2027 00:00:00 GMT" },
		{ "50 years ahead to the second", "Thu, 01 Jan 2026 00:00:00 GMT",
		  "Wednesday, 01-Jan-76 00:00:00 GMT", "Wed, 01 Jan 2076 00:00:00 GMT" },
		{ "a second more", "Thu, 01 Jan 2026 00:00:00 GMT",
		  "Thursday, 01-Jan-76 00:00:01 GMT", "Thu, 01 Jan 1976 00:00:01 GMT" },
		{ "a month more", "Thu, 01 Jan 2026 00:00:00 GMT", "Sunday, 01-Feb-76 00:00:00 GMT",
		  "Sun, 01 Feb 1976 00:00:00 GMT" },
		{ "the next century is near at its end", "Sat, 01 Jan 2095 00:00:00 GMT",
		  "Thursday, 01-Jan-05 00:00:00 GMT", "Thu, 01 Jan 2105 00:00:00 GMT" },
		{ "the last century is near at its start", "Thu, 01 Jan 2004 00:00:00 GMT",
		  "Friday, 01-Jan-99 00:00:00 GMT", "Fri, 01 Jan 1999 00:00:00 GMT" },
		{ "the turn of the window's century", "Fri, 31 Dec 2049 23:59:59 GMT",
		  "Thursday, 31-Dec-99 23:59:59 GMT", "Thu, 31 Dec 2099 23:59:59 GMT" },
		{ "February 29 of the only leap year", "Thu, 01 Jan 2026 00:00:00 GMT",
		  "Tuesday, 29-Feb-00 00:00:00 GMT", "Tue, 29 Feb 2000 00:00:00 GMT" },
		{ "said in the year 1994", "Sun, 06 Nov 1994 08:49:37 GMT",
		  "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ "said on a February 29", "Thu, 29 Feb 2024 00:00:00 GMT",
		  "Thursday, 01-Mar-74 00:00:00 GMT", "Thu, 01 Mar 2074 00:00:00 GMT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		time_t then, want, got;

		assert_int_equal(parse(slice_str(row[i].now), &then, NULL), 0);
		assert_int_equal(parse(slice_str(row[i].want), &want, NULL), 0);
		if (http_date_parse(slice_str(row[i].text), then, &got, NULL) < 0)
			fail_msg("%s: no date", row[i].why);
		if (got != want)
			fail_msg("%s: %jd seconds off", row[i].why, (intmax_t)(got - want));
	}
}

static void formatting(void **state)
{
	static const struct {
		time_t t;
		const char *want;
	} row[] = {
		{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
		{ -1, "Wed, 31 Dec 1969 23:59:59 GMT" },
		{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
		{ 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
		{ 253402300800, "Fri, 31 Dec 9999 23:59:59 GMT" },
		{ INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT" },
		{ -62167219200, "Sat, 01 Jan 0000 00:00:00 GMT" },
		{ -62167219201, "Sat, 01 Jan 0000 00:00:00 GMT" },
		{ INT64_MIN, "Sat, 01 Jan 0000 00:00:00 GMT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		char text[HTTP_DATE_ROOM];

		http_date_format(row[i].t, text);
		assert_string_equal(text, row[i].want);
	}
}

/* libc's calendar is the other opinion, from year 0 to 9999. */
static void every_day_there_and_back(void **state)
{
	const time_t first = -62167219200, last = 253402300799;

	(void)state;
	for (time_t t = first; t <= last; t += 3 * 86400 + 3607) {
		char text[HTTP_DATE_ROOM], other[64];
		struct tm tm;
		time_t back = -1;
		enum http_date_form form;

		assert_non_null(gmtime_r(&t, &tm));
		http_date_format(t, text);
		(void)snprintf(other, sizeof(other), "%04d", tm.tm_year + 1900);
		assert_memory_equal(text + 12, other, 4);
		(void)strftime(other, sizeof(other), "%a, %d %b", &tm);
		assert_memory_equal(text, other, 11);
		(void)strftime(other, sizeof(other), " %H:%M:%S GMT", &tm);
		assert_string_equal(text + 16, other);

		assert_int_equal(http_date_parse(slice_of(text, 29), now, &back, &form), 0);
		assert_int_equal(back, t);
		assert_int_equal(form, HTTP_DATE_IMF);
	}
}

static void check_form(const char *text, size_t len, time_t want, enum http_date_form want_form)
{
	time_t t = -1;
	enum http_date_form form = 9;

	if (http_date_parse(slice_of(text, len), now, &t, &form) < 0)
		fail_msg("'%s' is a date", text);
	assert_int_equal(t, want);
	assert_int_equal(form, want_form);
}

/* The other two forms, over the hundred years that two digits can mean. */
static void every_day_in_the_obsolete_forms(void **state)
{
	const time_t first = 189302400, last = 3345062400; /* 1976-01-01, 2076-01-01 */

	(void)state;
	for (time_t t = first + 1; t <= last; t += 86400 - 7) {
		char text[80], day[32], time[32];
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		(void)asctime_r(&tm, text);
		check_form(text, strlen(text) - 1, t, HTTP_DATE_ASCTIME);

		(void)strftime(day, sizeof(day), "%A, %d-%b", &tm);
		(void)strftime(time, sizeof(time), "%T GMT", &tm);
		(void)snprintf(text, sizeof(text), "%s-%02d %s", day, tm.tm_year % 100, time);
		check_form(text, strlen(text), t, HTTP_DATE_RFC850);
	}
}

/* One byte of a date changed to any other: whatever is still a date must be the
 * text that stands for its time. */
static void every_byte_at_every_place(void **state)
{
	size_t dates = 0;

	(void)state;
	for (size_t at = 0; at < 29; at++)
		for (int c = 0; c < 256; c++) {
			char text[] = "Sun, 06 Nov 1994 08:49:37 GMT", again[HTTP_DATE_ROOM];
			time_t t;

			text[at] = (char)c;
			if (http_date_parse(slice_of(text, 29), now, &t, NULL) < 0)
				continue;
			http_date_format(t, again);
			assert_string_equal(text, again);
			dates++;
		}
	/* itself at each place; one digit changed: hours 18 and 00 to 09, tens of minutes,
	 * minutes, tens of seconds, seconds; 7 other years with a Sunday there */
	assert_int_equal(dates, 29 + 1 + 9 + 5 + 9 + 5 + 9 + 7);
}

static void read_all(struct slice s)
{
	(void)is_date(s);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE("Sun, 06 Nov 1994 08:49:37 GMT"), read_all);
	feed_prefixes(SLICE("Wednesday, 16-Nov-94 08:49:37 GMT"), read_all);
	feed_prefixes(SLICE("Sun Nov  6 08:49:37 1994"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_forms),
		cmocka_unit_test(what_is_a_date),
		cmocka_unit_test(a_leap_second_is_the_first_of_the_next_minute),
		cmocka_unit_test(nothing_is_set_by_what_is_no_date),
		cmocka_unit_test(the_century_of_two_digits),
		cmocka_unit_test(formatting),
		cmocka_unit_test(every_day_there_and_back),
		cmocka_unit_test(every_day_in_the_obsolete_forms),
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
