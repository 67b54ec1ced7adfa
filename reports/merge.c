#include "reports/merge.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

struct merging {
	const struct merge_part *parts;
	size_t n;
	bool force;
	struct arena *arena;
	struct problems *problems, *notes;
	struct run *run;
};

/* ---- do they belong together? ---- */

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* A server that a run starts itself listens on another port each time. */
static bool same_target(const struct run *a, const struct run *b)
{
	return same(a->target, b->target) ||
	       (same(a->target_note, b->target_note) && !same(a->target_note, ""));
}

static bool same_chosen(const struct run *a, const struct run *b)
{
	if (a->nchosen != b->nchosen)
		return false;
	for (size_t i = 0; i < a->nchosen; i++)
		if (!same(a->chosen[i], b->chosen[i]))
			return false;
	return true;
}

static const char *part_of(const struct merging *m, const struct run *run)
{
	return run->shards ? arena_printf(m->arena, "shard %u of %u", run->shard, run->shards)
			   : "a whole run";
}

static void compare(const struct merging *m, const struct merge_part *a, const struct merge_part *b)
{
	static const struct place nowhere = { 0 };
	const struct run *x = &a->run, *y = &b->run;
	bool shards = x->shards && y->shards;

	if (!same_target(x, y))
		problems_add(m->problems, nowhere, "'%s' is of the target %s, '%s' of %s", a->name,
			     x->target, b->name, y->target);
	if (!same(x->program, y->program))
		problems_add(m->problems, nowhere, "'%s' was made by %s, '%s' by %s", a->name,
			     x->program, b->name, y->program);
	if (x->shards != y->shards)
		problems_add(m->problems, nowhere, "'%s' is %s, '%s' is %s", a->name, part_of(m, x),
			     b->name, part_of(m, y));
	else if (shards && x->shard == y->shard)
		problems_add(m->problems, nowhere, "'%s' and '%s' are both shard %u of %u", a->name,
			     b->name, x->shard, x->shards);
	if (shards && !same(x->suite, y->suite))
		problems_add(m->problems, nowhere, "'%s' and '%s' are of different suites", a->name,
			     b->name);
	else if (shards && !same_chosen(x, y))
		problems_add(m->problems, nowhere,
			     "'%s' and '%s' are shards of different choices of cases", a->name,
			     b->name);
}

static int by_shard(const void *a, const void *b)
{
	const struct merge_part *x = a, *y = b;

	if (x->run.shard != y->run.shard)
		return x->run.shard < y->run.shard ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* ---- results ---- */

/* Parts of very different ages end at what a run can say. */
static int64_t sum(int64_t a, int64_t b)
{
	return a < RUN_MOST - b ? a + b : RUN_MOST;
}

struct found {
	struct result result;
	const struct merge_part *in;
};

/* Those of one part stay in front of those of a later one. */
static int by_result(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = result_order(&x->result, &y->result);

	return order ? order : x->in < y->in ? -1 : x->in > y->in;
}

static const char *known_to_any(const struct result *a, const struct result *b)
{
	return a->known ? a->known : b->known;
}

static void join_rule(const struct merging *m, struct result *into, const struct result *more)
{
	struct result both = *into;

	if (more->first_case &&
	    (!into->first_case || strcmp(more->first_case, into->first_case) < 0))
		both = *more;
	both.times_seen = (size_t)sum((int64_t)into->times_seen, (int64_t)more->times_seen);
	both.times_broken = (size_t)sum((int64_t)into->times_broken, (int64_t)more->times_broken);
	both.known = known_to_any(into, more);
	both.verdict = rule_verdict(both.level, both.times_seen, both.times_broken);
	both.reason = rule_reason(&both, m->arena);
	*into = both;
}

static void join_case(const struct merging *m, struct found *into, const struct found *more)
{
	struct result *a = &into->result;
	const struct result *b = &more->result;
	bool differ = a->verdict != b->verdict;
	struct result worse = verdict_weight(b->verdict) > verdict_weight(a->verdict) ? *b : *a;

	problems_add(m->problems, (struct place){ 0 }, "case '%s' is in '%s' and in '%s'", a->id,
		     into->in->name, more->in->name);
	worse.flaky |= differ;
	worse.known = known_to_any(a, b);
	if (differ)
		worse.reason = arena_printf(m->arena,
					    "flaky: %s in '%s', %s in '%s'; the worse: %s",
					    verdict_name(a->verdict), into->in->name,
					    verdict_name(b->verdict), more->in->name, worse.reason);
	*a = worse;
}

static void join(const struct merging *m, struct found *into, const struct found *more)
{
	if (result_is_rule(&into->result))
		join_rule(m, &into->result, &more->result);
	else
		join_case(m, into, more);
}

static usec since_start(const struct merging *m, const struct run *part)
{
	int64_t seconds = part->started - m->run->started;

	return seconds < RUN_MOST / USEC_PER_SEC ? seconds * USEC_PER_SEC : RUN_MOST;
}

static struct found found(const struct merging *m, const struct merge_part *in, size_t index)
{
	struct found f = { in->run.results[index], in };

	if (f.result.began || f.result.duration)
		f.result.began = sum(f.result.began, since_start(m, &in->run));
	return f;
}

/* A case that was chosen and did not run anywhere. */
static struct result missing(const struct merging *m, const char *id)
{
	struct slice name = slice_str(id);

	return (struct result){
		.id = id,
		.theme = arena_str(m->arena, slice_sub(name, 0, slice_find(name, '/'))),
		.title = "in none of the reports that were joined",
		.why = "",
		.level = LEVEL_MUST,
		.verdict = VERDICT_ERROR,
		.reason = "in none of the reports that were joined",
		.expected = "",
		.seen = "",
		.replay = "",
	};
}

static bool holds_shard(const struct merging *m, unsigned shard)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->parts[i].run.shard == shard)
			return true;
	return false;
}

static int by_id(const void *id, const void *result)
{
	return strcmp(id, ((const struct result *)result)->id);
}

/* Behind the |n| cases of |results|, which are sorted. */
static size_t add_missing(const struct merging *m, struct result *results, size_t n)
{
	const struct run *first = &m->parts[0].run;
	size_t all = n;

	for (unsigned shard = 1; shard <= first->shards; shard++)
		if (!holds_shard(m, shard))
			problems_add(m->notes, (struct place){ 0 }, "shard %u of %u is missing",
				     shard, first->shards);
	for (size_t i = 0; i < first->nchosen; i++)
		if (!bsearch(first->chosen[i], results, n, sizeof(*results), by_id))
			results[all++] = missing(m, first->chosen[i]);
	if (all > n)
		problems_add(m->notes, (struct place){ 0 },
			     "%zu of %zu cases did not run: they count as errors", all - n,
			     first->nchosen);
	return all;
}

static int in_order(const void *a, const void *b)
{
	return result_order(a, b);
}

static void join_results(const struct merging *m)
{
	struct found *all;
	size_t n = 0, ncases = 0, joined = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->parts[i].run.count;
	all = arena_alloc(m->arena, (n + 1) * sizeof(*all));
	n = 0;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->parts[i].run.count; k++)
			all[n++] = found(m, &m->parts[i], k);
	qsort(all, n, sizeof(*all), by_result);
	for (size_t i = 0; i < n; i++)
		if (joined && result_order(&all[joined - 1].result, &all[i].result) == 0)
			join(m, &all[joined - 1], &all[i]);
		else
			all[joined++] = all[i];

	size_t room = joined + m->parts[0].run.nchosen + 1;
	struct result *results = arena_alloc(m->arena, room * sizeof(*results));

	while (ncases < joined && !result_is_rule(&all[ncases].result)) {
		results[ncases] = all[ncases].result;
		ncases++;
	}

	size_t count = add_missing(m, results, ncases);

	for (size_t i = ncases; i < joined; i++)
		results[count++] = all[i].result;
	qsort(results, count, sizeof(*results), in_order);
	m->run->results = results;
	m->run->count = count;
}

/* ---- coverage ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void join_covered(const struct merging *m, struct covered *into, const struct covered *more)
{
	const char **by = arena_alloc(m->arena, (into->nby + more->nby + 1) * sizeof(*by));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < into->nby; i++)
		by[n++] = into->by[i];
	for (size_t i = 0; i < more->nby; i++)
		by[n++] = more->by[i];
	qsort(by, n, sizeof(*by), by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(by[kept - 1], by[i]) != 0)
			by[kept++] = by[i];
	into->by = by;
	into->nby = kept;
	if (into->state == COVERAGE_MISSING)
		*into = (struct covered){ into->clause, more->state, more->reason, by, kept };
}

static struct covered *find_covered(struct covered *list, size_t n, const char *id, size_t near)
{
	if (near < n && strcmp(list[near].clause->id, id) == 0)
		return &list[near];
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].clause->id, id) == 0)
			return &list[i];
	return NULL;
}

/* All parts have the rows of one catalogue, in its order; those of another one, which
 * only |force| lets through, come behind. */
static void join_coverage(const struct merging *m)
{
	struct covered *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->parts[i].run.ncoverage; k++) {
			const struct covered *row = &m->parts[i].run.coverage[k];
			struct covered *there = find_covered(list, n, row->clause->id, k);

			if (there)
				join_covered(m, there, row);
			else
				*(struct covered *)arena_push(m->arena, &list, &n,
							      sizeof(*list)) = *row;
		}
	m->run->coverage = list;
	m->run->ncoverage = n;
}

/* ---- the baseline ---- */

/* A rule that holds in one part may be broken in another, as the baseline says. */
static bool is_stale(const struct merging *m, const struct stale_entry *entry,
		     const struct stale_entry *list, size_t n)
{
	for (size_t i = 0; i < m->run->count; i++)
		if (m->run->results[i].known && strcmp(m->run->results[i].id, entry->id) == 0)
			return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].id, entry->id) == 0)
			return false;
	return true;
}

static void join_stale(const struct merging *m)
{
	struct stale_entry *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->parts[i].run.nstale; k++) {
			const struct stale_entry *entry = &m->parts[i].run.stale[k];

			if (is_stale(m, entry, list, n))
				*(struct stale_entry *)arena_push(m->arena, &list, &n,
								  sizeof(*list)) = *entry;
		}
	m->run->stale = list;
	m->run->nstale = n;
}

/* ---- the run ---- */

/* They may have run side by side: from the first start to the last end. */
static void join_times(const struct merging *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->parts[i].run.started < m->run->started)
			m->run->started = m->parts[i].run.started;
	m->run->duration = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct run *part = &m->parts[i].run;
		usec end = sum(since_start(m, part), part->duration);

		if (end > m->run->duration)
			m->run->duration = end;
	}
}

/* The words of the first part's command line, but for its "--shard". */
static void join_options(const struct merging *m)
{
	const struct run *first = &m->parts[0].run;
	const char **kept = arena_alloc(m->arena, (first->noptions + 1) * sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < first->noptions; i++) {
		if (strcmp(first->options[i], "--shard") == 0)
			i++;
		else if (!slice_starts(slice_str(first->options[i]), SLICE("--shard=")))
			kept[n++] = first->options[i];
	}
	m->run->options = kept;
	m->run->noptions = n;
}

static void join_heads(const struct merging *m)
{
	struct run *run = m->run;

	*run = m->parts[0].run;
	for (size_t i = 1; i < m->n; i++) {
		const struct run *part = &m->parts[i].run;

		run->serial |= part->serial;
		run->strict_baseline |= part->strict_baseline;
		run->fail_on = part->fail_on > run->fail_on ? part->fail_on : run->fail_on;
		run->interrupted = run->interrupted ? run->interrupted : part->interrupted;
	}
	run->shard = run->shards = 0;
	run->chosen = NULL;
	run->nchosen = 0;
	join_options(m);
	join_times(m);
}

int merge_runs(struct merge_part *parts, size_t n, bool force, struct arena *arena,
	       struct run *ret, struct problems *problems, struct problems *notes)
{
	struct run run;
	struct merging m = { parts, n, force, arena, problems, notes, &run };

	qsort(parts, n, sizeof(*parts), by_shard);
	for (size_t i = 1; i < n; i++)
		compare(&m, &parts[i - 1], &parts[i]);
	join_heads(&m);
	join_results(&m);
	join_coverage(&m);
	join_stale(&m);
	if (problems->count && !force)
		return -EINVAL;
	*ret = run;
	return 0;
}
