#include "http/grammar.h"

#include "http/bytes.h"

#include <arpa/inet.h>

/* True if all of |s| (it may be empty) is unreserved, sub-delims, pct-encoded
 * (RFC 3986 section 2) or one of |also|: what every part of a URI is made of. */
static bool is_part(struct slice s, const char *also)
{
	for (size_t i = 0; i < s.len; i++) {
		if (http_is(s.at[i], HTTP_NAME))
			continue;
		if (s.at[i] == '%') {
			if (s.len - i < 3 || !http_all(slice_sub(s, i + 1, i + 3), HTTP_HEX))
				return false;
			i += 2;
		} else if (!byte_is_one_of(s.at[i], also)) {
			return false;
		}
	}
	return true;
}

static bool is_port(struct slice s)
{
	return s.len == 0 || http_all(s, HTTP_DIGIT);
}

static bool is_ipv6(struct slice s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!http_is(s.at[i], HTTP_HEX) && s.at[i] != ':' && s.at[i] != '.')
			return false;
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET6, text, &a) == 1;
}

/* "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ipvfuture(struct slice s)
{
	if (!slice_is_nocase(slice_sub(s, 0, 1), "v"))
		return false;

	size_t dot = 1 + http_span(slice_skip(s, 1), HTTP_HEX);
	struct slice address = slice_skip(s, dot + 1);

	return dot > 1 && dot < s.len && s.at[dot] == '.' && address.len &&
	       slice_find(address, '%') == address.len && is_part(address, ":");
}

/* host [ ":" port ]; an IPv4 address is a reg-name by its bytes. */
static bool is_host_port(struct slice s)
{
	size_t host = slice_find(s, s.len && s.at[0] == '[' ? ']' : ':');

	if (s.len && s.at[0] == '[') {
		struct slice literal = slice_sub(s, 1, host), behind = slice_skip(s, host + 1);

		if (host == s.len || (!is_ipv6(literal) && !is_ipvfuture(literal)))
			return false;
		return behind.len == 0 || (behind.at[0] == ':' && is_port(slice_skip(behind, 1)));
	}
	return is_part(slice_sub(s, 0, host), "") && is_port(slice_skip(s, host + 1));
}

/* Most are a name without a port. */
bool http_is_host(struct slice s)
{
	return http_span(s, HTTP_NAME) == s.len || is_host_port(s);
}

static bool is_authority(struct slice s)
{
	size_t at = slice_find(s, '@');

	if (at == s.len)
		return is_host_port(s);
	return is_part(slice_sub(s, 0, at), ":") && is_host_port(slice_skip(s, at + 1));
}

/* scheme ":" at the front of |s|: its length, 0 where there is none. */
static size_t scheme_span(struct slice s)
{
	size_t i = 0;

	while (i < s.len && (http_is(s.at[i], HTTP_ALPHA | (i ? HTTP_DIGIT : 0)) ||
			     (i && (s.at[i] == '+' || s.at[i] == '-' || s.at[i] == '.'))))
		i++;
	return i && i < s.len && s.at[i] == ':' ? i + 1 : 0;
}

/* Cuts the part that begins with |mark| off the end of |*s|; without the mark. */
static struct slice cut(struct slice *s, char mark)
{
	size_t at = slice_find(*s, mark);
	struct slice behind = slice_skip(*s, at + 1);

	*s = slice_sub(*s, 0, at);
	return behind;
}

bool http_is_uri_reference(struct slice s)
{
	struct slice fragment = cut(&s, '#'), query = cut(&s, '?');
	size_t scheme = scheme_span(s);

	if (!is_part(fragment, ":@/?") || !is_part(query, ":@/?"))
		return false;
	s = slice_skip(s, scheme);
	if (slice_starts(s, SLICE("//"))) {
		s = slice_skip(s, 2);

		size_t path = slice_find(s, '/');

		return is_authority(slice_sub(s, 0, path)) && is_part(slice_skip(s, path), ":@/");
	}
	/* without a scheme a colon in the first segment would look like one */
	if (scheme == 0 && slice_find(s, ':') < slice_find(s, '/'))
		return false;
	return is_part(s, ":@/");
}
