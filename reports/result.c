#include "reports/result.h"

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

bool result_is_rule(const struct result *r)
{
	return strcmp(r->theme, "rules") == 0;
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

/* True if a case came to a verdict: where all were skipped nothing was shown. */
static bool something_ran(const struct run *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (!result_is_rule(&r->results[i]) && r->results[i].verdict != VERDICT_SKIP)
			return true;
	return false;
}

int run_exit_code(const struct run *r)
{
	struct tally t = run_tally(r);

	if (r->interrupted)
		return 128 + r->interrupted;
	if (!something_ran(r))
		return 2;
	if (t.of[VERDICT_ERROR])
		return 3;
	if (t.of[VERDICT_FAIL])
		return 1;
	return r->strict && (t.of[VERDICT_WARN] || t.of[VERDICT_INCONCLUSIVE]) ? 1 : 0;
}
