#include "base/cleanup.h"
#include "http/grammar.h"
#include "runner/rules-inner.h"
#include "runner/sent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What real servers said, recorded: Debian's nginx 1.22.1 and Apache 2.4 with static files,
 * redirects, ranges, conditions, compression, errors and broken requests. Nothing of it is
 * a fault of syntax, and the rules they break are known, each for its reason.
 *
 * A recording is a row of "exchange REQUESTS SENT RECEIVED ENDING LF", the bytes sent, the
 * bytes received, LF; one connection each. */

struct finding {
	const char *rule;
	size_t times;
	const char *reason;
};

static const struct finding nginx[] = {
	{ "code-304-headers", 2, "gzip_vary adds Vary to the 200 only" },
	{ "code-405-allow", 7, "no 405 has Allow" },
	{ 0 },
};

static const struct finding apache[] = {
	{ "code-304-headers", 2, "mod_deflate adds Vary to the 200 only" },
	{ "code-416-content-range", 1, "no 416 has Content-Range" },
	{ "error-has-explanation", 1, "412 has no content" },
	{ 0 },
};

struct recorded {
	unsigned requests;
	struct slice sent, received;
	bool fin;
};

static bool next_recorded(FILE *in, struct arena *a, struct recorded *ret)
{
	size_t sent, received;
	char ending[8];

	if (fscanf(in, "exchange %u %zu %zu %7s", &ret->requests, &sent, &received, ending) != 4)
		return false;
	assert_int_equal(fgetc(in), '\n');

	char *bytes = arena_alloc(a, sent + received);

	assert_int_equal(fread(bytes, 1, sent + received, in), sent + received);
	assert_int_equal(fgetc(in), '\n');
	ret->sent = slice_of(bytes, sent);
	ret->received = slice_of(bytes + sent, received);
	ret->fin = strcmp(ending, "fin") == 0;
	return true;
}

static time_t date_of(const struct response *r)
{
	struct slice value;
	time_t t;

	return response_field(r, "Date", &value) && http_date_parse(value, 0, &t, NULL) == 0 ? t : 0;
}

/* The 200 to a GET of the same target on the same connection. */
struct sibling {
	struct slice target;
	const struct response *response;
};

struct findings {
	size_t responses;
	const char *rule[32];
	size_t times[32];
	size_t count;
};

static void note(struct findings *f, const char *rule, const char *said)
{
	size_t i = 0;

	while (i < f->count && strcmp(f->rule[i], rule) != 0)
		i++;
	assert_true(i < ARRAY_SIZE(f->rule));
	if (i == f->count) {
		print_message("  %s: %s\n", rule, said);
		f->rule[f->count++] = rule;
	}
	f->times[i]++;
}

static void judge(const struct exchange_seen *seen, struct findings *f)
{
	for (const struct rule *const *group = rule_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++) {
			struct buffer out = BUFFER_INIT(1000);

			if (r->check(seen, &out) == RULE_FAIL)
				note(f, r->name, buffer_str(&out));
			buffer_release(&out);
		}
}

static void keep_sibling(struct sibling *s, const struct sent_request *q, const struct response *r)
{
	if (!s->response && q->valid && slice_is(q->method, "GET") && r->status == 200)
		*s = (struct sibling){ q->target, r };
}

static void play(const struct recorded *rec, struct arena *a, struct response_reader *reader,
		 struct findings *f)
{
	struct sibling sibling = { 0 };
	struct slice fed = rec->received;
	size_t answered = 0;
	struct sent sent;

	sent_init(&sent, a);
	(void)sent_add(&sent, rec->sent);
	for (;;) {
		struct sent_request q = { 0 };

		(void)sent_request(&sent, answered, &q);
		response_reader_expect(reader, q.method, q.valid && q.minor == 0);

		enum response_state state = response_reader_feed(reader, fed, 1);

		fed = (struct slice){ 0 };
		if (state == RESPONSE_WANTS_MORE && rec->fin)
			state = response_reader_end(reader, false, 1);
		if (state == RESPONSE_WANTS_MORE)
			break;

		const struct response *r = response_take(reader);
		bool last = response_reader_rest(reader).len == 0;

		for (size_t i = 0; i < r->nfaults; i++)
			fail_msg("%s in: %s", r->faults[i].text, r->head.at);
		assert_int_not_equal(state, RESPONSE_BROKEN);
		keep_sibling(&sibling, &q, r);

		struct exchange_seen seen = {
			.request = q.bytes,
			.request_valid = q.valid,
			.method = q.method,
			.target = q.target,
			.request_minor = q.minor,
			.request_fields = q.fields,
			.nrequest_fields = q.nfields,
			.response = r,
			.interim = state == RESPONSE_INTERIM,
			.closed_after = last && rec->fin,
			.response_followed = !last,
			.wall = date_of(r),
			.get_sibling = slice_eq(sibling.target, q.target) ? sibling.response : NULL,
		};

		judge(&seen, f);
		f->responses++;
		answered += state != RESPONSE_INTERIM;
	}
	assert_int_equal(answered, rec->requests);
	assert_int_equal(response_reader_rest(reader).len, 0);
	sent_release(&sent);
}

static void compare(const struct findings *got, const struct finding *want)
{
	size_t known = 0;

	for (; want->rule; want++, known++) {
		size_t i = 0;

		while (i < got->count && strcmp(got->rule[i], want->rule) != 0)
			i++;
		if (i == got->count || got->times[i] != want->times)
			fail_msg("%s: broken %zu times, not %zu", want->rule,
				 i == got->count ? 0 : got->times[i], want->times);
	}
	assert_int_equal(got->count, known);
}

static void replay(const char *path, size_t responses, const struct finding *want)
{
	CLEANUP(file_closep) FILE *in = fopen(path, "re");
	struct findings got = { 0 };
	struct recorded rec;
	struct arena arena;

	assert_non_null(in);
	arena_init(&arena);
	while (next_recorded(in, &arena, &rec)) {
		struct response_reader *reader = response_reader_new();

		play(&rec, &arena, reader, &got);
		response_reader_free(reader);
	}
	assert_int_equal(got.responses, responses);
	compare(&got, want);
	arena_release(&arena);
}

static void nginx_is_read_and_judged(void **state)
{
	(void)state;
	replay("tests/unit/runner/recorded/nginx.exchanges", 46, nginx);
}

static void apache_is_read_and_judged(void **state)
{
	(void)state;
	replay("tests/unit/runner/recorded/apache.exchanges", 47, apache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nginx_is_read_and_judged),
		cmocka_unit_test(apache_is_read_and_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
