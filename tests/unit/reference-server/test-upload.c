#include "ask.h"

#include "reference-server/resources/store.h"

#include <sys/wait.h>

#define HEAD(method, name) method " /upload/" name " HTTP/1.1\r\nHost: a\r\n"
/* Where a request ends with content: for askf(), with SIZED() as its last arguments. */
#define WITH           "Content-Length: %zu\r\n\r\n%s"
#define SIZED(content) strlen(content), content
#define JSON               "Content-Type: application/json\r\n"
#define PATCH_JSON         "Content-Type: application/json-patch+json\r\n"

/* One request, and what became of it. */
static int status_of(const char *request)
{
	struct asked a;
	int status;

	ask(&a, slice_str(request));
	status = a.status;
	ask_done(&a);
	return status;
}

static void put(const char *name, const char *type, const char *content)
{
	struct asked a;

	askf(&a, "PUT /upload/%s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\n" WITH, name,
	     type, SIZED(content));
	assert_int_equal(a.status / 100, 2);
	ask_done(&a);
}

static void assert_content(const char *name, const char *want)
{
	struct asked a;

	askf(&a, "GET /upload/%s HTTP/1.1\r\nHost: a\r\n\r\n", name);
	assert_int_equal(a.status, 200);
	assert_slice(a.content, want, name);
	ask_done(&a);
}

static void what_is_put_can_be_had_changed_and_removed(void **state)
{
	struct asked a;

	(void)state;
	assert_int_equal(status_of(HEAD("GET", "life") "\r\n"), 404);
	askf(&a, HEAD("PUT", "life") "Content-Type: text/x-a;b=\"c\"\r\n" WITH, SIZED("one"));
	assert_int_equal(a.status, 201);
	assert_true(ask_has(&a, "Location: /upload/life"));
	ask_done(&a);
	askf(&a, HEAD("GET", "life") "\r\n");
	assert_true(ask_has(&a, "Content-Type: text/x-a;b=\"c\""));
	assert_slice(a.content, "one", "as it was put");
	ask_done(&a);
	askf(&a, HEAD("PUT", "life") WITH, SIZED("two"));
	assert_int_equal(a.status, 204);
	assert_false(ask_has_field(&a, "Content-Length"));
	ask_done(&a);
	assert_content("life", "two");
	assert_int_equal(status_of(HEAD("DELETE", "life") "\r\n"), 204);
	assert_int_equal(status_of(HEAD("GET", "life") "\r\n"), 404);
	assert_int_equal(status_of(HEAD("DELETE", "life") "\r\n"), 404);
}

/* RFC 9110 section 9.3.4: what came beside the content does not stay. */
static void only_the_content_and_its_type_stay(void **state)
{
	struct asked a;

	(void)state;
	put("other", "text/plain", "other");
	askf(&a, HEAD("PUT", "own") "X-Own: 1\r\nCache-Control: max-age=9\r\n"
		 "Content-Location: /upload/other\r\nETag: \"mine\"\r\n" WITH, SIZED("own"));
	assert_int_equal(a.status, 201);
	ask_done(&a);
	askf(&a, HEAD("GET", "own") "\r\n");
	assert_false(ask_has_field(&a, "X-Own") || ask_has_field(&a, "Content-Location"));
	assert_true(ask_has(&a, "Cache-Control: no-cache"));
	assert_false(slice_is(ask_field(&a, "ETag"), "\"mine\""));
	ask_done(&a);
	assert_content("other", "other");
}

static void every_change_has_a_tag_of_its_own(void **state)
{
	struct asked a, b, c;

	(void)state;
	put("tag", "text/plain", "1");
	askf(&a, HEAD("GET", "tag") "\r\n");
	askf(&b, HEAD("PUT", "tag") WITH, SIZED("1"));
	askf(&c, HEAD("GET", "tag") "\r\n");
	assert_false(slice_eq(ask_field(&a, "ETag"), ask_field(&b, "ETag")));
	assert_true(slice_eq(ask_field(&b, "ETag"), ask_field(&c, "ETag")));
	ask_done(&a);
	ask_done(&b);
	ask_done(&c);
}

static void a_change_whose_condition_fails_is_not_made(void **state)
{
	static const struct {
		const char *why, *method, *name, *fields;
		int status;
	} row[] = {
		{ "the tag", "PUT", "if", "If-Match: $\r\n", 204 },
		{ "another tag", "PUT", "if", "If-Match: \"x\"\r\n", 412 },
		{ "a weak tag", "PUT", "if", "If-Match: W/$\r\n", 412 },
		{ "anything that is there", "PUT", "if", "If-Match: *\r\n", 204 },
		{ "anything, but nothing is there", "PUT", "no", "If-Match: *\r\n", 412 },
		{ "not there", "PUT", "if", "If-None-Match: *\r\n", 412 },
		{ "not this tag", "PUT", "if", "If-None-Match: $\r\n", 412 },
		{ "not another tag", "PUT", "if", "If-None-Match: \"x\"\r\n", 204 },
		{ "a date before", "PUT", "if",
		  "If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n", 412 },
		{ "a date behind", "PUT", "if",
		  "If-Unmodified-Since: Thu, 04 Jul 2024 00:00:00 GMT\r\n", 204 },
		{ "If-Modified-Since is for GET", "PUT", "if",
		  "If-Modified-Since: Thu, 04 Jul 2024 00:00:00 GMT\r\n", 204 },
		{ "DELETE, another tag", "DELETE", "if", "If-Match: \"x\"\r\n", 412 },
		{ "DELETE, not there", "DELETE", "if", "If-None-Match: *\r\n", 412 },
		{ "DELETE of nothing is 404, no condition asked", "DELETE", "no",
		  "If-Match: \"x\"\r\n", 404 },
		{ "DELETE, the tag", "DELETE", "if", "If-Match: $\r\n", 204 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked tag, a;
		char fields[200] = "";
		const char *dollar = strchr(row[i].fields, '$');

		put("if", "text/plain", "before");
		askf(&tag, HEAD("GET", "if") "\r\n");

		struct slice etag = ask_field(&tag, "ETag");

		if (dollar)
			(void)snprintf(fields, sizeof(fields), "%.*s%.*s%s",
				       (int)(dollar - row[i].fields), row[i].fields, (int)etag.len,
				       etag.at, dollar + 1);
		askf(&a, "%s /upload/%s HTTP/1.1\r\nHost: a\r\n%s" WITH, row[i].method,
		     row[i].name, dollar ? fields : row[i].fields, SIZED("after"));
		if (a.status != row[i].status)
			fail_msg("%s: %d", row[i].why, a.status);
		if (a.status == 412 && strcmp(row[i].name, "if") == 0)
			assert_content("if", "before");
		ask_done(&tag);
		ask_done(&a);
	}
}

static void what_cannot_be_kept_is_refused(void **state)
{
	static const struct {
		const char *why, *request;
		int status;
		const char *line;
	} row[] = {
		{ "a part", HEAD("PUT", "x") "Content-Range: bytes 0-1/2\r\nContent-Length: 0\r\n\r\n",
		  400, NULL },
		{ "a content coding", HEAD("PUT", "x") "Content-Encoding: gzip\r\n\r\n", 415,
		  "Accept-Encoding: identity" },
		{ "no media type", HEAD("PUT", "x") "Content-Type: text\r\n\r\n", 400, NULL },
		{ "two media types",
		  HEAD("PUT", "x") "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n", 400, NULL },
		{ ".json that is said to be something else",
		  HEAD("PUT", "x.json") "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
		  415, "Accept: application/json" },
		{ ".json that is none",
		  HEAD("PUT", "x.json") JSON "Content-Length: 2\r\n\r\n{x", 400, NULL },
		{ "POST where one thing is", HEAD("POST", "x") "\r\n", 405,
		  "Allow: GET, HEAD, PUT, DELETE, OPTIONS, TRACE, PATCH" },
		{ "PUT of the collection", HEAD("PUT", "") "\r\n", 405,
		  "Allow: GET, HEAD, POST, OPTIONS, TRACE" },
		{ "DELETE of the collection", HEAD("DELETE", "") "\r\n", 405, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		ask(&a, slice_str(row[i].request));
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)))
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		/* RFC9110-12.5.3-4: only for a coding. */
		assert_int_equal(ask_has_field(&a, "Accept-Encoding"),
				 row[i].line && strstr(row[i].line, "Accept-Encoding") != NULL);
		ask_done(&a);
	}
	assert_int_equal(status_of(HEAD("GET", "x") "\r\n"), 404);
	assert_int_equal(status_of(HEAD("GET", "x.json") "\r\n"), 404);
}

static void post_makes_something_new_each_time(void **state)
{
	struct asked a, b;

	(void)state;
	askf(&a, HEAD("POST", "") "Content-Type: text/plain\r\n" WITH, SIZED("first"));
	askf(&b, HEAD("POST", "") "Content-Type: text/plain\r\n" WITH, SIZED("second"));
	assert_int_equal(a.status, 201);
	assert_true(ask_has(&a, "Location: /upload/1"));
	assert_true(ask_has(&b, "Location: /upload/2"));
	assert_content("2", "second");
	ask_done(&a);
	ask_done(&b);
	askf(&a, HEAD("GET", "") "\r\n");
	assert_true(slice_find_slice(a.content, SLICE("/upload/2\n")) < a.content.len);
	ask_done(&a);
}

/* ---- PATCH ---- */

static void a_patch_is_applied_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *why, *type, *patch;
		int status;
		const char *after;    /* null: as before */
	} row[] = {
		{ "all of it", PATCH_JSON,
		  "[{\"op\":\"add\",\"path\":\"/b\",\"value\":2},{\"op\":\"remove\",\"path\":\"/a\"}]",
		  204, "{\"b\":2}" },
		{ "nothing to do", PATCH_JSON, "[]", 204, "{\"a\":1}" },
		{ "the second half does not fit", PATCH_JSON,
		  "[{\"op\":\"add\",\"path\":\"/b\",\"value\":2},{\"op\":\"remove\",\"path\":\"/c\"}]",
		  409, NULL },
		{ "the second half is malformed", PATCH_JSON,
		  "[{\"op\":\"add\",\"path\":\"/b\",\"value\":2},{\"op\":\"sing\",\"path\":\"/c\"}]",
		  400, NULL },
		{ "no JSON", PATCH_JSON, "[{", 400, NULL },
		{ "no patch", PATCH_JSON, "{\"a\":2}", 400, NULL },
		{ "another type", "Content-Type: text/plain\r\n", "[]", 415, NULL },
		{ "no type", "", "[]", 415, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		put("doc.json", "application/json", "{\"a\":1}");
		askf(&a, HEAD("PATCH", "doc.json") "Content-Language: de\r\n%s" WITH, row[i].type,
		     SIZED(row[i].patch));
		if (a.status != row[i].status)
			fail_msg("%s: %.*s", row[i].why, (int)a.out.len, a.out.at);
		if (a.status == 415)
			assert_true(ask_has(&a, "Accept-Patch: application/json-patch+json"));
		assert_int_equal(a.status >= 400, a.content.len > 0);
		ask_done(&a);
		assert_content("doc.json", row[i].after ? row[i].after : "{\"a\":1}");
	}
}

static void a_patch_obeys_conditions_and_suits_its_target(void **state)
{
	struct asked a;

	(void)state;
	put("doc.json", "application/json", "{\"a\":1}");
	askf(&a, HEAD("PATCH", "doc.json") "If-Match: \"x\"\r\n" PATCH_JSON WITH, SIZED("[]"));
	assert_int_equal(a.status, 412);
	ask_done(&a);
	put("text", "text/plain", "{}");
	askf(&a, HEAD("PATCH", "text") PATCH_JSON WITH, SIZED("[]"));
	assert_int_equal(a.status, 415);
	ask_done(&a);
	askf(&a, HEAD("PATCH", "nothing.json") PATCH_JSON WITH, SIZED("[]"));
	assert_int_equal(a.status, 404);
	ask_done(&a);
	askf(&a, HEAD("OPTIONS", "doc.json") "If-None-Match: *\r\n\r\n");
	assert_int_equal(a.status, 200);
	assert_true(ask_has(&a, "Accept-Patch: application/json-patch+json"));
	ask_done(&a);
}

/* The type of the patch is not that of the document (RFC 5789 section 2). */
static void the_fields_of_a_patch_are_not_those_of_the_document(void **state)
{
	struct asked a;

	(void)state;
	put("doc.json", "application/json", "{\"a\":1}");
	askf(&a, HEAD("PATCH", "doc.json") PATCH_JSON "Content-Language: de\r\n" WITH, SIZED("[]"));
	ask_done(&a);
	askf(&a, HEAD("GET", "doc.json") "\r\n");
	assert_true(ask_has(&a, "Content-Type: application/json"));
	assert_false(ask_has_field(&a, "Content-Language"));
	ask_done(&a);
}

/* ---- the store itself ---- */

static void named(struct item *it, const char *name)
{
	*it = (struct item){ .type = "a/b" };
	(void)snprintf(it->name, sizeof(it->name), "%s", name);
}

static void the_store_is_bounded(void **state)
{
	struct store *s = store_new();
	struct item it;
	char name[16];

	(void)state;
	for (size_t i = 0; i < STORE_ITEMS; i++) {
		(void)snprintf(name, sizeof(name), "n%zu", i);
		named(&it, name);
		assert_int_equal(store_put(s, &it, SLICE("x")), 0);
	}
	named(&it, "one-more");
	assert_int_equal(store_put(s, &it, SLICE("x")), -ENOSPC);
	assert_int_equal(store_put(s, &it, slice_of(name, STORE_CONTENT + 1)), -EFBIG);
	assert_int_equal(store_get(s, SLICE("n5"), &it, NULL), 0);
	assert_int_equal(store_remove(s, &it), 0);
	named(&it, "one-more");
	assert_int_equal(store_put(s, &it, SLICE("x")), 0);
	store_free(s);
}

static void who_is_overtaken_is_told(void **state)
{
	struct store *s = store_new();
	struct item mine, theirs;

	(void)state;
	named(&mine, "a");
	theirs = mine;
	assert_int_equal(store_put(s, &theirs, SLICE("1")), 0);
	assert_int_equal(store_put(s, &mine, SLICE("2")), -EAGAIN);
	mine = theirs;
	assert_int_equal(store_put(s, &theirs, SLICE("3")), 0);
	assert_int_equal(store_remove(s, &mine), -EAGAIN);
	assert_int_equal(store_remove(s, &theirs), 0);
	store_free(s);
}

/* A server of several processes: what one keeps the others see. */
static void processes_share_the_store(void **state)
{
	struct store *s = store_new();
	struct buffer content = BUFFER_INIT(16);
	struct item it;
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		named(&it, "a");
		_exit(store_put(s, &it, SLICE("theirs")) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(store_get(s, SLICE("a"), &it, &content), 0);
	assert_slice(buffer_slice(&content), "theirs", "of the other process");
	buffer_release(&content);
	store_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_can_be_had_changed_and_removed),
		cmocka_unit_test(only_the_content_and_its_type_stay),
		cmocka_unit_test(every_change_has_a_tag_of_its_own),
		cmocka_unit_test(a_change_whose_condition_fails_is_not_made),
		cmocka_unit_test(what_cannot_be_kept_is_refused),
		cmocka_unit_test(post_makes_something_new_each_time),
		cmocka_unit_test(a_patch_is_applied_whole_or_not_at_all),
		cmocka_unit_test(a_patch_obeys_conditions_and_suits_its_target),
		cmocka_unit_test(the_fields_of_a_patch_are_not_those_of_the_document),
		cmocka_unit_test(the_store_is_bounded),
		cmocka_unit_test(who_is_overtaken_is_told),
		cmocka_unit_test(processes_share_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
