#include "http/grammar.h"

#include "http/bytes.h"

/* *( OWS ";" OWS [ parameter ] ): blanks at the end stand behind a ";" only. */
static bool are_parameters(struct slice s)
{
	struct slice name, value, bare = slice_trim(s);
	int r;

	if (s.len && http_is(s.at[s.len - 1], HTTP_WS) &&
	    (bare.len == 0 || bare.at[bare.len - 1] != ';'))
		return false;

	while ((r = http_parameter_next(&s, &name, &value)) > 0)
		;
	return r == 0;
}

bool http_is_media_type(struct slice s, struct slice *ret_type)
{
	size_t type = http_span(s, HTTP_TCHAR);

	if (type == 0 || type == s.len || s.at[type] != '/')
		return false;

	size_t subtype = http_span(slice_skip(s, type + 1), HTTP_TCHAR);
	size_t end = type + 1 + subtype;

	if (subtype == 0 || !are_parameters(slice_skip(s, end)))
		return false;
	if (ret_type)
		*ret_type = slice_sub(s, 0, end);
	return true;
}
