#include "reference-server/target.h"

#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>

static enum parse malformed(struct refusal *reterr, const char *why)
{
	return refuse(reterr, 400, "RFC9112-3.2-1", why);
}

static bool starts_with_escape(struct slice s)
{
	return s.len >= 3 && s.at[0] == '%' && http_is(s.at[1], HTTP_HEX) &&
	       http_is(s.at[2], HTTP_HEX);
}

/* A "#" would begin a fragment, brackets belong to an IPv6 host. */
static bool is_path_and_query(struct slice s)
{
	s = slice_skip(s, http_span(s, HTTP_PATH));
	while (starts_with_escape(s)) {
		s = slice_skip(s, 3);
		s = slice_skip(s, http_span(s, HTTP_PATH));
	}
	return s.len == 0;
}

static enum parse set_path(struct slice text, struct target *ret, struct refusal *reterr)
{
	if (http_span(text, HTTP_PLAIN) == text.len && text.len) {   /* as mostly */
		ret->path = text;
		ret->normal = true;
		return PARSE_DONE;
	}
	if (!is_path_and_query(text))
		return malformed(reterr, "a request-target with a character no path or query has");

	size_t mark = slice_find(text, '?');

	ret->path = slice_sub(text, 0, mark);
	ret->query = slice_skip(text, mark + 1);
	if (ret->path.len == 0)
		ret->path = SLICE("/");
	return PARSE_DONE;
}

/* |rest| is what follows "http://". */
static enum parse set_absolute(struct slice rest, struct target *ret, struct refusal *reterr)
{
	size_t end = 0;

	while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?')
		end++;
	ret->form = TARGET_ABSOLUTE;
	ret->authority = slice_sub(rest, 0, end);
	if (slice_find(ret->authority, '@') < ret->authority.len)
		return refuse(reterr, 400, "RFC9110-4.2.4-2", "a request-target with userinfo");
	if (ret->authority.len == 0 || ret->authority.at[0] == ':')
		return refuse(reterr, 400, "RFC9110-4.2.1-2",
			      "a request-target with an empty host");
	if (!http_is_host(ret->authority))
		return malformed(reterr, "a request-target with an invalid host");
	return set_path(slice_skip(rest, end), ret, reterr);
}

static bool starts_nocase(struct slice s, struct slice prefix)
{
	return slice_eq_nocase(slice_sub(s, 0, prefix.len), prefix);
}

static enum parse absolute_form(struct slice text, struct target *ret, struct refusal *reterr)
{
	static const struct slice http = SLICE("http://"), https = SLICE("https://");

	if (starts_nocase(text, http))
		return set_absolute(slice_skip(text, http.len), ret, reterr);
	if (!starts_nocase(text, https))
		return malformed(reterr, "a request-target in none of the four forms");
	ret->https = true;
	return set_absolute(slice_skip(text, https.len), ret, reterr);
}

/* uri-host: Host without a port. */
static bool is_bare_host(struct slice s)
{
	return http_is_host(s) && (slice_ends(s, SLICE("]")) || slice_find(s, ':') == s.len);
}

static enum parse authority_form(struct slice text, struct target *ret, struct refusal *reterr)
{
	size_t colon = text.len;
	uint64_t port;

	while (colon > 0 && text.at[colon - 1] != ':')
		colon--;
	if (colon < 2 || !is_bare_host(slice_sub(text, 0, colon - 1)))
		return malformed(reterr, "a CONNECT without host and port");
	if (http_decimal(slice_skip(text, colon), &port) < 0 || port < 1 || port > 65535)
		return refuse(reterr, 400, "RFC9110-9.3.6-2",
			      "a CONNECT to an empty or invalid port");
	*ret = (struct target){ .form = TARGET_AUTHORITY, .authority = text };
	return PARSE_DONE;
}

enum parse target_parse(struct slice text, enum http_method method, struct target *ret,
			struct refusal *reterr)
{
	*ret = (struct target){ .form = TARGET_ORIGIN };
	if (method == HTTP_CONNECT)
		return authority_form(text, ret, reterr);
	if (text.len && text.at[0] == '/')
		return set_path(text, ret, reterr);
	if (slice_is(text, "*") && (method == HTTP_OPTIONS || method == HTTP_OTHER)) {
		ret->form = TARGET_ASTERISK;
		return PARSE_DONE;
	}
	return absolute_form(text, ret, reterr);
}

static int hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool is_unreserved(char c)
{
	return http_is(c, HTTP_ALPHA | HTTP_DIGIT) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Adds a segment; an escape in it stays one unless it is needless. */
static int add_segment(struct buffer *out, struct slice s)
{
	int r = buffer_add_byte(out, '/');

	for (size_t i = 0; r == 0 && i < s.len; i++) {
		char c = s.at[i];

		if (c == '%') {
			char plain = (char)(hex_digit(s.at[i + 1]) << 4 | hex_digit(s.at[i + 2]));

			if (is_unreserved(plain)) {
				c = plain;
				i += 2;
			}
		}
		r = buffer_add_byte(out, c);
	}
	return r;
}

static void drop_segment(struct buffer *out)
{
	size_t len = out->len;

	while (len > 0 && out->at[--len] != '/')
		;
	buffer_truncate(out, len);
}

/* RFC 3986 section 5.2.4. True if the segment just added was a dot segment. */
static bool resolve_dots(struct buffer *out, size_t begin)
{
	struct slice segment = slice_skip(buffer_slice(out), begin);
	bool up = slice_is(segment, "/..");

	if (!up && !slice_is(segment, "/."))
		return false;
	buffer_truncate(out, begin);
	if (up)
		drop_segment(out);
	return true;
}

static bool is_normal(struct slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] == '%' || (path.at[i] == '.' && i && path.at[i - 1] == '/'))
			return false;
	return true;
}

int target_normalize(struct slice path, struct buffer *scratch, struct slice *ret)
{
	bool dots = false;

	*ret = path;
	if (is_normal(path))
		return 0;
	buffer_clear(scratch);
	while (path.len) {
		struct slice rest = slice_skip(path, 1);
		size_t begin = scratch->len, end = slice_find(rest, '/');

		if (add_segment(scratch, slice_sub(rest, 0, end)) < 0)
			return -ENOMEM;
		dots = resolve_dots(scratch, begin);
		path = slice_skip(rest, end);
	}
	if (dots && buffer_add_byte(scratch, '/') < 0)   /* "/a/.." is "/", not "" */
		return -ENOMEM;
	*ret = buffer_slice(scratch);
	return 0;
}
