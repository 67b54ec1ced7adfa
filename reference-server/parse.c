#include "reference-server/parse.h"

#include "http/bytes.h"

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

/* Eight octets at once: true if all are text but HTAB, which is rare. An octet below 0x20
 * makes the subtraction borrow into its top bit, 0x7f is the one that is 0 after the
 * exclusive or, and octets of 0x80 and above have the bit of their own cleared. A borrow
 * out of an octet can only raise a false alarm in the next one. */
static bool are_text(const char *at)
{
	const uint64_t each = 0x0101010101010101, top = 0x80 * each;
	uint64_t v, del;

	memcpy(&v, at, sizeof(v));
	del = v ^ 0x7f * each;
	return !((((v - 0x20 * each) & ~v) | ((del - each) & ~del)) & top);
}

static bool is_text(char c)
{
	return http_is(c, HTTP_VCHAR | HTTP_OBS | HTTP_WS);
}

enum line line_next(struct line_scan *s, struct slice in, size_t max, struct slice *ret,
		    struct refusal *reterr)
{
	size_t at = s->seen;
	size_t end = in.len - s->begin > max ? s->begin + max : in.len;

	while (end - at >= 8 && are_text(in.at + at))
		at += 8;
	while (at < end && is_text(in.at[at]))
		at++;
	s->seen = at;
	if (at == in.len)
		return LINE_PARTIAL;
	if (is_text(in.at[at])) {
		*ret = slice_sub(in, s->begin, at);
		return LINE_TOO_LONG;
	}
	if (in.at[at] != '\r')
		return line_bad(in.at[at], reterr);
	if (at + 1 == in.len)
		return LINE_PARTIAL;
	if (in.at[at + 1] != '\n')
		return line_bad('\r', reterr);
	*ret = slice_sub(in, s->begin, at);
	s->begin = s->seen = at + 2;
	return LINE_WHOLE;
}

enum parse field_parse(struct slice line, struct field *ret, struct refusal *reterr)
{
	size_t colon = slice_find(line, ':');
	struct slice name = slice_sub(line, 0, colon);

	if (colon == line.len)
		return refuse(reterr, 400, "RFC9112-2.2-10", "a field line without a colon");
	if (name.len && http_is(name.at[name.len - 1], HTTP_WS))
		return refuse(reterr, 400, "RFC9112-5.1-1",
			      "whitespace between a field name and its colon");
	if (!http_is_token(name))
		return refuse(reterr, 400, "RFC9112-2.2-10", "a field name that is not a token");
	*ret = (struct field){ name, slice_trim(slice_skip(line, colon + 1)) };
	return PARSE_DONE;
}
