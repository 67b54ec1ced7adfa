#include "reference-server/parse.h"


enum parse refuse(struct refusal *reterr, int status, const char *requirement, const char *why)
{
	*reterr = (struct refusal){ .status = status, .requirement = requirement, .why = why };
	return PARSE_BAD;
}

/* The byte that stopped the scan does not belong in a line. */
static enum line line_bad(char stop, struct refusal *reterr)
{
	switch (stop) {
	case '\r':
		(void)refuse(reterr, 400, "RFC9112-2.2-4", "a CR without LF behind it");
		break;
	case '\n':
		(void)refuse(reterr, 400, "RFC9112-2.2-2", "a line that ends in LF without CR");
		break;
	case '\0':
		(void)refuse(reterr, 400, "RFC9110-5.5-4", "a NUL");
		break;
	default:
		(void)refuse(reterr, 400, "RFC9110-5.5-5", "a control byte");
	}
	return LINE_BAD;
}

enum line line_not_whole(struct slice rest, struct refusal *reterr)
{
	if (rest.len == 0 || (rest.len == 1 && rest.at[0] == '\r'))
		return LINE_PARTIAL;
	return http_is(rest.at[0], LINE_TEXT) ? LINE_TOO_LONG : line_bad(rest.at[0], reterr);
}

/* No token with a colon behind it is at the front of the line. */
__attribute__((cold)) static enum parse bad_field(struct slice line, struct refusal *reterr)
{
	size_t colon = slice_find(line, ':');

	if (colon == line.len)
		return refuse(reterr, 400, "RFC9112-2.2-10", "a field line without a colon");
	if (colon && http_is(line.at[colon - 1], HTTP_WS))
		return refuse(reterr, 400, "RFC9112-5.1-1",
			      "whitespace between a field name and its colon");
	return refuse(reterr, 400, "RFC9112-2.2-10", "a field name that is not a token");
}

enum parse field_parse(struct slice line, struct field *ret, struct refusal *reterr)
{
	size_t n = http_span(line, HTTP_TCHAR);

	if (n == 0 || n == line.len || line.at[n] != ':')
		return bad_field(line, reterr);
	*ret = (struct field){ slice_sub(line, 0, n), slice_trim(slice_skip(line, n + 1)) };
	return PARSE_DONE;
}
