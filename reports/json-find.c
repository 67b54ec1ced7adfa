#include "reports/json-find.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct slice skip_spaces(struct slice s)
{
	while (s.len && is_space(s.at[0]))
		s = slice_skip(s, 1);
	return s;
}

/* Without the string at the front. */
static struct slice skip_string(struct slice s)
{
	size_t i = 1;

	while (i < s.len && s.at[i] != '"')
		i += s.at[i] == '\\' ? 2 : 1;
	return slice_skip(s, i + 1);
}

static bool ends_scalar(char c)
{
	return is_space(c) || c == ',' || c == ']' || c == '}';
}

/* Without the value at the front. */
static struct slice skip_value(struct slice s)
{
	size_t depth = 0;

	do {
		s = skip_spaces(s);
		if (!s.len)
			return s;
		if (s.at[0] == '"') {
			s = skip_string(s);
			continue;
		}
		depth += s.at[0] == '{' || s.at[0] == '[';
		depth -= s.at[0] == '}' || s.at[0] == ']';
		do
			s = slice_skip(s, 1);
		while (depth == 0 && s.len && !ends_scalar(s.at[0]));
	} while (depth);
	return s;
}

/* The text from the member |key| or the element |index| of the value at the front on;
 * empty where there is none. */
static struct slice child(struct slice s, const struct json_path *step)
{
	for (size_t i = 0; s.len; i++) {
		struct slice name = { 0 };

		s = skip_spaces(slice_skip(s, 1));    /* behind '{', '[' or ',' */
		if (step->key && s.len && s.at[0] == '"') {
			struct slice rest = skip_string(s);

			name = slice_sub(s, 1, s.len - rest.len - 1);
			s = skip_spaces(slice_skip(skip_spaces(rest), 1));
		}
		if (step->key ? slice_is(name, step->key) : i == step->index)
			return s;
		s = skip_spaces(skip_value(s));
		if (s.len && s.at[0] != ',')
			return slice_skip(s, s.len);
	}
	return s;
}

static struct slice find(struct slice text, const struct json_path *path)
{
	if (!path->up)
		return skip_spaces(text);

	struct slice above = find(text, path->up), at = child(above, path);

	return at.len ? at : above;
}

void json_find(struct slice text, const struct json_path *path, struct place *ret)
{
	size_t offset = text.len - find(text, path).len;

	ret->line = ret->column = 1;
	for (size_t i = 0; i < offset; i++) {
		bool ends_line = text.at[i] == '\n';

		ret->line += ends_line;
		ret->column = ends_line ? 1 : ret->column + 1;
	}
}

size_t json_count(struct slice text)
{
	size_t n = 1;

	while (text.len) {
		if (text.at[0] == '"') {
			text = skip_string(text);
			continue;
		}
		n += text.at[0] == '{' || text.at[0] == '[' || text.at[0] == ',';
		text = slice_skip(text, 1);
	}
	return n;
}
