#include "runner/rules-inner.h"

#include "http/bytes.h"
#include "http/grammar.h"

/* Set-Cookie, RFC 6265 section 4.1.1:
 *   set-cookie-string = cookie-pair *( ";" SP cookie-av )
 * Each line is a cookie; commas join nothing. */

/* cookie-octet: VCHAR without DQUOTE, comma, semicolon and backslash. */
static bool is_cookie_value(struct slice s)
{
	if (s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"')
		s = slice_sub(s, 1, s.len - 1);
	for (size_t i = 0; i < s.len; i++)
		if (!http_is(s.at[i], HTTP_VCHAR) || byte_is_one_of(s.at[i], "\",;\\"))
			return false;
	return true;
}

static bool is_pair(struct slice s)
{
	size_t equals = slice_find(s, '=');

	return equals < s.len && http_is_token(slice_sub(s, 0, equals)) &&
	       is_cookie_value(slice_skip(s, equals + 1));
}

/* Takes the part before the next ";" off |*rest|. */
static struct slice next_part(struct slice *rest)
{
	struct slice part = slice_sub(*rest, 0, slice_find(*rest, ';'));

	*rest = slice_skip(*rest, part.len + 1);
	return part;
}

static struct slice attribute_name(struct slice part)
{
	return slice_trim(slice_sub(part, 0, slice_find(part, '=')));
}

/* SP cookie-av. Whatever is no known attribute is an extension-av: any CHAR but controls,
 * so only the space and the bytes can be wrong. */
static bool is_attribute(struct slice part)
{
	for (size_t i = 0; i < part.len; i++)
		if (part.at[i] != ' ' && !http_is(part.at[i], HTTP_VCHAR))
			return false;
	return part.len && part.at[0] == ' ';
}

static bool is_cookie(struct slice line)
{
	struct slice rest = line;

	if (!is_pair(next_part(&rest)))
		return false;
	if (line.len && line.at[line.len - 1] == ';')
		return false;
	while (rest.len)
		if (!is_attribute(next_part(&rest)))
			return false;
	return true;
}

static bool is_before(struct slice rest, struct slice name, struct slice end)
{
	while (rest.at < end.at)
		if (slice_eq_nocase(attribute_name(next_part(&rest)), name))
			return true;
	return false;
}

static bool has_no_attribute_twice(struct slice line)
{
	struct slice rest = line;

	(void)next_part(&rest);
	for (struct slice first = rest; rest.len;) {
		struct slice part = next_part(&rest);

		if (is_before(first, attribute_name(part), part))
			return false;
	}
	return true;
}

static bool find_expires(struct slice line, struct slice *ret)
{
	(void)next_part(&line);
	while (line.len) {
		struct slice part = next_part(&line);

		if (slice_is_nocase(attribute_name(part), "Expires")) {
			*ret = slice_trim(slice_skip(part, slice_find(part, '=') + 1));
			return true;
		}
	}
	return false;
}

static enum rule_outcome cookie_grammar(const struct exchange_seen *seen, struct buffer *out)
{
	return rule_each_line(seen, out, "Set-Cookie", is_cookie);
}

static enum rule_outcome duplicate_cookie_attribute(const struct exchange_seen *seen,
						    struct buffer *out)
{
	return rule_each_line(seen, out, "Set-Cookie", has_no_attribute_twice);
}

static enum rule_outcome cookie_imf_fixdate(const struct exchange_seen *seen, struct buffer *out)
{
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(seen->response, "Set-Cookie", &at));) {
		enum http_date_form form;
		struct slice value;
		time_t date;

		if (!find_expires(f->value, &value))
			continue;
		if (http_date_parse(value, seen->wall, &date, &form) < 0 || form != HTTP_DATE_IMF)
			return rule_refuse_field(out, f);
		outcome = RULE_PASS;
	}
	return outcome;
}

static struct slice cookie_name(const struct field *f)
{
	return slice_sub(f->value, 0, slice_find(f->value, '='));
}

static const struct field *same_cookie(const struct response *r, const struct field *as)
{
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(r, "Set-Cookie", &at)) && f != as;)
		if (slice_eq(cookie_name(f), cookie_name(as)))
			return f;
	return NULL;
}

static enum rule_outcome duplicate_cookies(const struct exchange_seen *seen, struct buffer *out)
{
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(seen->response, "Set-Cookie", &at));)
		if (same_cookie(seen->response, f))
			return rule_refuse_bytes(out, "two cookies named ", cookie_name(f));
	return rule_has(seen->response, "Set-Cookie") ? RULE_PASS : RULE_NOT_APPLICABLE;
}

const struct rule cookie_rules[] = {
	{ "cookie-grammar", "RFC6265-4.1.1-1", LEVEL_SHOULD, "Set-Cookie follows its grammar",
	  cookie_grammar, FIELD("Set-Cookie") },
	{ "duplicate-cookie-attribute", "RFC6265-4.1.1-3", LEVEL_SHOULD,
	  "no attribute twice in one cookie", duplicate_cookie_attribute, FIELD("Set-Cookie") },
	{ "duplicate-cookies", "RFC6265-4.1.1-4", LEVEL_SHOULD,
	  "no two cookies of one name in a response", duplicate_cookies, FIELD("Set-Cookie") },
	{ "cookie-imf-fixdate", "RFC6265-4.1.1-5", LEVEL_SHOULD,
	  "Expires of a cookie is a date with a year of four digits", cookie_imf_fixdate,
	  FIELD("Set-Cookie") },
	{ 0 },
};
