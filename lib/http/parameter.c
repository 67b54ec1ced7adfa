#include "http/grammar.h"

#include "http/bytes.h"

#include <errno.h>

size_t http_quoted_span(struct slice s)
{
	if (!s.len || s.at[0] != '"')
		return 0;
	for (size_t i = 1; i < s.len; i++) {
		if (s.at[i] == '"')
			return i + 1;
		if (s.at[i] == '\\') {
			if (++i == s.len || !http_is(s.at[i], HTTP_VCHAR | HTTP_OBS | HTTP_WS))
				return 0;
		} else if (!http_is(s.at[i], HTTP_QDTEXT)) {
			return 0;
		}
	}
	return 0;
}

bool http_is_quoted(struct slice s)
{
	return s.len && http_quoted_span(s) == s.len;
}

/* name=value at the front of |s|, up to a ";" or the end. */
static int parameter(struct slice *s, struct slice *ret_name, struct slice *ret_value)
{
	size_t name = http_span(*s, HTTP_TCHAR);

	if (name == 0 || name == s->len || s->at[name] != '=')
		return -EINVAL;

	struct slice rest = slice_skip(*s, name + 1);
	size_t value = http_span(rest, HTTP_TCHAR);

	if (value == 0)
		value = http_quoted_span(rest);

	struct slice behind = slice_trim(slice_skip(rest, value));

	if (value == 0 || (behind.len && behind.at[0] != ';'))
		return -EINVAL;
	*ret_name = slice_sub(*s, 0, name);
	*ret_value = slice_sub(rest, 0, value);
	*s = behind;
	return 1;
}

int http_parameter_next(struct slice *s, struct slice *ret_name, struct slice *ret_value)
{
	for (;;) {
		struct slice rest = slice_trim(*s);

		if (rest.len == 0)
			return 0;
		if (rest.at[0] != ';')
			return -EINVAL;
		rest = slice_trim(slice_skip(rest, 1));
		if (rest.len && rest.at[0] != ';') {
			int r = parameter(&rest, ret_name, ret_value);

			if (r > 0)
				*s = rest;
			return r;
		}
		*s = rest;
	}
}
