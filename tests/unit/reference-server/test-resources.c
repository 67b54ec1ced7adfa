#include "ask.h"

#include <jansson.h>

#define REQUEST(method, path, fields) method " " path " HTTP/1.1\r\nHost: a\r\n" fields "\r\n"

/* What every capability of the profile promises. */
static void each_resource_answers_as_the_profile_says(void **state)
{
	static const struct {
		const char *why;
		struct slice request;
		int status;
		const char *line;     /* of the head */
	} row[] = {
#define ROW(why, request, ...) { why, SLICE(request), __VA_ARGS__ }
		ROW("get", REQUEST("GET", "/", ""), 200, "Content-Length: 87"),
		ROW("get, by its escaped path", REQUEST("GET", "/%69ndex.html", ""), 200,
		    "ETag: \"index-1\""),
		ROW("get, by dot segments", REQUEST("GET", "/a/%2e./index.html", ""), 200,
		    "ETag: \"index-1\""),
		ROW("get, with a query", REQUEST("GET", "/?a=b", ""), 200, "ETag: \"page-1\""),
		ROW("absolute", REQUEST("GET", "http://b/index.html", ""), 200,
		    "ETag: \"index-1\""),
		ROW("missing", REQUEST("GET", "/no-such-resource", ""), 404,
		    "Content-Type: text/plain; charset=utf-8"),
		ROW("static", REQUEST("GET", "/index.html", ""), 200,
		    "Last-Modified: Tue, 02 Jan 2024 00:00:00 GMT"),
		ROW("range", REQUEST("GET", "/data.bin", ""), 200, "Accept-Ranges: bytes"),
		ROW("head", REQUEST("HEAD", "/data.bin", ""), 200, "Content-Length: 2048"),
		ROW("post", REQUEST("POST", "/submit", "Content-Length: 2\r\n") "hi", 200,
		    "Content-Type: text/plain; charset=utf-8"),
		ROW("get of post", REQUEST("GET", "/submit", ""), 405,
		    "Allow: POST, OPTIONS, TRACE"),
		ROW("readonly: PUT", REQUEST("PUT", "/index.html", "Content-Length: 2\r\n") "hi",
		    405, "Allow: GET, HEAD, OPTIONS, TRACE"),
		ROW("readonly: POST", REQUEST("POST", "/index.html", ""), 405,
		    "Allow: GET, HEAD, OPTIONS, TRACE"),
		ROW("readonly: DELETE", REQUEST("DELETE", "/index.html", ""), 405,
		    "Allow: GET, HEAD, OPTIONS, TRACE"),
		ROW("readonly: PATCH", REQUEST("PATCH", "/index.html", ""), 405,
		    "Allow: GET, HEAD, OPTIONS, TRACE"),
		ROW("unknown method", REQUEST("FOO", "/", ""), 501,
		    "Content-Type: text/plain; charset=utf-8"),
		ROW("options", REQUEST("OPTIONS", "/index.html", ""), 200,
		    "Allow: GET, HEAD, OPTIONS, TRACE"),
		ROW("options of nothing", REQUEST("OPTIONS", "/nothing", ""), 404,
		    "Content-Type: text/plain; charset=utf-8"),
		ROW("options *", REQUEST("OPTIONS", "*", ""), 200,
		    "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, PATCH"),
		ROW("no condition on options",
		    REQUEST("OPTIONS", "/index.html", "If-None-Match: *\r\n"), 200,
		    "Content-Length: 0"),
		ROW("trace", REQUEST("TRACE", "/index.html", ""), 200,
		    "Content-Type: message/http"),
		ROW("chunked", REQUEST("GET", "/chunked", ""), 200, "Transfer-Encoding: chunked"),
		ROW("trailers", REQUEST("GET", "/trailers", ""), 200, "Trailer: X-Lines"),
		ROW("delay", REQUEST("GET", "/delay/0", ""), 200, "Content-Length: 16"),
		ROW("delay, too long", REQUEST("GET", "/delay/60001", ""), 404,
		    "Content-Type: text/plain; charset=utf-8"),
		ROW("delay of what", REQUEST("GET", "/delay/x", ""), 404,
		    "Content-Type: text/plain; charset=utf-8"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		ask(&a, row[i].request);
		if (a.status != row[i].status || !ask_has(&a, row[i].line))
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		ask_done(&a);
	}
}

static void each_status_has_the_fields_it_needs(void **state)
{
	static const struct {
		const char *path;
		int status;
		const char *line;     /* null: any */
		bool content;
	} row[] = {
		{ "/status/200", 200, NULL, true },
		{ "/status/201", 201, "Location: /index.html", true },
		{ "/status/204", 204, NULL, false },
		{ "/status/205", 205, "Content-Length: 0", false },
		{ "/status/206", 206, "Content-Range: bytes 0-46/47", true },
		{ "/status/299", 299, NULL, true },
		{ "/status/301", 301, "Location: /index.html", true },
		{ "/status/304", 304, "ETag: \"status-1\"", false },
		{ "/status/308", 308, "Location: /index.html", true },
		{ "/status/401", 401, "WWW-Authenticate: Basic realm=\"httpcheck\"", true },
		{ "/status/405", 405, "Allow: PUT", true },
		{ "/status/407", 407, "Proxy-Authenticate: Basic realm=\"httpcheck\"", true },
		{ "/status/413", 413, "Retry-After: 60", true },
		{ "/status/416", 416, "Content-Range: bytes */0", true },
		{ "/status/426", 426, "Connection: Upgrade", true },
		{ "/status/429", 429, "Retry-After: 60", true },
		{ "/status/503", 503, "Retry-After: 60", true },
		{ "/status/599", 599, NULL, true },
		{ "/status/428", 428, NULL, true },
		{ "/status/499", 499, NULL, true },
		{ "/status/101", 404, NULL, true },
		{ "/status/511", 404, NULL, true },
		{ "/status/600", 404, NULL, true },
		{ "/status/99", 404, NULL, true },
		{ "/status/2000", 404, NULL, true },
		{ "/status/", 404, NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(freep) char *request = NULL;
		struct asked a;

		assert_true(asprintf(&request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", row[i].path) >
			    0);
		ask(&a, slice_str(request));
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)) ||
		    row[i].content != (a.content.len > 0))
			fail_msg("%s: %.*s", row[i].path, (int)a.out.len, a.out.at);
		assert_true(ask_has_field(&a, "Content-Type") == row[i].content);
		ask_done(&a);
	}
}

/* RFC 9110 section 13.1, of resources that have neither tag nor date. */
static void what_has_no_validators_has_conditions_all_the_same(void **state)
{
	static const struct {
		const char *method, *path, *fields;
		int status;
	} row[] = {
		{ "GET", "/chunked", "If-Match: \"x\"\r\n", 412 },
		{ "GET", "/chunked", "If-Match: *\r\n", 200 },
		{ "GET", "/chunked", "If-None-Match: *\r\n", 304 },
		{ "GET", "/chunked", "If-None-Match: \"*\"\r\n", 200 },
		{ "HEAD", "/chunked", "If-None-Match: \"x\"\r\nIf-None-Match: *\r\n", 304 },
		{ "GET", "/chunked", "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\r\n", 200 },
		{ "GET", "/chunked", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 200 },
		{ "GET", "/chunked", "If-Range: \"x\"\r\n", 200 },
		{ "PUT", "/echo", "If-None-Match: *\r\n", 412 },
		{ "OPTIONS", "/echo", "If-None-Match: *\r\n", 200 },
		{ "TRACE", "/echo", "If-Match: \"x\"\r\n", 200 },
		{ "POST", "/submit", "If-Match: *\r\n", 412 },   /* there is nothing to GET */
		{ "POST", "/submit", "If-None-Match: *\r\n", 200 },
		{ "GET", "/status/404", "If-Match: \"x\"\r\n", 404 },
		{ "GET", "/redirect", "If-Match: \"x\"\r\n", 307 },
		{ "GET", "/basic", "If-Match: \"x\"\r\n", 401 },
		{ "GET", "/upload/", "If-None-Match: *\r\n", 304 },
		{ "POST", "/upload/", "If-Match: \"x\"\r\n", 412 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		askf(&a, "%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n", row[i].method, row[i].path,
		     row[i].fields);
		if (a.status != row[i].status)
			fail_msg("%s %s %s: %d", row[i].method, row[i].path, row[i].fields,
				 a.status);
		ask_done(&a);
	}
}

/* RFC 9110 section 7.4, RFC 6265 section 8.3, RFC 6455 section 10.2. */
static void what_is_secured_is_told_from_what_is_not(void **state)
{
	static const struct {
		const char *request;
		bool secure;
		int status;
		const char *line;
	} row[] = {
		{ "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", false, 421, "Connection: close" },
		{ "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", true, 200, NULL },
		{ "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", false, 200, NULL },
		{ "GET /cookies HTTP/1.1\r\nHost: a\r\n\r\n", true, 200,
		  "Set-Cookie: visit=1; Path=/cookies; HttpOnly; Secure" },
		{ REQUEST("GET", "/websocket", "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			  "Sec-WebSocket-Version: 13\r\nOrigin: https://a\r\n"
			  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), true, 101, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		ask_secure = row[i].secure;
		ask(&a, slice_str(row[i].request));
		ask_secure = false;
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)))
			fail_msg("%s: %.*s", row[i].request, (int)a.head.len, a.head.at);
		ask_done(&a);
	}
}

/* ---- echo ---- */

/* What the path of keys and indexes leads to is this text. */
static void assert_json(const json_t *at, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(at, key));

	assert_non_null(got);
	assert_string_equal(got, want);
}

static void assert_pair(const json_t *list, size_t i, const char *name, const char *value)
{
	const json_t *pair = json_array_get(list, i);

	assert_string_equal(json_string_value(json_array_get(pair, 0)), name);
	assert_string_equal(json_string_value(json_array_get(pair, 1)), value);
}

static void echo_shows_the_request_as_it_was_read(void **state)
{
	struct asked a;

	(void)state;
	ask(&a,
	    SLICE(
		"PUT /echo?q HTTP/1.9\r\nHost:  a \r\nX: \x80\xff\r\nX: 2\r\n"
		"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n\xff\r\n0\r\nHost: t\r\n\r\n"));
	assert_int_equal(a.status, 200);

	json_t *about = json_loadb(a.content.at, a.content.len, 0, NULL);

	assert_non_null(about);
	assert_json(about, "method", "PUT");
	assert_json(about, "target", "/echo?q");
	assert_json(about, "version", "HTTP/1.9");
	assert_json(about, "content_base64", "aGn/");

	const json_t *fields = json_object_get(about, "fields");
	const json_t *trailers = json_object_get(about, "trailers");

	assert_int_equal(json_array_size(fields), 4);
	assert_pair(fields, 0, "Host", "a");
	assert_pair(fields, 1, "X", "\xc2\x80\xc3\xbf");   /* U+0080 U+00FF */
	assert_pair(fields, 2, "X", "2");
	assert_int_equal(json_array_size(trailers), 1);    /* beside the fields, not among them */
	assert_pair(trailers, 0, "Host", "t");
	json_decref(about);
	ask_done(&a);
}

static void body_gives_back_what_came(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE(REQUEST("POST", "/body", "Content-Length: 4\r\n") "a\0\r\n"));
	assert_int_equal(a.content.len, 4);
	assert_memory_equal(a.content.at, "a\0\r\n", 4);
	ask_done(&a);
}

static void trace_keeps_secrets(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE(REQUEST("TRACE", "/x", "cookie: s\r\nX: y\r\nAuthorization: s\r\n"
					     "Proxy-Authorization: s\r\n")));
	assert_slice(a.content, "TRACE /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "the content");
	ask_done(&a);
}

static void head_has_the_fields_of_get(void **state)
{
	static const char *const paths[] = { "/",	    "/index.html", "/data.bin",
					     "/chunked",    "/trailers",   "/echo",
					     "/status/404", "/status/302", "/nothing",
					     "/gzip",       "/negotiate",  "/stream",
					     "/cookies",    "/redirect",   "/basic",
					     "/websocket" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		CLEANUP(freep) char *get = NULL, *head = NULL;
		struct asked g, h;

		assert_true(asprintf(&get, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i]) > 0);
		assert_true(asprintf(&head, "HEAD %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i]) > 0);
		ask(&g, slice_str(get));
		ask(&h, slice_str(head));
		assert_int_equal(h.content.len, 0);
		if (strcmp(paths[i], "/echo") != 0)   /* its content tells the method */
			assert_true(slice_eq(g.head, h.head));
		ask_done(&g);
		ask_done(&h);
	}
}

static void every_capability_has_its_resource(void **state)
{
	(void)state;
	for (const struct capability *c = capabilities; c->name; c++)
		if ((resource_find(slice_str(c->path)) != NULL) ==
		    (strcmp(c->name, "missing") == 0))
			fail_msg("%s", c->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_resource_answers_as_the_profile_says),
		cmocka_unit_test(each_status_has_the_fields_it_needs),
		cmocka_unit_test(what_has_no_validators_has_conditions_all_the_same),
		cmocka_unit_test(what_is_secured_is_told_from_what_is_not),
		cmocka_unit_test(echo_shows_the_request_as_it_was_read),
		cmocka_unit_test(body_gives_back_what_came),
		cmocka_unit_test(trace_keeps_secrets),
		cmocka_unit_test(head_has_the_fields_of_get),
		cmocka_unit_test(every_capability_has_its_resource),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
