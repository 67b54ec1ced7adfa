#include "reports/secrets.h"

#include "base/cleanup.h"
#include "tests/unit/reports/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* ---- texts ---- */

static const struct {
	const char *why, *text, *want;        /* null: nothing is masked */
} texts[] = {
	{ "the scheme stays", "Authorization: Basic dXNlcjpw\r\n", "Authorization: Basic ***\r\n" },
	{ "any case of the name", "AUTHORIZATION:basic dXNlcjpw", "AUTHORIZATION:basic ***" },
	{ "to a proxy", "proxy-authorization: Bearer a b", "proxy-authorization: Bearer ***" },
	{ "all parameters", "Authorization: Digest username=\"u\", response=\"1\"\nA: b",
	  "Authorization: Digest ***\nA: b" },
	{ "no scheme", "Authorization: dXNlcjpw\r\n", "Authorization: ***\r\n" },
	{ "a scheme alone", "Authorization: Basic\r\n", NULL },
	{ "nothing at all", "Authorization: \r\nHost: a\r\n", NULL },
	{ "a blank before the colon", "Authorization : Basic x", "Authorization : Basic ***" },
	{ "folded lines", "Authorization: Basic\r\n dXNl\r\nHost: a",
	  "Authorization: ***\r\nHost: a" },
	{ "blanks behind", "Cookie: a=b  \r\n", "Cookie: a=***  \r\n" },
	{ "each cookie", "Cookie: a=b; c=d;e=\r\n", "Cookie: a=***; c=***;e=\r\n" },
	{ "a cookie without a name", "Cookie: secret\r\n", "Cookie: ***\r\n" },
	{ "attributes stay", "Set-Cookie: a=b; Path=/; Max-Age=1\r\n",
	  "Set-Cookie: a=***; Path=/; Max-Age=1\r\n" },
	{ "'=' in the value", "Set-Cookie: a=b=c\r\n", "Set-Cookie: a=***\r\n" },
	{ "odd bytes stay", "Set-Cookie: a=\"b c\",d\x01\\; Path=/",
	  "Set-Cookie: a=\"*** ***\",***\x01\\; Path=/" },
	{ "all lines", "Set-Cookie: a=b\r\nDate: x\r\nSet-Cookie: c=d\r\n",
	  "Set-Cookie: a=***\r\nDate: x\r\nSet-Cookie: c=***\r\n" },
	{ "another field", "X-Cookie: a=b\r\nCookies: a=b\r\nCookie2: a=b\r\n", NULL },
	{ "only named", "Vary: Cookie, Authorization\r\n", NULL },
	{ "named in prose", "the Cookie is missing; Authorization, too", NULL },
	{ "as our texts have it", "Set-Cookie is \"a=b; Path=/\", not that",
	  "Set-Cookie is \"a=***; Path=/\", not that" },
	{ "as JSON has it", "{\"cookie\": \"a=b\", \"x\": \"y\"}",
	  "{\"cookie\": \"a=***\", \"x\": \"y\"}" },
	{ "as a pair", "[[\"Authorization\",\"Basic abc\"],[\"A\",\"b\"]]",
	  "[[\"Authorization\",\"Basic ***\"],[\"A\",\"b\"]]" },
	{ "a name in quotes", "a field \"Cookie\": none", NULL },
	{ "quotes that are never closed end with the line",
	  "\"cookie\": \"a=b\r\nAuthorization: Basic dXNlcjpw\r\nA: b=c",
	  "\"cookie\": \"a=***\r\nAuthorization: Basic ***\r\nA: b=c" },
	{ "escaped quotes", "\"cookie\": \"a=\\\"b\\\"\", \"c\"",
	  "\"cookie\": \"a=\\\"***\\\"\", \"c\"" },
	{ "userinfo", "GET http://user:pass@host/a@b HTTP/1.1",
	  "GET http://***@host/a@b HTTP/1.1" },
	{ "user alone", "--target http://user@host:80 -v", "--target http://***@host:80 -v" },
	{ "the last @", "http://a@b@host/", "http://***@host/" },
	{ "no userinfo", "http://host/a@b?c@d", NULL },
	{ "no scheme", "Location: //u:p@host/", "Location: //***@host/" },
	{ "nobody", "http://@host/", NULL },
	{ "a comment", "// mail a@b", NULL },
	{ "what is masked stays so",
	  "Authorization: Basic ***\r\nCookie: a=***\r\nhttp://***@h", NULL },
	{ "nothing", "", NULL },
};

static void in_texts(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *got = secrets_mask_text(texts[i].text, &a);

		print_message("  %s\n", texts[i].why);
		assert_string_equal(got, texts[i].want ? texts[i].want : texts[i].text);
	}
	assert_null(secrets_mask_text(NULL, &a));
	arena_release(&a);
}

static void masking_twice_is_masking_once(void **state)
{
	uint64_t seed = 7;
	struct arena a;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		static const char *const starts[] = { "Cookie: ", "Set-Cookie: ", "Authorization: ",
						      "http://u:p@", "\"cookie\": \"" };
		char text[256];
		size_t n = (size_t)snprintf(text, 64, "%s", starts[round % 5]);

		n += hostile_fill(&seed, text + n, sizeof(text) - 1 - n);
		text[n] = '\0';
		arena_init(&a);

		const char *once = secrets_mask_text(text, &a);

		assert_string_equal(secrets_mask_text(once, &a), once);
		arena_release(&a);
	}
}

/* ---- results ---- */

#define EVENT(kind, connection, text) { kind, connection, 0, SLICE(text), 0, "" }

static void joined(const struct result *r, enum event_kind kind, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nevents; i++)
		if (r->events[i].kind == kind) {
			assert_true(n + r->events[i].bytes.len < room);
			memcpy(out + n, r->events[i].bytes.at, r->events[i].bytes.len);
			n += r->events[i].bytes.len;
		}
	out[n] = '\0';
}

static void many_cookies_leave_room_for_ours(void **state)
{
	struct arena a;
	char cookies[40][40];
	struct event events[42] = { 0 };

	(void)state;
	arena_init(&a);
	for (int i = 0; i < 40; i++) {
		(void)snprintf(cookies[i], sizeof(cookies[i]), "Set-Cookie: a=cookie%04d\r\n", i);
		events[i] = (struct event){ EVENT_RECEIVED, "main", 0, slice_str(cookies[i]), 0, "" };
	}
	events[40] = (struct event)EVENT(EVENT_SENT, "main", "Authorization: Basic dXNlcjpw\r\n\r\n");
	events[41] = (struct event)EVENT(EVENT_RECEIVED, "main", "you said dXNlcjpw");

	struct result r = { .reason = "", .expected = "", .seen = "dXNlcjpw", .replay = "",
			    .events = events, .nevents = 42 };

	secrets_mask_result(&r, &a);
	assert_string_equal(r.seen, "***");
	assert_true(slice_is(r.events[41].bytes, "you said ***"));
	arena_release(&a);
}

static void in_pieces(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYXNz\r\n"
				      "Cookie: sid=12345678\r\n\r\n";
	static const char want[] = "GET / HTTP/1.1\r\nAuthorization: Basic ***\r\n"
				   "Cookie: sid=***\r\n\r\n";
	struct event events[sizeof(request)];
	struct arena a;

	(void)state;
	for (size_t piece = 1; piece < sizeof(request); piece++) {
		struct result r = { .reason = "", .expected = "", .seen = "", .replay = "",
				    .events = events };
		char got[sizeof(request)];
		size_t len = sizeof(request) - 1;

		for (size_t at = 0; at < len; at += piece)
			events[r.nevents++] = (struct event){
				EVENT_SENT, "main", 0,
				slice_of(request + at, piece < len - at ? piece : len - at), 0, ""
			};
		arena_init(&a);
		secrets_mask_result(&r, &a);
		joined(&r, EVENT_SENT, got, sizeof(got));
		assert_string_equal(got, want);
		arena_release(&a);
	}
}

static void wherever_else_it_shows(void **state)
{
	static const struct event events[] = {
		EVENT(EVENT_SENT, "main",
		      "GET / HTTP/1.1\r\nAuthorization: Basic dXNlcjpw\r\n\r\n"),
		EVENT(EVENT_SENT, "probe", "GET / HTTP/1.1\r\nCookie: a=1\r\n\r\n"),
		EVENT(EVENT_RECEIVED, "main",
		      "HTTP/1.1 200 OK\r\n\r\nyou sent dXNlcjpw, dXNlcjpw; 1"),
		{ EVENT_NOTE, "", 0, { NULL, 0 }, 0, "dXNlcjpw again" },
	};
	struct result r = { .reason = "the content holds dXNlcjpw", .expected = "http://u:p@h",
			    .seen = "", .replay = "httpcheck run --target http://u:p@h",
			    .events = events, .nevents = ARRAY_SIZE(events) };
	char sent[256], received[256];
	struct arena a;

	(void)state;
	arena_init(&a);
	secrets_mask_result(&r, &a);
	joined(&r, EVENT_SENT, sent, sizeof(sent));
	joined(&r, EVENT_RECEIVED, received, sizeof(received));
	assert_string_equal(sent, "GET / HTTP/1.1\r\nAuthorization: Basic ***\r\n\r\n"
				  "GET / HTTP/1.1\r\nCookie: a=***\r\n\r\n");
	assert_string_equal(received, "HTTP/1.1 200 OK\r\n\r\nyou sent ***, ***; 1");
	assert_string_equal(r.events[3].note, "*** again");
	assert_string_equal(r.reason, "the content holds ***");
	assert_string_equal(r.expected, "http://***@h");
	assert_string_equal(r.replay, "httpcheck run --target http://***@h");
	assert_string_equal(events[3].note, "dXNlcjpw again");
	arena_release(&a);
}

static void nothing_is_copied_for_nothing(void **state)
{
	static const struct event events[] = {
		EVENT(EVENT_SENT, "main", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	};
	struct result r = { .reason = "r", .expected = "e", .seen = "s", .replay = "x",
			    .events = events, .nevents = 1 };
	struct result before = r;
	struct arena a;

	(void)state;
	arena_init(&a);
	secrets_mask_result(&r, &a);
	assert_memory_equal(&r, &before, sizeof(r));
	arena_release(&a);
}

static void in_a_run(void **state)
{
	static const char *const options[] = { "--target", "http://u:p@h", "--proxy=http://q@r" };
	static const struct result results[] = {
		{ .id = "a", .reason = "Cookie: a=b", .expected = "", .seen = "", .replay = "" },
	};
	struct run run = { .target = "http://u:p@h", .target_note = "of http://u@h",
			   .options = options, .noptions = 3, .results = results, .count = 1 };
	struct arena a;

	(void)state;
	arena_init(&a);
	secrets_mask_run(&run, &a);
	assert_string_equal(run.target, "http://***@h");
	assert_string_equal(run.target_note, "of http://***@h");
	assert_string_equal(run.options[0], "--target");
	assert_string_equal(run.options[1], "http://***@h");
	assert_string_equal(run.options[2], "--proxy=http://***@r");
	assert_string_equal(run.results[0].reason, "Cookie: a=***");
	assert_string_equal(results[0].reason, "Cookie: a=b");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_texts),
		cmocka_unit_test(masking_twice_is_masking_once),
		cmocka_unit_test(many_cookies_leave_room_for_ours),
		cmocka_unit_test(in_pieces),
		cmocka_unit_test(wherever_else_it_shows),
		cmocka_unit_test(nothing_is_copied_for_nothing),
		cmocka_unit_test(in_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
