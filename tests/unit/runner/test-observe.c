#include "proof-rows.h"
#include "runner/observe.h"
#include "runner/player.h"
#include "runner/wire-script.h"

#include "net/task.h"

#include <string.h>

/* What the passive rules are told of an exchange: a case is played against the scripted
 * peer, and the observer looks at it. */

#define CLOSE200 "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nok"

static const struct observation {
	const char *why, *rule, *answer;      /* to two requests in one piece */
	size_t applied, broken;
} row[] = {
	{ "a response behind the close that was said", "no-response-after-close",
	  "[\"" CLOSE200 "\", " OK200 ", close]", 1, 1 },
	{ "a response cut off is one", "no-response-after-close",
	  "[\"" CLOSE200 "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nok\", close]", 1, 1 },
	{ "the close itself", "no-response-after-close", "[\"" CLOSE200 "\", close]", 1, 0 },
	{ "octets that are no response are not called one", "no-response-after-close",
	  "[\"" CLOSE200 "and more\\r\\n\\r\\n\", close]", 1, 0 },
	{ "nothing is asked of who did not say close", "no-response-after-close",
	  "[" OK200 ", " OK200 ", close]", 0, 0 },
	{ "octets behind a whole response are more of it", "bytes-after-response",
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok, and more\", close]", 1, 1 },
	{ "behind the close that was said, too", "bytes-after-response",
	  "[\"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nokay\", close]", 1, 1 },
	{ "and no status line", "status-line-grammar",
	  "[\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok, and more\", close]", 1, 0 },
	{ "octets with nothing before them are one", "status-line-grammar", "[\"ok\", close]", 1, 1 },
	{ "as is a broken one behind a response", "status-line-grammar",
	  "[" OK200 ", \"HTTP/1.10 200 OK\\r\\n\\r\\n\", close]", 2, 1 },
};

struct observed_play {
	struct play play;
	bool over;
};

static void play_in_task(void *arg)
{
	struct observed_play *op = arg;

	(void)play_steps(&op->play, op->play.test->steps, op->play.test->nsteps);
	play_close(&op->play);
	op->over = true;
}

static struct suite *suite_of(const char *answer)
{
	char yaml[2048];
	struct problems problems = PROBLEMS_INIT(1);
	struct catalogue *catalogue;
	struct suite *suite = NULL;

	assert_int_equal(catalogue_load("cases/requirements.tsv", &catalogue, NULL), 0);
	(void)snprintf(yaml, sizeof(yaml),
		       "httpcheck: 1\nsuite: s\ncases:\n"
		       "  - id: a\n    title: t\n    requirement: RFC9112-3.2-6\n"
		       "    steps: [{request: {}}, {request: {}}, {expect: {status: 200}}, {expect: {status: 200}}]\n"
		       "    proof:\n      refuses: [%s]\n", answer);
	assert_int_equal(suite_read_memory("x/y.yaml", slice_str(yaml), catalogue, &suite, &problems), 0);
	catalogue_free(catalogue);
	problems_release(&problems);
	return suite;
}

static const struct rule_record *record_of(const struct observer *o, const char *rule)
{
	for (size_t i = 0; i < o->count; i++)
		if (!strcmp(o->records[i].rule->name, rule))
			return &o->records[i];
	fail_msg("no rule '%s'", rule);
	return NULL;
}

static void play_and_observe(const struct observation *r, const struct test_case *test,
			     const struct variables *variables, struct arena *a)
{
	struct observed_play op = { .over = false };
	struct observer observer;
	struct transcript transcript;
	struct script_dialer *dialer;
	struct loop *loop;

	assert_int_equal(loop_new(true, &loop), 0);
	assert_int_equal(script_dialer_new(loop, &test->refuses[0], variables, &dialer), 0);

	struct stage stage = { .dialer = script_dialer_base(dialer), .variables = variables,
			       .timeout = USEC_PER_SEC, .discerns = true };

	transcript_init(&transcript, a, a, 0);
	play_init(&op.play, &stage, test, a, &transcript);
	assert_int_equal(task_start(loop, play_in_task, &op, (size_t)256 * 1024, NULL), 0);
	while (!op.over)
		assert_int_equal(loop_turn(loop, USEC_FOREVER), 0);
	observer_init(&observer, a);
	observe_play(&observer, &op.play, 0);
	assert_int_equal(record_of(&observer, r->rule)->applied, r->applied);
	assert_int_equal(record_of(&observer, r->rule)->broken, r->broken);
	play_release(&op.play);
	script_dialer_free(dialer);
	loop_free(loop);
}

static void what_followed(void **state)
{
	(void)state;
	struct profile *profile = profile_of_proofs();
	struct variables variables = profile_variables(profile);

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct suite *suite = suite_of(row[i].answer);
		struct arena a;

		print_message("  %s\n", row[i].why);
		arena_init(&a);
		play_and_observe(&row[i], &suite->cases[0], &variables, &a);
		arena_release(&a);
		suite_free(suite);
	}
	profile_free(profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
