/* Runs of anybody's, joined and compared: what merge makes of parts is a run that can be read
 * again, the same in whatever order the parts come, and it loses no finding; what compare
 * makes of them can be read by who reads it. */

#include "fuzz.h"

#include "base/cleanup.h"
#include "reports/compare-write.h"
#include "reports/json-read.h"
#include "reports/json.h"
#include "reports/merge.h"

#include <jansson.h>

enum { PARTS = 3 };

static char *written(const struct run *run)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(out && json_write(run, out) == 0 && fclose(out) == 0);
	return text;
}

/* The texts that are runs; a NUL, which JSON has none of, stands between two. */
static size_t read_parts(struct slice in, struct arena *a, struct merge_part parts[PARTS])
{
	static const char *const names[PARTS] = { "1.json", "2.json", "3.json" };
	size_t n = 0;

	while (in.len && n < PARTS) {
		struct slice text = exact_copy(take(&in, slice_find(in, '\0')));

		if (json_read_text(text, names[n], a, &parts[n].run, NULL) == 0) {
			parts[n].name = names[n];
			n++;
		}
		free((void *)(uintptr_t)text.at);
		in = slice_skip(in, 1);
	}
	return n;
}

/* The run that they are, as JSON; null where they are refused. */
static char *merged(const struct merge_part *list, size_t n, bool force, struct arena *a,
		    struct run *ret)
{
	struct problems problems = PROBLEMS_INIT(10), notes = PROBLEMS_INIT(10);
	struct merge_part parts[PARTS];
	char *text = NULL;

	memcpy(parts, list, n * sizeof(*parts));
	if (merge_runs(parts, n, force, a, ret, &problems, &notes) == 0)
		text = written(ret);
	else
		MUST(problems.count && !force);
	problems_release(&problems);
	problems_release(&notes);
	return text;
}

static void reads_again(const char *text, struct arena *a)
{
	struct problem problem = { .text = "" };
	struct run run;
	bool readable = json_read_text(slice_str(text), "merged.json", a, &run, &problem) == 0;

	if (!readable)
		(void)fprintf(stderr, "%d:%d: %s\n", problem.place.line, problem.place.column,
			      problem.text);
	MUST(readable);
}

static void loses_nothing(const struct run *whole, const struct run *part)
{
	for (size_t i = 0; i < part->count; i++) {
		const struct result *r = &part->results[i], *now = run_find(whole, r->id);

		MUST(now);
		if (!result_is_rule(r) && run_fails_by(part, r))
			MUST(run_fails_by(whole, now));
	}
}

static void merge(const struct merge_part *parts, size_t n, bool force, struct arena *a)
{
	struct merge_part reversed[PARTS];
	struct run run, same;
	char *text = merged(parts, n, force, a, &run), *other;

	for (size_t i = 0; i < n; i++)
		reversed[i] = parts[n - 1 - i];
	other = merged(reversed, n, force, a, &same);
	MUST(!text == !other);
	if (text) {
		MUST(strcmp(text, other) == 0);
		reads_again(text, a);
		for (size_t i = 0; i < n && !force; i++)
			loses_nothing(&run, &parts[i].run);
	}
	free(text);
	free(other);
}

static void check_comparison(const char *format, struct slice text)
{
	if (strcmp(format, "json") == 0) {
		json_t *value = json_loadb(text.at, text.len,
					   JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

		MUST(value);
		json_decref(value);
		return;
	}
	for (size_t i = 0; i < text.len; i++)
		MUST(((unsigned char)text.at[i] >= 0x20 && text.at[i] != 0x7f) ||
		     text.at[i] == '\n' || text.at[i] == '\t');
}

static void compare(const struct merge_part *parts, size_t n, struct arena *a)
{
	struct compared columns[PARTS];
	struct comparison c;

	for (size_t i = 0; i < n; i++)
		columns[i] = (struct compared){ parts[i].name, &parts[i].run };
	compare_runs(columns, n, a, &c);
	for (const struct compare_format *f = compare_formats; f->name; f++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		MUST(out && f->write(&c, out) == 0 && fclose(out) == 0);
		check_comparison(f->name, slice_of(text, len));
		free(text);
	}
	for (size_t i = 0; i < c.nrows && n > 1; i++)
		(void)compare_regressed(c.rows[i].of[0], c.rows[i].of[1]);
}

void fuzz_input(struct slice in)
{
	struct merge_part parts[PARTS];
	struct arena a;

	arena_init(&a);

	size_t n = read_parts(in, &a, parts);

	if (n) {
		merge(parts, n, false, &a);
		merge(parts, n, true, &a);
		compare(parts, n, &a);
	}
	arena_release(&a);
}
