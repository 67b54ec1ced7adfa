#include "http/grammar.h"

#include "http/bytes.h"

#include <errno.h>

/* RFC 9110 section 14.1.2: large numbers are to be expected, and a last-pos
 * behind the end means the end. */
static int decimal_or_end(struct slice s, uint64_t *ret)
{
	int r = http_decimal(s, ret);

	if (r != -ERANGE)
		return r;
	*ret = UINT64_MAX;
	return 0;
}

static int int_range(struct slice first, struct slice last, struct http_range *ret)
{
	struct http_range g = { .last = UINT64_MAX };
	int r = last.len ? decimal_or_end(last, &g.last) : 0;

	if (r == 0)
		r = http_decimal(first, &g.first);
	if (r < 0)
		return r;
	if (g.last < g.first)
		return -EINVAL;
	*ret = g;
	return 0;
}

int http_range_parse(struct slice s, struct http_range *ret)
{
	size_t dash = slice_find(s, '-');
	struct slice first = slice_sub(s, 0, dash), last = slice_skip(s, dash + 1);

	if (dash == s.len)
		return -EINVAL;
	if (first.len)
		return int_range(first, last, ret);

	struct http_range g = { .suffix = true };
	int r = decimal_or_end(last, &g.last);

	if (r == 0)
		*ret = g;
	return r;
}

/* first-pos "-" last-pos, both there */
static int incl_range(struct slice s, struct http_content_range *c)
{
	size_t dash = slice_find(s, '-');
	int r = http_decimal(slice_sub(s, 0, dash), &c->first);

	if (r == 0)
		r = http_decimal(slice_skip(s, dash + 1), &c->last);
	c->has_range = true;
	return r;
}

int http_content_range_parse(struct slice s, struct http_content_range *ret)
{
	struct http_content_range c = { 0 };
	const size_t unit = 5;

	if (!slice_is_nocase(slice_sub(s, 0, unit), "bytes") || s.len == unit || s.at[unit] != ' ')
		return -EINVAL;

	struct slice range = slice_skip(s, unit + 1);
	size_t slash = slice_find(range, '/');
	struct slice length = slice_skip(range, slash + 1);
	int r = 0;

	range = slice_sub(range, 0, slash);
	if (!slice_is(range, "*"))
		r = incl_range(range, &c);
	if (r == 0 && (!slice_is(length, "*") || !c.has_range)) {   /* never both "*" */
		r = http_decimal(length, &c.length);
		c.has_length = true;
	}
	if (r == 0)
		*ret = c;
	return r;
}
