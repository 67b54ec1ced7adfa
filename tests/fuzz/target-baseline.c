/* Baselines: any bytes are a baseline or an error with its place; brought up to date by a
 * run it can be read again, and a second update changes nothing. */

#include "problems.h"

#include "runner/baseline.h"
#include "tests/unit/reports/sample.h"

#include <errno.h>

static bool knows_none(const void *arg, const char *id)
{
	(void)arg;
	(void)id;
	return false;
}

static const struct baseline_scope scope = {
	.day = 20260131, .all_run = true, .all_read = true, .knows = knows_none
};

static struct baseline *read_text(struct slice text)
{
	struct problems problems = PROBLEMS_INIT(20);
	struct baseline *b = NULL;
	int r = baseline_read_memory("baseline.yaml", text, &b, &problems);

	must_be_told(r, &problems);
	MUST((r == 0) == (b != NULL));
	problems_release(&problems);
	return b;
}

static void update_again(struct slice text)
{
	struct baseline *b = read_text(text);
	struct buffer out = BUFFER_INIT(1 << 22);
	struct baseline_changes changes;

	MUST(b);
	MUST(baseline_update(b, &sample_run, &scope, &out, &changes, NULL) == 0);
	MUST(changes.added == 0 && changes.changed == 0 && changes.removed == 0);
	MUST(slice_eq(buffer_slice(&out), text));
	buffer_release(&out);
	baseline_free(b);
}

void fuzz_input(struct slice in)
{
	struct slice copy = exact_copy(in);
	struct baseline *b = read_text(copy);
	struct buffer out = BUFFER_INIT(1 << 22);
	struct baseline_changes changes;
	struct arena a;
	size_t stale;

	if (b) {
		arena_init(&a);
		(void)baseline_stale(b, &sample_run, &scope, &a, &stale);
		arena_release(&a);
		if (baseline_update(b, &sample_run, &scope, &out, &changes, NULL) == 0)
			update_again(buffer_slice(&out));
	}
	baseline_free(b);
	buffer_release(&out);
	free((void *)(uintptr_t)copy.at);
}
