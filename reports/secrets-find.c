#include "reports/secrets-find.h"

enum field_kind { CREDENTIALS, COOKIE, SET_COOKIE };

static const struct {
	struct slice name;
	enum field_kind kind;
} fields[] = {
	{ SLICE("Authorization"), CREDENTIALS },
	{ SLICE("Proxy-Authorization"), CREDENTIALS },
	{ SLICE("Cookie"), COOKIE },
	{ SLICE("Set-Cookie"), SET_COOKIE },
};

struct finder {
	struct arena *arena;
	struct slice bytes;
	struct secrets found;
};

static char at(const struct finder *f, size_t i)
{
	return i < f->bytes.len ? f->bytes.at[i] : '\n';
}

static void add(struct finder *f, size_t from, size_t to)
{
	if (from < to)
		*(struct secret *)arena_push(f->arena, &f->found.list, &f->found.count,
					     sizeof(struct secret)) = (struct secret){ from, to };
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(const struct finder *f, size_t i)
{
	while (i < f->bytes.len && is_blank(f->bytes.at[i]))
		i++;
	return i;
}

/* ---- values ---- */

/* Bytes that RFC 6265 section 4.1.1 keeps out of a cookie's value, ';' apart: what a
 * finding may be about. */
static bool is_odd(char c)
{
	return (unsigned char)c <= ' ' || c == '\x7f' || c == '"' || c == ',' || c == '\\';
}

static void add_cookie_value(struct finder *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!is_odd(f->bytes.at[i])) {
			size_t begin = i;

			while (i < to && !is_odd(f->bytes.at[i]))
				i++;
			add(f, begin, i);
		}
}

/* The value behind the first '='; what has no '=' is a value without a name. */
static void add_cookie(struct finder *f, size_t from, size_t to)
{
	size_t equals = from + slice_find(slice_sub(f->bytes, from, to), '=');

	add_cookie_value(f, equals < to ? equals + 1 : from, to);
}

static void add_cookies(struct finder *f, size_t from, size_t to, bool all)
{
	while (from < to) {
		size_t end = from + slice_find(slice_sub(f->bytes, from, to), ';');

		add_cookie(f, from, end);
		if (!all)
			return;
		from = end + 1;
	}
}

/* All behind the scheme; one word alone is no scheme unless it is a known one's name. */
static void add_credentials(struct finder *f, size_t from, size_t to)
{
	static const char *const schemes[] = { "Basic", "Bearer", "Digest", "Negotiate", "NTLM" };
	size_t end = from;

	while (end < to && is_name_byte(f->bytes.at[end]))
		end++;
	if (end < to && is_blank(f->bytes.at[end])) {
		end = skip_blanks(f, end);
		add(f, end < to ? end : to, to);
		return;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (slice_is_nocase(slice_sub(f->bytes, from, to), schemes[i]))
			return;
	add(f, from, to);
}

/* ---- where a value ends ---- */

/* The line, with those that fold on to it (RFC 9112 section 5.2). */
static size_t line_end(const struct finder *f, size_t i)
{
	for (; i < f->bytes.len; i++) {
		if (f->bytes.at[i] != '\r' && f->bytes.at[i] != '\n')
			continue;

		size_t next = i + 1 + (f->bytes.at[i] == '\r' && at(f, i + 1) == '\n');

		if (!is_blank(at(f, next)))
			break;
	}
	return i;
}

/* Or the line: neither JSON nor a text of ours has a line end between quotes, and behind
 * one that is never closed stand fields of their own. */
static size_t quote_end(const struct finder *f, size_t i)
{
	for (; i < f->bytes.len && !byte_is_one_of(f->bytes.at[i], "\"\r\n"); i++)
		if (f->bytes.at[i] == '\\' && !byte_is_one_of(at(f, i + 1), "\r\n"))
			i++;
	return i < f->bytes.len ? i : f->bytes.len;
}

static size_t without_blanks_behind(const struct finder *f, size_t from, size_t to)
{
	while (to > from && is_blank(f->bytes.at[to - 1]))
		to--;
	return to;
}

/* ---- names ---- */

/* Behind what stands between a name and its value: ": ", `": "` and `", "` as JSON has
 * them, ` is "` as our texts do. 0: it is no field. */
static size_t value_begin(const struct finder *f, size_t i, bool *ret_quoted)
{
	bool named_in_quotes = at(f, i) == '"';
	size_t colon = skip_blanks(f, i + named_in_quotes);
	size_t value = 0;

	if (at(f, colon) == ':' || (named_in_quotes && at(f, colon) == ','))
		value = skip_blanks(f, colon + 1);
	else if (slice_starts(slice_skip(f->bytes, i), SLICE(" is \"")))
		value = i + 4;
	*ret_quoted = value && at(f, value) == '"';
	if (named_in_quotes && !*ret_quoted)
		return 0;
	return value + *ret_quoted;
}

/* The end of the field that begins at |i|, its secrets added; |i| where none does. */
static size_t take_field(struct finder *f, size_t i)
{
	struct slice rest = slice_skip(f->bytes, i);

	for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++) {
		struct slice name = fields[k].name;
		bool quoted;

		if (!slice_eq_nocase(slice_sub(rest, 0, name.len), name))
			continue;

		size_t from = value_begin(f, i + name.len, &quoted);

		if (from == 0)
			continue;

		size_t end = quoted ? quote_end(f, from) : line_end(f, from);
		size_t to = without_blanks_behind(f, from, end);

		if (fields[k].kind == CREDENTIALS)
			add_credentials(f, from, to);
		else
			add_cookies(f, from, to, fields[k].kind == COOKIE);
		return end;
	}
	return i;
}

/* ---- user:password@ ---- */

static bool ends_authority(char c)
{
	return (unsigned char)c <= ' ' || byte_is_one_of(c, "/?#\"'<>\\^`{|}") || c == '\x7f';
}

static size_t take_userinfo(struct finder *f, size_t i)
{
	size_t from = i + 2, last_at = 0;

	if (at(f, i) != '/' || at(f, i + 1) != '/')
		return i;
	for (size_t k = from; k < f->bytes.len && !ends_authority(f->bytes.at[k]); k++)
		if (f->bytes.at[k] == '@')
			last_at = k;
	if (last_at == 0)
		return i;
	add(f, from, last_at);
	return last_at;
}

struct secrets secrets_find(struct slice bytes, struct arena *a)
{
	struct finder f = { .arena = a, .bytes = bytes };
	bool inside_word = false;

	for (size_t i = 0; i < bytes.len; i++) {
		size_t end = i;

		if (is_letter(bytes.at[i]) && !inside_word)
			end = take_field(&f, i);
		else if (bytes.at[i] == '/')
			end = take_userinfo(&f, i);
		if (end > i)
			i = end - 1;
		inside_word = i < bytes.len && is_name_byte(bytes.at[i]);
	}
	return f.found;
}
