#include "runner/commands/about.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/random.h"
#include "runner/coverage.h"

void about_words(struct run *about, int argc, char **argv, struct arena *a)
{
	size_t n = argc > 1 ? (size_t)argc - 1 : 0;
	const char **words = arena_alloc(a, (n + 1) * sizeof(*words));

	memcpy(words, argv + 1, n * sizeof(*words));
	about->options = words;
	about->noptions = n;
}

/* Of the content of all files, whatever folder they are in: shards may run on machines
 * that keep the suite in different places. A file that went away meanwhile counts as empty:
 * the digest is another one then, as it should be. */
static const char *suite_digest(const struct selection *s, struct arena *a)
{
	enum { MOST = 1 << 26 };
	uint64_t digest = 0;

	for (size_t i = 0; i < s->nsuites; i++) {
		CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(MOST);

		(void)file_read(s->suites[i]->path, MOST, &text, NULL);
		digest = digest * 31 + random_hash(buffer_slice(&text));
	}
	return arena_printf(a, "%016llx", (unsigned long long)digest);
}

void about_cases(struct run *about, const struct run_options *r, const struct selection *s,
		 struct arena *a)
{
	about->cases_path = r->choosing.options.paths[0];
	about->profile = r->profile;
	about->suite = suite_digest(s, a);
	if (r->shards == 0)
		return;

	const char **ids = arena_alloc(a, s->ncases * sizeof(*ids));

	for (size_t i = 0; i < s->ncases; i++)
		ids[i] = s->cases[i]->id;
	about->shard = (unsigned)r->shard;
	about->shards = (unsigned)r->shards;
	about->chosen = ids;
	about->nchosen = s->ncases;
}

void about_coverage(struct run *about, const struct selection *s, struct arena *a)
{
	CLEANUP(problems_release) struct problems problems = PROBLEMS_INIT(20);
	struct coverage_table coverage;

	if (!s->complete || s->narrowed)
		return;
	if (coverage_of(s, ROLE_ORIGIN, a, &coverage, &problems) == 0) {
		about->coverage = coverage.rows;
		about->ncoverage = coverage.count;
	}
	complain_all(&problems);
}
