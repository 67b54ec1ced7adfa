#include "runner/baseline.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "runner/keys.h"

#include <errno.h>

enum { ANY_VERDICT = -1 };

/* ---- reading ---- */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_day(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap(year));
}

/* "2026-12-31" to 20261231; 0 where it is none. */
static int date_of(struct slice s)
{
	int n[3] = { 0 };
	static const size_t from[] = { 0, 5, 8 }, to[] = { 4, 7, 10 };

	if (s.len != 10 || s.at[4] != '-' || s.at[7] != '-')
		return 0;
	for (size_t k = 0; k < ARRAY_SIZE(n); k++)
		for (size_t i = from[k]; i < to[k]; i++) {
			if (s.at[i] < '0' || s.at[i] > '9')
				return 0;
			n[k] = n[k] * 10 + (s.at[i] - '0');
		}
	return is_day(n[0], n[1], n[2]) ? n[0] * 10000 + n[1] * 100 + n[2] : 0;
}

static void read_until(struct reader *r, const struct node *value, void *field)
{
	if (!is_scalar(r, value))
		return;

	int day = date_of(value->scalar);

	if (day == 0)
		problems_add(r->problems, value->place,
			     "'until' must be a day such as 2026-12-31, not '%s'",
			     node_shown(r->arena, value->scalar));
	else
		*(int *)field = day;
}

static void read_verdict(struct reader *r, const struct node *value, void *into)
{
	static const struct choice choices[] = { { "fail", VERDICT_FAIL },
						 { "warn", VERDICT_WARN },
						 { "inconclusive", VERDICT_INCONCLUSIVE },
						 { "error", VERDICT_ERROR },
						 { 0 } };
	struct known_failure *k = into;

	if (choose(r, value, choices, &k->verdict))
		k->verdict_at = value->place;
}

static void read_entry(struct reader *r, const struct node *n, struct baseline *b)
{
	static const struct key keys[] = {
		KEY_NEEDED("case", read_string, struct known_failure, id),
		KEY_OF_ALL("verdict", read_verdict),
		KEY_NEEDED("reason", read_string, struct known_failure, reason),
		KEY("until", read_until, struct known_failure, until),
		KEY("link", read_string, struct known_failure, link),
		KEYS_END,
	};
	struct known_failure k = { .verdict = ANY_VERDICT, .place = n->place };

	if (read_keys(r, n, "an entry of 'known'", keys, &k) && k.id && k.reason)
		*(struct known_failure *)arena_push(r->arena, &b->list, &b->count, sizeof(k)) = k;
}

/* "known:" without anything is the null of YAML: a list that somebody has emptied. */
static void read_known(struct reader *r, const struct node *n, void *into)
{
	struct baseline *b = into;

	b->known_at = n->place;
	if (n->kind == NODE_SCALAR && n->scalar.len == 0)
		return;
	if (!is_sequence(r, n))
		return;
	for (size_t i = 0; i < n->count; i++)
		read_entry(r, &n->items[i], b);
}

static void read_version(struct reader *r, const struct node *n, void *into)
{
	static const struct choice versions[] = { { "1", 1 }, { 0 } };
	int version;

	(void)into;
	(void)choose(r, n, versions, &version);
}

/* The ids once more, so that the second of two is reported at its own place. */
static void refuse_doubles(struct reader *r, const struct node *root)
{
	const struct node *known = node_find(root, "known");
	size_t n = 0;

	if (!known || known->kind != NODE_SEQUENCE)
		return;

	struct node **ids = arena_alloc(r->arena, known->count * sizeof(struct node *));

	for (size_t i = 0; i < known->count; i++) {
		const struct node *id = node_find(&known->items[i], "case");

		if (id && id->kind == NODE_SCALAR)
			ids[n++] = (struct node *)id;
	}
	nodes_refuse_duplicates(ids, n, "case", r->problems);
}

static void read_document(struct reader *r, const struct node *root, struct baseline *b)
{
	static const struct key keys[] = {
		KEY_OF_ALL("baseline", read_version),
		KEY_OF_ALL("known", read_known),
		KEYS_END,
	};

	if (!read_keys(r, root, "a baseline", keys, b))
		return;
	if (!node_find(root, "baseline"))
		problems_add(r->problems, root->place,
			     "a baseline begins with 'baseline: 1', the version of its form");
	refuse_doubles(r, root);
}

struct baseline *baseline_empty(const char *path)
{
	struct baseline *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	arena_init(&b->arena);
	b->path = path;
	return b;
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	arena_release(&b->arena);
	free(b);
}

int baseline_read_memory(const char *path, struct slice yaml, struct baseline **ret,
			 struct problems *problems)
{
	struct baseline *b = baseline_empty(path);
	size_t before = problems->count;
	struct node root = { 0 };

	if (!b) {
		problems_add(problems, (struct place){ .file = path }, "out of memory");
		return -ENOMEM;
	}
	b->text = arena_copy(&b->arena, yaml);

	struct reader r = { .arena = &b->arena, .problems = problems };

	if (yaml_read_memory(path, b->text, &b->arena, &root, problems) == 0)
		read_document(&r, &root, b);
	if (problems->count > before) {
		baseline_free(b);
		return -EINVAL;
	}
	b->read = b->count;
	*ret = b;
	return 0;
}

int baseline_load(const char *path, struct baseline **ret, struct problems *problems)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(YAML_MAX_FILE + 16384);
	struct problem p;
	int r = file_read(path, YAML_MAX_FILE, &text, &p);

	if (r < 0) {
		problems_add(problems, p.place, "%s", p.text);
		return r;
	}
	return baseline_read_memory(path, buffer_slice(&text), ret, problems);
}

void baseline_add(struct baseline *b, const char *id, const char *reason, struct place place)
{
	if (baseline_find(b, id))
		return;

	struct known_failure *k = arena_push(&b->arena, &b->list, &b->count, sizeof(*k));

	*k = (struct known_failure){ .id = arena_str(&b->arena, slice_str(id)),
				     .reason = arena_str(&b->arena, slice_str(reason)),
				     .verdict = ANY_VERDICT,
				     .place = place };
}

/* ---- asking ---- */

const struct known_failure *baseline_find(const struct baseline *b, const char *id)
{
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->list[i].id, id) == 0)
			return &b->list[i];
	return NULL;
}

static bool has_expired(const struct known_failure *k, int day)
{
	return k->until && day > k->until;
}

static bool is_finding(enum verdict v)
{
	return v == VERDICT_FAIL || v == VERDICT_WARN || v == VERDICT_INCONCLUSIVE;
}

static bool verdict_fits(const struct known_failure *k, enum verdict v)
{
	return k->verdict == ANY_VERDICT ? is_finding(v) : k->verdict == (int)v;
}

const char *baseline_expects(const struct baseline *b, const struct result *r, int day)
{
	const struct known_failure *k = baseline_find(b, r->id);

	return k && !has_expired(k, day) && verdict_fits(k, r->verdict) ? k->reason : NULL;
}

size_t baseline_unfilled(const struct baseline *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += slice_starts(slice_str(b->list[i].reason), SLICE(BASELINE_UNFILLED));
	return n;
}

int baseline_day(time_t t)
{
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

/* ---- what no longer says what is ---- */

/* Null for a result that says nothing about an entry. */
static const char *what_it_does_now(const struct known_failure *k, const struct result *r,
				    struct arena *a)
{
	switch (r->verdict) {
	case VERDICT_PASS:
	case VERDICT_INFO:
		return r->flaky ? NULL : "passes now";
	case VERDICT_FAIL:
	case VERDICT_WARN:
		return verdict_fits(k, r->verdict)
			       ? NULL
			       : arena_printf(a, "is a %s now, a %s is expected",
					      verdict_name(r->verdict),
					      verdict_name((enum verdict)k->verdict));
	default:
		return NULL;
	}
}

static const char *why_stale(const struct known_failure *k, const struct run *run,
			     const struct baseline_scope *scope, struct arena *a)
{
	const struct result *r = run_find(run, k->id);

	if (!r)
		return scope->all_read && !scope->knows(scope->arg, k->id) ? "no such case" : NULL;
	if (result_is_rule(r) && !scope->all_run)
		return NULL;

	const char *now = what_it_does_now(k, r, a);

	if (!now && has_expired(k, scope->day))
		now = arena_printf(a, "expired on %04d-%02d-%02d", k->until / 10000,
				   k->until / 100 % 100, k->until % 100);
	return now;
}

const struct stale_entry *baseline_stale(const struct baseline *b, const struct run *run,
					 const struct baseline_scope *scope, struct arena *a,
					 size_t *ret_count)
{
	struct stale_entry *list = NULL;

	*ret_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct known_failure *k = &b->list[i];
		const char *why = why_stale(k, run, scope, a);

		if (why)
			*(struct stale_entry *)arena_push(a, &list, ret_count, sizeof(*list)) =
			    (struct stale_entry){ k->id, k->place, why };
	}
	return list;
}
