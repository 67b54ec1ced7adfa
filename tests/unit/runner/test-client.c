#include "proof-rows.h"

#include "runner/step-client.h"

#include <curl/curl.h>
#include <zlib.h>

/* The steps whose bytes are libcurl's and the kernel's, against their scripted peer. */

#define CLIENT(keys) "[{client: {" keys "}}]"
#define SEEN(outcome) CLIENT("expect: " outcome)
#define EMPTY "Content-Length: 0\\r\\n\\r\\n"
#define FOUND(location) "\"HTTP/1.1 302 F\\r\\nLocation: " location "\\r\\n" EMPTY "\""
#define CHALLENGE(scheme) "\"HTTP/1.1 401 U\\r\\nWWW-Authenticate: " scheme "\\r\\n" EMPTY "\""
#define DIGEST "Digest realm=\\\"r\\\", nonce=\\\"n\\\", qop=\\\"auth\\\""

static const struct row clients[] = {
	{ "a status", SEEN("{status: 200}"), OK200, "\"HTTP/1.1 404 N\\r\\n" EMPTY "\"" },
	{ "content", SEEN("{content: ok}"), OK200, "\"HTTP/1.1 200 O\\r\\nContent-Length: 1\\r\\n\\r\\nk\"" },
	{ "content in chunks", SEEN("{content: ok}"),
	  "\"HTTP/1.1 200 O\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nok\\r\\n0\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 200 O\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nx\\r\\nok\\r\\n0\\r\\n\\r\\n\"" },
	{ "content up to the close", SEEN("{content: ok}"), "[\"HTTP/1.0 200 O\\r\\n\\r\\nok\", close]",
	  "\"HTTP/1.0 200 O\\r\\n\\r\\nok\"" },
	{ "a field on two lines", SEEN("{fields: {A: \"b, c\"}}"), "\"HTTP/1.1 204 N\\r\\na: b\\r\\nA: c \\r\\n\\r\\n\"",
	  "\"HTTP/1.1 204 N\\r\\na: b\\r\\n\\r\\n\"" },
	{ "a folded field", SEEN("{fields: {A: b c}}"), "\"HTTP/1.1 204 N\\r\\na: b\\r\\n  c\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 204 N\\r\\na: b\\r\\nc: d\\r\\n\\r\\n\"" },
	{ "a trailer", SEEN("{trailers: {T: x}, fields: {T: {absent: true}}}"),
	  "\"HTTP/1.1 200 O\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nT: x\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 200 O\\r\\nT: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n\"" },
	{ "version and reason", SEEN("{version: HTTP/1.1, reason: OK}"), OK200,
	  "\"HTTP/1.0 200 OK\\r\\n" EMPTY "\"" },
	{ "the version spoken", SEEN("{http: 1.1}"), OK200, "\"HTTP/1.0 200 O\\r\\n" EMPTY "\"" },
	{ "an interim response before it", SEEN("{interim: [103]}"), "[\"HTTP/1.1 103 E\\r\\n\\r\\n\", " OK200 "]",
	  OK200 },
	{ "HEAD", CLIENT("method: HEAD, expect: {status: 200, content: {empty: true}}"),
	  "\"HTTP/1.1 200 O\\r\\nContent-Length: 2\\r\\n\\r\\n\"", "silence" },
	{ "within", SEEN("{status: 200, within: 1s}"), "[{wait: 900ms}, " OK200 "]", "[{wait: 1100ms}, " OK200 "]" },
	{ "after", SEEN("{status: 200, after: 1s}"), "[{wait: 1100ms}, " OK200 "]", "[{wait: 900ms}, " OK200 "]" },
	{ "any of several outcomes", SEEN("[{status: 404}, {status: 200}]"), OK200, "close" },

	/* what goes wrong */
	{ "no answer", SEEN("{error: timeout}"), "silence", OK200 },
	{ "a close", SEEN("{error: closed}"), "close", "silence" },
	{ "an answer cut off", SEEN("{error: cut}"), "[\"HTTP/1.1 200 O\\r\\nContent-Length: 3\\r\\n\\r\\nok\", close]", OK200 },
	{ "a head cut off", SEEN("{error: cut}"), "[\"HTTP/1.1 200 O\\r\\nA: b\\r\\n\", close]", OK200 },
	{ "no HTTP", SEEN("{error: protocol}"), "[\"SSH-2.0-OpenSSH_9.2\\r\\n\", close]", "close" },
	{ "anything", SEEN("{error: any}"), "close", OK200 },
	{ "an error is no answer", SEEN("{}"), OK200, "close" },
	{ "coded content that isn't", CLIENT("compressed: true, expect: {error: decoding}"),
	  "\"HTTP/1.1 200 O\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 2\\r\\n\\r\\nok\"", OK200 },

	/* what libcurl does for an application */
	{ "decoding", CLIENT("compressed: true, expect: {content: ok}"),
	  "[\"HTTP/1.1 200 O\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 22\\r\\n\\r\\n\","
	  " {hex: 1f8b08000000000000 03cbcf060047dddc7902000000}]",
	  "[\"HTTP/1.1 200 O\\r\\nContent-Length: 22\\r\\n\\r\\n\","
	  " {hex: 1f8b08000000000000 03cbcf060047dddc7902000000}]" },
	{ "a redirect followed", CLIENT("follow: 2, expect: {status: 200, redirects: 1}"),
	  "{script: [" FOUND("/x") ", " OK200 "]}", OK200 },
	{ "no redirect followed", SEEN("{status: 302}"), FOUND("/x"), OK200 },
	{ "too many redirects", CLIENT("follow: 2, expect: {error: redirects}"), FOUND("/x"),
	  "{script: [" FOUND("/x") ", " FOUND("/x") ", " OK200 "]}" },
	{ "a redirect to the target's name", CLIENT("follow: 2, expect: {status: 200}"),
	  "{script: [" FOUND("http://WWW.example.org:80/x") ", " OK200 "]}",
	  "{script: [" FOUND("http://www.example.org:81/x") ", " OK200 "]}" },
	{ "a redirect away", CLIENT("follow: 2, expect: {error: redirects}"),
	  "{script: [" FOUND("//elsewhere.example/x") ", " OK200 "]}", "{script: [" FOUND("//www.example.org/x") ", " OK200 "]}" },
	{ "a redirect to another scheme", CLIENT("follow: 2, expect: {error: redirects}"),
	  FOUND("file:///etc/passwd"), OK200 },
	{ "a connection used again", "[{client: {expect: {reused: false}}}, {client: {expect: {reused: true}}}]",
	  OK200, "\"HTTP/1.1 200 O\\r\\nConnection: close\\r\\n" EMPTY "\"" },
	{ "Basic", CLIENT("user: a:b, expect: {status: 200}"),
	  "{script: [" CHALLENGE("Basic realm=\\\"r\\\"") ", " OK200 "]}", CHALLENGE("Basic realm=\\\"r\\\"") },
	{ "Digest", CLIENT("user: a:b, expect: {status: 200}"), "{script: [" CHALLENGE(DIGEST) ", " OK200 "]}",
	  "{script: [" CHALLENGE("Negotiate") ", " OK200 "]}" },
	{ "a challenge is no redirect", CLIENT("user: a:b, follow: 1, expect: {status: 200, redirects: 1}"),
	  "{script: [" CHALLENGE(DIGEST) ", " FOUND("/x") ", " OK200 "]}", "{script: [" CHALLENGE(DIGEST) ", " OK200 "]}" },
	{ "content held back until 100",
	  CLIENT("content: hello, fields: {Expect: 100-continue}, expect: {status: 200}"),
	  "[\"HTTP/1.1 100 C\\r\\n\\r\\n\", {wait: 1s}, " OK200 "]", "\"HTTP/1.1 100 C\\r\\n\\r\\n\"" },
	{ "content in chunks from the client",
	  CLIENT("content: hello, fields: {Transfer-Encoding: chunked}, expect: {status: 200}"), OK200, "close" },
	{ "a capture", "[{client: {expect: {capture: {e: field ETag}}}},"
	  " {client: {fields: [\"If-None-Match: ${e}\"], expect: {fields: {ETag: \"${e}\"}}}}]",
	  "\"HTTP/1.1 204 N\\r\\nETag: \\\"x\\\"\\r\\n\\r\\n\"",
	  "{script: [\"HTTP/1.1 204 N\\r\\nETag: \\\"x\\\"\\r\\n\\r\\n\", \"HTTP/1.1 204 N\\r\\nETag: \\\"y\\\"\\r\\n\\r\\n\"]}" },
	{ "a script of its own", "[{client: {expect: {status: 200}}}, {request: {}}, {expect: {status: 404}}]",
	  "{script: [\"HTTP/1.1 404 N\\r\\n" EMPTY "\"], on: {client: [" OK200 "]}}", OK200 },
	{ "two clients at once", "[{parallel: [[{client: {expect: {status: 200}}}], [{client: {expect: {reused: false}}}]]}]",
	  OK200, "close" },
};

#define UDP(expect) "[{udp: {port: 1900, send: hello, expect: " expect "}}]"

static const struct row datagrams[] = {
	{ "an answer", UDP("{}"), "a", "silence" },
	{ "an answer in time", UDP("{within: 2s}"), "[{wait: 1900ms}, a]", "[{wait: 2100ms}, a]" },
	{ "two answers", UDP("{from: 2}"), "[a, b]", "a" },
	{ "at most one", UDP("{at-most: 1}"), "a", "[a, b]" },
	{ "one that comes late is one too many", UDP("{at-most: 1}"), "[a, {wait: 1100ms}, b]", "[a, {wait: 900ms}, b]" },
	{ "no answer", UDP("{from: 0, at-most: 0}"), "silence", "a" },
	{ "nothing of a socket that is gone", UDP("{from: 0, at-most: 0}"), "close", "a" },
	{ "an empty datagram is one", "[{udp: {port: 1, send: \"\", expect: {matches: \"^$\"}}}]", "\"\"", "a" },
	{ "what each must hold", UDP("{from: 2, matches: [a, c$]}"), "[abc, ac]", "[abc, bc]" },
	{ "an answer is one datagram", UDP("{at-most: 1, matches: \"^ab$\"}"), "[[a, b]]", "[a, b]" },
	{ "an answer to each", "[{udp: {port: 1, send: a, expect: {}}}, {udp: {port: 1, send: a, expect: {matches: b}}}]",
	  "{script: [a, b]}", "{script: [b, a]}" },
};

static void rows_of_clients(void **state)
{
	(void)state;
	rows_hold(clients, ARRAY_SIZE(clients));
	turned_rows_are_seen(clients, ARRAY_SIZE(clients));
}

static void rows_of_datagrams(void **state)
{
	(void)state;
	rows_hold(datagrams, ARRAY_SIZE(datagrams));
	turned_rows_are_seen(datagrams, ARRAY_SIZE(datagrams));
}

/* ---- bounds: what is too much is no fault of the target, and no pass either ---- */

#define D50 "01234567890123456789012345678901234567890123456789"

static void too_much(void **state)
{
	static const struct row row[] = {
		{ "fields", SEEN("{}"), NULL,
		  "[\"HTTP/1.1 204 N\\r\\n\", {repeat: \"a: b\\r\\n\", times: 1001}, \"\\r\\n\"]" },
		{ "a head", SEEN("{}"), NULL,
		  "[\"HTTP/1.1 204 N\\r\\n\", {repeat: \"a: " D50 D50 D50 D50 D50 D50 "\\r\\n\", times: 990}, \"\\r\\n\"]" },
		{ "content", SEEN("{}"), NULL,
		  "[\"HTTP/1.1 200 O\\r\\n\\r\\n\", {repeat: a, times: 11MiB}, close]" },
		{ "folds", SEEN("{}"), NULL,
		  "[\"HTTP/1.1 204 N\\r\\nA: b\\r\\n\", {repeat: \" c\\r\\n\", times: 101}, \"\\r\\n\"]" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct problems problems = PROBLEMS_INIT(10);

		print_message("  %s\n", row[i].why);
		(void)run_row(&row[i], &problems);
		print_message("    %s\n", problems.kept ? problems.list[0].text : "");
		assert_int_equal(problems.count, 1);
		assert_non_null(strstr(problems.list[0].text, "can't be played"));
		problems_release(&problems);
	}
}

/* 2 MiB of zeros in some 2 KiB. */
static void a_gzip_bomb(void **state)
{
	static unsigned char plain[2 * 1024 * 1024], packed[8192];
	struct problems problems = PROBLEMS_INIT(10);
	z_stream z = { .next_in = plain, .avail_in = sizeof(plain), .next_out = packed, .avail_out = sizeof(packed) };
	char answer[8000];
	int len = snprintf(answer, sizeof(answer), "[\"HTTP/1.1 200 O\\r\\nContent-Encoding: gzip\\r\\n\\r\\n\", {hex: ");

	(void)state;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	for (unsigned long i = 0; i < z.total_out; i++)
		len += snprintf(answer + len, sizeof(answer) - (size_t)len, "%02x", packed[i]);
	(void)snprintf(answer + len, sizeof(answer) - (size_t)len, "}, close]");
	(void)deflateEnd(&z);

	struct row row = { "", CLIENT("compressed: true, expect: {}"), NULL, answer };

	(void)run_row(&row, &problems);
	assert_int_equal(problems.count, 1);
	assert_non_null(strstr(problems.list[0].text, "more than a hundredfold"));
	problems_release(&problems);
}

static void errors(void **state)
{
	static const struct {
		CURLcode code;
		bool begun, fault_of_target;
		enum client_error want;
	} row[] = {
		{ CURLE_OK, true, true, CLIENT_FINE },
		{ CURLE_RECV_ERROR, false, true, CLIENT_CLOSED },
		{ CURLE_RECV_ERROR, true, true, CLIENT_CUT },
		{ CURLE_PEER_FAILED_VERIFICATION, false, true, CLIENT_TLS },
		{ CURLE_COULDNT_CONNECT, false, true, CLIENT_CONNECT },
		{ CURLE_OUT_OF_MEMORY, false, false, CLIENT_FINE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		enum client_error got = CLIENT_FINE;

		assert_int_equal(client_error_of((int)row[i].code, row[i].begun, &got),
				 row[i].fault_of_target);
		assert_int_equal(got, row[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_clients),
		cmocka_unit_test(rows_of_datagrams),
		cmocka_unit_test(too_much),
		cmocka_unit_test(a_gzip_bomb),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
