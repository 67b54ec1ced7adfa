#include "reports/compare.h"

#include <stdlib.h>

/* ---- two results ---- */

bool compare_judged(const struct result *r)
{
	return r && (r->verdict == VERDICT_PASS || r->verdict == VERDICT_INFO ||
		     r->verdict == VERDICT_WARN || r->verdict == VERDICT_FAIL);
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* A number that the next run may have otherwise: of bytes or of milliseconds. */
static size_t measure(const char *s)
{
	size_t n = digits(s);

	return n && (strncmp(s + n, " byte", 5) == 0 || strncmp(s + n, " ms", 3) == 0) ? n : 0;
}

static bool same_but_for_measures(const char *a, const char *b)
{
	while (*a && *b) {
		size_t in_a = measure(a), in_b = measure(b);

		if (in_a && in_b) {
			a += in_a;
			b += in_b;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return !*a && !*b;
}

bool compare_agree(const struct result *a, const struct result *b)
{
	if (a->verdict != b->verdict)
		return false;
	return a->verdict != VERDICT_INFO || same_but_for_measures(a->reason, b->reason);
}

bool compare_regressed(const struct result *old, const struct result *new)
{
	static const int badness[VERDICTS] = {
		[VERDICT_WARN] = 1,  [VERDICT_SKIP] = 2, [VERDICT_INCONCLUSIVE] = 2,
		[VERDICT_ERROR] = 2, [VERDICT_FAIL] = 3,
	};

	if (!compare_judged(old) || !new)
		return false;
	if (result_is_rule(new) && new->verdict == VERDICT_SKIP)
		return false; /* no response it applies to came along this time */
	return badness[new->verdict] > badness[old->verdict];
}

/* ---- rows ---- */

struct found {
	size_t run;
	const struct result *result;
};

static int by_id(const struct result *a, const struct result *b)
{
	int rules = result_is_rule(a) - result_is_rule(b);
	int theme = rules ? rules : strcmp(a->theme, b->theme);

	return theme ? theme : strcmp(a->id, b->id);
}

static int by_id_and_run(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	int order = by_id(a->result, b->result);

	return order ? order : (a->run > b->run) - (a->run < b->run);
}

static struct found *find_all(const struct compared *runs, size_t n, struct arena *arena,
			      size_t *ret_count)
{
	size_t count = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		count += runs[i].run->count;

	struct found *all = arena_alloc(arena, (count + 1) * sizeof(*all));

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < runs[i].run->count; j++)
			all[at++] = (struct found){ i, &runs[i].run->results[j] };
	qsort(all, count, sizeof(*all), by_id_and_run);
	*ret_count = count;
	return all;
}

/* Fills one row from the front of |all|; returns how many it took. */
static size_t make_row(const struct found *all, size_t left, size_t nruns, struct arena *arena,
		       struct compare_row *ret)
{
	size_t n = 0;

	*ret = (struct compare_row){
		.any = all->result,
		.of = arena_alloc(arena, nruns * sizeof(*ret->of)),
	};
	for (; n < left && strcmp(all[n].result->id, all->result->id) == 0; n++) {
		ret->of[all[n].run] = all[n].result;
		ret->behaviour |= all[n].result->verdict == VERDICT_INFO;
	}
	return n;
}

/* The group of each server in a row: the first server's is 0, that of the first that
 * says otherwise 1, and so on; returns how many there are. */
static unsigned group(const struct compare_row *row, size_t nruns, unsigned *ret)
{
	unsigned groups = 0;

	for (size_t i = 0; i < nruns; i++) {
		ret[i] = compare_judged(row->of[i]) ? groups : NOT_JUDGED;
		for (size_t j = 0; j < i && ret[i] == groups; j++)
			if (ret[j] != NOT_JUDGED && compare_agree(row->of[i], row->of[j]))
				ret[i] = ret[j];
		groups += ret[i] == groups;
	}
	return groups;
}

/* ---- how the servers part ---- */

static void count_split(struct arena *arena, struct split **list, size_t *n, const unsigned *group,
			size_t nruns)
{
	struct split *s;

	for (size_t i = 0; i < *n; i++)
		if (memcmp((*list)[i].group, group, nruns * sizeof(*group)) == 0) {
			(*list)[i].rows++;
			return;
		}
	s = arena_push(arena, list, n, sizeof(*s));
	s->group = (const unsigned *)arena_copy(arena, slice_of(group, nruns * sizeof(*group))).at;
	s->rows = 1;
}

/* Equal ones in the order of their groups, so that each run of it prints the same. */
static int by_rows(const void *left, const void *right)
{
	const struct split *a = left, *b = right;

	if (a->rows != b->rows)
		return a->rows < b->rows ? 1 : -1;
	for (size_t i = 0;; i++) /* no two splits are the same */
		if (a->group[i] != b->group[i])
			return a->group[i] < b->group[i] ? -1 : 1;
}

static void count_agreement(const struct compare_row *row, size_t nruns, struct agreement *table)
{
	for (size_t i = 0; i < nruns; i++)
		for (size_t j = 0; j < nruns; j++) {
			struct agreement *a = &table[i * nruns + j];

			if (!compare_judged(row->of[i]) || !compare_judged(row->of[j]))
				continue;
			a->both++;
			a->same += compare_agree(row->of[i], row->of[j]);
		}
}

void compare_runs(const struct compared *runs, size_t n, struct arena *arena,
		  struct comparison *ret)
{
	size_t count, nrows = 0, nsplits = 0, ndiffering = 0;
	const struct found *all = find_all(runs, n, arena, &count);
	struct compare_row *rows = arena_alloc(arena, (count + 1) * sizeof(*rows));
	struct agreement *agreement = arena_alloc(arena, (n * n + 1) * sizeof(*agreement));
	unsigned *groups = arena_alloc(arena, (n + 1) * sizeof(*groups));
	struct split *splits = NULL;

	for (size_t at = 0; at < count;) {
		struct compare_row *row = &rows[nrows++];

		at += make_row(&all[at], count - at, n, arena, row);
		count_agreement(row, n, agreement);
		row->differs = group(row, n, groups) > 1;
		ndiffering += row->differs;
		if (row->differs)
			count_split(arena, &splits, &nsplits, groups, n);
	}
	if (nsplits)
		qsort(splits, nsplits, sizeof(*splits), by_rows);
	*ret = (struct comparison){ runs, n, rows, nrows, ndiffering, agreement, splits, nsplits };
}
