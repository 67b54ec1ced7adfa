#include "runner/match-json.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <jansson.h>

static void decrefp(json_t **j)
{
	json_decref(*j);
}

/* One reference token, with ~1 and ~0 undone (RFC 6901 section 4). */
static int take_token(struct slice *pointer, struct buffer *ret)
{
	struct slice rest = slice_skip(*pointer, 1);
	struct slice token = slice_sub(rest, 0, slice_find(rest, '/'));

	*pointer = slice_skip(rest, token.len);
	buffer_clear(ret);
	for (size_t i = 0; i < token.len; i++) {
		char c = token.at[i];

		if (c == '~' && i + 1 < token.len)
			c = token.at[++i] == '1' ? '/' : '~';
		if (buffer_add_byte(ret, c) < 0)
			return -1;
	}
	return 0;
}

static json_t *look_up(json_t *at, struct slice pointer)
{
	struct buffer token = BUFFER_INIT(1 << 12);

	while (at && pointer.len && take_token(&pointer, &token) == 0) {
		uint64_t index;

		if (json_is_object(at))
			at = json_object_getn(at, buffer_str(&token), token.len);
		else if (json_is_array(at) && text_count(buffer_slice(&token), &index) == 0)
			at = json_array_get(at, index);
		else
			at = NULL;
	}
	buffer_release(&token);
	return at;
}

/* Bytes of a case as the UTF-8 of their code points. */
static void add_latin1(struct buffer *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.at[i];

		if (c >= 0x80) {
			(void)buffer_add_byte(out, (char)(0xc0 | c >> 6));
			c = 0x80 | (c & 0x3f);
		}
		(void)buffer_add_byte(out, (char)c);
	}
}

static bool string_fits(const json_t *at, struct slice wanted)
{
	struct slice is = slice_of(json_string_value(at), json_string_length(at));
	struct buffer utf8 = BUFFER_INIT(1 << 24);

	add_latin1(&utf8, wanted);

	bool fits = slice_eq(is, wanted) || slice_eq(is, buffer_slice(&utf8));

	buffer_release(&utf8);
	return fits;
}

/* The value as JSON text, members sorted, for arrays, objects and messages. */
static void add_text(struct buffer *out, const json_t *at)
{
	CLEANUP(freep)
	char *text = at ? json_dumps(at, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	(void)buffer_add_str(out, at ? (text ? text : "?") : "absent");
}

static bool value_fits(const json_t *at, struct slice wanted)
{
	struct buffer text = BUFFER_INIT(1 << 24);

	if (at && json_is_string(at))
		return string_fits(at, wanted);
	add_text(&text, at);

	bool fits = slice_eq(buffer_slice(&text), wanted);

	buffer_release(&text);
	return fits;
}

/* A value takes ten times its text and more in memory. */
#define MAX_VALUES ((size_t)100000)

static bool has_too_many_values(struct slice content)
{
	size_t n = 0;

	for (size_t i = 0; i < content.len; i++)
		n += content.at[i] == ',' || content.at[i] == '[' || content.at[i] == '{';
	return n > MAX_VALUES;
}

bool match_json(struct slice content, const char *pointer, struct slice wanted, struct buffer *why)
{
	if (has_too_many_values(content)) {
		(void)buffer_add_str(why, "the content is JSON of more values than httpcheck reads");
		return false;
	}

	CLEANUP(decrefp)
	json_t *root = json_loadb(content.at ? content.at : "", content.len,
				  JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	if (!root) {
		(void)buffer_add_str(why, "the content is not JSON");
		return false;
	}

	json_t *at = look_up(root, slice_str(pointer));

	if (value_fits(at, wanted))
		return true;

	struct buffer text = BUFFER_INIT(1 << 24);

	add_text(&text, at);
	(void)buffer_printf(why, "%s in the content is ", pointer);
	(void)text_escape_cut(why, buffer_slice(&text), 80);
	buffer_release(&text);
	return false;
}
