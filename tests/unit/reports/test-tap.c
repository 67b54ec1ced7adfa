#include "reports/tap.h"

#include "base/buffer.h"
#include "reports/visible.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample.h"
#include "tests/unit/reports/strange.h"

/* ---- a reader of TAP 14, by its specification; a public one reads it in
 * tests/end-to-end/test-formats ---- */

enum directive { NONE, TODO, SKIP };

enum { POINTS = 64, TEXT = 2048 };

struct point {
	bool ok;
	enum directive directive;
	char description[TEXT];       /* unescaped */
	char message[TEXT];           /* of its diagnostics */
	bool has_block;
};

struct stream {
	struct point point[POINTS];
	size_t n, plan;
	bool bailed_out;
};

static struct stream got;

static struct slice next_line(struct slice *rest)
{
	size_t end = slice_find(*rest, '\n');
	struct slice line = slice_sub(*rest, 0, end);

	assert_true(end < rest->len);
	*rest = slice_skip(*rest, end + 1);
	return line;
}

static bool take(struct slice *s, const char *front)
{
	bool has = slice_starts(*s, slice_str(front));

	if (has)
		*s = slice_skip(*s, strlen(front));
	return has;
}

/* "\x23" and "\\" in double quotes. */
static void unquote(struct slice s, char *out)
{
	size_t len = 0;

	assert_true(take(&s, "\"") && slice_ends(s, SLICE("\"")));
	for (s.len--; s.len; s = slice_skip(s, 1)) {
		assert_int_not_equal(s.at[0], '"');
		assert_true(len + 1 < TEXT);
		if (take(&s, "\\x23"))
			s = slice_of(s.at - 1, s.len + 1), out[len++] = '#';
		else if (s.at[0] == '\\')
			s = slice_skip(s, 1), out[len++] = s.at[0];
		else
			out[len++] = s.at[0];
	}
	out[len] = '\0';
}

static void read_block(struct slice *rest, struct point *p)
{
	for (p->has_block = true;;) {
		struct slice line = next_line(rest);

		if (slice_is(line, "  ..."))
			return;
		assert_true(take(&line, "  "));
		if (take(&line, "message: "))
			unquote(line, p->message);
	}
}

/* The description up to the first '#' that is not escaped; what is behind is the rest. */
static void unescape(struct slice *s, char *out)
{
	size_t len = 0;

	for (; s->len && s->at[0] != '#'; *s = slice_skip(*s, 1)) {
		if (s->at[0] == '\\')
			*s = slice_skip(*s, 1);
		assert_true(s->len && len + 1 < TEXT);
		out[len++] = s->at[0];
	}
	out[len] = '\0';
}

static void read_point(struct slice line)
{
	struct point *p = &got.point[got.n];
	char number[32];

	assert_true(got.n < POINTS);
	*p = (struct point){ .ok = take(&line, "ok ") };
	(void)snprintf(number, sizeof(number), "%zu - ", ++got.n);
	assert_true(p->ok || take(&line, "not ok "));
	assert_true(take(&line, number));
	unescape(&line, p->description);
	if (take(&line, "# TODO "))
		p->directive = TODO;
	else if (take(&line, "# SKIP "))
		p->directive = SKIP;
	else
		assert_int_equal(line.len, 0);
	if (p->directive != NONE)     /* and the blank in front of it */
		p->description[strlen(p->description) - 1] = '\0';
}

static void read_tap(const struct run *run)
{
	CLEANUP(freep) char *text = written_by(tap_write, run);
	struct slice rest = slice_str(text), line = next_line(&rest);

	got = (struct stream){ 0 };
	assert_true(slice_is(line, "TAP version 14"));
	line = next_line(&rest);
	assert_true(take(&line, "1.."));
	got.plan = strtoul(line.at, NULL, 10);
	while (rest.len) {
		line = next_line(&rest);
		if (slice_is(line, "  ---"))
			read_block(&rest, &got.point[got.n - 1]);
		else if (take(&line, "Bail out! "))
			got.bailed_out = true;
		else if (!take(&line, "# "))
			read_point(line);
	}
	assert_int_equal(got.n, got.plan);
}

/* ---- the sample ---- */

static const struct point *point_of(const char *id)
{
	for (size_t i = 0; i < got.n; i++)
		if (strncmp(got.point[i].description, id, strlen(id)) == 0)
			return &got.point[i];
	fail_msg("no point for %s", id);
	return NULL;
}

static const struct {
	const char *id;
	bool ok, has_block;
	enum directive directive, strict;
} want[] = {
	{ "host/accepted: ", true, true, NONE, NONE },          /* flaky */
	{ "rules/allow-with-405: ", true, false, NONE, NONE },  /* pass */
	{ "methods/trace: ", true, true, NONE, NONE },          /* info */
	{ "ranges/first-bytes: ", true, false, SKIP, SKIP },
	{ "host/missing: ", false, true, NONE, NONE },          /* fail */
	{ "rules/date-present: ", false, true, NONE, NONE },
	{ "framing/both-lengths: ", false, true, NONE, NONE },  /* error */
	{ "host/two: ", false, true, TODO, TODO },              /* known */
	{ "methods/unknown: ", false, true, TODO, NONE },       /* warn */
	{ "framing/chunk-extension: ", false, true, TODO, NONE },
	{ "baseline: methods/gone", false, true, TODO, NONE },
};

static void each_verdict(void **state)
{
	(void)state;
	struct run strict = sample_strict_run();

	for (int pass = 0; pass < 2; pass++) {
		read_tap(pass ? &strict : &sample_run);
		assert_int_equal(got.plan, sample_run.count + sample_run.nstale);
		assert_false(got.bailed_out);
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			const struct point *p = point_of(want[i].id);

			print_message("  %s\n", want[i].id);
			assert_int_equal(p->ok, want[i].ok);
			assert_int_equal(p->has_block, want[i].has_block);
			assert_int_equal(p->directive, pass ? want[i].strict : want[i].directive);
		}
	}
}

static void a_run_that_shows_nothing_bails_out(void **state)
{
	(void)state;
	struct result r = plain_result();
	struct run run = run_of(&r, 1);

	r.verdict = VERDICT_SKIP;
	read_tap(&run);
	assert_true(got.bailed_out);
	r.verdict = VERDICT_PASS;
	read_tap(&run);
	assert_false(got.bailed_out);
	run.interrupted = 2;
	read_tap(&run);
	assert_true(got.bailed_out);
	run.count = 0;
	run.interrupted = 0;
	read_tap(&run);
	assert_true(got.bailed_out);
}

/* ---- strange content ---- */

static void assert_reads_back(const struct point *p, const struct strange *s)
{
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1 << 16);

	assert_int_equal(buffer_add_str(&shown, "a/b: "), 0);
	assert_int_equal(visible_add(&shown, s->title, BREAKS_SPELT), 0);
	assert_string_equal(p->description, buffer_str(&shown));
	buffer_clear(&shown);
	assert_int_equal(visible_add(&shown, s->seen, BREAKS_SPELT), 0);
	if (p->has_block)
		assert_non_null(strstr(p->message, buffer_str(&shown)));
}

static void random_strings(void **state)
{
	(void)state;
	static struct strange strange[POINTS];
	struct result results[POINTS];
	struct run run = run_of(results, POINTS);
	uint64_t seed = 17;

	for (int round = 0; round < 160; round++) {
		for (size_t i = 0; i < POINTS; i++) {
			fill_strange(&strange[i], &results[i], &seed);
			results[i].verdict = (enum verdict)(i % VERDICTS);
		}
		read_tap(&run);
		for (size_t i = 0; i < POINTS; i++) {
			bool skipped = results[i].verdict == VERDICT_SKIP;

			assert_reads_back(&got.point[i], &strange[i]);
			assert_int_equal(got.point[i].directive == SKIP, skipped);
		}
	}
}

/* A runner of GitHub takes "##[" for a command wherever it stands. */
static void no_command_of_a_runner(void **state)
{
	(void)state;
	struct event e = { EVENT_RECEIVED, "main", 0, SLICE("##[error]a"), 0, "" };
	struct result r = plain_result();
	struct run run = run_of(&r, 1);

	r.id = r.title = r.reason = r.expected = r.seen = r.why = r.replay = "##[error]b";
	r.events = &e;
	r.nevents = 1;
	for (r.verdict = 0; r.verdict < VERDICTS; r.verdict++) {
		CLEANUP(freep) char *text = written_by(tap_write, &run);

		assert_null(strstr(text, "##["));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict),
		cmocka_unit_test(a_run_that_shows_nothing_bails_out),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(no_command_of_a_runner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
