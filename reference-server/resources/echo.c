#include "reference-server/resources/resources.h"

#include "base/cleanup.h"

#include <jansson.h>
#include <openssl/evp.h>

/* Octets as text: each one is the code point of that number (ISO 8859-1), so that a
 * reader gets back exactly what was received, valid UTF-8 or not. */
static json_t *json_octets(struct slice s)
{
	CLEANUP(freep) char *text = malloc(s.len * 2 + 1);
	size_t len = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c >= 0x80)
			text[len++] = (char)(0xc0 | c >> 6);
		text[len++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
	}
	return json_stringn(text, len);
}

static int add_pair(json_t *list, struct field f)
{
	json_t *pair = json_array();
	int r = json_array_append_new(pair, json_octets(f.name)) |
		json_array_append_new(pair, json_octets(f.value));

	return r | json_array_append_new(list, pair);
}

static json_t *json_base64(struct slice s)
{
	CLEANUP(freep) char *text = malloc(s.len / 3 * 4 + 5);

	if (!text)
		return NULL;

	int len = EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)s.at, (int)s.len);

	return json_stringn(text, (size_t)len);
}

/* jansson returns -1 where memory ran out, also for a null that an earlier call
 * returned: one look at the end is enough. */
static int describe(const struct call *call, json_t *about)
{
	const struct request *r = call->request;
	json_t *fields = json_array(), *trailers = json_array();
	struct slice rest = call->trailers;
	struct field f;
	int bad = json_object_set_new(about, "method", json_octets(r->method_name)) |
		  json_object_set_new(about, "target", json_octets(r->target)) |
		  json_object_set_new(about, "version", json_octets(r->version)) |
		  json_object_set_new(about, "fields", fields) |
		  json_object_set_new(about, "content_base64", json_base64(call->content)) |
		  json_object_set_new(about, "trailers", trailers);

	for (size_t i = 0; i < r->nfields; i++)
		bad |= add_pair(fields, r->fields[i]);
	while (trailer_next(&rest, &f))
		bad |= add_pair(trailers, f);
	return bad;
}

static int add_text(const char *text, size_t len, void *answer)
{
	struct answer *a = answer;

	answer_add(a, slice_of(text, len));
	return a->failed ? -1 : 0;
}

/* The request as this server understood it. */
void echo_handle(const struct call *call, struct answer *a)
{
	json_t *about = json_object();

	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("application/json"));
	if (describe(call, about) < 0 || json_dump_callback(about, add_text, a, JSON_COMPACT) < 0)
		a->failed = true;
	json_decref(about);
}
