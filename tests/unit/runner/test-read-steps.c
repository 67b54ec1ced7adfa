#include "read-suite.h"

#include "runner/bytes.h"

#include <signal.h>

/* Steps and outcomes of the case reader. */

static struct suite *read_steps_ok(const struct catalogue *c, const char *steps)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

	(void)buffer_printf(&yaml, FILE_HEAD CASE_HEAD CASE_PROOF "   needs: [timeouts.idle]\n"
				   "   steps:\n%s", steps);
	return read_suite_ok(c, buffer_str(&yaml));
}

static bool is_text(const struct text *t, const char *want)
{
	return slice_is(t->raw, want);
}

static bool is_bytes(const struct bytes *b, const char *want)
{
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(65536);

	return bytes_expand(b, NULL, &got, NULL) == 0 && strcmp(buffer_str(&got), want) == 0;
}

/* ---- the verbs ---- */

static void bare_words(void **state)
{
	static const struct {
		const char *step;
		enum step_verb verb;
	} row[] = {
		{ "half-close", STEP_HALF_CLOSE },
		{ "close", STEP_CLOSE },
		{ "abort", STEP_ABORT },
		{ "alive", STEP_ALIVE },
		{ "expect-close", STEP_EXPECT_CLOSE },
		{ "{half-close: }", STEP_HALF_CLOSE },
		{ "{abort: true}", STEP_ABORT },
		{ "{alive: true}", STEP_ALIVE },
		{ "{expect-close: }", STEP_EXPECT_CLOSE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer steps = BUFFER_INIT(256);

		(void)buffer_printf(&steps, "   - %s\n", row[i].step);

		struct suite *s = read_steps_ok(*state, buffer_str(&steps));

		assert_int_equal(s->cases[0].nsteps, 1);
		assert_int_equal(s->cases[0].steps[0].verb, row[i].verb);
		assert_string_equal(s->cases[0].steps[0].on, "main");
		suite_free(s);
	}
}

static void names_of_the_verbs(void **state)
{
	(void)state;
	assert_string_equal(step_verb_name(STEP_SEND), "send");
	assert_string_equal(step_verb_name(STEP_EXPECT_INTERIM), "expect-interim");
	assert_string_equal(step_verb_name(STEP_ALIVE), "alive");
	for (int v = 0; v < STEP_VERBS; v++)
		assert_non_null(step_verb_name((enum step_verb)v));
}

static void sends(void **state)
{
	struct suite *s = read_steps_ok(*state, "   - send: a\n"
						"   - send: [a, b]\n"
						"     on: b\n"
						"     pieces: [3, 5, 2]\n"
						"     every: ${timeouts.idle} - 100ms\n"
						"   - {send: \"\", pieces: 1}\n");
	const struct step *step = s->cases[0].steps;

	assert_int_equal(s->cases[0].nsteps, 3);
	assert_true(is_bytes(&step[0].send, "a"));
	assert_int_equal(step[0].npieces, 0);
	assert_null(step[0].every.text.raw.at);
	assert_true(is_bytes(&step[1].send, "ab"));
	assert_string_equal(step[1].on, "b");
	assert_int_equal(step[1].npieces, 3);
	assert_int_equal(step[1].pieces[0], 3);
	assert_int_equal(step[1].pieces[2], 2);
	assert_true(is_text(&step[1].every.text, "${timeouts.idle} - 100ms"));
	assert_true(is_bytes(&step[2].send, ""));
	assert_int_equal(step[2].npieces, 1);
	assert_int_equal(step[1].place.line, 11);
	assert_int_equal(step[1].place.column, 6);
	assert_int_equal(s->cases[0].connections, 2);
	suite_free(s);
}

static void request_fields(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - request: {}\n"
			"   - request:\n"
			"       method: PUT\n"
			"       target: ${get}?a\n"
			"       version: HTTP/1.0\n"
			"       fields: {Accept: text/html, X: [a, b], \"Y\\xff\": \"\"}\n"
			"       content: [a, {hex: '62'}]\n"
			"       add: none\n"
			"     pieces: 1\n"
			"   - request: {fields: [\"A: b\", C],\n"
			"               chunked: [a, [b, c], {hex: '64'}]}\n");
	const struct request_spec *r = &s->cases[0].steps[0].request;

	assert_null(r->method.raw.at);
	assert_null(r->target.raw.at);
	assert_null(r->version.raw.at);
	assert_false(r->has_content || r->chunked || r->add_nothing);
	assert_int_equal(r->nfields, 0);

	r = &s->cases[0].steps[1].request;
	assert_true(is_text(&r->method, "PUT"));
	assert_true(is_text(&r->target, "${get}?a"));
	assert_true(is_text(&r->version, "HTTP/1.0"));
	assert_int_equal(r->nfields, 4);
	assert_true(is_text(&r->fields[0], "Accept: text/html"));
	assert_true(is_text(&r->fields[1], "X: a"));
	assert_true(is_text(&r->fields[2], "X: b"));
	assert_true(is_text(&r->fields[3], "Y\xff: "));
	assert_true(r->has_content && r->add_nothing);
	assert_true(is_bytes(&r->content, "ab"));
	assert_int_equal(s->cases[0].steps[1].npieces, 1);

	r = &s->cases[0].steps[2].request;
	assert_int_equal(r->nfields, 2);
	assert_true(is_text(&r->fields[0], "A: b"));
	assert_true(is_text(&r->fields[1], "C"));
	assert_true(r->chunked);
	assert_false(r->has_content);
	assert_int_equal(r->nchunks, 3);
	assert_true(is_bytes(&r->chunks[1], "bc"));
	assert_true(is_bytes(&r->chunks[2], "d"));
	suite_free(s);
}

static void what_leaves_together(void **state)
{
	static const struct {
		const char *step;
		size_t pipeline;
		bool ends;
	} row[] = {
		{ "request: {}", 2, false },
		{ "request: {content: a}", 0, false },
		{ "{request: {}, on: b}", 1, false },
		{ "{request: {}, on: b, pieces: 1}", 1, false },
		{ "{request: {}, on: b}", 1, false },
		{ "send: a", 1, true },
		{ "half-close", 1, false },
		{ "request: {}", 1, false },
		{ "{half-close: , on: b}", 1, false },
		{ "{send: a, pieces: 1}", 1, false },
		{ "half-close", 1, false },
		{ "{request: {}, on: b}", 2, true },
		{ "{request: {}, on: b}", 0, false },
		{ "{half-close: , on: b}", 1, false },
	};
	struct buffer yaml = BUFFER_INIT(4096);

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		(void)buffer_printf(&yaml, "   - %s\n", row[i].step);

	struct suite *s = read_steps_ok(*state, buffer_str(&yaml));

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		print_message("  %s\n", row[i].step);
		assert_int_equal(s->cases[0].steps[i].pipeline, row[i].pipeline);
		assert_int_equal(s->cases[0].steps[i].ends, row[i].ends);
	}
	suite_free(s);
	buffer_release(&yaml);
}

static void waits(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - expect-interim: {status: 100, within: 1s}\n"
			"   - expect-interim: {status: 1xx}\n"
			"   - expect-silence: 300ms\n"
			"   - expect-close: {within: 5s, after: 1s, how: reset}\n"
			"   - {expect-open: 300ms, on: b}\n"
			"   - wait: 2s\n"
			"   - connect: {as: c, unix: /run/x.sock, source: 127.0.0.2}\n"
			"   - repeat: {times: 20, steps: [{send: a, on: d}, half-close]}\n");
	const struct step *step = s->cases[0].steps;

	assert_int_equal(step[0].interim.low, 100);
	assert_int_equal(step[0].interim.high, 100);
	assert_true(is_text(&step[0].within.text, "1s"));
	assert_int_equal(step[1].interim.high, 199);
	assert_null(step[1].within.text.raw.at);
	assert_true(is_text(&step[2].time.text, "300ms"));
	assert_true(is_text(&step[3].within.text, "5s"));
	assert_true(is_text(&step[3].after.text, "1s"));
	assert_int_equal(step[3].how, ENDING_RESET);
	assert_string_equal(step[4].on, "b");
	assert_int_equal(step[5].verb, STEP_WAIT);
	assert_true(is_text(&step[5].time.text, "2s"));
	assert_string_equal(step[6].on, "c");
	assert_string_equal(step[6].connect_unix, "/run/x.sock");
	assert_true(is_text(&step[6].source, "127.0.0.2"));
	assert_int_equal(step[7].times, 20);
	assert_int_equal(step[7].nsteps, 2);
	assert_int_equal(step[7].steps[1].verb, STEP_HALF_CLOSE);
	assert_int_equal(s->cases[0].connections, 4);        /* main, b, c, d */
	suite_free(s);
}

static void slow_readers_and_signals(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - read: {rate: 1KiB, every: 100ms, window: 4KiB}\n"
			"     on: b\n"
			"   - read: {window: 1}\n"
			"   - signal: STOP\n"
			"   - {repeat: {times: 2, steps: [{signal: CONT}]}}\n");
	const struct test_case *c = &s->cases[0];

	assert_int_equal(c->steps[0].verb, STEP_READ);
	assert_int_equal(c->steps[0].rate, 1024);
	assert_true(is_text(&c->steps[0].every.text, "100ms"));
	assert_int_equal(c->steps[0].window, 4096);
	assert_string_equal(c->steps[0].on, "b");
	assert_int_equal(c->steps[1].rate, 0);
	assert_int_equal(c->steps[1].window, 1);
	assert_int_equal(c->steps[2].signal, SIGSTOP);
	assert_int_equal(c->steps[3].steps[0].signal, SIGCONT);
	assert_int_equal(c->connections, 2);
	assert_int_equal(c->nneeds, 2);
	assert_string_equal(c->needs[1], "exec");            /* a signal needs it */
	suite_free(s);
}

/* Lists have connections of their own; what one captures the others don't see. */
static void lists_at_once(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - {send: a, on: idle}\n"
			"   - parallel:\n"
			"       - [{request: {}}, {expect: {capture: {e: status}}}, {send: '${e}'}]\n"
			"       - [{request: {}}, {request: {}, on: b}]\n"
			"       - [{request: {}}]\n"
			"   - {request: {}}\n");
	const struct step *step = &s->cases[0].steps[1];

	assert_int_equal(step->verb, STEP_PARALLEL);
	assert_int_equal(step->nlists, 3);
	assert_int_equal(step->lists[0].count, 3);
	assert_int_equal(step->lists[1].count, 2);
	assert_string_equal(step->lists[1].list[1].on, "b");
	/* idle, and main, main and b, main; the last step's main comes when these are gone,
	 * but their connections stay open until the case ends */
	assert_int_equal(s->cases[0].connections, 5);
	suite_free(s);
	read_suite_bad(*state, "a capture of another list",
		       FILE_HEAD CASE_HEAD CASE_PROOF
		       "   steps:\n"
		       "   - parallel: [[{expect: {capture: {e: status}}}], [{send: '${e}'}]]\n",
		       "9:61: unknown variable 'e'");
	read_suite_bad(*state, "a capture of a list that has ended",
		       FILE_HEAD CASE_HEAD CASE_PROOF
		       "   steps:\n"
		       "   - parallel: [[{expect: {capture: {e: status}}}], [alive]]\n"
		       "   - {send: '${e}'}\n",
		       "10:13: unknown variable 'e'");
}

static void tls_of_a_connection(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - connect: {as: b, tls: {name: a.example, version: 1.2, verify: false}}\n"
			"   - connect: {as: c}\n"
			"   - connect: {as: d, tls: {}}\n");
	const struct step *step = s->cases[0].steps;

	assert_true(step[0].tls.given);
	assert_string_equal(step[0].tls.name, "a.example");
	assert_string_equal(step[0].tls.version, "1.2");
	assert_true(step[0].tls.unverified);
	assert_false(step[1].tls.given);
	assert_true(step[2].tls.given);
	assert_false(step[2].tls.unverified);
	suite_free(s);
}

static void clients(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - client: {expect: {}}\n"
			"   - client:\n"
			"       method: PUT\n"
			"       url: ${get}?a\n"
			"       fields: {Accept: [a, b]}\n"
			"       content: [a, {hex: '62'}]\n"
			"       http: 1.0\n"
			"       follow: 5\n"
			"       compressed: true\n"
			"       cookies: true\n"
			"       user: a:b\n"
			"       tls: {verify: false}\n"
			"       expect:\n"
			"         - {status: 200, content: x, redirects: 0, http: 2, reused: true,\n"
			"            capture: {e: status}}\n"
			"         - {error: tls, by: RFC9112-9.5-1}\n"
			"   - {client: {fields: {X: '${e}'}, expect: {reused: false}}}\n");
	const struct client_spec *c = s->cases[0].steps[0].client;

	assert_int_equal(s->cases[0].steps[0].verb, STEP_CLIENT);
	assert_null(c->method.raw.at);
	assert_null(c->url.raw.at);
	assert_int_equal(c->http + (int)c->follow, 0);
	assert_false(c->compressed || c->cookies || c->has_content || c->tls.given);
	assert_int_equal(c->outcomes[0].redirects, UINT64_MAX);
	assert_int_equal(c->outcomes[0].http, 0);
	assert_int_equal(c->outcomes[0].reused, REUSE_ANY);
	assert_int_equal(c->outcomes[0].error, CLIENT_FINE);

	c = s->cases[0].steps[1].client;
	assert_true(is_text(&c->method, "PUT"));
	assert_true(is_text(&c->url, "${get}?a"));
	assert_int_equal(c->fields.count, 2);
	assert_true(is_text(&c->fields.list[1], "Accept: b"));
	assert_true(is_bytes(&c->content, "ab"));
	assert_int_equal(c->http, 10);
	assert_int_equal(c->follow, 5);
	assert_true(c->compressed && c->cookies && c->has_content);
	assert_true(is_text(&c->user, "a:b"));
	assert_true(c->tls.unverified);
	assert_int_equal(c->noutcomes, 2);
	assert_int_equal(c->outcomes[0].response.nstatuses, 1);
	assert_int_equal(c->outcomes[0].response.ncontent, 1);
	assert_int_equal(c->outcomes[0].redirects, 0);
	assert_int_equal(c->outcomes[0].http, 20);
	assert_int_equal(c->outcomes[0].reused, REUSE_YES);
	assert_int_equal(c->outcomes[1].error, CLIENT_TLS);
	assert_string_equal(c->outcomes[1].response.by, "RFC9112-9.5-1");
	assert_int_equal(s->cases[0].steps[2].client->outcomes[0].reused, REUSE_NO);
	assert_int_equal(s->cases[0].connections, 1);
	suite_free(s);
}

static void an_origin(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - origin: {}\n"
			"   - origin:\n"
			"       from: 0\n"
			"       expect: [{method: GET, fields: {Via: {present: true}}}, {target: /a}]\n"
			"       answers: [close, [\"HTTP/1.1 200 OK\\r\\n\\r\\n\", {wait: 1s}, reset]]\n");
	const struct test_case *c = &s->cases[0];
	const struct origin_spec *o = c->steps[0].origin;

	assert_int_equal(c->steps[0].verb, STEP_ORIGIN);
	assert_int_equal(o->from, 1);
	assert_int_equal(o->at_most, 1);
	assert_int_equal(o->nrequests + o->nanswers, 0);
	o = c->steps[1].origin;
	assert_int_equal(o->from, 0);
	assert_int_equal(o->at_most, 2);
	assert_int_equal(o->nrequests, 2);
	assert_non_null(o->requests[0].method);
	assert_int_equal(o->requests[0].message.nfields, 1);
	assert_non_null(o->requests[1].target);
	assert_int_equal(o->nanswers, 2);
	assert_int_equal(o->answers[0].parts[0].kind, ANSWER_CLOSE);
	assert_int_equal(o->answers[1].nparts, 3);
	assert_string_equal(c->needs[c->nneeds - 1], "origin");
	assert_int_equal(c->connections, 0);         /* it is the target that connects */
	suite_free(s);
}

static void datagrams(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - udp: {port: 1900, send: a, expect: {}}\n"
			"   - udp:\n"
			"       to: broadcast\n"
			"       port: 19${host}\n"
			"       send: [a, b]\n"
			"       again: 50ms\n"
			"       expect: {within: 300ms, from: 0, at-most: 2, matches: [a, b]}\n");
	const struct udp_spec *u = s->cases[0].steps[0].udp;

	assert_int_equal(s->cases[0].steps[0].verb, STEP_UDP);
	assert_null(u->to.raw.at);
	assert_true(is_text(&u->port, "1900"));
	assert_null(u->within.text.raw.at);
	assert_null(u->again.text.raw.at);
	assert_int_equal(u->from, 1);
	assert_int_equal(u->at_most, UINT64_MAX);
	assert_int_equal(u->nanswers, 0);
	u = s->cases[0].steps[1].udp;
	assert_true(is_text(&u->to, "broadcast"));
	assert_true(is_bytes(&u->send, "ab"));
	assert_true(is_text(&u->within.text, "300ms"));
	assert_true(is_text(&u->again.text, "50ms"));
	assert_int_equal(u->from, 0);
	assert_int_equal(u->at_most, 2);
	assert_int_equal(u->nanswers, 2);
	assert_int_equal(u->answers[1].kind, MATCH_REGEX);
	assert_int_equal(s->cases[0].connections, 0);        /* none of TCP */
	suite_free(s);
	s = read_steps_ok(*state, "   - parallel:\n"
				  "       - [udp: {port: 1900, send: a, expect: {}}, request: {}, expect: {}]\n"
				  "       - [udp: {port: 1900, send: a, expect: {}}]\n");
	assert_int_equal(s->cases[0].connections, 1);
	suite_free(s);
}

/* Holds no place: a lane, and nothing but datagrams. */
static void apart(void **state)
{
	static const struct {
		const char *lane, *steps;
		bool want;
	} row[] = {
		{ "   exclusive: a\n", "   - udp: {port: 1, send: a, expect: {}}\n   - wait: 1s\n", true },
		{ "   exclusive: a\n", "   - parallel: [[udp: {port: 1, send: a, expect: {}}], [wait: 1s]]\n", true },
		{ "   exclusive: a\n", "   - parallel: [[udp: {port: 1, send: a, expect: {}}], [alive]]\n", false },
		{ "   exclusive: a\n", "   - repeat: {times: 2, steps: [alive]}\n", false },
		{ "   exclusive: a\n   hostile: true\n", "   - udp: {port: 1, send: a, expect: {}}\n", false },
		{ "   exclusive: a\n   control: [alive]\n", "   - udp: {port: 1, send: a, expect: {}}\n", false },
		{ "   exclusive: true\n", "   - udp: {port: 1, send: a, expect: {}}\n", false },
		{ "", "   - udp: {port: 1, send: a, expect: {}}\n", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

		(void)buffer_printf(&yaml, FILE_HEAD CASE_HEAD CASE_PROOF "%s   steps:\n%s", row[i].lane,
				    row[i].steps);

		struct suite *s = read_suite_ok(*state, buffer_str(&yaml));

		print_message("  %s%s", row[i].lane, row[i].steps);
		assert_int_equal(s->cases[0].apart, row[i].want);
		suite_free(s);
	}
}

/* ---- what is wrong with steps; the list begins at 10:4 ---- */

static void read_steps_bad(const struct catalogue *c, const struct bad_row *row)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

	(void)buffer_printf(&yaml, FILE_HEAD CASE_HEAD CASE_PROOF "   needs: [timeouts.idle]\n"
				   "   steps:\n   - %s\n", row->yaml);
	read_suite_bad(c, row->why, buffer_str(&yaml), row->want);
}

static void bad_steps(void **state)
{
	static const struct bad_row row[] = {
		{ "a misspelt step", "{sned: a}",
		  "10:7: unknown step 'sned', did you mean 'send'?" },
		{ "a misspelt word", "half-clsoe",
		  "10:6: unknown step 'half-clsoe', did you mean 'half-close'?" },
		{ "nothing like it", "{xyzzy: a}", "10:7: unknown step 'xyzzy'" },
		{ "a list", "[send, a]", "10:6: a step must be a mapping of keys to values" },
		{ "an empty one", "{}", "10:6: a step without a verb" },
		{ "only beside a verb", "{on: a}", "10:6: a step without a verb" },
		{ "two verbs", "{send: a, close: }",
		  "10:16: a step has one verb, this one has 'send' and 'close'" },
		{ "a misspelt key", "{send: a, peices: 1}",
		  "10:16: unknown key 'peices' in step 'send', did you mean 'pieces'?" },
		{ "pieces of a wait", "{wait: 1s, pieces: 1}",
		  "10:17: 'pieces' cannot stand beside 'wait'" },
		{ "on of alive", "{alive: true, on: b}",
		  "10:20: 'on' cannot stand beside 'alive'" },
		{ "on of connect", "{connect: {as: b}, on: c}",
		  "10:25: 'on' cannot stand beside 'connect'" },
		{ "a value that is missing", "{expect: }", "10:15: step 'expect' needs a value" },
		{ "a word that wants a value", "send", "10:6: step 'send' needs a value" },
		{ "a value that must not be", "{close: fin}",
		  "10:14: 'close' must be true, not 'fin'" },
		{ "read of nothing", "{read: {}}",
		  "10:13: step 'read' needs 'rate' or 'window'" },
		{ "a rate of what time", "{read: {rate: 1KiB}}",
		  "10:13: 'rate' and 'every' go together" },
		{ "a time for what rate", "{read: {every: 1s, window: 1KiB}}",
		  "10:13: 'rate' and 'every' go together" },
		{ "a reader that never reads", "{read: {rate: 0, every: 1s}}",
		  "10:13: a slow reader reads at least one byte" },
		{ "parallel of one list", "{parallel: [[alive]]}",
		  "10:17: 'parallel' has at least two lists" },
		{ "parallel of steps", "{parallel: [alive, alive]}",
		  "10:18: 'parallel' must be a list\n10:25: 'parallel' must be a list" },
		{ "parallel of nothing", "{parallel: [[alive], []]}",
		  "10:27: 'parallel' without a step" },
		{ "wrong in a list", "{parallel: [[alive], [{snd: a}]]}",
		  "10:29: unknown step 'snd', did you mean 'send'?" },
		{ "an unknown signal", "{signal: SIGTERM}",
		  "10:15: 'signal' must be TERM, INT, HUP, QUIT, KILL, USR1, USR2, STOP or CONT, "
		  "not 'SIGTERM'" },
		{ "a misspelt key of tls", "{connect: {as: b, tls: {crt: a}}}",
		  "10:30: unknown key 'crt' in 'tls', did you mean 'cert'?" },
		{ "a certificate without a key", "{connect: {as: b, tls: {key: /etc/passwd}}}",
		  "10:29: 'cert' and 'key' go together\n"
		  "10:35: '/etc/passwd' is not beside the case file" },
		{ "an old version of TLS", "{connect: {as: b, tls: {version: '1.1'}}}",
		  "10:39: 'version' must be 1.2 or 1.3, not '1.1'" },
		{ "a client without expect", "{client: {url: a}}",
		  "10:15: step 'client' needs 'expect'" },
		{ "a client of nothing", "{client: {expect: []}}",
		  "10:24: 'expect' without an outcome" },
		{ "an HTTP there is not", "{client: {http: 3, expect: {}}}",
		  "10:22: 'http' must be 1.0, 1.1 or 2, not '3'" },
		{ "redirects for ever", "{client: {follow: 51, expect: {}}}",
		  "10:24: 'follow' is at most 50" },
		{ "what an application does not see", "{client: {expect: {then: open}}}",
		  "10:25: unknown key 'then' in an outcome of 'client'" },
		{ "an unknown error", "{client: {expect: {error: tsl}}}",
		  "10:32: 'error' must be connect, tls, timeout, closed, cut, protocol, decoding, "
		  "redirects or any, not 'tsl'" },
		{ "an error with a status", "{client: {expect: {error: tls, status: 200}}}",
		  "10:37: unknown key 'status' in the outcome 'error'" },
		{ "on of a client", "{client: {expect: {}}, on: b}",
		  "10:29: 'on' cannot stand beside 'client'" },
		{ "udp to no port", "{udp: {send: a, expect: {}}}",
		  "10:12: step 'udp' needs 'port'" },
		{ "a discovery not needed",
		  "{udp: {port: '${discovery.port}', send: a, expect: {}}}",
		  "10:19: uses ${discovery.port} but does not need 'discovery'" },
		{ "bounds that cross", "{udp: {port: 1, send: a, expect: {from: 2, at-most: 1}}}",
		  "10:39: 'from' is more than 'at-most'" },
		{ "an origin of nothing", "{origin: }", "10:15: step 'origin' needs a value" },
		{ "an origin with two kinds of answers", "{origin: {answer: a, answers: [b]}}",
		  "10:15: 'answer' or 'answers', not both" },
		{ "more requests than may come", "{origin: {from: 2}}",
		  "10:15: 'from' is more than 'at-most'" },
		{ "a request with a status", "{origin: {expect: {status: 200}}}",
		  "10:25: unknown key 'status' in 'expect' of step 'origin'" },
		{ "a request that comes late", "{origin: {expect: {within: 1s}}}",
		  "10:25: unknown key 'within' in 'expect' of step 'origin'" },
		{ "too many answers", "{udp: {port: 1, send: a, expect: {from: 1001}}}",
		  "10:46: 'from' is at most 1000" },
		{ "connect without a name", "{connect: {unix: a}}",
		  "10:16: step 'connect' needs 'as'" },
		{ "a name in capitals", "{close: , on: B}",
		  "10:20: 'on' must be of lower case letters, digits and hyphens, not 'B'" },
		{ "pieces of nothing", "{send: a, pieces: 0}",
		  "10:24: a piece has at least one byte" },
		{ "pieces in words", "{send: a, pieces: [1, two]}",
		  "10:28: 'pieces' must be a number, not 'two'" },
		{ "every without pieces", "{send: a, every: 1s}", "10:6: 'every' needs 'pieces'" },
		{ "a time without a unit", "{wait: 5}",
		  "10:13: '5' is not a duration such as 300ms, 2s or ${timeouts.idle} + 500ms" },
		{ "a negative time", "{wait: 1s - 2s}",
		  "10:13: '1s - 2s' is negative or longer than a day" },
		{ "a time not needed", "{wait: '${timeouts.body}'}",
		  "10:13: uses ${timeouts.body} but does not need 'timeouts.body'" },
		{ "an interim that is final", "{expect-interim: {status: 200}}",
		  "10:32: an interim response is 1xx" },
		{ "an interim without a status", "{expect-interim: {within: 1s}}",
		  "10:23: step 'expect-interim' needs 'status'" },
		{ "an end that is none", "{expect-close: {how: rst}}",
		  "10:27: 'how' must be fin, reset, any or notify, not 'rst'" },
		{ "repeat without steps", "{repeat: {times: 2}}",
		  "10:15: step 'repeat' needs 'steps'" },
		{ "repeat of nothing", "{repeat: {times: 2, steps: []}}",
		  "10:33: 'steps' without a step" },
		{ "repeat never", "{repeat: {times: 0, steps: [alive]}}",
		  "10:23: 'times' must be from 1 to 100000" },
		{ "repeat for ever", "{repeat: {times: 100001, steps: [alive]}}",
		  "10:23: 'times' must be from 1 to 100000" },
		{ "wrong further in", "{repeat: {times: 2, steps: [{snd: a}]}}",
		  "10:35: unknown step 'snd', did you mean 'send'?" },
		{ "content and chunks", "{request: {content: a, chunked: [b]}}",
		  "10:38: a request has either 'content' or 'chunked'" },
		{ "chunks that are none", "{request: {chunked: a}}",
		  "10:26: 'chunked' must be a list" },
		{ "add that is not none", "{request: {add: all}}",
		  "10:22: 'add' must be none, not 'all'" },
		{ "fields that are a text", "{request: {fields: 'A: b'}}",
		  "10:25: 'fields' must be a list" },
		{ "a misspelt key of a request", "{request: {metod: GET}}",
		  "10:17: unknown key 'metod' in step 'request', did you mean 'method'?" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		read_steps_bad(*state, &row[i]);
}

/* ---- outcomes ---- */

static const struct outcome *one_outcome(const struct suite *s)
{
	const struct step *step = &s->cases[0].steps[s->cases[0].nsteps - 1];

	assert_int_equal(step->verb, STEP_EXPECT);
	assert_int_equal(step->noutcomes, 1);
	return &step->outcomes[0];
}

static void statuses(void **state)
{
	static const struct {
		const char *status;
		size_t n;
		struct status_range want[3];
	} row[] = {
		{ "400", 1, { { 400, 400, false } } },
		{ "2xx", 1, { { 200, 299, false } } },
		{ "not 5xx", 1, { { 500, 599, true } } },
		{ "not 200", 1, { { 200, 200, true } } },
		{ "[400, 501, 2xx]", 3,
		  { { 400, 400, false }, { 501, 501, false }, { 200, 299, false } } },
		{ "[100, 4xx]", 2, { { 100, 100, false }, { 400, 499, false } } },
		{ "999", 1, { { 999, 999, false } } },
		{ "'404'", 1, { { 404, 404, false } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer steps = BUFFER_INIT(256);

		(void)buffer_printf(&steps, "   - expect: {status: %s}\n", row[i].status);

		struct suite *s = read_steps_ok(*state, buffer_str(&steps));
		const struct outcome *o = one_outcome(s);

		assert_int_equal(o->nstatuses, row[i].n);
		for (size_t k = 0; k < row[i].n; k++) {
			assert_int_equal(o->statuses[k].low, row[i].want[k].low);
			assert_int_equal(o->statuses[k].high, row[i].want[k].high);
			assert_int_equal(o->statuses[k].negate, row[i].want[k].negate);
		}
		suite_free(s);
	}
}

static void outcome_keys(void **state)
{
	struct suite *s = read_steps_ok(*state, "   - expect:\n"
						"       status: 200\n"
						"       version: HTTP/1.1\n"
						"       reason: {matches: '^O'}\n"
						"       framing: chunked\n"
						"       interim: [100, 103]\n"
						"       within: 2s\n"
						"       after: ${timeouts.idle} - 1s\n"
						"       then: closed\n"
						"       by: RFC9112-3.2\n"
						"       faults: allow\n"
						"       trailers: {A: b}\n"
						"       capture: {etag: field ETag, all: content, "
						"code: status}\n");
	const struct outcome *o = one_outcome(s);

	assert_int_equal(o->kind, OUTCOME_RESPONSE);
	assert_int_equal(o->version->kind, MATCH_EQUAL);
	assert_true(is_bytes(&o->version->text, "HTTP/1.1"));
	assert_int_equal(o->reason->kind, MATCH_REGEX);
	assert_string_equal(o->reason->pattern, "^O");
	assert_non_null(o->reason->regex);
	assert_int_equal(o->framing, FRAMING_CHUNKED);
	assert_true(o->has_interim);
	assert_int_equal(o->ninterim, 2);
	assert_int_equal(o->interim[1], 103);
	assert_true(is_text(&o->within.text, "2s"));
	assert_true(is_text(&o->after.text, "${timeouts.idle} - 1s"));
	assert_int_equal(o->then, THEN_CLOSED);
	assert_string_equal(o->by, "RFC9112-3.2");
	assert_int_equal(o->faults, FAULTS_ALLOWED);
	assert_int_equal(o->ntrailers, 1);
	assert_string_equal(o->trailers[0].name, "A");
	assert_int_equal(o->ncaptures, 3);
	assert_string_equal(o->captures[0].name, "etag");
	assert_int_equal(o->captures[0].kind, CAPTURE_FIELD);
	assert_string_equal(o->captures[0].field, "ETag");
	assert_int_equal(o->captures[1].kind, CAPTURE_CONTENT);
	assert_int_equal(o->captures[2].kind, CAPTURE_STATUS);
	assert_int_equal(o->place.line, 11);
	suite_free(s);
}

static void an_outcome_of_nothing(void **state)
{
	struct suite *s = read_steps_ok(*state, "   - expect: {}\n");
	const struct outcome *o = one_outcome(s);

	assert_int_equal(o->kind, OUTCOME_RESPONSE);
	assert_int_equal(o->nstatuses + o->nfields + o->ncontent + o->ncaptures, 0);
	assert_false(o->has_interim || o->faults != FAULTS_NONE);
	assert_int_equal(o->then, THEN_ANY);
	assert_int_equal(o->framing, FRAMING_ANY);
	assert_null(o->by);
	suite_free(s);

	s = read_steps_ok(*state, "   - expect: {interim: []}\n");
	assert_true(one_outcome(s)->has_interim);
	assert_int_equal(one_outcome(s)->ninterim, 0);
	suite_free(s);
}

static void other_outcomes(void **state)
{
	struct suite *s = read_steps_ok(*state, "   - expect:\n"
						"       - {status: 408, by: RFC9112-9.5-1}\n"
						"       - {closed: fin, after: 1s}\n"
						"       - {closed: any, within: 2s}\n"
						"       - {silence: 1s, by: RFC9112-9.5-1}\n");
	const struct step *step = &s->cases[0].steps[0];

	assert_int_equal(step->noutcomes, 4);
	assert_string_equal(step->outcomes[0].by, "RFC9112-9.5-1");
	assert_int_equal(step->outcomes[1].kind, OUTCOME_CLOSED);
	assert_int_equal(step->outcomes[1].closed, ENDING_FIN);
	assert_true(is_text(&step->outcomes[1].after.text, "1s"));
	assert_int_equal(step->outcomes[2].closed, ENDING_ANY);
	assert_true(is_text(&step->outcomes[2].within.text, "2s"));
	assert_int_equal(step->outcomes[3].kind, OUTCOME_SILENCE);
	assert_true(is_text(&step->outcomes[3].silence.text, "1s"));
	suite_free(s);
}

/* ---- matchers ---- */

static void field_matchers(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - expect:\n"
			"       fields:\n"
			"         A: text\n"
			"         B: {matches: 'a.b'}\n"
			"         C: {present: true, count: 2}\n"
			"         D: {absent: true}\n"
			"         E: {has: gzip}\n"
			"         F: {date: true}\n"
			"         G: {any: {matches: x}}\n"
			"         H: {all: text}\n"
			"         I: [{any: a}, {any: {has: b}}]\n"
			"         J: {utf8: \"\\u20ac\"}\n"
			"         K: \"\"\n");
	static const struct {
		size_t n;
		enum match_kind kind;
		int lines;
	} want[] = {
		{ 1, MATCH_EQUAL, LINES_COMBINED }, { 1, MATCH_REGEX, LINES_COMBINED },
		{ 2, MATCH_PRESENT, LINES_COMBINED }, { 1, MATCH_ABSENT, LINES_COMBINED },
		{ 1, MATCH_HAS, LINES_COMBINED }, { 1, MATCH_DATE, LINES_COMBINED },
		{ 1, MATCH_REGEX, LINES_ANY }, { 1, MATCH_EQUAL, LINES_ALL },
		{ 2, MATCH_EQUAL, LINES_ANY }, { 1, MATCH_EQUAL, LINES_COMBINED },
		{ 1, MATCH_EQUAL, LINES_COMBINED },
	};
	const struct field_matcher *f = one_outcome(s)->fields;

	assert_int_equal(one_outcome(s)->nfields, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(f[i].name[0], "ABCDEFGHIJK"[i]);
		assert_int_equal(f[i].nmatchers, want[i].n);
		assert_int_equal(f[i].matchers[0].kind, want[i].kind);
		assert_int_equal(f[i].matchers[0].lines, want[i].lines);
	}
	assert_true(is_bytes(&f[0].matchers[0].text, "text"));
	assert_int_equal(f[2].matchers[1].kind, MATCH_COUNT);
	assert_int_equal(f[2].matchers[1].number, 2);
	assert_true(is_bytes(&f[4].matchers[0].text, "gzip"));
	assert_int_equal(f[8].matchers[1].kind, MATCH_HAS);
	assert_int_equal(f[8].matchers[1].lines, LINES_ANY);
	assert_true(is_bytes(&f[9].matchers[0].text, "\xe2\x82\xac"));
	assert_int_equal(f[1].matchers[0].place.line, 13);
	assert_int_equal(s->nregexes, 2);
	suite_free(s);
}

static const struct matcher *content_of(struct suite **s, const struct catalogue *c,
					const char *content, size_t n)
{
	CLEANUP(buffer_release) struct buffer steps = BUFFER_INIT(512);

	print_message("  %s\n", content);
	(void)buffer_printf(&steps, "   - expect: {capture: {full: content}}\n"
				    "   - expect: {content: %s}\n", content);
	*s = read_steps_ok(c, buffer_str(&steps));
	assert_int_equal(one_outcome(*s)->ncontent, n);
	return one_outcome(*s)->content;
}

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void content_matchers(void **state)
{
	const struct catalogue *c = *state;
	struct suite *s;
	const struct matcher *m;

	m = content_of(&s, c, "hello", 1);
	assert_int_equal(m->kind, MATCH_EQUAL);
	assert_true(is_bytes(&m->text, "hello"));
	suite_free(s);

	m = content_of(&s, c, "[a, {repeat: b, times: 2}]", 1);
	assert_true(is_bytes(&m->text, "abb"));
	suite_free(s);

	m = content_of(&s, c, "{hex: '61'}", 1);
	assert_true(is_bytes(&m->text, "a"));
	suite_free(s);

	m = content_of(&s, c, "{matches: a, has: b, size: 1KiB, empty: true, sha256: " SHA "}", 5);
	assert_int_equal(m[0].kind, MATCH_REGEX);
	assert_int_equal(m[1].kind, MATCH_HAS);
	assert_int_equal(m[2].kind, MATCH_EMPTY);
	assert_int_equal(m[3].kind, MATCH_SIZE);
	assert_int_equal(m[3].number, 1024);
	assert_int_equal(m[4].kind, MATCH_SHA256);
	assert_true(is_bytes(&m[4].text, SHA));
	suite_free(s);

	m = content_of(&s, c, "{slice-of: full, from: 2, to: 5}", 1);
	assert_int_equal(m->kind, MATCH_SLICE);
	assert_true(is_bytes(&m->text, "full"));
	assert_int_equal(m->from, 2);
	assert_int_equal(m->to, 5);
	suite_free(s);

	m = content_of(&s, c, "{slice-of: full}", 1);
	assert_int_equal(m->from, 0);
	assert_true(m->to == UINT64_MAX);
	suite_free(s);

	m = content_of(&s, c, "{json: {/method: GET, '': \xc3\xa9, /a/0: true}}", 3);
	assert_int_equal(m[0].kind, MATCH_JSON);
	assert_true(is_bytes(&m[0].text, "/method"));
	assert_true(is_bytes(&m[0].value, "GET"));
	assert_true(is_bytes(&m[1].text, ""));
	assert_true(is_bytes(&m[1].value, "\xc3\xa9"));
	assert_true(is_bytes(&m[2].value, "true"));
	suite_free(s);
}

/* ---- what is wrong with outcomes; the value of expect begins at 10:14 ---- */

static void bad_outcomes(void **state)
{
	static const struct bad_row row[] = {
		{ "no outcome", "{expect: []}", "10:15: 'expect' without an outcome" },
		{ "a word", "{expect: 400}",
		  "10:15: an outcome must be a mapping of keys to values" },
		{ "a misspelt key", "{expect: {stauts: 400}}",
		  "10:16: unknown key 'stauts' in an outcome, did you mean 'status'?" },
		{ "wrong in one of two", "{expect: [{status: 400}, {framin: none}]}",
		  "10:32: unknown key 'framin' in an outcome, did you mean 'framing'?" },
		{ "a status of two digits", "{expect: {status: 40}}",
		  "10:24: '40' is not a status such as 400, 2xx or not 5xx" },
		{ "a status in half", "{expect: {status: 20x}}",
		  "10:24: '20x' is not a status such as 400, 2xx or not 5xx" },
		{ "a status below 100", "{expect: {status: 099}}",
		  "10:24: '099' is not a status such as 400, 2xx or not 5xx" },
		{ "a status of a variable", "{expect: {status: '${get}'}}",
		  "10:24: '${get}' is not a status such as 400, 2xx or not 5xx" },
		{ "not in a list", "{expect: {status: [200, not 5xx]}}",
		  "10:30: 'not' cannot stand in a list" },
		{ "interim that is final", "{expect: {interim: [100, 200]}}",
		  "10:31: 'interim' holds statuses from 100 to 199" },
		{ "interim that is no list", "{expect: {interim: 100}}",
		  "10:25: 'interim' must be a list" },
		{ "closed and status", "{expect: {closed: fin, status: 200}}",
		  "10:29: unknown key 'status' in the outcome 'closed'" },
		{ "closed in no way", "{expect: {closed: true}}",
		  "10:24: 'closed' must be fin, reset or any, not 'true'" },
		{ "silence without a time", "{expect: {silence: true}}",
		  "10:25: 'true' is not a duration such as 300ms, 2s or "
		  "${timeouts.idle} + 500ms" },
		{ "framing of nobody", "{expect: {framing: gzip}}",
		  "10:25: 'framing' must be length, chunked, close or none, not 'gzip'" },
		{ "then what", "{expect: {then: close}}",
		  "10:22: 'then' must be closed or open, not 'close'" },
		{ "faults", "{expect: {faults: true}}",
		  "10:24: 'faults' must be allow or cut, not 'true'" },
		{ "a request that is cut", "{origin: {expect: {faults: cut}}}",
		  "10:33: 'faults' must be allow, not 'cut'" },
		{ "by nobody", "{expect: {by: RFC9112-99}}",
		  "10:20: unknown requirement 'RFC9112-99', did you mean 'RFC9112-9.5-1'?" },
		{ "a capture of nothing", "{expect: {capture: {etag: ETag}}}",
		  "10:32: 'etag' must be 'field NAME', 'status' or 'content'" },
		{ "a capture of a field without a name", "{expect: {capture: {etag: 'field '}}}",
		  "10:32: 'etag' must be 'field NAME', 'status' or 'content'" },
		{ "a capture called as a resource", "{expect: {capture: {get: status}}}",
		  "10:26: 'get' is already a variable of the profile" },
		{ "a capture that is a list", "{expect: {capture: [a]}}",
		  "10:25: 'capture' must be a mapping of keys to values" },
		{ "a capture used where it is made",
		  "{expect: {capture: {etag: status}, fields: {A: '${etag}'}}}",
		  "10:53: unknown variable 'etag'" },
		{ "a bad regex", "{expect: {reason: {matches: 'a(b'}}}",
		  "10:34: not a regular expression: missing closing parenthesis (at byte 3)" },
		{ "a regex with a variable", "{expect: {reason: {matches: '${get}'}}}",
		  "10:34: a regular expression cannot hold variables" },
		{ "a regex in UTF-8", "{expect: {reason: {matches: '(*UTF)a'}}}",
		  "10:34: not a regular expression: using UTF is disabled by the application "
		  "(at byte 6)" },
		{ "a regex above U+00FF", "{expect: {reason: {matches: \"\\u20ac\"}}}",
		  "10:34: U+20AC is not one byte: write {utf8: ...} for text" },
		{ "a misspelt condition", "{expect: {fields: {A: {mathces: b}}}}",
		  "10:29: unknown key 'mathces' in a condition, did you mean 'matches'?" },
		{ "nothing of a field", "{expect: {fields: {A: {}}}}",
		  "10:28: nothing is asked of field 'A'" },
		{ "present that is not", "{expect: {fields: {A: {present: false}}}}",
		  "10:38: 'present' must be true, not 'false'" },
		{ "any in any", "{expect: {fields: {A: {any: {any: b}}}}}",
		  "10:35: unknown key 'any' in a condition" },
		{ "a count in words", "{expect: {fields: {A: {count: two}}}}",
		  "10:36: 'count' must be a number, not 'two'" },
		{ "fields that are a list", "{expect: {fields: [A]}}",
		  "10:24: 'fields' must be a mapping of keys to values" },
		{ "a short digest", "{expect: {content: {sha256: abc}}}",
		  "10:34: 'sha256' must be 64 hex digits (0-9a-f)" },
		{ "a slice of nothing", "{expect: {content: {slice-of: full}}}",
		  "10:36: nothing was captured as 'full' before" },
		{ "bounds of nothing", "{expect: {content: {from: 1, to: 2}}}",
		  "10:25: 'from' and 'to' belong to 'slice-of'" },
		{ "no JSON Pointer", "{expect: {content: {json: {method: GET}}}}",
		  "10:33: a JSON Pointer begins with '/', 'method' does not" },
		{ "JSON that is a list", "{expect: {content: {json: {/a: [b]}}}}",
		  "10:37: 'json' must be a single value" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		read_steps_bad(*state, &row[i]);
}

/* ---- captures ---- */

static void captures_are_known_afterwards(void **state)
{
	struct suite *s = read_steps_ok(
		*state, "   - expect: {capture: {etag: field ETag}}\n"
			"   - send: ${etag}\n"
			"   - repeat: {times: 2, steps: [{expect: {capture: {n: status}}}]}\n"
			"   - expect: {fields: {ETag: '${etag}'}, capture: {etag: status}}\n"
			"   - send: ${n}\n");

	assert_int_equal(s->cases[0].nsteps, 5);
	suite_free(s);

	read_suite_bad(*state, "not before",
		       FILE_HEAD CASE_HEAD CASE_PROOF
		       "   steps:\n"
		       "   - send: ${etag}\n"
		       "   - expect: {capture: {etag: field ETag}}\n",
		       "9:12: unknown variable 'etag'");
	read_suite_bad(*state, "not in the control",
		       FILE_HEAD CASE_HEAD CASE_PROOF
		       "   control:\n"
		       "   - send: ${etag}\n"
		       "   steps:\n"
		       "   - expect: {capture: {etag: field ETag}}\n",
		       "9:12: unknown variable 'etag'");
	read_suite_bad(*state, "not in the next case",
		       FILE_HEAD CASE_HEAD CASE_PROOF
		       "   steps:\n"
		       "   - expect: {capture: {etag: field ETag}}\n"
		       " - id: b\n   title: t\n   level: MAY\n" CASE_PROOF
		       "   steps: [{send: '${etag}'}]\n",
		       "14:19: unknown variable 'etag'");
}

/* Variables of each are used wherever they stand, in the control too. */
static void each_in_the_control(void **state)
{
	struct suite *s = read_suite_ok(*state, FILE_HEAD CASE_HEAD CASE_PROOF CASE_STEPS
						"   each: {v: [a]}\n"
						"   control: [{send: '${v}'}]\n");

	assert_int_equal(s->cases[0].ncontrol, 1);
	suite_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_words),
		cmocka_unit_test(names_of_the_verbs),
		cmocka_unit_test(sends),
		cmocka_unit_test(request_fields),
		cmocka_unit_test(what_leaves_together),
		cmocka_unit_test(waits),
		cmocka_unit_test(slow_readers_and_signals),
		cmocka_unit_test(lists_at_once),
		cmocka_unit_test(tls_of_a_connection),
		cmocka_unit_test(clients),
		cmocka_unit_test(an_origin),
		cmocka_unit_test(datagrams),
		cmocka_unit_test(apart),
		cmocka_unit_test(bad_steps),
		cmocka_unit_test(statuses),
		cmocka_unit_test(outcome_keys),
		cmocka_unit_test(an_outcome_of_nothing),
		cmocka_unit_test(other_outcomes),
		cmocka_unit_test(field_matchers),
		cmocka_unit_test(content_matchers),
		cmocka_unit_test(bad_outcomes),
		cmocka_unit_test(captures_are_known_afterwards),
		cmocka_unit_test(each_in_the_control),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
