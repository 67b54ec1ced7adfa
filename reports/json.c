#include "reports/json.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "reports/json-model.h"

#include <errno.h>
#include <openssl/evp.h>

enum { MOST = 1 << 28 };              /* bytes of one string */

/* jansson's setters take null for a value that could not be made, and say so. */
static int set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new_nocheck(object, key, value);
}

/* ---- values ---- */

static json_t *of_base64(struct slice bytes)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(MOST);
	char *to = buffer_reserve(&out, bytes.len / 3 * 4 + 5);

	if (!to)
		return NULL;
	buffer_grew(&out, (size_t)EVP_EncodeBlock((unsigned char *)to,
						  (const unsigned char *)bytes.at, (int)bytes.len));
	return json_stringn_nocheck(out.at, out.len);
}

json_t *json_of_bytes(struct slice bytes)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(MOST);
	CLEANUP(json_decrefp) json_t *o = json_object();

	if (text_escape(&text, bytes) < 0 || !o ||
	    set(o, "text", json_stringn_nocheck(buffer_str(&text), text.len)) < 0 ||
	    set(o, "base64", of_base64(bytes)) < 0)
		return NULL;
	return json_incref(o);
}

json_t *json_of_text(const char *text)
{
	json_t *s = json_string(text ? text : "");    /* null also where it is no UTF-8 */

	return s ? s : json_of_bytes(slice_str(text));
}

json_t *json_of_time(time_t t, usec after)
{
	struct tm tm;
	char date[64], text[96];

	t += after / USEC_PER_SEC;
	after %= USEC_PER_SEC;
	if (!gmtime_r(&t, &tm) || !strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		return NULL;
	if (after)
		(void)snprintf(text, sizeof(text), "%s.%06lldZ", date, (long long)after);
	else
		(void)snprintf(text, sizeof(text), "%sZ", date);
	return json_string(text);
}

static json_t *of_texts(const char *const *texts, size_t n)
{
	CLEANUP(json_decrefp) json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(list, json_of_text(texts[i])) < 0)
			return NULL;
	return json_incref(list);
}

/* ---- members of a struct, whatever their type is ---- */

static const void *pointer_at(const char *at)
{
	const void *p;

	memcpy(&p, at, sizeof(p));
	return p;
}

static int64_t number_at(const char *at, size_t size)
{
	int64_t wide = 0;
	int narrow = 0;

	if (size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return narrow;
}

static size_t count_of(const char *in, const struct json_field *f)
{
	return (size_t)number_at(in + f->count_at, sizeof(size_t));
}

static struct slice slice_at(const char *at)
{
	struct slice s;

	memcpy(&s, at, sizeof(s));
	return s;
}

static bool is_empty(const char *in, const struct json_field *f)
{
	const char *at = in + f->at;

	switch (f->kind) {
	case FIELD_TEXT:
		return slice_str(pointer_at(at)).len == 0;
	case FIELD_BYTES:
		return slice_at(at).len == 0;
	default:
		return number_at(at, f->size) == 0;
	}
}

/* ---- structs ---- */

static json_t *of_field(const char *in, const struct json_field *f);

static json_t *of_struct(const char *in, const struct json_table *table)
{
	CLEANUP(json_decrefp) json_t *o = json_object();

	for (const struct json_field *f = table->fields; f->key; f++)
		if (!(f->optional && is_empty(in, f)) && set(o, f->key, of_field(in, f)) < 0)
			return NULL;
	return json_incref(o);
}

static json_t *of_objects(const char *first, size_t n, const struct json_table *table)
{
	CLEANUP(json_decrefp) json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(list, of_struct(first + i * table->size, table)) < 0)
			return NULL;
	return json_incref(list);
}

static json_t *of_field(const char *in, const struct json_field *f)
{
	const char *at = in + f->at;

	switch (f->kind) {
	case FIELD_TEXT:
		return json_of_text(pointer_at(at));
	case FIELD_TEXT_OR_NULL:
		return pointer_at(at) ? json_of_text(pointer_at(at)) : json_null();
	case FIELD_FLAG:
		return json_boolean(*at);
	case FIELD_NUMBER:
		return json_integer(number_at(at, f->size));
	case FIELD_TIME:
		return json_of_time((time_t)number_at(at, sizeof(time_t)), 0);
	case FIELD_CHOICE:
		return json_string(f->name((int)number_at(at, sizeof(int))));
	case FIELD_BYTES:
		return json_of_bytes(slice_at(at));
	case FIELD_TEXTS:
		return of_texts(pointer_at(at), count_of(in, f));
	case FIELD_PLACE:
		return pointer_at(at) ? of_struct(at, &json_place) : json_null();
	case FIELD_OBJECT:
		return of_struct(pointer_at(at), f->of);
	case FIELD_OBJECTS:
		return of_objects(pointer_at(at), count_of(in, f), f->of);
	}
	return NULL;
}

/* ---- the document ---- */

int json_put(const json_t *value, FILE *out)
{
	/* 15 digits: 0.002345 and not 0.0023449999999999999. */
	size_t flags = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

	return value && json_dumpf(value, out, flags) == 0 ? 0 : -ENOMEM;
}

static int put_field(const char *in, const struct json_field *f, FILE *out)
{
	CLEANUP(json_decrefp) json_t *value = of_field(in, f);

	return json_put(value, out);
}

/* One line an element: for eyes, grep and diff, and so that never more than one of them
 * is in memory twice. */
static int put_objects(const char *first, size_t n, const struct json_table *table, FILE *out)
{
	int r = 0;

	(void)fputc('[', out);
	for (size_t i = 0; i < n && r == 0; i++) {
		CLEANUP(json_decrefp) json_t *value = of_struct(first + i * table->size, table);

		(void)fputs(i ? ",\n" : "\n", out);
		r = json_put(value, out);
	}
	(void)fputs(n ? "\n]" : "]", out);
	return r;
}

/* What follows from the rest, for who reads no more than the head of the file. */
static void put_summary(const struct run *run, FILE *out)
{
	struct tally t = run_tally(run);

	(void)fprintf(out, "{\n\"schema\":%d,\n\"exit_code\":%d,\n\"summary\":{\"total\":%zu",
		      JSON_SCHEMA, run_exit_code(run), t.total);
	for (int v = 0; v < VERDICTS; v++)
		(void)fprintf(out, ",\"%s\":%zu", verdict_name((enum verdict)v), t.of[v]);
	(void)fputc('}', out);
}

int json_write(const struct run *run, FILE *out)
{
	const char *in = (const char *)run;
	int r = 0;

	put_summary(run, out);
	for (const struct json_field *f = json_run.fields; f->key && r == 0; f++) {
		(void)fprintf(out, ",\n\"%s\":", f->key);
		if (f->kind == FIELD_OBJECTS)
			r = put_objects(pointer_at(in + f->at), count_of(in, f), f->of, out);
		else
			r = put_field(in, f, out);
	}
	(void)fputs("\n}\n", out);
	return r;
}
