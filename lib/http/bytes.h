#ifndef HTTPCHECK_HTTP_BYTES_H
#define HTTPCHECK_HTTP_BYTES_H

#include "base/slice.h"

#include <stdint.h>

/* Byte classes of RFC 9110 section 5.6 and RFC 5234 appendix B; one bit each, so
 * that a test is one look-up. */
enum http_class {
	HTTP_TCHAR  = 1 << 0,         /* token, RFC 9110 section 5.6.2 */
	HTTP_DIGIT  = 1 << 1,
	HTTP_HEX    = 1 << 2,
	HTTP_WS     = 1 << 3,         /* SP and HTAB: OWS, RFC 9110 section 5.6.3 */
	HTTP_VCHAR  = 1 << 4,         /* 0x21 to 0x7e */
	HTTP_OBS    = 1 << 5,         /* obs-text, 0x80 to 0xff */
	HTTP_QDTEXT = 1 << 6,         /* inside a quoted-string, RFC 9110 section 5.6.4 */
	HTTP_URI    = 1 << 7,         /* reserved, unreserved and "%" of RFC 3986 */
	HTTP_ETAGC  = 1 << 8,         /* inside an entity-tag, RFC 9110 section 8.8.3 */
	HTTP_ALPHA  = 1 << 9,
	HTTP_NAME   = 1 << 10,        /* unreserved and sub-delims of RFC 3986: a reg-name */
	HTTP_PATH   = 1 << 11,        /* pchar, "/" and "?" of RFC 3986, without "%" */
	HTTP_PLAIN  = 1 << 12,        /* HTTP_PATH without "?" and ".": all of a simple path */
};

extern const uint16_t http_class[256];

static inline bool http_is(char byte, unsigned classes)
{
	return http_class[(unsigned char)byte] & classes;
}

/* How many bytes at the front of |s| are of one of |classes|. */
static inline size_t http_span(struct slice s, unsigned classes)
{
	size_t n = 0;

	while (n < s.len && http_is(s.at[n], classes))
		n++;
	return n;
}

/* True if |s| has at least one byte and all are of one of |classes|. */
static inline bool http_all(struct slice s, unsigned classes)
{
	return s.len && http_span(s, classes) == s.len;
}

static inline bool http_is_token(struct slice s)
{
	return http_all(s, HTTP_TCHAR);
}

/* field-value of RFC 9110 section 5.5: VCHAR, obs-text, SP and HTAB, none of
 * the latter two at the ends; may be empty. */
bool http_is_field_value(struct slice s);

/* 1*DIGIT and 1*HEXDIG to a number. 0; -EINVAL when another byte or nothing is
 * there; -ERANGE when it does not fit (RFC 9112 section 6.3 and 7.1). */
int http_decimal(struct slice s, uint64_t *ret);
int http_hex(struct slice s, uint64_t *ret);

#endif
