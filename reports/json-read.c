#include "reports/json-read.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "reports/json-find.h"
#include "reports/json.h"
#include "reports/json-model.h"
#include "reports/visible.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>

struct reading {
	struct arena *arena;
	struct slice text;
	const char *name;
	struct problem *reterr;
};

/* A value, and where it stands. */
struct spot {
	struct json_path path;        /* its .up is the path of another spot */
	const json_t *value;
};

/* ---- errors: "run.json:12:80: results[3].verdict is no word that is known there" ---- */

static void add_path(struct buffer *out, const struct json_path *path)
{
	if (!path->up)
		return;
	add_path(out, path->up);
	if (path->key)
		(void)buffer_printf(out, "%s%s", out->len ? "." : "", path->key);
	else
		(void)buffer_printf(out, "[%zu]", path->index);
}

__attribute__((format(printf, 3, 4)))
static int wrong(const struct reading *r, const struct spot *at, const char *format, ...)
{
	CLEANUP(buffer_release) struct buffer path = BUFFER_INIT(512), what = BUFFER_INIT(512);
	struct place place = { .file = r->name };
	va_list args;

	va_start(args, format);
	(void)buffer_vprintf(&what, format, args);
	va_end(args);
	add_path(&path, &at->path);
	json_find(r->text, &at->path, &place);
	return problem_at(r->reterr, place, -EINVAL, "%s %s",
			  path.len ? buffer_str(&path) : "the report", buffer_str(&what));
}

static struct spot member(const struct spot *in, const char *key)
{
	return (struct spot){ { &in->path, key, 0 }, json_object_get(in->value, key) };
}

static struct spot element(const struct spot *in, size_t index)
{
	return (struct spot){ { &in->path, NULL, index }, json_array_get(in->value, index) };
}

/* ---- values ---- */

/* Decoding forgives much (EVP_DecodeBlock(3)); what was decoded right is encoded to the
 * same again. */
static int decode(const struct reading *r, const struct spot *at, struct slice code,
		  struct slice *ret)
{
	size_t room = code.len / 4 * 3, pads = 0;
	unsigned char *bytes = arena_alloc(r->arena, room + 1);
	CLEANUP(freep) unsigned char *again = malloc(code.len + 1);

	if (!again)
		return -ENOMEM;
	while (pads < 2 && pads < code.len && code.at[code.len - pads - 1] == '=')
		pads++;
	if (code.len % 4 || code.len > INT_MAX ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)code.at, (int)code.len) < 0)
		return wrong(r, at, "is no base64");
	*ret = slice_of(bytes, room - pads);
	(void)EVP_EncodeBlock(again, bytes, (int)ret->len);
	return memcmp(again, code.at, code.len) == 0 ? 0 : wrong(r, at, "is no base64");
}

static int read_bytes(const struct reading *r, const struct spot *at, struct slice *ret)
{
	struct spot text = member(at, "text"), base64 = member(at, "base64");

	if (json_object_size(at->value) != 2 || !json_is_string(text.value) ||
	    !json_is_string(base64.value))
		return wrong(r, at, "has not just 'text' and 'base64', both strings");
	return decode(r, &base64,
		      slice_of(json_string_value(base64.value), json_string_length(base64.value)),
		      ret);
}

static int read_text(const struct reading *r, const struct spot *at, const char **ret)
{
	struct slice bytes = SLICE("");

	if (json_is_string(at->value)) {
		*ret = arena_str(r->arena, slice_of(json_string_value(at->value),
						    json_string_length(at->value)));
		return 0;
	}
	if (!json_is_object(at->value))
		return wrong(r, at, "is no string");

	int e = read_bytes(r, at, &bytes);

	if (e < 0)
		return e;
	if (slice_find(bytes, '\0') < bytes.len)
		return wrong(r, at, "holds a NUL");
	*ret = arena_str(r->arena, bytes);
	return 0;
}

static int read_number(const struct reading *r, const struct spot *at, const struct json_field *f,
		       char *to)
{
	int64_t n = json_integer_value(at->value);
	int narrow = (int)n;

	if (!json_is_integer(at->value) || n < 0 || n > f->most)
		return wrong(r, at, "is no number from 0 to %lld", (long long)f->most);
	memcpy(to, f->size == sizeof(narrow) ? (void *)&narrow : (void *)&n, f->size);
	return 0;
}

/* Just as it is written: strptime() would take other forms too. */
static int read_time(const struct reading *r, const struct spot *at, time_t *ret)
{
	const char *text = json_is_string(at->value) ? json_string_value(at->value) : "";
	struct tm tm = { 0 };

	if (strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		*ret = timegm(&tm);

	CLEANUP(json_decrefp) json_t *again = json_of_time(*ret, 0);

	if (!again || !slice_is(slice_str(text), json_string_value(again)))
		return wrong(r, at, "is no time such as 2026-01-31T09:30:00Z");
	return 0;
}

static int read_choice(const struct reading *r, const struct spot *at, const struct json_field *f,
		       char *to)
{
	const char *text = json_is_string(at->value) ? json_string_value(at->value) : "";

	for (int i = 0; i <= f->most; i++)
		if (strcmp(f->name(i), text) == 0) {
			memcpy(to, &i, sizeof(i));
			return 0;
		}
	return wrong(r, at, "is none of the words from '%s' to '%s'", f->name(0),
		     f->name((int)f->most));
}

static int read_texts(const struct reading *r, const struct spot *at, const char *const **ret,
		      size_t *ret_n)
{
	size_t n = json_array_size(at->value);

	if (!json_is_array(at->value))
		return wrong(r, at, "is no array");

	const char **list = n ? arena_alloc(r->arena, n * sizeof(*list)) : NULL;

	for (size_t i = 0; i < n; i++) {
		struct spot one = element(at, i);
		int e = read_text(r, &one, &list[i]);

		if (e < 0)
			return e;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

/* ---- structs ---- */

static int read_struct(const struct reading *r, const struct spot *at,
		       const struct json_table *table, char *to);

static int read_objects(const struct reading *r, const struct spot *at,
			const struct json_table *of, char **ret, size_t *ret_n)
{
	size_t n = json_array_size(at->value);

	if (!json_is_array(at->value))
		return wrong(r, at, "is no array");

	char *list = n ? arena_alloc(r->arena, n * of->size) : NULL;

	for (size_t i = 0; i < n; i++) {
		struct spot one = element(at, i);
		int e = read_struct(r, &one, of, list + i * of->size);

		if (e < 0)
			return e;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

static int read_object(const struct reading *r, const struct spot *at, const struct json_table *of,
		       char **ret)
{
	*ret = arena_alloc(r->arena, of->size);
	return read_struct(r, at, of, *ret);
}

static int read_field(const struct reading *r, const struct spot *at, const struct json_field *f,
		      char *in)
{
	char *to = in + f->at;
	void *count = in + f->count_at;

	switch (f->kind) {
	case FIELD_TEXT:
		return read_text(r, at, (void *)to);
	case FIELD_TEXT_OR_NULL:
		return json_is_null(at->value) ? 0 : read_text(r, at, (void *)to);
	case FIELD_FLAG:
		*(bool *)(void *)to = json_is_true(at->value);
		return json_is_boolean(at->value) ? 0 : wrong(r, at, "is neither true nor false");
	case FIELD_NUMBER:
		return read_number(r, at, f, to);
	case FIELD_TIME:
		return read_time(r, at, (void *)to);
	case FIELD_CHOICE:
		return read_choice(r, at, f, to);
	case FIELD_BYTES:
		return read_bytes(r, at, (void *)to);
	case FIELD_TEXTS:
		return read_texts(r, at, (void *)to, count);
	case FIELD_PLACE:
		return json_is_null(at->value) ? 0 : read_struct(r, at, &json_place, to);
	case FIELD_OBJECT:
		return read_object(r, at, f->of, (void *)to);
	case FIELD_OBJECTS:
		return read_objects(r, at, f->of, (void *)to, count);
	}
	return -EINVAL;
}

static bool is_known(const struct json_table *table, const char *key)
{
	for (const struct json_field *f = table->fields; f->key; f++)
		if (strcmp(f->key, key) == 0)
			return true;
	return false;
}

static int refuse_unknown(const struct reading *r, const struct spot *at,
			  const struct json_table *table)
{
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(256);
	json_t *object = (json_t *)at->value;         /* jansson's iterators want it so */
	void *i = json_object_iter(object);

	while (i && is_known(table, json_object_iter_key(i)))
		i = json_object_iter_next(object, i);
	if (!i)
		return 0;
	(void)text_escape_cut(&shown, slice_str(json_object_iter_key(i)), 40);
	return wrong(r, at, "has a member '%s', which is not known", buffer_str(&shown));
}

/* |to| is zeroed. */
static int read_struct(const struct reading *r, const struct spot *at,
		       const struct json_table *table, char *to)
{
	static const char *const empty = "";
	int e = json_is_object(at->value) ? refuse_unknown(r, at, table)
					  : wrong(r, at, "is no object");

	for (const struct json_field *f = table->fields; f->key && e == 0; f++) {
		struct spot value = member(at, f->key);

		if (value.value)
			e = read_field(r, &value, f, to);
		else if (!f->optional)
			e = wrong(r, at, "has no '%s'", f->key);
		else if (f->kind == FIELD_TEXT)
			memcpy(to + f->at, &empty, sizeof(empty));
	}
	return e;
}

/* ---- the document ---- */

/* By id, cases first: writers and merge rely on it. */
static int check_order(const struct reading *r, const struct spot *root, const struct run *run)
{
	struct spot results = member(root, "results");

	for (size_t i = 1; i < run->count; i++) {
		struct spot at = element(&results, i);

		if (result_order(&run->results[i - 1], &run->results[i]) >= 0)
			return wrong(r, &at, "does not come behind the one before it by its id");
	}
	return 0;
}

/* Sorted, and no rules: each that is missing becomes a result. */
static int check_chosen(const struct reading *r, const struct spot *root, const struct run *run)
{
	struct spot chosen = member(root, "chosen");

	for (size_t i = 0; i < run->nchosen; i++) {
		struct spot at = element(&chosen, i);

		if (slice_starts(slice_str(run->chosen[i]), SLICE("rules/")))
			return wrong(r, &at, "is a rule, and no case");
		if (i && strcmp(run->chosen[i - 1], run->chosen[i]) >= 0)
			return wrong(r, &at, "does not come behind the one before it");
	}
	return 0;
}

static int check_shard(const struct reading *r, const struct spot *root, const struct run *run)
{
	struct spot shard = member(root, "shard");

	if (run->shard > run->shards || (run->shards && !run->shard))
		return wrong(r, &shard, "is not from 1 to 'shards'");
	return 0;
}

static int check_schema(const struct reading *r, const struct spot *root)
{
	struct spot schema = member(root, "schema");

	if (!json_is_integer(schema.value))
		return wrong(r, root, "has no 'schema': is it one of httpcheck?");
	if (json_integer_value(schema.value) != JSON_SCHEMA)
		return wrong(r, &schema, "is not %d, the only one that this httpcheck reads",
			     JSON_SCHEMA);
	return 0;
}

static int read_root(const struct reading *r, json_t *json, struct run *ret)
{
	static const char *const derived[] = { "schema", "exit_code", "summary" };
	struct spot root = { .value = json };
	struct run run = { 0 };
	int e = check_schema(r, &root);

	for (size_t i = 0; i < ARRAY_SIZE(derived); i++)
		(void)json_object_del(json, derived[i]);
	if (e == 0)
		e = read_struct(r, &root, &json_run, (char *)&run);
	if (e == 0)
		e = check_shard(r, &root, &run);
	if (e == 0)
		e = check_chosen(r, &root, &run);
	if (e == 0)
		e = check_order(r, &root, &run);
	if (e == 0)
		*ret = run;
	return e;
}

static int refuse_syntax(const struct reading *r, const json_error_t *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(1024);
	struct place place = { r->name, error->line, error->column };

	if (json_error_code(error) == json_error_out_of_memory)
		return problem_errno(r->reterr, ENOMEM, "read", r->name);
	(void)visible_add(&text, error->text, BREAKS_SPELT);
	return problem_at(r->reterr, place, -EINVAL, "not JSON: %s", buffer_str(&text));
}

int json_read_text(struct slice text, const char *name, struct arena *arena, struct run *ret,
		   struct problem *reterr)
{
	struct reading r = { arena, text, name, reterr };
	const char *at = text.len ? text.at : "";
	json_error_t error;

	if (text.len > JSON_READ_BYTES || json_count(text) > JSON_READ_VALUES)
		return problem_at(reterr, (struct place){ .file = name }, -EFBIG,
				  "too big: more than %zu bytes or %zu values", JSON_READ_BYTES,
				  JSON_READ_VALUES);

	CLEANUP(json_decrefp)
	json_t *json = json_loadb(at, text.len, JSON_REJECT_DUPLICATES, &error);

	return json ? read_root(&r, json, ret) : refuse_syntax(&r, &error);
}

static int read_stream(FILE *in, struct buffer *out)
{
	char *to;

	while ((to = buffer_reserve(out, 65536))) {
		size_t n = fread(to, 1, 65536, in);

		buffer_grew(out, n);
		if (n == 0)
			return ferror(in) ? -EIO : 0;
	}
	return -errno;
}

int json_read(const char *path, struct arena *arena, struct run *ret, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(JSON_READ_BYTES + 65536);
	bool piped = strcmp(path, "-") == 0;
	int r = piped ? read_stream(stdin, &text)
		      : file_read(path, JSON_READ_BYTES, &text, reterr);

	if (r < 0)
		return piped ? problem_errno(reterr, r, "read", "standard input") : r;

	const char *name = piped ? "standard input" : arena_str(arena, slice_str(path));

	return json_read_text(buffer_slice(&text), name, arena, ret, reterr);
}
