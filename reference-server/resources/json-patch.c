#include "reference-server/resources/json-patch.h"

#include "http/bytes.h"

#include <errno.h>

enum { TOKEN_MAX = 256 };

/* A place in a document: the value |last| of |parent|. The whole document has no parent. */
struct spot {
	json_t *parent;
	char last[TOKEN_MAX];
};

struct patching {
	json_t *root;                 /* the copy */
	const char *why;
};

/* Brackets of a JSON text, those in strings aside. */
static unsigned nesting(struct slice s)
{
	unsigned depth = 0, most = 0;
	bool text = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (text && c == '\\')
			i++;
		else if (c == '"')
			text = !text;
		else if (!text && (c == '[' || c == '{'))
			most = ++depth > most ? depth : most;
		else if (!text && (c == ']' || c == '}') && depth)
			depth--;
	}
	return most;
}

json_t *json_read(struct slice text)
{
	if (nesting(text) > JSON_DEPTH_MAX)
		return NULL;
	return json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

static int broken(struct patching *p, const char *why)
{
	p->why = why;
	return -EINVAL;
}

static int unfit(struct patching *p, const char *why)
{
	p->why = why;
	return -ESTALE;
}

/* ---- JSON Pointer, RFC 6901 ---- */

/* Takes the next token off |*s|, which begins with "/". */
static int next_token(struct patching *p, struct slice *s, char out[TOKEN_MAX])
{
	size_t len = 0;

	*s = slice_skip(*s, 1);
	for (; s->len && s->at[0] != '/'; *s = slice_skip(*s, 1)) {
		char c = s->at[0];

		if (c == '~') {
			if (s->len < 2 || (s->at[1] != '0' && s->at[1] != '1'))
				return broken(p, "a '~' in a path stands before 0 or 1");
			*s = slice_skip(*s, 1);
			c = s->at[0] == '0' ? '~' : '/';
		}
		if (len + 1 == TOKEN_MAX)
			return unfit(p, "a name in a path is too long");
		out[len++] = c;
	}
	out[len] = '\0';
	return 0;
}

/* The index a token stands for: digits, no zero in front; "-" is behind the last. */
static bool as_index(const json_t *array, const char *token, size_t *ret)
{
	struct slice s = slice_str(token);
	uint64_t n;

	if (slice_is(s, "-")) {
		*ret = json_array_size(array);
		return true;
	}
	if ((s.len > 1 && s.at[0] == '0') || http_decimal(s, &n) < 0)
		return false;
	*ret = (size_t)n;
	return true;
}

static json_t *child(json_t *parent, const char *token)
{
	size_t i;

	if (json_is_array(parent))
		return as_index(parent, token, &i) ? json_array_get(parent, i) : NULL;
	return json_object_get(parent, token);
}

/* Walks to the parent of what |path| names. */
static int locate(struct patching *p, const char *path, struct spot *ret)
{
	struct slice rest = slice_str(path);

	ret->parent = NULL;
	if (rest.len == 0)
		return 0;
	if (rest.at[0] != '/')
		return broken(p, "a path is empty or begins with '/'");
	for (json_t *at = p->root;; at = child(at, ret->last)) {
		int r;

		if (!json_is_object(at) && !json_is_array(at))
			return unfit(p, "a path leads nowhere");
		ret->parent = at;
		r = next_token(p, &rest, ret->last);
		if (r < 0 || rest.len == 0)
			return r;
	}
}

static json_t *value_at(const struct patching *p, const struct spot *s)
{
	return s->parent ? child(s->parent, s->last) : p->root;
}

/* ---- changes ---- */

static int set_root(struct patching *p, json_t *value)
{
	json_decref(p->root);
	p->root = value;
	return 0;
}

/* Takes over a reference to |value|. */
static int put_value(struct patching *p, const struct spot *s, json_t *value)
{
	size_t i;

	if (!value)
		return -ENOMEM;
	if (!s->parent)
		return set_root(p, value);
	if (json_is_object(s->parent))
		return json_object_set_new(s->parent, s->last, value) < 0 ? -ENOMEM : 0;
	if (!as_index(s->parent, s->last, &i) || i > json_array_size(s->parent)) {
		json_decref(value);
		return unfit(p, "there is no such place in the array");
	}
	return json_array_insert_new(s->parent, i, value) < 0 ? -ENOMEM : 0;
}

static int remove_value(struct patching *p, const struct spot *s)
{
	size_t i;
	int r = -1;

	if (!s->parent)
		return unfit(p, "the whole document cannot be removed");
	if (json_is_object(s->parent))
		r = json_object_del(s->parent, s->last);
	else if (as_index(s->parent, s->last, &i))
		r = json_array_remove(s->parent, i);
	return r < 0 ? unfit(p, "there is nothing at the path") : 0;
}

/* More than the bound where it is nested too deeply, so that no other look is needed. */
static size_t count_values(json_t *v, unsigned depth)
{
	size_t n = 1, i;
	const char *key;
	json_t *part;

	if (depth > JSON_DEPTH_MAX)
		return JSON_PATCH_VALUES + 1;
	if (json_is_array(v))
		json_array_foreach(v, i, part)
			n += count_values(part, depth + 1);
	else if (json_is_object(v))
		json_object_foreach(v, key, part)
			n += count_values(part, depth + 1);
	return n;
}

/* ---- operations ---- */

struct operation {
	const char *path;
	struct spot at;               /* not of a move: what it takes away comes first */
	struct spot from;
	json_t *value;                /* borrowed */
};

static int op_add(struct patching *p, const struct operation *o)
{
	return put_value(p, &o->at, json_deep_copy(o->value));
}

static int op_remove(struct patching *p, const struct operation *o)
{
	return remove_value(p, &o->at);
}

static int op_replace(struct patching *p, const struct operation *o)
{
	int r = 0;

	if (!value_at(p, &o->at))
		return unfit(p, "there is nothing to replace at the path");
	if (o->at.parent)
		r = remove_value(p, &o->at);
	return r < 0 ? r : op_add(p, o);
}

static int op_copy(struct patching *p, const struct operation *o)
{
	json_t *value = value_at(p, &o->from);

	if (!value)
		return unfit(p, "there is nothing to copy");
	return put_value(p, &o->at, json_deep_copy(value));
}

static int op_move(struct patching *p, const struct operation *o)
{
	json_t *value = value_at(p, &o->from);
	struct spot at;
	int r;

	if (!value || !o->from.parent)
		return unfit(p, "there is nothing to move");
	json_incref(value);
	r = remove_value(p, &o->from);
	if (r == 0)               /* in an array the others have moved up */
		r = locate(p, o->path, &at);
	if (r == 0)
		return put_value(p, &at, value);
	json_decref(value);
	return r;
}

static int op_test(struct patching *p, const struct operation *o)
{
	const json_t *value = value_at(p, &o->at);

	return value && json_equal(value, o->value) ? 0 : unfit(p, "a test does not hold");
}

static const struct {
	const char *name;
	bool value, from;             /* members it must have */
	int (*apply)(struct patching *p, const struct operation *o);
} operations[] = {
	{ "add", true, false, op_add },         { "remove", false, false, op_remove },
	{ "replace", true, false, op_replace }, { "copy", false, true, op_copy },
	{ "move", false, true, op_move },       { "test", true, false, op_test },
};

/* The parent of |at| must not lie in what a move takes away (RFC 6902 section 4.4). */
static bool is_inside(const char *path, const char *from)
{
	size_t n = strlen(from);

	return strncmp(path, from, n) == 0 && path[n] == '/';
}

static int apply_row(struct patching *p, size_t row, const json_t *op, const char *path)
{
	const char *from = json_string_value(json_object_get(op, "from"));
	struct operation o = { .path = path, .value = json_object_get(op, "value") };
	int r;

	if (operations[row].value && !o.value)
		return broken(p, "the operation needs a value");
	if (operations[row].from && !from)
		return broken(p, "the operation needs 'from'");
	if (operations[row].apply == op_move && is_inside(path, from))
		return unfit(p, "a value cannot be moved into itself");
	r = operations[row].from ? locate(p, from, &o.from) : 0;
	if (r == 0 && operations[row].apply != op_move)
		r = locate(p, path, &o.at);
	if (r == 0)
		r = operations[row].apply(p, &o);
	if (r == 0 && count_values(p->root, 1) > JSON_PATCH_VALUES) {
		p->why = "the result is too large";
		return -E2BIG;
	}
	return r;
}

static int apply(struct patching *p, const json_t *op)
{
	const char *name = json_string_value(json_object_get(op, "op"));
	const char *path = json_string_value(json_object_get(op, "path"));

	if (!name || !path)
		return broken(p, "an operation is an object with 'op' and 'path'");
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(name, operations[i].name) == 0)
			return apply_row(p, i, op, path);
	return broken(p, "no such operation");
}

static int apply_all(struct patching *p, const json_t *patch)
{
	size_t i;
	json_t *op;

	if (!json_is_array(patch))
		return broken(p, "a JSON Patch is an array");
	if (json_array_size(patch) > JSON_PATCH_OPERATIONS) {
		p->why = "too many operations";
		return -E2BIG;
	}
	json_array_foreach(patch, i, op) {
		int r = apply(p, op);

		if (r < 0)
			return r;
	}
	return 0;
}

int json_patch(const json_t *document, const json_t *patch, json_t **ret, const char **reterr)
{
	struct patching p = { .root = json_deep_copy(document), .why = "out of memory" };
	int r = p.root ? apply_all(&p, patch) : -ENOMEM;

	if (r == 0) {
		*ret = p.root;
		return 0;
	}
	*reterr = p.why;
	json_decref(p.root);
	return r;
}
