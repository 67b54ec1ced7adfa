#include "http/bytes.h"

#include <errno.h>

#define PRINT (HTTP_VCHAR | HTTP_QDTEXT | HTTP_ETAGC)
#define MARK  (PRINT | HTTP_TCHAR)
#define NAME  (HTTP_URI | HTTP_NAME | HTTP_PATH | HTTP_PLAIN)   /* unreserved and sub-delims */
#define PART  (HTTP_URI | HTTP_PATH | HTTP_PLAIN)               /* others that a path may have */
#define HEXAL (MARK | NAME | HTTP_ALPHA | HTTP_HEX)
#define ALPHA (MARK | NAME | HTTP_ALPHA)

/* The rows follow ASCII. token: RFC 9110 section 5.6.2, qdtext: 5.6.4, etagc:
 * 8.8.3; reserved and unreserved: RFC 3986 sections 2.2 and 2.3. */
const uint16_t http_class[256] = {
	['\t'] = HTTP_WS | HTTP_QDTEXT,
	[' '] = HTTP_WS | HTTP_QDTEXT,
	['!'] = MARK | NAME,
	['"'] = HTTP_VCHAR,
	['#'] = MARK | HTTP_URI,
	['$'] = MARK | NAME,
	['%'] = MARK | HTTP_URI,
	['&' ... '\''] = MARK | NAME,
	['(' ... ')'] = PRINT | NAME,
	['*' ... '+'] = MARK | NAME,
	[','] = PRINT | NAME,
	['-'] = MARK | NAME,
	['.'] = MARK | (NAME & ~HTTP_PLAIN),
	['/'] = PRINT | PART,
	['0' ... '9'] = MARK | NAME | HTTP_DIGIT | HTTP_HEX,
	[':'] = PRINT | PART,
	[';'] = PRINT | NAME,
	['<'] = PRINT,
	['='] = PRINT | NAME,
	['>'] = PRINT,
	['?'] = PRINT | (PART & ~HTTP_PLAIN),
	['@'] = PRINT | PART,
	['A' ... 'F'] = HEXAL,
	['G' ... 'Z'] = ALPHA,
	['['] = PRINT | HTTP_URI,
	['\\'] = HTTP_VCHAR | HTTP_ETAGC,
	[']'] = PRINT | HTTP_URI,
	['^'] = MARK,
	['_'] = MARK | NAME,
	['`'] = MARK,
	['a' ... 'f'] = HEXAL,
	['g' ... 'z'] = ALPHA,
	['{'] = PRINT,
	['|'] = MARK,
	['}'] = PRINT,
	['~'] = MARK | NAME,
	[0x80 ... 0xff] = HTTP_OBS | HTTP_QDTEXT | HTTP_ETAGC,
};

bool http_is_field_value(struct slice s)
{
	if (s.len == 0)
		return true;
	return !http_is(s.at[0], HTTP_WS) && !http_is(s.at[s.len - 1], HTTP_WS) &&
	       http_all(s, HTTP_VCHAR | HTTP_OBS | HTTP_WS);
}

static unsigned digit_value(char c)
{
	if (http_is(c, HTTP_DIGIT))
		return (unsigned)(c - '0');
	return (unsigned)((c | 0x20) - 'a') + 10;
}

static int number(struct slice s, unsigned digits, unsigned base, uint64_t *ret)
{
	uint64_t n = 0;

	if (!http_all(s, digits))
		return -EINVAL;
	for (size_t i = 0; i < s.len; i++)
		if (__builtin_mul_overflow(n, base, &n) ||
		    __builtin_add_overflow(n, digit_value(s.at[i]), &n))
			return -ERANGE;
	*ret = n;
	return 0;
}

int http_decimal(struct slice s, uint64_t *ret)
{
	return number(s, HTTP_DIGIT, 10, ret);
}

int http_hex(struct slice s, uint64_t *ret)
{
	return number(s, HTTP_HEX, 16, ret);
}
