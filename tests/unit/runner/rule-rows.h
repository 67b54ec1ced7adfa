#ifndef HTTPCHECK_TESTS_RULE_ROWS_H
#define HTTPCHECK_TESTS_RULE_ROWS_H

#include "base/cleanup.h"
#include "runner/rules-inner.h"
#include "runner/sent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A row is an exchange and what one rule says of it. Every rule has at least one that it
 * accepts, one that it refuses and one that it doesn't apply to. */

enum fact {
	FIN = 1, RST = 2,             /* the target ended the connection behind it */
	MORE = 16,                    /* bytes followed */
	FOLLOWED = 32,                /* another response followed */
	TLS = 64,
	CUT = 128,                    /* the connection ended before anything could be whole */
};

enum { YES = RULE_PASS, NO = RULE_FAIL, NA = RULE_NOT_APPLICABLE };

struct rule_row {
	const char *rule;
	int want;                     /* YES, NO or NA */
	const char *request;          /* null: GET; "": none was sent */
	const char *response;
	unsigned facts;
	const char *sibling;          /* the 200 to GET */
	size_t len;                   /* of the response where a NUL is in it, else 0 */
};

#define CRLF  "\r\n"
#define GET   "GET /a HTTP/1.1\r\nHost: a\r\n"
#define HEAD  "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST  "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
#define HTTP10 "GET /a HTTP/1.0\r\n\r\n"

#define NONE  "HTTP/1.1 204 No Content\r\n"
#define OK    "HTTP/1.1 200 OK\r\n"
#define EMPTY "Content-Length: 0\r\n\r\n"
#define FIVE  "Content-Length: 5\r\n\r\nhello"

/* Tue, 14 Nov 2023 22:13:20 GMT */
#define WALL ((time_t)1700000000)

static inline const struct rule *find_rule(const char *name)
{
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++)
			if (strcmp(r->name, name) == 0)
				return r;
	fail_msg("no rule '%s'", name);
	return NULL;
}

/* Reads the first response of |bytes|. */
static inline const struct response *read_row(struct response_reader *r, struct slice bytes,
					      struct slice method, bool http10, unsigned facts,
					      bool *ret_interim)
{
	response_reader_expect(r, method, http10);

	enum response_state state = response_reader_feed(r, bytes, 0);

	if (state == RESPONSE_WANTS_MORE && (facts & (FIN | RST | CUT)))
		state = response_reader_end(r, facts & RST, 0);
	if (state == RESPONSE_WANTS_MORE)
		fail_msg("no whole response in: %s", bytes.at);
	*ret_interim = state == RESPONSE_INTERIM;
	return response_take(r);
}

struct played {
	enum rule_outcome outcome;
	bool has_field;               /* that the rule's scope names */
	char said[256];
};

/* |heads_alone|: the response as a client library shows it, all else unknown. */
static inline struct played play_row(const struct rule *rule, const struct rule_row *row,
				     bool heads_alone)
{
	struct response_reader *reader = response_reader_new(), *other = response_reader_new();
	const char *request = row->request ? row->request : GET CRLF;
	struct buffer out = BUFFER_INIT(255);
	struct sent_request asked = { 0 };
	struct arena arena;
	struct sent sent;
	bool ignored;

	arena_init(&arena);
	sent_init(&sent, &arena);
	(void)sent_add(&sent, slice_str(request));
	(void)sent_request(&sent, 0, &asked);

	struct exchange_seen seen = {
		.request = asked.bytes,
		.request_valid = asked.valid,
		.method = asked.method,
		.target = asked.target,
		.request_minor = asked.minor,
		.request_fields = asked.fields,
		.nrequest_fields = asked.nfields,
		.answered_alone = true,
		.closed_after = row->facts & FIN,
		.reset_after = row->facts & RST,
		.more_followed = row->facts & MORE,
		.response_followed = row->facts & FOLLOWED,
		.tls = row->facts & TLS,
		.wall = WALL,
	};

	seen.response = read_row(reader,
				 slice_of(row->response, row->len ? row->len : strlen(row->response)),
				 asked.method, asked.valid && asked.minor == 0, row->facts,
				 &seen.interim);
	if (row->sibling)
		seen.get_sibling = read_row(other, slice_str(row->sibling), SLICE("GET"), false, FIN,
					    &ignored);

	if (heads_alone) {
		struct response_reader *again = response_reader_new();

		response_reader_free(other);
		other = again;
		seen = (struct exchange_seen){ .request = asked.bytes,
					       .request_valid = asked.valid,
					       .method = asked.method,
					       .target = asked.target,
					       .request_minor = asked.minor,
					       .request_fields = asked.fields,
					       .nrequest_fields = asked.nfields,
					       .tls = seen.tls,
					       .wall = WALL,
					       .interim = seen.interim,
					       .response = read_row(again, seen.response->head,
								    SLICE("HEAD"),
								    asked.valid && asked.minor == 0,
								    CUT, &ignored) };
	}

	struct played p = { .outcome = rule->check(&seen, &out),
			    .has_field = rule->scope.field &&
					 rule_has(seen.response, rule->scope.field) };

	memcpy(p.said, buffer_str(&out), out.len + 1);
	buffer_release(&out);
	sent_release(&sent);
	arena_release(&arena);
	response_reader_free(reader);
	response_reader_free(other);
	return p;
}

/* Where a rule's scope says that it does not apply, it does not; and it never refuses heads
 * whose exchange, seen whole, it does not refuse. */
static inline void check_scope(const struct rule *rule, const struct rule_row *row,
			       const struct played *p)
{
	if (rule->scope.field && !p->has_field && p->outcome != RULE_NOT_APPLICABLE)
		fail_msg("%s says something of a response without %s: %s", rule->name,
			 rule->scope.field, row->response);
	if (rule->scope.exchange || (row->facts & CUT))
		return;

	struct played alone = play_row(rule, row, true);

	if (alone.outcome == RULE_FAIL && p->outcome != RULE_FAIL)
		fail_msg("%s refuses the heads alone (%s): %s", rule->name, alone.said,
			 row->response);
}

static inline void check_rule_rows(const struct rule_row *row, size_t n)
{
	static const char *const word[] = { [YES] = "accepts", [NO] = "refuses", [NA] = "leaves" };

	for (; n--; row++) {
		const struct rule *rule = find_rule(row->rule);
		struct played p = play_row(rule, row, false);

		if ((int)p.outcome != row->want)
			fail_msg("%s %s (%s), and should not: %s", row->rule, word[p.outcome], p.said,
				 row->response);
		/* evidence where something is wrong, and only there */
		assert_int_equal(p.said[0] != '\0', row->want == NO);
		check_scope(rule, row, &p);
	}
}

/* Fails for a rule of the group without a row of each kind. */
static inline void check_group_is_proved(const struct rule *group, const struct rule_row *rows,
					 size_t n)
{
	for (; group->name; group++) {
		bool has[3] = { false };

		for (size_t i = 0; i < n; i++)
			if (strcmp(rows[i].rule, group->name) == 0)
				has[rows[i].want] = true;
		if (!has[YES] || !has[NO] || !has[NA])
			fail_msg("%s has no exchange that it%s%s%s", group->name,
				 has[YES] ? "" : " accepts", has[NO] ? "" : " refuses",
				 has[NA] ? "" : " leaves");
	}
}

/* The main program of a group's test. */
#define RULE_ROWS_MAIN(group, rows)                                                                \
	static void rules_judge_exchanges(void **state)                                            \
	{                                                                                          \
		(void)state;                                                                       \
		check_rule_rows(rows, ARRAY_SIZE(rows));                                           \
	}                                                                                          \
                                                                                                   \
	static void every_rule_is_proved(void **state)                                             \
	{                                                                                          \
		(void)state;                                                                       \
		check_group_is_proved(group, rows, ARRAY_SIZE(rows));                              \
	}                                                                                          \
                                                                                                   \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {                                                \
			cmocka_unit_test(rules_judge_exchanges),                                   \
			cmocka_unit_test(every_rule_is_proved),                                    \
		};                                                                                 \
                                                                                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

/* A row without facts, sibling and length. */
#define ROW(rule, want, request, response) { rule, want, request, response, 0, NULL, 0 }
#define ROW_WITH(rule, want, request, response, facts) { rule, want, request, response, facts, NULL, 0 }
#define ROW_BESIDE(rule, want, request, response, sibling)                                         \
	{ rule, want, request, response, 0, sibling, 0 }

#endif
