#include "proof-rows.h"

/* The player and the judge, against the scripted peer: proof-rows.h. */

#define GET    "request: {}"
#define EXPECT(outcome) "[{" GET "}, {expect: " outcome "}]"

static const struct row row[] = {
	/* status */
	{ "a status", EXPECT("{status: 200}"), OK200, "\"HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "a class of statuses", EXPECT("{status: 2xx}"), OK200,
	  "\"HTTP/1.1 300 M\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "a list of statuses", EXPECT("{status: [404, 200]}"), OK200,
	  "\"HTTP/1.1 403 F\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "not a class", EXPECT("{status: \"not 5xx\"}"), OK200,
	  "\"HTTP/1.1 500 E\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "any of several outcomes", EXPECT("[{status: 404}, {status: 200}]"), OK200, "close" },

	/* silence never passes unless asked for; each kind of end is a different fact */
	{ "no answer", EXPECT("{status: 200}"), NULL, "silence" },
	{ "a close", EXPECT("{closed: fin}"), "close", "reset" },
	{ "a reset", EXPECT("{closed: reset}"), "reset", "close" },
	{ "either end", EXPECT("{closed: any}"), "reset", "silence" },
	{ "a close after a byte is none", EXPECT("{closed: any}"), "close", "[\"H\", close]" },
	{ "a close after an answer is none", EXPECT("{closed: any}"), "close", "[" OK200 ", close]" },
	{ "silence that is asked for", EXPECT("{silence: 200ms}"), "silence", "close" },
	{ "silence broken by one byte", EXPECT("{silence: 200ms}"), "silence", "\"H\"" },
	{ "silence, then an answer too late", EXPECT("{silence: 200ms}"), "[{wait: 300ms}, " OK200 "]",
	  "[{wait: 100ms}, " OK200 "]" },
	{ "an answer or silence", EXPECT("[{status: 200}, {silence: 1s}]"), OK200, "close" },

	/* syntax */
	{ "a malformed response", EXPECT("{status: 200}"), OK200,
	  "\"HTTP/1.1 200\\r\\nContent-Length: 2\\r\\n\\r\\nok\"" },
	{ "a malformed response where faults are allowed", EXPECT("{status: 200, faults: allow}"),
	  "\"HTTP/1.1 200\\r\\nContent-Length: 2\\r\\n\\r\\nok\"", "\"HTTP/0.9\"" },
	{ "a response cut off", EXPECT("{status: 200}"), OK200,
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\", close]" },
	{ "octets that are no response have no status",
	  EXPECT("{status: \"not 2xx\", faults: allow}"), "\"<p>no\"", OK200 },
	{ "which needs to be allowed", EXPECT("[{status: 4xx}, {status: \"not 2xx\"}]"),
	  "\"HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n\"", "\"<p>no\"" },
	{ "a response that must be cut off", EXPECT("{status: 200, faults: cut}"),
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\", close]", OK200 },
	{ "chunks that must be cut off", EXPECT("{status: 200, faults: cut}"),
	  "[\"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nok\\r\\n\", close]",
	  "[\"HTTP/1.1 200 OK\\r\\n\\r\\nok\", close]" },
	{ "a response that never ends", EXPECT("{status: 200}"), OK200,
	  "\"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\"" },

	/* fields */
	{ "a field's whole value", EXPECT("{fields: {A: b c}}"),
	  "\"HTTP/1.1 204 N\\r\\na: b c\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: b\\r\\n\\r\\n\"" },
	{ "a field that must be there", EXPECT("{fields: {Date: {present: true}}}"),
	  "\"HTTP/1.1 204 N\\r\\nDate: x\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\n\\r\\n\"" },
	{ "a field that must not", EXPECT("{fields: {A: {absent: true}}}"), OK200,
	  "\"HTTP/1.1 204 N\\r\\na: b\\r\\n\\r\\n\"" },
	{ "a member of a list on two lines", EXPECT("{fields: {A: {has: c}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: b\\r\\na: d, C\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: b, cd\\r\\n\\r\\n\"" },
	{ "a count of lines", EXPECT("{fields: {A: {count: 1}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: b\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: b\\r\\nA: b\\r\\n\\r\\n\"" },
	{ "a date in its preferred form", EXPECT("{fields: {Date: {date: true}}}"),
	  "\"HTTP/1.1 204 N\\r\\nDate: Sun, 06 Nov 1994 08:49:37 GMT\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 204 N\\r\\nDate: Sunday, 06-Nov-94 08:49:37 GMT\\r\\n\\r\\n\"" },
	{ "a pattern", EXPECT("{fields: {A: {matches: \"^[0-9]+$\"}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: 12\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: 12x\\r\\n\\r\\n\"" },
	{ "a pattern that must be nowhere", EXPECT("{fields: {A: {lacks: \"(a|aa)+$\"}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: aab\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: baa\\r\\n\\r\\n\"" },
	{ "a pattern that nobody can tell of is not nowhere",
	  EXPECT("{fields: {A: {lacks: \"(a|aa)+$\"}}}"), NULL,
	  "\"HTTP/1.1 204 N\\r\\na: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\\r\\n\\r\\n\"" },
	{ "some line of several", EXPECT("{fields: {A: {any: {matches: \"^2$\"}}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: 1\\r\\na: 2\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: 1\\r\\na: 3\\r\\n\\r\\n\"" },
	{ "every line of several", EXPECT("{fields: {A: {all: {matches: \"^[12]$\"}}}}"),
	  "\"HTTP/1.1 204 N\\r\\na: 1\\r\\na: 2\\r\\n\\r\\n\"", "\"HTTP/1.1 204 N\\r\\na: 1\\r\\na: 3\\r\\n\\r\\n\"" },
	{ "a trailer", EXPECT("{trailers: {T: x}}"),
	  "\"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nT: x\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 200 OK\\r\\nT: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n\"" },

	/* content, framing, status line */
	{ "content", EXPECT("{content: ok}"), OK200, "\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nno\"" },
	{ "no content", EXPECT("{content: {empty: true}}"), "\"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\"", OK200 },
	{ "a size", EXPECT("{content: {size: 2}}"), OK200, "\"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "a part", EXPECT("{content: {has: k}}"), OK200, "\"HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\no\"" },
	{ "a digest",
	  EXPECT("{content: {sha256: 2689367b205c16ce32ed4200942b8b8b1e262dfc70d9bc9fbc77c49699a4f1df}}"),
	  OK200, "\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nno\"" },
	{ "JSON", EXPECT("{content: {json: {/a/1: x, /n: 5, /~1: true}}}"),
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 36\\r\\n\\r\\n\", '{\"a\": [0, \"x\"], \"n\": 5, \"/\": true}  ']",
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 36\\r\\n\\r\\n\", '{\"a\": [0, \"y\"], \"n\": 5, \"/\": true}  ']" },
	{ "the framing", EXPECT("{framing: chunked}"),
	  "\"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n\"", OK200 },
	{ "the version", EXPECT("{version: HTTP/1.1}"), OK200, "\"HTTP/1.0 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },
	{ "interim responses before it", EXPECT("{interim: [100]}"),
	  "\"HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 204 N\\r\\n\\r\\n\"", OK200 },
	{ "no interim response before it", EXPECT("{interim: []}"), OK200,
	  "\"HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 204 N\\r\\n\\r\\n\"" },
	{ "an interim response is no final one", EXPECT("{status: 2xx}"),
	  "\"HTTP/1.1 103 E\\r\\n\\r\\nHTTP/1.1 204 N\\r\\n\\r\\n\"", "\"HTTP/1.1 103 E\\r\\n\\r\\n\"" },
	{ "an outcome may be an interim one", EXPECT("[{status: 100}, {status: 417}]"),
	  "\"HTTP/1.1 100 Continue\\r\\n\\r\\n\"", OK200 },

	/* time */
	{ "within", EXPECT("{status: 200, within: 1s}"), "[{wait: 900ms}, " OK200 "]", "[{wait: 1100ms}, " OK200 "]" },
	{ "after", EXPECT("{status: 200, after: 1s}"), "[{wait: 1100ms}, " OK200 "]", "[{wait: 900ms}, " OK200 "]" },
	{ "a bound beyond the time-out", EXPECT("{status: 200, within: 9s}"), "[{wait: 8s}, " OK200 "]", "silence" },

	/* what the connection does next */
	{ "then closed", EXPECT("{status: 200, then: closed}"), "[" OK200 ", {wait: 2s}, close]", OK200 },
	{ "then closed, by a reset", EXPECT("{status: 200, then: closed}"), "[" OK200 ", reset]", OK200 },
	{ "then closed, but more comes first", EXPECT("{status: 200, then: closed}"), "[" OK200 ", close]",
	  "[" OK200 ", \"x\", close]" },
	{ "then open", EXPECT("{status: 200, then: open}"), OK200, "[" OK200 ", {wait: 100ms}, close]" },
	{ "too much of a response that said close, and its end", EXPECT("{status: 200, then: closed}"),
	  "[\"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nokay\", close]",
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nokay\", close]" },
	{ "another response behind it is not its end", EXPECT("{status: 200, then: closed}"),
	  "[\"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nok\", close]",
	  "[\"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nok\", " OK200 ", close]" },
	{ "one outcome asks, the other doesn't", EXPECT("[{status: 200, then: closed}, {status: 200, content: ok}]"),
	  OK200, "\"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n\"" },

	/* the other steps */
	{ "expect-interim", "[{" GET "}, {expect-interim: {status: 100, within: 1s}}]",
	  "\"HTTP/1.1 100 Continue\\r\\n\\r\\n\"", OK200 },
	{ "expect-interim in time", "[{" GET "}, {expect-interim: {status: 100, within: 1s}}]",
	  "[{wait: 900ms}, \"HTTP/1.1 100 C\\r\\n\\r\\n\"]", "[{wait: 1100ms}, \"HTTP/1.1 100 C\\r\\n\\r\\n\"]" },
	{ "expect-silence", "[{" GET "}, {expect-silence: 300ms}]", "silence", "\"H\"" },
	{ "expect-silence and a close", "[{" GET "}, {expect-silence: 300ms}]", "silence", "close" },
	{ "expect-open", "[{" GET "}, {expect-open: 300ms}]", "\"anything\"", "[{wait: 200ms}, close]" },
	{ "expect-close", "[{" GET "}, {expect-close: {within: 1s}}]", "[{wait: 500ms}, close]", "[{wait: 1100ms}, close]" },
	{ "expect-close is a FIN", "[{" GET "}, expect-close]", "close", "reset" },
	{ "expect-close by a reset", "[{" GET "}, {expect-close: {how: reset}}]", "reset", "close" },
	{ "expect-close, not before", "[{" GET "}, {expect-close: {after: 1s, within: 5s}}]",
	  "[{wait: 2s}, close]", "[{wait: 500ms}, close]" },
	{ "expect-close without a byte", "[{" GET "}, expect-close]", "close", "[\"x\", close]" },
	{ "repeat", "[{repeat: {times: 3, steps: [{" GET "}, {expect: {status: 200}}]}}]", OK200,
	  "{script: [" OK200 ", " OK200 "]}" },
	{ "a pipeline", "[{" GET "}, {" GET "}, {expect: {status: 200}}, {expect: {status: 404}}]",
	  "[" OK200 ", \"HTTP/1.1 404 N\\r\\nContent-Length: 0\\r\\n\\r\\n\"]",
	  "[\"HTTP/1.1 404 N\\r\\nContent-Length: 0\\r\\n\\r\\n\", " OK200 "]" },
	{ "an answer to HEAD has no content",
	  "[{request: {method: HEAD}}, {" GET "}, {expect: {status: 200, framing: none}}, {expect: {content: ok}}]",
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n\", " OK200 "]", "[" OK200 ", " OK200 "]" },
	{ "a capture", "[{" GET "}, {expect: {capture: {e: field ETag}}}, {request: {fields: [\"If-None-Match: ${e}\"]}},"
	  " {expect: {fields: {ETag: \"${e}\"}}}]",
	  "\"HTTP/1.1 204 N\\r\\nETag: \\\"x\\\"\\r\\n\\r\\n\"",
	  "{script: [\"HTTP/1.1 204 N\\r\\nETag: \\\"x\\\"\\r\\n\\r\\n\", \"HTTP/1.1 204 N\\r\\nETag: \\\"y\\\"\\r\\n\\r\\n\"]}" },
	{ "a slice of a captured content", "[{" GET "}, {expect: {capture: {full: content}}}, {" GET "},"
	  " {expect: {content: {slice-of: full, from: 1, to: 1}}}]",
	  "{script: [" OK200 ", \"HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nk\"]}", OK200 },
	{ "two connections", "[{" GET "}, {" GET ", on: b}, {expect: {status: 200}, on: b}, {expect: {status: 200}}]",
	  OK200, "{script: [" OK200 "], on: {b: [close]}}" },
	{ "the target is alive", "[{alive: true}]", OK200, "{script: [silence], on: {alive: [close]}}" },
	{ "lists of steps at once",
	  "[{parallel: [[{" GET ", on: a}, {expect: {status: 200}, on: a}],"
	  " [{" GET ", on: b}, {expect: {status: 200}, on: b}]]}]",
	  OK200, "{script: [silence], on: {a: [" OK200 "], b: [close]}}" },
	{ "they wait at the same time",
	  "[{parallel: [[{" GET ", on: a}, {expect: {status: 200}, on: a}, {expect-silence: 3s, on: a}],"
	  " [{" GET ", on: b}, {expect: {status: 200}, on: b}, {wait: 2s},"
	  " {expect-close: {within: 2s}, on: b}]]}]",
	  "{script: [silence], on: {a: [" OK200 "], b: [[" OK200 ", {wait: 3s}, close]]}}",
	  "{script: [silence], on: {a: [" OK200 "], b: [[" OK200 ", {wait: 5s}, close]]}}" },
	{ "a slow reader takes so many bytes at once",
	  "[{read: {rate: 1, every: 100ms}}, {" GET "}, {expect: {status: 204}}]",
	  "\"HTTP/1.1 204 N\\r\\n\\r\\n\"",
	  "\"HTTP/1.1 204 N\\r\\nA: 0123456789012345678901234567890123456789\\r\\n\\r\\n\"" },
	{ "a signal, where nobody is there to get it",
	  "[{" GET "}, {signal: TERM}, {expect: {status: 200}}]", OK200, "close" },
	{ "a connection closed while idle is tried again",
	  "[{" GET "}, {expect: {status: 200}}, {" GET "}, {expect: {status: 200}}]", OK200, "[" OK200 ", close]" },
};

static void outcomes(void **state)
{
	(void)state;
	rows_hold(row, ARRAY_SIZE(row));
}

static void wrong_proofs_are_seen(void **state)
{
	(void)state;
	turned_rows_are_seen(row, ARRAY_SIZE(row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes),
		cmocka_unit_test(wrong_proofs_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
