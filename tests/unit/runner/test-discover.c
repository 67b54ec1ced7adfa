#include "runner/discover.h"

#include "base/cleanup.h"
#include "tests/unit/edge.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define LONG64 "0123456789012345678901234567890123456789012345678901234567890123"

static void the_query(void **state)
{
	char query[256];
	size_t len = discover_query("127.255.255.255", 1900, query, sizeof(query));

	(void)state;
	assert_string_equal(query, "M-SEARCH * HTTP/1.1\r\nHost: 127.255.255.255:1900\r\n"
				   "Man: \"ssdp:discover\"\r\nMX: 1\r\nST: httpcheck:server\r\n\r\n");
	assert_int_equal(len, strlen(query));
	assert_int_equal(discover_query("127.255.255.255", 1900, query, 100), 0);
}

static void urls(void **state)
{
	static const struct {
		const char *why, *answer, *want;      /* null: no URL */
	} row[] = {
		{ "an answer", "HTTP/1.1 200 OK\r\nLocation: http://127.0.0.1:8080/\r\n\r\n", "http://127.0.0.1:8080/" },
		{ "in any case, among others", "HTTP/1.1 200 \r\nA: b\r\nLOCATION:https://a/ \r\nC: d\r\n\r\n", "https://a/" },
		{ "cut off behind it", "HTTP/1.1 200 OK\r\nLocation: http://a/", "http://a/" },
		{ "the first of two", "HTTP/1.1 200 OK\r\nLocation: http://a/\r\nLocation: http://b/\r\n\r\n", "http://a/" },
		{ "no answer but a query", "M-SEARCH * HTTP/1.1\r\nLocation: http://a/\r\n\r\n", NULL },
		{ "an error", "HTTP/1.1 404 N\r\nLocation: http://a/\r\n\r\n", NULL },
		{ "no Location", "HTTP/1.1 200 OK\r\nXLocation: http://a/\r\n\r\n", NULL },
		{ "an empty one", "HTTP/1.1 200 OK\r\nLocation: \r\n\r\n", NULL },
		{ "another scheme", "HTTP/1.1 200 OK\r\nLocation: file:///etc/passwd\r\n\r\n", NULL },
		{ "an escape for the terminal", "HTTP/1.1 200 OK\r\nLocation: http://a/\x1b[2J\r\n\r\n", NULL },
		{ "a blank", "HTTP/1.1 200 OK\r\nLocation: http://a/ b\r\n\r\n", NULL },
		{ "beyond ASCII", "HTTP/1.1 200 OK\r\nLocation: http://\xc3\xa9/\r\n\r\n", NULL },
		{ "too long", "HTTP/1.1 200 OK\r\nLocation: http://" LONG64 LONG64 LONG64 LONG64 "\r\n\r\n", NULL },
		{ "nothing", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		char url[DISCOVER_MAX_URL] = "";
		struct edge e = edge_copy(row[i].answer, strlen(row[i].answer));
		bool found = discover_url(e.bytes, url);

		print_message("  %s\n", row[i].why);
		assert_int_equal(found, row[i].want != NULL);
		assert_string_equal(url, row[i].want ? row[i].want : "");
		edge_free(e);
	}
}

static void nobody_to_ask(void **state)
{
	struct problem p = { 0 };

	(void)state;
	assert_int_equal(discover("no-such-interface", 1900, 1, NULL, NULL, &p), -ENODEV);
	assert_non_null(strstr(p.text, "no-such-interface"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_query),
		cmocka_unit_test(urls),
		cmocka_unit_test(nobody_to_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
