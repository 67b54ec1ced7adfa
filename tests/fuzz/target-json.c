/* Runs as JSON: any bytes are a run or an error with its place; a run that was read and
 * written is the same run. */

#include "fuzz.h"

#include "reports/json-read.h"
#include "reports/json.h"

static struct slice written(const struct run *run)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(out && json_write(run, out) == 0 && fclose(out) == 0);
	return slice_of(text, len);
}

static bool read_run(struct slice text, struct arena *a, struct run *ret)
{
	struct problem problem = { .text = "" };
	int r = json_read_text(text, "run.json", a, ret, &problem);

	MUST(r == 0 || (problem.text[0] && problem.place.file));
	for (const char *at = problem.text; *at; at++)
		MUST((unsigned char)*at >= 0x20 && *at != 0x7f);
	return r == 0;
}

void fuzz_input(struct slice in)
{
	struct slice copy = exact_copy(in);
	struct arena a;
	struct run run, again;

	arena_init(&a);
	if (read_run(copy, &a, &run)) {
		struct slice once = written(&run);

		MUST(read_run(once, &a, &again));

		struct slice twice = written(&again);

		MUST(slice_eq(once, twice));
		free((void *)(uintptr_t)once.at);
		free((void *)(uintptr_t)twice.at);
	}
	arena_release(&a);
	free((void *)(uintptr_t)copy.at);
}
