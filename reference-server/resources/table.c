#include "reference-server/resources/bare.h"
#include "reference-server/resources/nonces.h"
#include "reference-server/resources/resources.h"
#include "reference-server/resources/store.h"

#include <errno.h>
#include <stdio.h>

enum {
	GET = METHOD_BIT(HTTP_GET) | METHOD_BIT(HTTP_HEAD),
	POST = METHOD_BIT(HTTP_POST),
	ANY = GET | POST | METHOD_BIT(HTTP_PUT) | METHOD_BIT(HTTP_DELETE) |
	      METHOD_BIT(HTTP_PATCH) | METHOD_BIT(HTTP_OPTIONS),
};

/* path, all below it, keeps content, has conditions of its own, methods, handler */
const struct resource resources[] = {
	{ SLICE("/"), false, false, true, GET, get_handle },
	{ SLICE("/index.html"), false, false, true, GET, static_handle },
	{ SLICE("/data.bin"), false, false, true, GET, range_handle },
	{ SLICE("/submit"), false, false, false, POST, post_handle },
	{ SLICE("/body"), false, true, false, POST, body_handle },
	{ SLICE("/echo"), false, true, false, ANY, echo_handle },
	{ SLICE("/chunked"), false, false, false, GET, chunked_handle },
	{ SLICE("/trailers"), false, false, false, GET, trailers_handle },
	{ SLICE("/delay/"), true, false, false, GET, delay_handle },
	{ SLICE("/status/"), true, false, false, GET, status_handle },
	{ SLICE("/upload/"), true, true, true, ANY, upload_handle },
	{ SLICE("/files/"), true, false, true, GET, files_handle },
	{ SLICE("/redirect"), true, false, false, ANY, redirect_handle },
	{ SLICE("/negotiate"), true, false, true, GET, negotiate_handle },
	{ SLICE("/gzip"), false, false, true, GET, gzip_handle },
	{ SLICE("/basic"), false, false, false, GET, auth_basic_handle },
	{ SLICE("/digest"), false, false, false, GET, auth_digest_handle },
	{ SLICE("/cookies"), false, false, false, GET, cookies_handle },
	{ SLICE("/stream"), true, false, false, GET, stream_handle },
	{ SLICE("/websocket"), false, false, false, GET, websocket_handle },
	{ .methods = 0 },
};

const struct capability capabilities[] = {
	{ "get", "/" },
	{ "missing", "/no-such-resource" },
	{ "static", "/index.html" },
	{ "range", "/data.bin" },
	{ "post", "/submit" },
	{ "body", "/body" },
	{ "echo", "/echo" },
	{ "readonly", "/index.html" },
	{ "chunked", "/chunked" },
	{ "trailers", "/trailers" },
	{ "head", "/index.html" },
	{ "options", "/index.html" },
	{ "trace", "/index.html" },
	{ "upload", "/upload/" },
	{ "redirect", "/redirect" },
	{ "negotiate", "/negotiate" },
	{ "gzip", "/gzip" },
	{ "auth-basic", "/basic" },
	{ "auth-digest", "/digest" },
	{ "cookies", "/cookies" },
	{ "stream", "/stream" },
	{ "websocket", "/websocket" },
	{ "delay", "/delay/{ms}" },
	{ "status", "/status/{code}" },
	{ 0 },
};

/* Whatever has no conditions of its own has no effect either, but for its answer: so
 * it may be asked first whether it would succeed. Conditions mean nothing to OPTIONS and
 * TRACE (RFC 9110 section 13.2.1). */
void resource_handle(const struct resource *r, const struct call *call, struct answer *a)
{
	enum http_method m = call->request->method;

	r->handle(call, a);
	if (!r->conditional && a->status / 100 == 2 && m != HTTP_OPTIONS && m != HTTP_TRACE)
		(void)bare_conditions_hold(call, r->methods & METHOD_BIT(HTTP_GET), a);
}

int resources_open(struct settings *s)
{
	s->store = store_new();
	s->nonces = nonces_new();
	if (s->store && s->nonces)
		return 0;
	resources_close(s);
	return -ENOMEM;
}

void resources_close(struct settings *s)
{
	store_free(s->store);
	nonces_free(s->nonces);
	s->store = NULL;
	s->nonces = NULL;
}

/* What lies below a row is behind a slash: "/redirects" is not below "/redirect". */
static bool is_below(struct slice path, struct slice own)
{
	return slice_starts(path, own) &&
	       (path.len == own.len || slice_ends(own, SLICE("/")) || path.at[own.len] == '/');
}

const struct resource *resource_find(struct slice path)
{
	for (const struct resource *r = resources; r->path.len; r++)
		if (r->below ? is_below(path, r->path) : slice_eq(path, r->path))
			return r;
	return NULL;
}

void resource_allow(const struct resource *r, struct answer *a)
{
	unsigned methods = (r ? r->methods : ANY) | METHOD_BIT(HTTP_OPTIONS) |
			   METHOD_BIT(HTTP_TRACE);
	char list[128] = "";
	size_t len = 0;

	for (unsigned m = HTTP_GET; m < HTTP_METHODS; m++)
		if (methods & METHOD_BIT(m))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
						len ? ", " : "", http_method_name(m));
	answer_field(a, "Allow", slice_of(list, len));
}
