/* Case files: any bytes are a suite or an error with its place. */

#include "problems.h"

#include "runner/read-case.h"

static const struct catalogue *catalogue(void)
{
	static struct catalogue *c;

	if (!c && catalogue_load("cases/requirements.tsv", &c, NULL) < 0) {
		(void)fprintf(stderr, "run this in the project's root: it reads cases/\n");
		exit(2);
	}
	return c;
}

void fuzz_input(struct slice in)
{
	struct problems problems = PROBLEMS_INIT(20);
	struct slice copy = exact_copy(in);
	struct suite *s = NULL;
	int r = suite_read_memory("cases/fuzz/input.yaml", copy, catalogue(), &s, &problems);

	free((void *)(uintptr_t)copy.at);
	must_be_told(r, &problems);
	MUST((r == 0) == (s != NULL));
	if (s)
		for (size_t i = 0; i < s->ncases; i++)
			MUST(s->cases[i].id && s->cases[i].title && s->cases[i].nsteps);
	suite_free(s);
	problems_release(&problems);
}
