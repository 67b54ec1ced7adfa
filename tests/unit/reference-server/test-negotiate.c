#include "ask.h"

#include <zlib.h>

static void a_form_is_chosen_by_what_is_accepted(void **state)
{
	static const struct {
		const char *why, *fields;
		int status;
		const char *type, *language;
	} row[] = {
		{ "no wish", "", 200, "text/plain", "en" },
		{ "anything", "Accept: */*\r\n", 200, "text/plain", "en" },
		{ "a type", "Accept: text/html\r\n", 200, "text/html", "en" },
		{ "without case", "Accept: TEXT/HTML\r\n", 200, "text/html", "en" },
		{ "a group", "Accept: application/*\r\n", 200, "application/json", "en" },
		{ "the higher weight", "Accept: text/plain;q=0.2, text/html;q=0.3\r\n", 200,
		  "text/html", "en" },
		{ "over two lines", "Accept: text/plain;q=0.2\r\nAccept: text/html\r\n", 200,
		  "text/html", "en" },
		{ "the more exact counts", "Accept: text/*;q=0.3, text/plain;q=0.1\r\n", 200,
		  "text/html", "en" },
		{ "all but one", "Accept: */*, text/plain;q=0\r\n", 200, "text/html", "en" },
		{ "three decimals", "Accept: text/plain;q=0.999, text/html;q=1.000\r\n", 200,
		  "text/html", "en" },
		{ "no weight: the member does not count", "Accept: text/html;q=2, text/plain;q=0.1\r\n",
		  200, "text/plain", "en" },
		{ "a charset", "Accept: text/html;charset=utf-8\r\n", 200, "text/html", "en" },
		{ "a parameter that no form has", "Accept: text/html;level=1, */*;q=0.1\r\n", 200,
		  "text/plain", "en" },
		{ "white space", "Accept: text/html ; q=0.5 ,text/plain; q=0.4\r\n", 200, "text/html",
		  "en" },
		{ "none of them", "Accept: image/png\r\n", 406, NULL, NULL },
		{ "nothing", "Accept: */*;q=0\r\n", 406, NULL, NULL },
		{ "a language", "Accept-Language: de\r\n", 200, "text/plain", "de" },
		{ "a region of it", "Accept-Language: de-AT\r\n", 200, "text/plain", "de" },
		{ "the higher weight", "Accept-Language: en;q=0.5, de\r\n", 200, "text/plain", "de" },
		{ "a word that begins alike", "Accept-Language: deu\r\n", 200, "text/plain", "en" },
		{ "one that is not there", "Accept-Language: fr\r\n", 200, "text/plain", "en" },
		{ "anything but", "Accept-Language: en;q=0, *\r\n", 200, "text/plain", "de" },
		{ "both", "Accept: text/html\r\nAccept-Language: de\r\n", 200, "text/html", "de" },
		{ "the type before the language",
		  "Accept: application/json, text/plain;q=0.9\r\nAccept-Language: de\r\n", 200,
		  "application/json", "en" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		askf(&a, "GET /negotiate HTTP/1.1\r\nHost: a\r\n%s\r\n", row[i].fields);
		if (a.status != row[i].status ||
		    (row[i].type && !slice_is(ask_field(&a, "Content-Type"), row[i].type)) ||
		    (row[i].type && !slice_is(ask_field(&a, "Content-Language"), row[i].language)))
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		assert_true(ask_has(&a, "Vary: Accept, Accept-Language"));
		if (a.status == 406)
			assert_true(slice_find_slice(a.content, SLICE("greeting.json")) <
				    a.content.len);
		ask_done(&a);
	}
}

static void the_forms_can_be_had_by_name(void **state)
{
	struct asked a, b;

	(void)state;
	ask(&a, SLICE("GET /negotiate/ HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(a.status, 300);
	assert_true(ask_has(&a, "Location: /negotiate/greeting.en.txt"));
	ask_done(&a);
	ask(&a, SLICE("GET /negotiate/greeting.de.html HTTP/1.1\r\nHost: a\r\n\r\n"));
	ask(&b, SLICE("GET /negotiate HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n"
		      "Accept-Language: de\r\n\r\n"));
	assert_true(slice_eq(ask_field(&a, "ETag"), ask_field(&b, "ETag")));
	assert_true(slice_eq(a.content, b.content));
	assert_false(ask_has_field(&a, "Vary"));
	assert_true(ask_has(&b, "Content-Location: /negotiate/greeting.de.html"));
	ask_done(&a);
	ask_done(&b);
	ask(&a, SLICE("GET /negotiate/x HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(a.status, 404);
	ask_done(&a);
	ask(&a, SLICE("GET /negotiates HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(a.status, 404);
	ask_done(&a);
}

/* ---- content codings ---- */

static void a_coding_is_used_where_it_is_wanted(void **state)
{
	static const struct {
		const char *why, *fields;
		int status;
		bool packed;
	} row[] = {
		{ "no wish", "", 200, false },
		{ "gzip", "Accept-Encoding: gzip\r\n", 200, true },
		{ "its old name", "Accept-Encoding: x-gzip\r\n", 200, true },
		{ "without case", "Accept-Encoding: GZip\r\n", 200, true },
		{ "anything", "Accept-Encoding: *\r\n", 200, true },
		{ "a weight", "Accept-Encoding: gzip;q=0.1\r\n", 200, true },
		{ "what a browser sends", "Accept-Encoding: gzip, deflate, br\r\n", 200, true },
		{ "not gzip", "Accept-Encoding: gzip;q=0\r\n", 200, false },
		{ "not gzip, but anything", "Accept-Encoding: gzip;q=0, *\r\n", 200, false },
		{ "rather plain", "Accept-Encoding: identity;q=0.8, gzip;q=0.7\r\n", 200, false },
		{ "plain", "Accept-Encoding: identity\r\n", 200, false },
		{ "nothing", "Accept-Encoding:\r\n", 200, false },
		{ "what nobody knows", "Accept-Encoding: xyzzy\r\n", 200, false },
		{ "gzip alone", "Accept-Encoding: gzip, identity;q=0\r\n", 200, true },
		{ "neither", "Accept-Encoding: xyzzy, identity;q=0\r\n", 406, false },
		{ "none at all", "Accept-Encoding: *;q=0\r\n", 406, false },
		{ "none but plain", "Accept-Encoding: identity, *;q=0\r\n", 200, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		askf(&a, "GET /gzip HTTP/1.1\r\nHost: a\r\n%s\r\n", row[i].fields);
		if (a.status != row[i].status ||
		    ask_has(&a, "Content-Encoding: gzip") != row[i].packed)
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		assert_true(ask_has(&a, "Vary: Accept-Encoding"));
		ask_done(&a);
	}
}

static void unpack(struct slice in, char *out, size_t room, size_t *ret)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.at, .avail_in = (uInt)in.len,
		       .next_out = (Bytef *)out, .avail_out = (uInt)room };

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	*ret = z.total_out;
	(void)inflateEnd(&z);
}

#define GET_GZIP "GET /gzip HTTP/1.1\r\nHost: a\r\n"

static void both_forms_are_the_same_to_a_reader_and_two_to_a_cache(void **state)
{
	struct asked plain, packed, a;
	char text[8192];
	size_t len;

	(void)state;
	ask(&plain, SLICE(GET_GZIP "\r\n"));
	ask(&packed, SLICE(GET_GZIP "Accept-Encoding: gzip\r\n\r\n"));
	assert_true(packed.content.len < plain.content.len);
	unpack(packed.content, text, sizeof(text), &len);
	assert_true(slice_eq(slice_of(text, len), plain.content));
	assert_false(slice_eq(ask_field(&plain, "ETag"), ask_field(&packed, "ETag")));
	askf(&a, GET_GZIP "Accept-Encoding: gzip\r\nIf-None-Match: %.*s\r\n\r\n",
	     (int)ask_field(&plain, "ETag").len, ask_field(&plain, "ETag").at);
	assert_int_equal(a.status, 200);      /* that is the other form */
	ask_done(&a);
	askf(&a, GET_GZIP "Accept-Encoding: gzip\r\nRange: bytes=3-9\r\n\r\n");
	assert_int_equal(a.status, 206);      /* of the packed octets */
	assert_true(slice_eq(a.content, slice_sub(packed.content, 3, 10)));
	assert_true(ask_has(&a, "Content-Encoding: gzip"));
	ask_done(&a);
	ask_done(&plain);
	ask_done(&packed);
}

/* ---- what else a table shows best ---- */

static void redirects_and_cookies(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *line;
	} row[] = {
		{ "GET /redirect HTTP/1.1\r\nHost: a\r\n\r\n", 307, "Location: /index.html" },
		{ "PUT /redirect/301 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 301,
		  "Location: /index.html" },
		{ "GET /redirect/302 HTTP/1.1\r\nHost: a\r\n\r\n", 302, "Location: /index.html" },
		{ "POST /redirect/303 HTTP/1.1\r\nHost: a\r\n\r\n", 303, "Location: /index.html" },
		{ "GET /redirect/308 HTTP/1.1\r\nHost: a\r\n\r\n", 308, "Location: /index.html" },
		{ "GET /redirect/304 HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL },
		{ "GET /redirect/ HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL },
		{ "GET /cookies HTTP/1.1\r\nHost: a\r\n\r\n", 200,
		  "Set-Cookie: visit=1; Path=/cookies; HttpOnly" },
		{ "GET /cookies HTTP/1.1\r\nHost: a\r\n\r\n", 200,
		  "Set-Cookie: seen=dGhpcyBpcyBodHRwY2hlY2s; Expires=Wed, 10 Jul 2024 09:46:40 GMT; "
		  "Max-Age=604800; Path=/cookies; HttpOnly" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		ask(&a, slice_str(row[i].request));
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)))
			fail_msg("%s: %.*s", row[i].request, (int)a.head.len, a.head.at);
		ask_done(&a);
	}
}

static void cookies_come_back(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE("GET /cookies HTTP/1.1\r\nHost: a\r\nCookie: visit=1; a=b\r\n\r\n"));
	assert_slice(a.content, "visit=1\na=b\n", "as they were sent");
	ask_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_is_chosen_by_what_is_accepted),
		cmocka_unit_test(the_forms_can_be_had_by_name),
		cmocka_unit_test(a_coding_is_used_where_it_is_wanted),
		cmocka_unit_test(both_forms_are_the_same_to_a_reader_and_two_to_a_cache),
		cmocka_unit_test(redirects_and_cookies),
		cmocka_unit_test(cookies_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
