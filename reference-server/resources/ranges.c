#include "reference-server/resources/ranges.h"

#include "http/grammar.h"

#include <errno.h>

/* False where no octet of the content is in the range. */
static bool resolve(struct http_range g, uint64_t len, struct span *ret)
{
	if (g.suffix) {
		if (g.last == 0 || len == 0)
			return false;
		*ret = (struct span){ g.last < len ? len - g.last : 0, len - 1 };
		return true;
	}
	if (g.first >= len)
		return false;
	*ret = (struct span){ g.first, g.last < len ? g.last : len - 1 };
	return true;
}

static bool too_many_overlap(const struct ranges *rs)
{
	size_t pairs = 0;

	for (size_t i = 0; i < rs->n; i++)
		for (size_t j = 0; j < i; j++)
			pairs += rs->span[i].first <= rs->span[j].last &&
				 rs->span[j].first <= rs->span[i].last;
	return pairs > 1;
}

static bool take_unit(struct slice *value)
{
	size_t eq = slice_find(*value, '=');

	if (eq == value->len || !slice_is_nocase(slice_sub(*value, 0, eq), "bytes"))
		return false;
	*value = slice_skip(*value, eq + 1);
	return true;
}

enum ranges_outcome ranges_parse(struct slice value, uint64_t len, struct ranges *ret)
{
	struct ranges rs = { .n = 0 };
	struct slice member;
	size_t asked = 0;

	if (!take_unit(&value))
		return RANGES_IGNORED;
	while (http_list_next(&value, &member)) {
		struct http_range g;
		int r = http_range_parse(member, &g);

		if (r == -EINVAL || ++asked > RANGES_MAX)
			return RANGES_IGNORED;
		if (r == 0 && resolve(g, len, &rs.span[rs.n]))   /* -ERANGE: far behind the end */
			rs.n++;
	}
	if (asked == 0 || too_many_overlap(&rs))
		return RANGES_IGNORED;
	*ret = rs;
	return rs.n ? RANGES_FOUND : RANGES_UNSATISFIABLE;
}
