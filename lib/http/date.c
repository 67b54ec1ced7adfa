#include "http/grammar.h"

#include "http/bytes.h"

#include <errno.h>
#include <stdio.h>

enum { DAY = 24 * 3600 };

static const char days[7][10] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
				  "Thursday", "Friday", "Saturday" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* A calendar date with the time of day; month 1 to 12, weekday 0 is Sunday. */
struct civil {
	int year, month, day, hour, minute, second, weekday;
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return length[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01, proleptic Gregorian. Years are counted from March, so that
 * the leap day is their last; 146097 days are 400 years. The method is that of
 * https://howardhinnant.github.io/date_algorithms.html */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	if (month <= 2)
		year--;

	int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t seconds_from_civil(const struct civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * DAY + c->hour * 3600 + c->minute * 60 +
	       c->second;
}

static int weekday_of(int64_t day)
{
	int64_t w = (day + 4) % 7; /* 1970-01-01 was a Thursday */

	return (int)(w < 0 ? w + 7 : w);
}

static struct civil civil_from_seconds(int64_t t)
{
	int64_t day = t / DAY - (t % DAY < 0), rest = t - day * DAY;
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097,
		of_era = z - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	return (struct civil){
		.year = (int)(year + era * 400 + (month >= 10)),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(of_year - (153 * month + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
		.weekday = weekday_of(day),
	};
}

/* ---- reading: each takes its part off the front of |*s| ---- */

static bool take(struct slice *s, struct slice text)
{
	if (!slice_starts(*s, text))
		return false;
	*s = slice_skip(*s, text.len);
	return true;
}

static bool take_digits(struct slice *s, size_t n, int *ret)
{
	uint64_t value;

	if (s->len < n || http_decimal(slice_sub(*s, 0, n), &value) < 0)
		return false;
	*s = slice_skip(*s, n);
	*ret = (int)value;
	return true;
}

static bool take_month(struct slice *s, int *ret)
{
	for (int i = 0; i < 12; i++)
		if (take(s, slice_of(months[i], 3))) {
			*ret = i + 1;
			return true;
		}
	return false;
}

/* |letters| 3 takes "Sun", 0 the whole name. */
static bool take_weekday(struct slice *s, size_t letters, int *ret)
{
	for (int i = 0; i < 7; i++)
		if (take(s, slice_of(days[i], letters ? letters : strlen(days[i])))) {
			*ret = i;
			return true;
		}
	return false;
}

static bool take_time(struct slice *s, struct civil *c)
{
	return take_digits(s, 2, &c->hour) && take(s, SLICE(":")) &&
	       take_digits(s, 2, &c->minute) && take(s, SLICE(":")) &&
	       take_digits(s, 2, &c->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static bool take_imf(struct slice *s, struct civil *c)
{
	return take_weekday(s, 3, &c->weekday) && take(s, SLICE(", ")) &&
	       take_digits(s, 2, &c->day) && take(s, SLICE(" ")) && take_month(s, &c->month) &&
	       take(s, SLICE(" ")) && take_digits(s, 4, &c->year) && take(s, SLICE(" ")) &&
	       take_time(s, c) && take(s, SLICE(" GMT"));
}

/* Sunday, 06-Nov-94 08:49:37 GMT */
static bool take_rfc850(struct slice *s, struct civil *c)
{
	return take_weekday(s, 0, &c->weekday) && take(s, SLICE(", ")) &&
	       take_digits(s, 2, &c->day) && take(s, SLICE("-")) && take_month(s, &c->month) &&
	       take(s, SLICE("-")) && take_digits(s, 2, &c->year) && take(s, SLICE(" ")) &&
	       take_time(s, c) && take(s, SLICE(" GMT"));
}

/* Sun Nov  6 08:49:37 1994 */
static bool take_asctime(struct slice *s, struct civil *c)
{
	return take_weekday(s, 3, &c->weekday) && take(s, SLICE(" ")) && take_month(s, &c->month) &&
	       take(s, SLICE(" ")) && take_digits(s, take(s, SLICE(" ")) ? 1 : 2, &c->day) &&
	       take(s, SLICE(" ")) && take_time(s, c) && take(s, SLICE(" ")) &&
	       take_digits(s, 4, &c->year);
}

/* The century of a two-digit year: the latest not more than 50 years from |now|. */
static int full_year(struct civil c, time_t now)
{
	struct civil limit = civil_from_seconds(now);

	limit.year += 50;
	c.year += limit.year / 100 * 100;
	if (seconds_from_civil(&c) > seconds_from_civil(&limit))
		c.year -= 100;
	return c.year;
}

static bool is_real(const struct civil *c)
{
	return c->day >= 1 && c->day <= month_length(c->year, c->month) && c->hour < 24 &&
	       c->minute < 60 && c->second <= 60 &&
	       c->weekday == weekday_of(days_from_civil(c->year, c->month, c->day));
}

int http_date_parse(struct slice s, time_t now, time_t *ret, enum http_date_form *ret_form)
{
	static const struct {
		bool (*take)(struct slice *s, struct civil *c);
		enum http_date_form form;
	} forms[] = {
		{ take_imf, HTTP_DATE_IMF },
		{ take_rfc850, HTTP_DATE_RFC850 },
		{ take_asctime, HTTP_DATE_ASCTIME },
	};

	for (size_t i = 0; i < 3; i++) {
		struct slice rest = s;
		struct civil c = { 0 };

		if (!forms[i].take(&rest, &c) || rest.len)
			continue;
		if (forms[i].form == HTTP_DATE_RFC850)
			c.year = full_year(c, now);
		if (!is_real(&c))
			return -EINVAL;
		*ret = seconds_from_civil(&c);
		if (ret_form)
			*ret_form = forms[i].form;
		return 0;
	}
	return -EINVAL;
}

void http_date_format(time_t t, char out[HTTP_DATE_ROOM])
{
	const time_t first = days_from_civil(0, 1, 1) * DAY;
	const time_t last = days_from_civil(10000, 1, 1) * DAY - 1;
	struct civil c = civil_from_seconds(t < first ? first : t > last ? last : t);

	(void)snprintf(out, HTTP_DATE_ROOM, "%.3s, %02d %s %04d %02d:%02d:%02d GMT",
		       days[c.weekday], c.day, months[c.month - 1], c.year, c.hour, c.minute,
		       c.second);
}
