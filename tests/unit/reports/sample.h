#ifndef HTTPCHECK_TESTS_REPORTS_SAMPLE_H
#define HTTPCHECK_TESTS_REPORTS_SAMPLE_H

#include "base/cleanup.h"
#include "reports/result.h"

/* A small run with every verdict in it, as a runner would hand it over. */

#define SENT(at, bytes)     { EVENT_SENT, "main", (at) * USEC_PER_MS, SLICE(bytes), 0, "" }
#define RECEIVED(at, bytes) { EVENT_RECEIVED, "main", (at) * USEC_PER_MS, SLICE(bytes), 0, "" }
#define FACT(kind, at)      { (kind), "main", (at) * USEC_PER_MS, { 0 }, 0, "" }

static const struct event host_missing[] = {
	FACT(EVENT_CONNECTED, 0),
	SENT(0, "GET / HTTP/1.1\r\n\r\n"),
	RECEIVED(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
	FACT(EVENT_CLOSED, 2),
};

static const struct event framing_both[] = {
	{ EVENT_CONNECTED, "main", 0, { 0 }, 0, "" },
	{ EVENT_SENT, "main", 0,
	  SLICE("POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"), 0, "" },
	{ EVENT_RECEIVED, "main", 3 * USEC_PER_MS,
	  SLICE("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
		"Content-Length: 70000\r\n\r\n"
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xf7"
		"\x1b[2Jpwned"), 69971, "" },
	{ EVENT_CONNECTED, "probe", 4 * USEC_PER_MS, { 0 }, 0, "" },
	{ EVENT_SENT, "probe", 4 * USEC_PER_MS, SLICE("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0, "" },
	{ EVENT_RESET, "main", 5 * USEC_PER_MS, { 0 }, 0, "" },
	{ EVENT_TIMEOUT, "probe", 5004 * USEC_PER_MS, { 0 }, 0, "no response within 5 s" },
};

static const struct event date_missing[] = {
	SENT(0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	RECEIVED(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
};

static const struct clause clause_host[] = {
	{ "RFC9112-3.2-6", "MUST",
	  "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request "
	  "message that lacks a Host header field and to any request message that contains more "
	  "than one Host header field line or a Host header field with an invalid field value.",
	  LEVEL_MUST },
};

static const struct clause clause_both[] = {
	{ "RFC9112-6.1-13", "MUST",
	  "Regardless, the server MUST close the connection after responding to such a request.",
	  LEVEL_MUST },
	{ "RFC9112-6.1", "", "", LEVEL_MUST },
};

static const struct clause clause_method[] = {
	{ "RFC9110-9.1-4", "SHOULD",
	  "An origin server that receives a request method that is unrecognized or not implemented "
	  "SHOULD respond with the 501 (Not Implemented) status code.", LEVEL_SHOULD },
};

static const struct clause clause_date[] = {
	{ "RFC9110-6.6.1-3", "MUST",
	  "An origin server with a clock MUST generate a Date header field in all 2xx "
	  "(Successful), 3xx (Redirection), and 4xx (Client Error) responses.", LEVEL_MUST },
};

static const char *const security[] = { "security", "smuggling" };

#define TARGET "http://127.0.0.1:8080"

static const struct result sample_results[] = {
	{
		.id = "conditional/if-match-stale", .theme = "conditional",
		.title = "PUT with a stale If-Match leaves the resource alone", .why = "",
		.place = { "cases/conditional/if-match.yaml", 9, 5 }, .level = LEVEL_MUST,
		.verdict = VERDICT_SKIP, .reason = "the profile has no resource 'upload'",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "framing/both-lengths", .theme = "framing",
		.title = "after Content-Length with Transfer-Encoding the connection is closed",
		.why = "Who believes the one and who believes the other sees different requests.",
		.place = { "cases/framing/both.yaml", 21, 5 },
		.clauses = clause_both, .nclauses = 2, .level = LEVEL_MUST,
		.tags = security, .ntags = 2,
		.verdict = VERDICT_ERROR, .reason = "the target answers no more",
		.expected = "a response to the probe", .seen = "nothing within 5 s",
		.failed_at = { "cases/framing/both.yaml", 29, 9 },
		.replay = "httpcheck run cases/framing/both.yaml:21 --target " TARGET,
		.duration = 5004 * USEC_PER_MS, .attempts = 2, .expectations = 3,
		.events = framing_both, .nevents = ARRAY_SIZE(framing_both),
	},
	{
		.id = "framing/chunk-extension", .theme = "framing",
		.title = "a chunk extension is ignored", .why = "",
		.place = { "cases/framing/chunked.yaml", 12, 5 }, .level = LEVEL_MUST,
		.verdict = VERDICT_INCONCLUSIVE,
		.reason = "the control: chunked content without extension was answered with 411",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "framing/upper-case-size", .theme = "framing",
		.title = "a chunk size in upper-case hexadecimal digits is read like one in "
			 "lower case",
		.why = "",
		.place = { "cases/framing/chunked.yaml", 40, 5 }, .level = LEVEL_MUST,
		.verdict = VERDICT_INCONCLUSIVE,
		.reason = "the control: chunked content without extension was answered with 411",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "host/accepted", .theme = "host",
		.title = "a request with one Host is answered",
		.why = "", .place = { "cases/host/host.yaml", 8, 5 },
		.clauses = clause_host, .nclauses = 1, .level = LEVEL_MUST,
		.verdict = VERDICT_PASS, .flaky = true, .expected = "", .seen = "",
		.reason = "flaky: passed in try 2; the first: expected 200, saw 503",
		.replay = "httpcheck run cases/host/host.yaml:8 --target " TARGET,
		.duration = 2 * USEC_PER_MS, .attempts = 1, .expectations = 1,
		.events = host_missing, .nevents = ARRAY_SIZE(host_missing),
	},
	{
		.id = "host/missing", .theme = "host",
		.title = "a request without Host is refused with 400",
		.why = "Two parties that guess different hosts can be played off against "
		       "each other.",
		.place = { "cases/host/host.yaml", 17, 5 },
		.clauses = clause_host, .nclauses = 1, .level = LEVEL_MUST,
		.verdict = VERDICT_FAIL, .reason = "no outcome of the expectation holds",
		.expected = "status 400", .seen = "status 200",
		.failed_at = { "cases/host/host.yaml", 23, 9 },
		.replay = "httpcheck run cases/host/host.yaml:17 --target " TARGET,
		.duration = 2345, .attempts = 1, .expectations = 1,
		.events = host_missing, .nevents = ARRAY_SIZE(host_missing),
	},
	{
		.id = "host/two", .theme = "host",
		.title = "a request with two Host fields is refused with 400", .why = "",
		.place = { "cases/host/host.yaml", 31, 5 },
		.clauses = clause_host, .nclauses = 1, .level = LEVEL_MUST,
		.verdict = VERDICT_FAIL, .reason = "no outcome of the expectation holds",
		.expected = "status 400", .seen = "status 200",
		.failed_at = { "cases/host/host.yaml", 37, 9 },
		.known = "issue 12: the old parser takes the first one",
		.replay = "httpcheck run cases/host/host.yaml:31 --target " TARGET,
		.duration = 1200, .attempts = 1, .expectations = 1,
	},
	{
		.id = "methods/put-if-match", .theme = "methods",
		.title = "PUT is guarded", .why = "",
		.place = { "cases/methods/put.yaml", 8, 5 }, .level = LEVEL_SHOULD,
		.verdict = VERDICT_SKIP, .reason = "the profile has no resource 'upload'",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "methods/trace", .theme = "methods", .title = "TRACE is answered", .why = "",
		.place = { "cases/methods/trace.yaml", 8, 5 }, .level = LEVEL_MAY,
		.verdict = VERDICT_INFO, .reason = "TRACE is refused with 405",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "methods/unknown", .theme = "methods",
		.title = "an unknown method is answered with 501", .why = "",
		.place = { "cases/methods/unknown.yaml", 8, 5 },
		.clauses = clause_method, .nclauses = 1, .level = LEVEL_SHOULD,
		.verdict = VERDICT_WARN, .reason = "",
		.expected = "status 501", .seen = "status 405",
		.failed_at = { "cases/methods/unknown.yaml", 14, 9 },
		.replay = "httpcheck run cases/methods/unknown.yaml:8 --target " TARGET,
		.duration = 900, .attempts = 1, .expectations = 1,
	},
	{
		.id = "methods/who-answers-options", .theme = "methods",
		.title = "OPTIONS * is answered", .why = "",
		.place = { "cases/methods/options.yaml", 8, 5 }, .level = LEVEL_MAY,
		.verdict = VERDICT_INFO,
		.reason = "OPTIONS * is answered with 200, an Allow field that names seven "
			  "methods, and no content",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "ranges/first-bytes", .theme = "ranges",
		.title = "bytes=0-4 gives five bytes", .why = "",
		.place = { "cases/ranges/first.yaml", 8, 5 }, .level = LEVEL_MAY,
		.verdict = VERDICT_SKIP, .reason = "the profile has no resource 'range'",
		.expected = "", .seen = "", .replay = "",
	},
	{
		.id = "rules/allow-with-405", .theme = "rules",
		.title = "a 405 names the methods allowed",
		.why = "", .level = LEVEL_MUST, .verdict = VERDICT_PASS, .reason = "",
		.expected = "", .seen = "", .replay = "", .times_seen = 1,
	},
	{
		.id = "rules/date-present", .theme = "rules",
		.title = "a response carries Date", .why = "",
		.clauses = clause_date, .nclauses = 1, .level = LEVEL_MUST,
		.verdict = VERDICT_FAIL, .reason = "first seen in host/missing",
		.expected = "a Date field", .seen = "no Date field",
		.replay = "httpcheck run cases/ --filter host/missing --target " TARGET,
		.times_seen = 12, .times_broken = 9, .first_case = "host/missing",
		.events = date_missing, .nevents = ARRAY_SIZE(date_missing),
	},
	{
		.id = "rules/retry-after-syntax", .theme = "rules",
		.title = "Retry-After is a date or a number", .why = "", .level = LEVEL_MUST,
		.verdict = VERDICT_SKIP, .reason = "no response had it", .expected = "", .seen = "",
		.replay = "",
	},
};

static const char *const covers_host[] = { "host/accepted", "host/missing", "host/two" };

static const struct clause clause_gateway = {
	"RFC9110-7.6.3-3", "MUST", "A proxy MUST send an appropriate Via header field.", LEVEL_MUST,
};

static const struct covered sample_coverage[] = {
	{ clause_method, COVERAGE_MISSING, "", NULL, 0 },
	{ &clause_gateway, COVERAGE_UNTESTABLE, "binds a proxy", NULL, 0 },
	{ clause_host, COVERAGE_COVERED, "", covers_host, ARRAY_SIZE(covers_host) },
};

static const struct stale_entry sample_stale[] = {
	{ "host/accepted", { "baseline.yaml", 4, 3 }, "passes now" },
	{ "methods/gone", { "baseline.yaml", 9, 3 }, "no such case" },
};

static const char *const sample_options[] = {
	"cases/", "--target", TARGET, "--baseline", "baseline.yaml",
};

static const struct run sample_run = {
	.program = "httpcheck 0.1.0", .target = TARGET,
	.target_note = "bundled httpcheck-server, model iterative", .serial = true,
	.cases_path = "cases/", .started = 1769851800,   /* 2026-01-31 09:30:00 UTC */
	.duration = 5012 * USEC_PER_MS,
	.options = sample_options, .noptions = ARRAY_SIZE(sample_options),
	.results = sample_results, .count = ARRAY_SIZE(sample_results),
	.coverage = sample_coverage, .ncoverage = ARRAY_SIZE(sample_coverage),
	.stale = sample_stale, .nstale = ARRAY_SIZE(sample_stale),
};

/* The same run under --strict and --strict-baseline: all that may fail it does. */
static inline struct run sample_strict_run(void)
{
	struct run run = sample_run;

	run.fail_on = FAIL_ON_ANY;
	run.strict_baseline = true;
	return run;
}

#endif
