#include "naive.h"

#include "base/cleanup.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <ctype.h>
#include <stdlib.h>

/* RFC 9110 appendix A, RFC 9112 appendix A, RFC 3986 appendix A. Space is not significant
 * (PCRE2_EXTENDED), and "\x20" is SP. */
#define RULES                                                                                      \
	"(?(DEFINE)"                                                                               \
	"(?<CRLF> \\r\\n)"                                                                         \
	"(?<OWS> [\\x20\\t]*)"                                                                     \
	"(?<token> [-!#$%&'*+.^_`|~0-9A-Za-z]+)"                                                   \
	"(?<text> [\\t\\x20-\\x7e\\x80-\\xff]*)"                                                   \
	"(?<quoted> \" (?: [\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff] "                      \
	"             | \\\\ [\\t\\x20-\\x7e\\x80-\\xff] )* \" )"                                  \
	"(?<pct> % [0-9A-Fa-f]{2})"                                                                \
	"(?<unreserved> [-._~0-9A-Za-z])"                                                          \
	"(?<subdelims> [!$&'()*+,;=])"                                                             \
	"(?<pchar> (?&unreserved) | (?&pct) | (?&subdelims) | [:@])"                               \
	"(?<path> (?: / (?&pchar)* )+)"                                                            \
	"(?<query> (?: (?&pchar) | [/?] )*)"                                                       \
	"(?<h16> [0-9A-Fa-f]{1,4})"                                                                \
	"(?<octet> 25[0-5] | 2[0-4][0-9] | 1[0-9][0-9] | [1-9][0-9] | [0-9])"                      \
	"(?<ipv4> (?&octet) \\. (?&octet) \\. (?&octet) \\. (?&octet))"                            \
	"(?<ls32> (?&h16) : (?&h16) | (?&ipv4))"                                                   \
	"(?<ipv6> (?: (?&h16) : ){6} (?&ls32)"                                                     \
	"  | :: (?: (?&h16) : ){5} (?&ls32)"                                                       \
	"  | (?: (?&h16) )? :: (?: (?&h16) : ){4} (?&ls32)"                                        \
	"  | (?: (?: (?&h16) : ){0,1} (?&h16) )? :: (?: (?&h16) : ){3} (?&ls32)"                   \
	"  | (?: (?: (?&h16) : ){0,2} (?&h16) )? :: (?: (?&h16) : ){2} (?&ls32)"                   \
	"  | (?: (?: (?&h16) : ){0,3} (?&h16) )? :: (?&h16) : (?&ls32)"                            \
	"  | (?: (?: (?&h16) : ){0,4} (?&h16) )? :: (?&ls32)"                                      \
	"  | (?: (?: (?&h16) : ){0,5} (?&h16) )? :: (?&h16)"                                       \
	"  | (?: (?: (?&h16) : ){0,6} (?&h16) )? ::)"                                              \
	"(?<future> [vV] [0-9A-Fa-f]+ \\. (?: (?&unreserved) | (?&subdelims) | : )+)"              \
	"(?<literal> \\[ (?: (?&ipv6) | (?&future) ) \\])"                                         \
	"(?<name> (?: (?&unreserved) | (?&pct) | (?&subdelims) )*)"                                \
	"(?<host> (?&literal) | (?&name))"                                                         \
	"(?<extension> (?: (?&OWS) ; (?&OWS) (?&token)"                                            \
	"               (?: (?&OWS) = (?&OWS) (?: (?&token) | (?&quoted) ) )? )*)"                 \
	")"

static const char head[] = RULES
	"\\A (?&CRLF)? ((?&token)) \\x20 ([^\\x20\\r\\n]+) \\x20 (HTTP/[0-9]\\.[0-9]) (?&CRLF)"
	"( (?: (?&token) : (?&text) (?&CRLF) )* ) (?&CRLF)";
static const char field[] = RULES "\\A ((?&token)) : (?&OWS) ((?: [\\x21-\\x7e\\x80-\\xff]"
				  " (?: (?&text) [\\x21-\\x7e\\x80-\\xff] )? )?) (?&OWS) (?&CRLF)";
static const char host[] = RULES "\\A (?&host) (?: : [0-9]* )? \\z";
static const char origin[] = RULES "\\A (?&path) (?: \\? (?&query) )? \\z";
static const char absolute[] = RULES "\\A (?i: https? ) :// (?! [:/?] | \\z ) (?&host) (?: : "
				     "[0-9]* )? (?&path)? (?: \\? (?&query) )? \\z";
static const char authority[] = RULES "\\A (?! : ) (?&host) : 0* ([1-9][0-9]{0,4}) \\z";
static const char size_line[] = RULES "\\A ([0-9A-Fa-f]+) (?&extension) (?&CRLF)";
static const char trailers[] = RULES "\\A (?: (?&token) : (?&text) (?&CRLF) )* (?&CRLF)";

static pcre2_code *compiled(const char *pattern)
{
	static struct {
		const char *pattern;
		pcre2_code *code;
	} cache[32];
	int error;
	PCRE2_SIZE at;

	for (size_t i = 0; i < ARRAY_SIZE(cache); i++) {
		if (cache[i].pattern == pattern)
			return cache[i].code;
		if (cache[i].pattern)
			continue;
		cache[i].pattern = pattern;
		cache[i].code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
					      PCRE2_EXTENDED, &error, &at, NULL);
		if (!cache[i].code)
			abort();
		return cache[i].code;
	}
	abort();
}

/* The length of what matched, -1 for nothing; |ret| gets the |n| groups that are ours. */
static long match(const char *pattern, struct slice s, struct slice *ret, size_t n)
{
	pcre2_code *code = compiled(pattern);
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
	uint32_t all;
	long len = -1;

	if (!data || pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &all) != 0)
		abort();
	int r = pcre2_match(code, (PCRE2_SPTR)(s.len ? s.at : ""), s.len, 0, 0, data, NULL);

	if (r < 0 && r != PCRE2_ERROR_NOMATCH)
		abort();
	if (r > 0) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);

		len = (long)at[1];
		for (size_t i = 0; i < n; i++) {
			size_t group = all - n + 1 + i;

			ret[i] = slice_sub(s, at[2 * group], at[2 * group + 1]);
		}
	}
	pcre2_match_data_free(data);
	return len;
}

bool naive_request_head(struct slice bytes, struct naive_head *ret)
{
	struct slice part[4];
	long len = match(head, bytes, part, 4);

	if (len < 0)
		return false;
	*ret = (struct naive_head){ (size_t)len, part[0], part[1], part[2], part[3] };
	return true;
}

bool naive_host(struct slice value)
{
	return match(host, value, NULL, 0) >= 0;
}

bool naive_target(struct slice method, struct slice target)
{
	struct slice port;

	if (slice_is(method, "CONNECT"))
		return match(authority, target, &port, 1) >= 0 && atoi(port.at) <= 65535;
	if (slice_is(target, "*"))
		return !(slice_is(method, "GET") || slice_is(method, "HEAD") ||
			 slice_is(method, "POST") || slice_is(method, "PUT") ||
			 slice_is(method, "DELETE") || slice_is(method, "TRACE") ||
			 slice_is(method, "PATCH"));
	return match(origin, target, NULL, 0) >= 0 || match(absolute, target, NULL, 0) >= 0;
}

bool naive_field(struct slice *fields, struct slice *ret_name, struct slice *ret_value)
{
	struct slice part[2];
	long len = match(field, *fields, part, 2);

	if (len < 0)
		return false;
	*ret_name = part[0];
	*ret_value = part[1];
	*fields = slice_skip(*fields, (size_t)len);
	return true;
}

/* A size that is more than there can be reads as one that is. */
static size_t size_of(struct slice digits)
{
	size_t n = 0;

	for (size_t i = 0; i < digits.len && n < 1u << 28; i++) {
		int c = tolower((unsigned char)digits.at[i]);

		n = n * 16 + (size_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return n;
}

size_t naive_chunked(struct slice bytes, char *content, size_t *ret_len)
{
	struct slice rest = bytes, digits = SLICE("");

	*ret_len = 0;
	for (;;) {
		long line = match(size_line, rest, &digits, 1);

		if (line < 0)
			return 0;
		rest = slice_skip(rest, (size_t)line);

		size_t n = size_of(digits);

		if (n == 0)
			break;
		if (rest.len < n + 2 || memcmp(rest.at + n, "\r\n", 2) != 0)
			return 0;
		memcpy(content + *ret_len, rest.at, n);
		*ret_len += n;
		rest = slice_skip(rest, n + 2);
	}

	long end = match(trailers, rest, NULL, 0);

	return end < 0 ? 0 : bytes.len - rest.len + (size_t)end;
}

/* ---- single elements: a quantifier with "+" behind it gives nothing back, for what is
 * taken by it could not begin what follows ---- */

#define WS "[\\x20\\t]*+"
#define ETAG "(?: (?:W/)? \" [\\x21\\x23-\\x7e\\x80-\\xff]*+ \" )"
#define PARAMETER "(?&token) = (?: (?&token) | (?&quoted) )"
#define TIME "[0-9]{2} : [0-9]{2} : [0-9]{2}"
#define DAY "(?: Mon | Tue | Wed | Thu | Fri | Sat | Sun )"
#define LONG_DAY "(?: Mon | Tues | Wednes | Thurs | Fri | Satur | Sun ) day"
#define MONTH "(?: Jan | Feb | Mar | Apr | May | Jun | Jul | Aug | Sep | Oct | Nov | Dec )"
#define USERINFO "(?: (?&unreserved) | (?&pct) | (?&subdelims) | : )*+"
#define AUTHORITY "(?: " USERINFO " @ )? (?&host) (?: : [0-9]* )?"
#define SEGMENT "(?&pchar)*"
#define NO_COLON "(?: (?&unreserved) | (?&pct) | (?&subdelims) | @ )+"
#define BEHIND "(?: / " SEGMENT " )*"

/* RFC 8941 section 3. */
#define KEY "(?: [a-z*] [-a-z0-9_.*]*+ )"
#define BARE                                                                                       \
	"(?: -? (?: [0-9]{1,12} \\. [0-9]{1,3} | [0-9]{1,15} ) (?! [0-9.] )"                       \
	"  | \" (?: [\\x20\\x21\\x23-\\x5b\\x5d-\\x7e] | \\\\ [\"\\\\] )*+ \""                    \
	"  | [A-Za-z*] [-!#$%&'*+.^_`|~0-9A-Za-z:/]*+ | : [A-Za-z0-9+/=]*+ : | \\? [01] )"
#define SF_PARAMETERS "(?: ; \\x20*+ " KEY " (?: = " BARE " )?+ )*+"
#define ITEM "(?: " BARE SF_PARAMETERS " )"
#define INNER_LIST "(?: \\( \\x20*+ (?: " ITEM " (?: \\x20++ (?! \\) ) " ITEM " )*+ \\x20*+ )?+ \\) " SF_PARAMETERS " )"
#define DICTIONARY_MEMBER KEY " (?: = (?: " INNER_LIST " | " ITEM " ) | " SF_PARAMETERS " )"

static const struct {
	const char *name, *pattern;
} elements[] = {
	{ "token", RULES "\\A (?&token) \\z" },
	{ "quoted-string", RULES "\\A (?&quoted) \\z" },
	{ "field-value", RULES "\\A (?: [\\x21-\\x7e\\x80-\\xff] (?: (?&text) "
			       "[\\x21-\\x7e\\x80-\\xff] )? )? \\z" },
	{ "HTTP-version", RULES "\\A HTTP/[0-9]\\.[0-9] \\z" },
	{ "entity-tag", RULES "\\A " ETAG " \\z" },
	{ "entity-tags", RULES "\\A (?: " WS " , )*+ " WS " (?: " ETAG WS " (?: , (?: " WS
			       " ,)*+ " WS " | \\z ) )*+ \\z" },
	{ "parameters", RULES "\\A (?: " WS " ; " WS " (?: " PARAMETER " )? )* " WS " \\z" },
	{ "media-type", RULES "\\A (?&token) / (?&token) (?: " WS " ; " WS " (?: " PARAMETER
			      " )? )* \\z" },
	{ "range-spec", RULES "\\A (?: [0-9]+ - [0-9]* | - [0-9]+ ) \\z" },
	{ "Content-Range", RULES "\\A (?i: bytes ) \\x20 (?: [0-9]+ - [0-9]+ / (?: [0-9]+ | \\* )"
				 " | \\* / [0-9]+ ) \\z" },
	{ "URI-reference", RULES "\\A (?: [A-Za-z] [-+.0-9A-Za-z]* : (?: // " AUTHORITY BEHIND
				 " | / (?: (?&pchar)+ " BEHIND " )? | (?&pchar)+ " BEHIND " )?"
				 " | // " AUTHORITY BEHIND " | / (?: (?&pchar)+ " BEHIND
				 " )? | " NO_COLON BEHIND " )? (?: \\? (?&query) )?"
				 " (?: \\# (?&query) )? \\z" },
	{ "Host", RULES "\\A (?&host) (?: : [0-9]* )? \\z" },
	{ "Dictionary", RULES "\\A (?: " DICTIONARY_MEMBER WS " (?: , " WS DICTIONARY_MEMBER WS
			      " )*+ )? \\z" },
	{ "HTTP-date", RULES "\\A (?: " DAY ",\\x20 [0-9]{2} \\x20 " MONTH " \\x20 [0-9]{4} \\x20 " TIME
			     " \\x20GMT | " LONG_DAY ",\\x20 [0-9]{2} - " MONTH " - [0-9]{2} \\x20 "
			     TIME " \\x20GMT | " DAY " \\x20 " MONTH " \\x20 (?: [0-9]{2} | \\x20[0-9] )"
			     " \\x20 " TIME " \\x20 [0-9]{4} ) \\z" },
};

bool naive_is(const char *rule, struct slice s)
{
	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		if (strcmp(elements[i].name, rule) == 0)
			return match(elements[i].pattern, s, NULL, 0) >= 0;
	abort();
}

/* A quote that is never closed holds all that follows. */
bool naive_member(struct slice *list, struct slice *ret)
{
	static const char member[] = RULES
		"\\A [\\x20\\t,]*+ ( (?: [^\",] | \" (?: [^\"\\\\] | \\\\ (?s: . ) | \\\\ \\z )*+ (?: \" | \\z ) )*+ )";
	long len = match(member, *list, ret, 1);

	*ret = slice_trim(*ret);
	*list = slice_skip(*list, (size_t)len);
	return ret->len > 0;
}
