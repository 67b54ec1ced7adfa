#include "http/grammar.h"

#include "http/bytes.h"

#include <errno.h>

/* The entity-tag at the front of |s|: its length, 0 where there is none. */
static size_t etag_span(struct slice s, struct http_etag *ret)
{
	bool weak = slice_starts(s, SLICE("W/"));
	struct slice tag = slice_skip(s, weak ? 2 : 0);

	if (!tag.len || tag.at[0] != '"')
		return 0;

	size_t end = 1 + http_span(slice_skip(tag, 1), HTTP_ETAGC);

	if (end == tag.len || tag.at[end] != '"')
		return 0;
	*ret = (struct http_etag){ slice_sub(tag, 0, end + 1), weak };
	return (weak ? 2 : 0) + end + 1;
}

int http_etag_parse(struct slice s, struct http_etag *ret)
{
	struct http_etag e;

	if (!s.len || etag_span(s, &e) != s.len)
		return -EINVAL;
	*ret = e;
	return 0;
}

int http_etag_next(struct slice *list, struct http_etag *ret)
{
	struct slice s = slice_trim(*list);
	struct http_etag e;

	while (s.len && s.at[0] == ',')
		s = slice_trim(slice_skip(s, 1));
	if (s.len == 0)
		return 0;

	size_t len = etag_span(s, &e);
	struct slice behind = slice_trim(slice_skip(s, len));

	if (len == 0 || (behind.len && behind.at[0] != ','))
		return -EINVAL;
	*ret = e;
	*list = behind;
	return 1;
}

bool http_etag_strong_eq(struct http_etag a, struct http_etag b)
{
	return !a.weak && !b.weak && slice_eq(a.opaque, b.opaque);
}

bool http_etag_weak_eq(struct http_etag a, struct http_etag b)
{
	return slice_eq(a.opaque, b.opaque);
}
