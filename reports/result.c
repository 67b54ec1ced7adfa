#include "reports/result.h"

#include "base/arena.h"

static const char *const verdict_names[VERDICTS] = {
	[VERDICT_PASS] = "pass",
	[VERDICT_INFO] = "info",
	[VERDICT_WARN] = "warn",
	[VERDICT_FAIL] = "fail",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_SKIP] = "skip",
	[VERDICT_ERROR] = "error",
};

const char *verdict_name(enum verdict v)
{
	return verdict_names[v];
}

const char *level_name(enum level l)
{
	static const char *const names[] = {
		[LEVEL_MAY] = "MAY", [LEVEL_SHOULD] = "SHOULD", [LEVEL_MUST] = "MUST",
	};

	return names[l];
}

const char *coverage_name(enum coverage c)
{
	static const char *const names[] = {
		[COVERAGE_MISSING] = "missing",
		[COVERAGE_COVERED] = "covered",
		[COVERAGE_UNTESTABLE] = "untestable",
	};

	return names[c];
}

const char *event_name(enum event_kind kind)
{
	static const char *const names[] = {
		[EVENT_CONNECTED] = "connected",
		[EVENT_SENT] = "sent",
		[EVENT_RECEIVED] = "received",
		[EVENT_HALF_CLOSED] = "half-closed",
		[EVENT_CLOSED] = "closed",
		[EVENT_ABORTED] = "aborted",
		[EVENT_FIN] = "fin",
		[EVENT_RESET] = "reset",
		[EVENT_TIMEOUT] = "timeout",
		[EVENT_NOTE] = "note",
	};

	return names[kind];
}

const char *fail_on_name(enum fail_on f)
{
	static const char *const names[] = {
		[FAIL_ON_MUST] = "must", [FAIL_ON_SHOULD] = "should", [FAIL_ON_ANY] = "any",
	};

	return names[f];
}

bool result_is_rule(const struct result *r)
{
	return strcmp(r->theme, "rules") == 0;
}

int result_order(const struct result *a, const struct result *b)
{
	bool a_rule = result_is_rule(a), b_rule = result_is_rule(b);

	return a_rule == b_rule ? strcmp(a->id, b->id) : a_rule ? 1 : -1;
}

int verdict_weight(enum verdict v)
{
	static const int weights[VERDICTS] = {
		[VERDICT_SKIP] = 0,	    [VERDICT_INFO] = 1, [VERDICT_PASS] = 1,
		[VERDICT_INCONCLUSIVE] = 2, [VERDICT_WARN] = 3, [VERDICT_ERROR] = 4,
		[VERDICT_FAIL] = 5,
	};

	return weights[v];
}

enum verdict rule_verdict(enum level level, size_t seen, size_t broken)
{
	static const enum verdict of_level[] = {
		[LEVEL_MAY] = VERDICT_INFO,
		[LEVEL_SHOULD] = VERDICT_WARN,
		[LEVEL_MUST] = VERDICT_FAIL,
	};

	if (seen == 0)
		return VERDICT_SKIP;
	return broken ? of_level[level] : VERDICT_PASS;
}

const char *rule_reason(const struct result *r, struct arena *a)
{
	if (r->times_seen == 0)
		return "no response it applies to was seen";
	if (r->times_broken == 0)
		return arena_printf(a, "seen %zu times", r->times_seen);
	return arena_printf(a, "broken by %zu of %zu responses, first in %s: %s", r->times_broken,
			    r->times_seen, r->first_case ? r->first_case : "", r->seen);
}

static void count(struct tally *t, const struct result *r)
{
	t->of[r->verdict]++;
	t->total++;
}

struct tally run_tally(const struct run *r)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < r->count; i++)
		count(&t, &r->results[i]);
	return t;
}

struct tally run_tally_of(const struct run *r, const char *theme, enum level level)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->results[i];

		if (one->level == level && (!theme || strcmp(one->theme, theme) == 0))
			count(&t, one);
	}
	return t;
}

bool run_theme_begins(const struct run *r, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (strcmp(r->results[before].theme, r->results[i].theme) == 0)
			return false;
	return true;
}

/* True if a case came to a verdict: where all were skipped or inconclusive nothing was shown. */
static bool something_was_judged(const struct run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		enum verdict v = r->results[i].verdict;

		if (!result_is_rule(&r->results[i]) && v != VERDICT_SKIP && v != VERDICT_INCONCLUSIVE)
			return true;
	}
	return false;
}

const struct result *run_find(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->results[i].id, id) == 0)
			return &run->results[i];
	return NULL;
}

bool run_fails_by(const struct run *run, const struct result *r)
{
	static const enum fail_on from[VERDICTS] = {
		[VERDICT_FAIL] = FAIL_ON_MUST,
		[VERDICT_WARN] = FAIL_ON_SHOULD,
		[VERDICT_INCONCLUSIVE] = FAIL_ON_ANY,
	};
	bool finding = r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN ||
		       r->verdict == VERDICT_INCONCLUSIVE;

	return finding && !r->known && run->fail_on >= from[r->verdict];
}

int run_exit_code(const struct run *run)
{
	bool errors = false, failures = run->strict_baseline && run->nstale > 0;

	if (run->interrupted)
		return 128 + run->interrupted;
	if (!something_was_judged(run))
		return 2;
	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		errors |= r->verdict == VERDICT_ERROR && !r->known;
		failures |= run_fails_by(run, r);
	}
	return errors ? 3 : failures ? 1 : 0;
}
