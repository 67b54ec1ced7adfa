#include "reports/visible.h"

#include "base/cleanup.h"

#include <stdint.h>
#include <stdio.h>

/* The length of the UTF-8 character at the front of |s|, 0 where there is none:
 * overlong forms, surrogates and what lies above U+10FFFF are none (RFC 3629). */
static size_t decode(struct slice s, uint32_t *ret)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} form[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 },
	};
	const unsigned char *at = (const unsigned char *)s.at;
	size_t more = 0;

	while (more < ARRAY_SIZE(form) && (at[0] & form[more].mask) != form[more].lead)
		more++;
	if (more >= ARRAY_SIZE(form) || more >= s.len)
		return 0;

	uint32_t code = at[0] & (unsigned char)~form[more].mask;

	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < form[more].least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return more + 1;
}

/* Characters above U+007F that are spelt out. */
static bool is_unsafe(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{ 0x80, 0x9f },           /* C1: U+009B is a terminal's CSI */
		{ 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x202a, 0x202e },
		{ 0x2066, 0x2069 },       /* bidi controls, UAX #9 section 2 */
		{ 0x2028, 0x2029 },       /* line and paragraph separator */
		{ 0xfeff, 0xfeff },       /* invisible */
		{ 0xfffe, 0xffff },       /* no Char of XML 1.0 */
		{ 0xe0000, 0xe007f },     /* tags: invisible copies of ASCII */
	};

	for (size_t i = 0; i < ARRAY_SIZE(unsafe); i++)
		if (code >= unsafe[i].first && code <= unsafe[i].last)
			return true;
	return false;
}

static int show_byte(char out[static 12], unsigned char byte, enum visible_breaks breaks)
{
	static const char spelt[] = { ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r' };

	if (byte >= sizeof(spelt) || !spelt[byte])
		return snprintf(out, 12, "\\x%02x", byte);
	if (breaks == BREAKS_KEPT)
		return snprintf(out, 12, "%c", byte);
	return snprintf(out, 12, "\\%c", spelt[byte]);
}

bool visible_next(struct slice *rest, enum visible_breaks breaks, struct visible *ret)
{
	if (rest->len == 0)
		return false;

	uint32_t code;
	size_t len = decode(*rest, &code);
	bool kept = false;

	if (len == 0 || code < 0x20 || code == 0x7f) {
		ret->len = (size_t)show_byte(ret->text, (unsigned char)rest->at[0], breaks);
		len = 1;
	} else if (is_unsafe(code)) {
		ret->len = (size_t)snprintf(ret->text, sizeof(ret->text), "\\u{%x}", code);
	} else {
		memcpy(ret->text, rest->at, len);
		ret->len = len;
		kept = true;
	}
	ret->columns = kept ? 1 : ret->len;
	*rest = slice_skip(*rest, len);
	return true;
}

int visible_add(struct buffer *out, const char *text, enum visible_breaks breaks)
{
	struct slice rest = slice_str(text);
	struct visible v;
	int r = 0;

	while (r == 0 && visible_next(&rest, breaks, &v))
		r = buffer_add(out, v.text, v.len);
	return r;
}

size_t visible_columns(struct slice text)
{
	struct visible v;
	size_t columns = 0;

	while (visible_next(&text, BREAKS_SPELT, &v))
		columns += v.columns;
	return columns;
}
