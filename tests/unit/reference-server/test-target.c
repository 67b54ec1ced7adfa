#include "feed.h"

#include "reference-server/target.h"

static void a_target_has_one_of_four_forms(void **state)
{
	static const struct {
		const char *why;
		struct slice text;
		enum http_method method;
		enum target_form form;
		const char *authority, *path, *query;
	} row[] = {
#define ROW(why, text, ...) { why, SLICE(text), __VA_ARGS__ }
		ROW("origin", "/", HTTP_GET, TARGET_ORIGIN, "", "/", ""),
		ROW("origin with query", "/a?b?c", HTTP_GET, TARGET_ORIGIN, "", "/a", "b?c"),
		ROW("an empty query", "/a?", HTTP_GET, TARGET_ORIGIN, "", "/a", ""),
		ROW("two slashes are a path", "//a/b", HTTP_GET, TARGET_ORIGIN, "", "//a/b", ""),
		ROW("an escape", "/%41%ff", HTTP_GET, TARGET_ORIGIN, "", "/%41%ff", ""),
		ROW("absolute", "http://a/b?c", HTTP_GET, TARGET_ABSOLUTE, "a", "/b", "c"),
		ROW("a scheme has no case", "hTTp://A:80/", HTTP_GET, TARGET_ABSOLUTE, "A:80", "/",
		    ""),
		ROW("https", "https://a/", HTTP_GET, TARGET_ABSOLUTE, "a", "/", ""),
		ROW("no path is the root", "http://a", HTTP_GET, TARGET_ABSOLUTE, "a", "/", ""),
		ROW("no path but a query", "http://a?q", HTTP_GET, TARGET_ABSOLUTE, "a", "/", "q"),
		ROW("an IPv6 host", "http://[::1]:8/x", HTTP_GET, TARGET_ABSOLUTE, "[::1]:8", "/x",
		    ""),
		ROW("authority", "a:443", HTTP_CONNECT, TARGET_AUTHORITY, "a:443", "", ""),
		ROW("authority, IPv6", "[::1]:1", HTTP_CONNECT, TARGET_AUTHORITY, "[::1]:1", "",
		    ""),
		ROW("the last port", "a:65535", HTTP_CONNECT, TARGET_AUTHORITY, "a:65535", "", ""),
		ROW("asterisk", "*", HTTP_OPTIONS, TARGET_ASTERISK, "", "", ""),
		ROW("asterisk of an unknown method", "*", HTTP_OTHER, TARGET_ASTERISK, "", "", ""),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		struct target got;
		struct refusal why;

		if (target_parse(e.bytes, row[i].method, &got, &why) != PARSE_DONE)
			fail_msg("%s: refused: %s", row[i].why, why.why);
		assert_int_equal(got.form, row[i].form);
		assert_slice(got.authority, row[i].authority, row[i].why);
		assert_slice(got.path, row[i].path, row[i].why);
		assert_slice(got.query, row[i].query, row[i].why);
		edge_free(e);
	}
}

static void other_targets_are_refused(void **state)
{
	static const struct {
		const char *why;
		struct slice text;
		enum http_method method;
		int status;
		const char *requirement;
	} row[] = {
#define ROW(why, text, ...) { why, SLICE(text), __VA_ARGS__ }
		ROW("nothing", "", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a relative path", "a/b", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("\"*\" is for OPTIONS", "*", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a fragment", "/a#b", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a space", "/a b", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a backslash", "/\\", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("octets above 7f", "/\xc3\xa4", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("half an escape", "/%4", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("an escape without hex", "/%4g", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a fragment in a query", "/?a#b", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("an empty host", "http:///x", HTTP_GET, 400, "RFC9110-4.2.1-2"),
		ROW("an empty host with port", "http://:80/", HTTP_GET, 400, "RFC9110-4.2.1-2"),
		ROW("an empty https host", "https:///x", HTTP_GET, 400, "RFC9110-4.2.1-2"),
		ROW("userinfo", "http://u:p@a/", HTTP_GET, 400, "RFC9110-4.2.4-2"),
		ROW("empty userinfo", "http://@a/", HTTP_GET, 400, "RFC9110-4.2.4-2"),
		ROW("an invalid host", "http://a b/", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("a port of letters", "http://a:b/", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("one slash", "http:/a", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("another scheme", "ftp://a/", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("authority is for CONNECT", "a:443", HTTP_GET, 400, "RFC9112-3.2-1"),
		ROW("CONNECT to a path", "/", HTTP_CONNECT, 400, "RFC9112-3.2-1"),
		ROW("CONNECT without port", "a", HTTP_CONNECT, 400, "RFC9112-3.2-1"),
		ROW("CONNECT without host", ":80", HTTP_CONNECT, 400, "RFC9112-3.2-1"),
		ROW("CONNECT to an empty port", "a:", HTTP_CONNECT, 400, "RFC9110-9.3.6-2"),
		ROW("CONNECT to port 0", "a:0", HTTP_CONNECT, 400, "RFC9110-9.3.6-2"),
		ROW("CONNECT to two ports", "a:1:80", HTTP_CONNECT, 400, "RFC9112-3.2-1"),
		ROW("CONNECT to an empty port and one", "a::80", HTTP_CONNECT, 400,
		    "RFC9112-3.2-1"),
		ROW("CONNECT to 65536", "a:65536", HTTP_CONNECT, 400, "RFC9110-9.3.6-2"),
		ROW("CONNECT to port x", "a:x", HTTP_CONNECT, 400, "RFC9110-9.3.6-2"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);
		struct target got;
		struct refusal why;

		if (target_parse(e.bytes, row[i].method, &got, &why) != PARSE_BAD)
			fail_msg("%s: was not refused", row[i].why);
		if (why.status != row[i].status || strcmp(why.requirement, row[i].requirement) != 0)
			fail_msg("%s: %d %s", row[i].why, why.status, why.requirement);
		edge_free(e);
	}
}

static void equivalent_paths_have_one_normal_form(void **state)
{
	static const struct {
		const char *why, *path, *want;
	} row[] = {
		{ "normal already", "/a/b.c", "/a/b.c" },
		{ "the root", "/", "/" },
		{ "an escaped letter", "/%61", "/a" },
		{ "an escaped hyphen, small hex", "/a%2db", "/a-b" },
		{ "an escaped slash is none", "/a%2Fb", "/a%2Fb" },
		{ "other escapes stay", "/%00%25%ff", "/%00%25%ff" },
		{ "an escaped percent sign is not decoded twice", "/%2561", "/%2561" },
		{ "empty segments stay", "//a//", "//a//" },
		{ "a dot", "/./a", "/a" },
		{ "a dot at the end", "/a/.", "/a/" },
		{ "two dots", "/a/../b", "/b" },
		{ "two dots at the end", "/a/..", "/" },
		{ "above the root is nothing", "/../../a", "/a" },
		{ "escaped dots", "/a/%2E%2e/b/%2e", "/b/" },
		{ "three dots are a name", "/.../a", "/.../a" },
		{ "a name that begins with a dot", "/.a/..b", "/.a/..b" },
		{ "up over an empty segment", "/a//../b", "/a/b" },
	};
	struct buffer scratch = BUFFER_INIT(100);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].path, strlen(row[i].path));
		struct slice got;

		assert_int_equal(target_normalize(e.bytes, &scratch, &got), 0);
		assert_slice(got, row[i].want, row[i].why);
		edge_free(e);
	}
	buffer_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_has_one_of_four_forms),
		cmocka_unit_test(other_targets_are_refused),
		cmocka_unit_test(equivalent_paths_have_one_normal_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
