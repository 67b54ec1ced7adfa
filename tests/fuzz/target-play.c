/* A target of a stranger's making: each case of play.yaml is played against any bytes, cut
 * into answers, with any end of the connection behind each. It comes to a verdict in bounded
 * time, the same one twice, and what it says of it is for a terminal. */

#include "problems.h"

#include "base/cleanup.h"
#include "runner/prove.h"
#include "runner/read-case.h"

enum { ANSWERS = 4, PARTS = 2 };

static struct catalogue *catalogue;
static struct suite *suite;
static struct profile *profile;
static struct variables variables;

static void load(void)
{
	struct problems problems = PROBLEMS_INIT(20);

	if (catalogue_load("cases/requirements.tsv", &catalogue, NULL) < 0 ||
	    suite_read("tests/fuzz/play.yaml", catalogue, &suite, &problems) < 0) {
		(void)fprintf(stderr, "run this in the project's root: %s\n",
			      problems.kept ? problems.list[0].text : "it reads cases/");
		exit(2);
	}
	profile = profile_of_proofs();
	MUST(profile);
	variables = profile_variables(profile);
}

/* Answers out of bytes: a byte says how each ends, one how long it is; the last one is all
 * that is left. */
struct script {
	struct text texts[ANSWERS];
	struct part bytes[ANSWERS];
	struct answer_part parts[ANSWERS][PARTS];
	struct answer answers[ANSWERS];
	struct answers on[2];
	struct proof_item item;
};

static void write_script(struct script *s, struct slice in)
{
	static const enum answer_kind ends[] = { ANSWER_SILENCE, ANSWER_CLOSE, ANSWER_RESET,
						 ANSWER_HALF_CLOSE, ANSWER_CUT };
	size_t n = 0;

	while (n < ANSWERS && in.len) {
		unsigned end = take_byte(&in), len = take_byte(&in);

		s->texts[n] = (struct text){
			.raw = take(&in, n + 1 == ANSWERS ? in.len : 8 * len)
		};
		s->bytes[n] = (struct part){ .kind = PART_FILE, .texts = &s->texts[n], .ntexts = 1 };
		s->parts[n][0] = (struct answer_part){ .kind = ANSWER_BYTES,
						       .bytes = { &s->bytes[n], 1, { 0 } } };
		s->parts[n][1] = (struct answer_part){ .kind = ends[end % ARRAY_SIZE(ends)] };
		s->answers[n] = (struct answer){ s->parts[n], PARTS };
		n++;
	}
	s->on[0] = (struct answers){ "main", s->answers, n, false };
	s->on[1] = (struct answers){ "origin", s->answers, n, false };
	s->item = (struct proof_item){ { "f", 1, 1 }, s->on, 2 };
}

static size_t play(const struct test_case *c)
{
	struct problems problems = PROBLEMS_INIT(20);

	MUST(case_prove(c, &variables, &problems) == 1);

	size_t found = problems.count;

	must_be_told(found ? -1 : 0, &problems);
	problems_release(&problems);
	return found;
}

void fuzz_input(struct slice in)
{
	static struct script script;

	if (!suite)
		load();

	struct test_case c = suite->cases[take_byte(&in) % suite->ncases];

	write_script(&script, in);
	c.refuses = &script.item;
	c.nrefuses = 1;
	c.naccepts = 0;

	size_t first = play(&c);

	if (strcmp(c.id, "fuzz/client") != 0) /* libcurl sees what has come by then */
		MUST(play(&c) == first);
}
