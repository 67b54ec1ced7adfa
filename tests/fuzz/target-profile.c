/* Profiles: any bytes are a profile or an error with its place; all it offers can be used. */

#include "problems.h"

#include "runner/profile.h"

static void use(struct profile *p)
{
	struct variables v = profile_variables(p);
	struct buffer scratch = BUFFER_INIT(1 << 16);
	struct slice value;
	size_t n;
	const char *const *names = profile_variable_names(&n);

	MUST(profile_host(p) && profile_resource(p, "get"));
	for (size_t i = 0; i < n; i++)
		(void)variables_find(&v, slice_str(names[i]), &scratch, &value);
	names = profile_need_names(&n);
	for (size_t i = 0; i < n; i++)
		(void)profile_offers(p, names[i]);
	for (size_t i = 0; i < p->nresources; i++) {
		MUST(p->resources[i].path[0] == '/');
		buffer_clear(&scratch);
		(void)variables_find(&v, slice_str(p->resources[i].name), &scratch, &value);
	}
	buffer_release(&scratch);
}

void fuzz_input(struct slice in)
{
	struct problems problems = PROBLEMS_INIT(20);
	struct slice copy = exact_copy(in);
	struct profile *p = NULL;
	int r = profile_read_memory("profile.yaml", copy, &p, &problems);

	free((void *)(uintptr_t)copy.at);
	must_be_told(r, &problems);
	MUST((r == 0) == (p != NULL));
	if (p)
		use(p);
	profile_free(p);
	problems_release(&problems);
}
