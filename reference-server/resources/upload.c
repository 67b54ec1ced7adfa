/* PUT, GET, DELETE and PATCH of anything below /upload/, POST to it for a new name. */

#include "reference-server/resources/bare.h"
#include "reference-server/resources/document.h"
#include "reference-server/resources/json-patch.h"
#include "reference-server/resources/store.h"

#include "base/cleanup.h"
#include "http/bytes.h"

#include <errno.h>
#include <inttypes.h>

#define ETAG_ROOM 24
#define PATCH_TYPE "application/json-patch+json"

static void etag_of(const struct item *it, char out[ETAG_ROOM])
{
	(void)snprintf(out, ETAG_ROOM, "\"%" PRIx64 "\"", it->state);
}

/* ---- reading ---- */

static void answer_item(const struct call *call, const struct item *it, struct slice content,
			struct answer *a)
{
	struct made_document m;
	char etag[ETAG_ROOM];
	struct portrait p = { .etag = etag, .modified = it->modified, .type = it->type };

	etag_of(it, etag);
	document_make(&m, &p, call->now);
	m.document.content = content;
	document_answer(&m.document, call, a);
	answer_own(a);
}

static void get(const struct call *call, struct answer *a)
{
	struct buffer content = BUFFER_INIT(STORE_CONTENT);
	struct item it;
	int r = store_get(call->settings->store, call->below, &it, &content);

	if (r == -ENOENT)
		answer_error(a, 404, "nothing has been put here");
	else if (r < 0)
		a->failed = true;
	else
		answer_item(call, &it, buffer_slice(&content), a);
	buffer_release(&content);
}

/* ---- what a change must satisfy, RFC 9110 section 13.2.1 ---- */

static bool conditions_hold(const struct call *call, const struct item *it, struct answer *a)
{
	char etag[ETAG_ROOM], modified[HTTP_DATE_ROOM];
	struct validators v = { 0 };

	if (it->state) {
		etag_of(it, etag);
		http_date_format(it->modified, modified);
		v = (struct validators){ etag, modified };
	}
	if (precondition_check(call->request, v, call->now) == PRECONDITION_TRUE)
		return true;
	answer_error(a, 412, "a precondition of the request does not hold");
	return false;
}

/* The media type without its parameters. */
static bool is_type(struct slice value, const char *want)
{
	return slice_is_nocase(slice_trim(slice_sub(value, 0, slice_find(value, ';'))), want);
}

/* A content coding would have to be taken off or kept in mind: neither is done. */
static bool is_plain(const struct call *call, struct answer *a)
{
	struct slice coding;

	if (!request_field(call->request, "Content-Encoding", &coding))
		return true;
	answer_error(a, 415, "content codings are not supported here");
	answer_field(a, "Accept-Encoding", SLICE("identity"));
	return false;
}

/* What is named .json is JSON: the one constraint that this store has (RFC 9110
 * section 9.3.4). */
static bool is_fit(const struct call *call, struct slice type, struct answer *a)
{
	json_t *json;

	if (!slice_ends(call->below, SLICE(".json")))
		return true;
	if (!is_type(type, "application/json")) {
		answer_error(a, 415, "what is named .json has the type application/json");
		answer_field(a, "Accept", SLICE("application/json"));
		return false;
	}
	json = json_read(call->content);
	json_decref(json);
	if (!json)
		answer_error(a, 400, "the content is no JSON, or nested too deeply");
	return json != NULL;
}

static struct slice type_of(const struct call *call)
{
	struct slice type;

	return request_field(call->request, "Content-Type", &type)
		       ? type
		       : SLICE("application/octet-stream");
}

static bool is_acceptable(const struct call *call, struct answer *a)
{
	struct slice type = type_of(call), range;

	if (request_field(call->request, "Content-Range", &range))
		answer_error(a, 400, "a part of a representation cannot be put (RFC9110-14.5-1)");
	else if (call->below.len > STORE_NAME)
		answer_error(a, 414, "the name is too long");
	else if (request_field_count(call->request, "Content-Type") > 1 ||
		 type.len > STORE_TYPE || !http_is_media_type(type, NULL))
		answer_error(a, 400, "the Content-Type is no media type");
	else
		return is_plain(call, a) && is_fit(call, type, a);
	return false;
}

/* ---- changes ---- */

static void answer_stored(int status, const struct item *it, struct answer *a)
{
	char etag[ETAG_ROOM];

	etag_of(it, etag);
	answer_begin(a, status);
	answer_field(a, "ETag", slice_str(etag));
	if (status == 201) {
		answer_fieldf(a, "Location", "/upload/%s", it->name);
		answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
		answer_addf(a, "/upload/%s\n", it->name);
	}
}

/* The answer to what the store said; false: it was overtaken, so try again. */
static bool answer_outcome(int r, int status, const struct item *it, struct answer *a)
{
	if (r == -EAGAIN)
		return false;
	if (r == 0)
		answer_stored(status, it, a);
	else if (r == -EFBIG)
		answer_error(a, 413, "at most 64 KiB are kept of one thing");
	else
		answer_error(a, 507, "no more things are kept here: remove one");
	return true;
}

static void copy(char *to, struct slice s)
{
	memcpy(to, s.at, s.len);
	to[s.len] = '\0';
}

static int keep(const struct call *call, struct item *it)
{
	copy(it->name, call->below);
	copy(it->type, type_of(call));
	it->modified = call->now;
	return store_put(call->settings->store, it, call->content);
}

static bool try_put(const struct call *call, struct answer *a)
{
	struct item it;
	int status = store_get(call->settings->store, call->below, &it, NULL) == 0 ? 204 : 201;

	if (!conditions_hold(call, &it, a))
		return true;
	return answer_outcome(keep(call, &it), status, &it, a);
}

static bool try_delete(const struct call *call, struct answer *a)
{
	struct item it;

	if (store_get(call->settings->store, call->below, &it, NULL) < 0) {
		answer_error(a, 404, "nothing has been put here");
		return true;
	}
	if (!conditions_hold(call, &it, a))
		return true;
	if (store_remove(call->settings->store, &it) < 0)
		return false;
	answer_begin(a, 204);
	return true;
}

/* ---- PATCH, RFC 5789: a JSON Patch of a JSON document ---- */

static void answer_wrong_patch(struct answer *a, const char *why)
{
	answer_error(a, 415, why);
	answer_field(a, "Accept-Patch", SLICE(PATCH_TYPE));
}

static void answer_unfit(int r, const char *why, struct answer *a)
{
	if (r == -ENOMEM)
		a->failed = true;
	else
		answer_error(a, r == -EINVAL ? 400 : r == -E2BIG ? 413 : 409, why);
}

/* The patch is well-formed JSON, and the item is JSON: the new content into |out|. */
static bool patched(struct slice old, const json_t *patch, struct buffer *out, struct answer *a)
{
	json_t *before = json_read(old), *after = NULL;
	const char *why = "what was put here is no JSON";
	int r = before ? json_patch(before, patch, &after, &why) : -ESTALE;
	CLEANUP(freep) char *text = r == 0 ? json_dumps(after, JSON_COMPACT | JSON_ENCODE_ANY)
					   : NULL;

	json_decref(before);
	json_decref(after);
	if (r < 0)
		answer_unfit(r, why, a);
	else if (!text)
		a->failed = true;
	else if (buffer_add_str(out, text) < 0)
		answer_error(a, 413, "the result is too large");
	else
		return true;
	return false;
}

static bool try_patch(const struct call *call, const json_t *patch, struct buffer *old,
		      struct buffer *new, struct answer *a)
{
	struct item it;
	int r = store_get(call->settings->store, call->below, &it, old);

	if (r == -ENOENT)
		answer_error(a, 404, "nothing has been put here");
	else if (r < 0)
		a->failed = true;
	else if (!is_type(slice_str(it.type), "application/json"))
		answer_wrong_patch(a, "only what has the type application/json can be patched");
	else if (conditions_hold(call, &it, a) && patched(buffer_slice(old), patch, new, a)) {
		it.modified = call->now;
		r = store_put(call->settings->store, &it, buffer_slice(new));
		return answer_outcome(r, 204, &it, a);
	}
	return true;
}

static void patch(const struct call *call, struct answer *a)
{
	struct buffer old = BUFFER_INIT(STORE_CONTENT), new = BUFFER_INIT(STORE_CONTENT);
	json_t *document;

	if (!is_type(type_of(call), PATCH_TYPE)) {
		answer_wrong_patch(a, "a patch here is a JSON Patch, RFC 6902");
		return;
	}
	if (!is_plain(call, a))
		return;
	document = json_read(call->content);
	if (!document)
		answer_error(a, 400, "the patch is no JSON, or nested too deeply");
	while (document && !try_patch(call, document, &old, &new, a)) {
		buffer_clear(&old);
		buffer_clear(&new);
	}
	json_decref(document);
	buffer_release(&old);
	buffer_release(&new);
}

/* ---- the collection itself ---- */

static void list(const struct call *call, struct answer *a)
{
	struct item it;
	size_t at = 0;

	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_field(a, "Cache-Control", SLICE("no-cache"));
	while (store_next(call->settings->store, &at, &it))
		answer_addf(a, "/upload/%s\n", it.name);
}

/* POST: the server chooses the name. */
static void create(const struct call *call, struct answer *a)
{
	char name[24];
	struct call named = *call;
	struct item it;

	for (uint64_t n = 1;; n++) {
		named.below = slice_of(name, (size_t)snprintf(name, sizeof(name), "%" PRIu64, n));
		if (store_get(call->settings->store, named.below, &it, NULL) == 0)
			continue;
		if (!is_acceptable(&named, a) || answer_outcome(keep(&named, &it), 201, &it, a))
			return;
	}
}

#define ALLOW_ONE "GET, HEAD, PUT, DELETE, OPTIONS, TRACE, PATCH"
#define ALLOW_ALL "GET, HEAD, POST, OPTIONS, TRACE"

static void answer_options(struct answer *a, const char *allow)
{
	answer_begin(a, 200);
	answer_field(a, "Allow", slice_str(allow));
}

static void answer_not_here(struct answer *a, const char *allow, const char *why)
{
	answer_error(a, 405, why);
	answer_field(a, "Allow", slice_str(allow));
}

static void collection(const struct call *call, struct answer *a)
{
	switch (call->request->method) {
	case HTTP_GET:
	case HTTP_HEAD:
		if (bare_conditions_hold(call, true, a))
			list(call, a);
		break;
	case HTTP_POST:
		if (bare_conditions_hold(call, true, a))
			create(call, a);
		break;
	case HTTP_OPTIONS:
		answer_options(a, ALLOW_ALL);
		break;
	default:
		answer_not_here(a, ALLOW_ALL, "the collection itself is not to be changed");
	}
}

static void single(const struct call *call, struct answer *a)
{
	switch (call->request->method) {
	case HTTP_GET:
	case HTTP_HEAD:
		get(call, a);
		break;
	case HTTP_PUT:
		while (is_acceptable(call, a) && !try_put(call, a))
			;
		break;
	case HTTP_DELETE:
		while (!try_delete(call, a))
			;
		break;
	case HTTP_PATCH:
		patch(call, a);
		break;
	case HTTP_OPTIONS:
		answer_options(a, ALLOW_ONE);
		answer_field(a, "Accept-Patch", SLICE(PATCH_TYPE));
		break;
	default:
		answer_not_here(a, ALLOW_ONE, "post to /upload/ to make something new");
	}
}

void upload_handle(const struct call *call, struct answer *a)
{
	if (call->below.len == 0)
		collection(call, a);
	else
		single(call, a);
}
