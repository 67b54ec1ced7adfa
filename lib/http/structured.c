#include "http/bytes.h"
#include "http/grammar.h"

/* Structured fields, RFC 8941 section 3: each function takes what it is named for off the
 * front of |*s|, and is false where that does not stand there. */

static bool take(struct slice *s, char byte)
{
	if (s->len == 0 || s->at[0] != byte)
		return false;
	*s = slice_skip(*s, 1);
	return true;
}

static bool take_key(struct slice *s)
{
	size_t n = 0;

	for (; n < s->len; n++) {
		char c = s->at[n];
		bool first = (c >= 'a' && c <= 'z') || c == '*';

		if (!first && (n == 0 || !(http_is(c, HTTP_DIGIT) || byte_is_one_of(c, "_-."))))
			break;
	}
	*s = slice_skip(*s, n);
	return n > 0;
}

/* At most 15 digits, or 12 and 3 with a point between. */
static bool take_number(struct slice *s)
{
	(void)take(s, '-');

	size_t whole = http_span(*s, HTTP_DIGIT);

	*s = slice_skip(*s, whole);
	if (whole == 0 || !take(s, '.'))
		return whole > 0 && whole <= 15;

	size_t part = http_span(*s, HTTP_DIGIT);

	*s = slice_skip(*s, part);
	return whole <= 12 && part >= 1 && part <= 3;
}

static bool take_string(struct slice *s)
{
	*s = slice_skip(*s, 1);
	while (s->len) {
		char c = s->at[0];

		if (take(s, '"'))
			return true;
		if (take(s, '\\')) {
			if (!take(s, '"') && !take(s, '\\'))
				return false;
		} else if (c == ' ' || http_is(c, HTTP_VCHAR)) {
			*s = slice_skip(*s, 1);
		} else {
			return false;
		}
	}
	return false;
}

static bool take_bytes(struct slice *s)
{
	*s = slice_skip(*s, 1);
	while (s->len &&
	       (http_is(s->at[0], HTTP_ALPHA | HTTP_DIGIT) || byte_is_one_of(s->at[0], "+/=")))
		*s = slice_skip(*s, 1);
	return take(s, ':');
}

static bool take_token(struct slice *s)
{
	while (s->len && (http_is(s->at[0], HTTP_TCHAR) || byte_is_one_of(s->at[0], ":/")))
		*s = slice_skip(*s, 1);
	return true;
}

static bool take_bare_item(struct slice *s)
{
	char c = s->len ? s->at[0] : '\0';

	if (c == '"')
		return take_string(s);
	if (c == ':')
		return take_bytes(s);
	if (take(s, '?'))
		return take(s, '0') || take(s, '1');
	if (c == '*' || http_is(c, HTTP_ALPHA))
		return take_token(s);
	return take_number(s);
}

static void take_spaces(struct slice *s)
{
	while (take(s, ' '))
		;
}

static bool take_parameters(struct slice *s)
{
	while (take(s, ';')) {
		take_spaces(s);
		if (!take_key(s) || (take(s, '=') && !take_bare_item(s)))
			return false;
	}
	return true;
}

static bool take_inner_list(struct slice *s)
{
	for (;;) {
		take_spaces(s);
		if (take(s, ')'))
			return take_parameters(s);
		if (!take_bare_item(s) || !take_parameters(s) || s->len == 0 ||
		    !byte_is_one_of(s->at[0], " )"))
			return false;
	}
}

static bool take_member(struct slice *s)
{
	if (!take_key(s))
		return false;
	if (!take(s, '='))
		return take_parameters(s);
	if (take(s, '('))
		return take_inner_list(s);
	return take_bare_item(s) && take_parameters(s);
}

bool http_is_dictionary(struct slice s)
{
	while (s.len) {
		if (!take_member(&s))
			return false;
		s = slice_skip(s, http_span(s, HTTP_WS));
		if (s.len == 0)
			return true;
		if (!take(&s, ','))
			return false;
		s = slice_skip(s, http_span(s, HTTP_WS));
		if (s.len == 0)
			return false;     /* a comma with nothing behind it */
	}
	return true;
}
