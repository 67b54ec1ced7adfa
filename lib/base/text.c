#include "base/text.h"

#include "base/clock.h"

#include <errno.h>

int text_escape(struct buffer *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.at[i];
		int r;

		switch (c) {
		case '\r': r = buffer_add_str(out, "\\r"); break;
		case '\n': r = buffer_add_str(out, "\\n"); break;
		case '\t': r = buffer_add_str(out, "\\t"); break;
		case '\\': r = buffer_add_str(out, "\\\\"); break;
		default:
			r = c >= 0x20 && c <= 0x7e ? buffer_add_byte(out, (char)c)
						   : buffer_printf(out, "\\x%02x", c);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

int text_escape_cut(struct buffer *out, struct slice bytes, size_t most)
{
	int r = text_escape(out, slice_sub(bytes, 0, most));

	if (r < 0 || bytes.len <= most)
		return r;
	return buffer_printf(out, " ... (%zu bytes more)", bytes.len - most);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool same_letter(char a, char b)
{
	return slice_eq_nocase(slice_of(&a, 1), slice_of(&b, 1));
}

/* Optimal string alignment over three rows: row[i][j] is the distance of the
 * first i letters of a and the first j of b. */
size_t text_distance(const char *a, const char *b)
{
	enum { MOST = 64 };
	size_t rows[3][MOST + 1], n = strlen(a), m = strlen(b);

	if (n > MOST || m > MOST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t change = same_letter(a[i - 1], b[j - 1]) ? 0 : 1;

			now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + change);
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]) && older[j - 2] + 1 < now[j])
				now[j] = older[j - 2] + 1;
		}
	}
	return rows[n % 3][m];
}

const char *text_nearest(const char *word, const char *const *known, size_t n)
{
	const char *best = NULL;
	size_t best_distance = (strlen(word) + 2) / 3;

	for (size_t i = 0; i < n; i++) {
		size_t d = text_distance(word, known[i]);

		if (d <= best_distance && (!best || d < best_distance)) {
			best = known[i];
			best_distance = d;
		}
	}
	return best;
}

int text_count(struct slice s, uint64_t *ret)
{
	uint64_t n = 0;

	if (s.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(n, 10u, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(s.at[i] - '0'), &n))
			return -ERANGE;
	}
	*ret = n;
	return 0;
}

/* A count and a unit out of a table: "2s", "64KiB". */
struct unit {
	const char *suffix;
	uint64_t factor;
};

static int with_unit(struct slice s, const struct unit *units, size_t n, uint64_t *ret)
{
	size_t digits = 0;
	uint64_t count;

	while (digits < s.len && s.at[digits] >= '0' && s.at[digits] <= '9')
		digits++;

	int r = text_count(slice_sub(s, 0, digits), &count);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (slice_is(slice_skip(s, digits), units[i].suffix))
			return __builtin_mul_overflow(count, units[i].factor, ret) ? -ERANGE : 0;
	return -EINVAL;
}

int text_duration(struct slice s, int64_t *ret_usec)
{
	static const struct unit units[] = { { "ms", 1000 }, { "s", 1000000 } };
	uint64_t n;
	int r = with_unit(s, units, 2, &n);

	if (r < 0)
		return r;
	if (n > (uint64_t)(24 * 3600 * USEC_PER_SEC))   /* a day: no wait is longer */
		return -ERANGE;
	*ret_usec = (int64_t)n;
	return 0;
}

int text_size(struct slice s, uint64_t *ret_bytes)
{
	static const struct unit units[] = { { "", 1 }, { "KiB", 1024 }, { "MiB", 1048576 },
					     { "GiB", 1073741824 } };
	uint64_t n;
	int r = with_unit(s, units, 4, &n);

	if (r == 0)
		*ret_bytes = n;
	return r;
}
