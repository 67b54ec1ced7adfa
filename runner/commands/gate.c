#include "runner/commands/gate.h"

#include "base/cleanup.h"
#include "base/save.h"
#include "runner/yaml.h"

#include <errno.h>

/* ---- before the run ---- */

static int load(struct gate *g, struct problems *problems)
{
	if (g->path && !(g->update && access(g->path, F_OK) < 0 && errno == ENOENT))
		return baseline_load(g->path, &g->baseline, problems);
	g->baseline = baseline_empty(g->path);
	if (g->baseline)
		return 0;
	problems_add(problems, (struct place){ 0 }, "out of memory");
	return -ENOMEM;
}

int gate_open(struct gate *g, const struct profile *profile, struct problems *problems)
{
	if (load(g, problems) < 0)
		return -EINVAL;
	g->day = baseline_day(time(NULL));
	for (size_t i = 0; i < profile->nallow; i++)
		baseline_add(g->baseline, profile->allow[i].id, profile->allow[i].reason,
			     profile->allow[i].place);
	return 0;
}

void gate_release(struct gate *g)
{
	baseline_free(g->baseline);
}

void gate_settle(const struct gate *g, struct result *r)
{
	r->known = baseline_expects(g->baseline, r, g->day);
}

/* ---- behind it ---- */

static bool knows(const void *arg, const char *id)
{
	const struct selection *s = arg;

	return selection_knows(s, id) || strncmp(id, "rules/", 6) == 0;
}

static struct baseline_scope scope_of(const struct gate *g, const struct selection *s)
{
	return (struct baseline_scope){
		.day = g->day,
		.all_run = s->complete && !s->narrowed && !g->part,
		.all_read = s->complete,
		.knows = knows,
		.arg = s,
	};
}

static void tell(const struct gate *g, const struct baseline_changes *c)
{
	size_t unfilled = baseline_unfilled(g->baseline);

	(void)fprintf(stderr, "httpcheck: baseline '%s': %zu added, %zu changed, %zu removed\n",
		      g->path, c->added, c->changed, c->removed);
	if (unfilled)
		(void)fprintf(stderr,
			      "httpcheck: fill in the reason of %zu of its entries: "
			      "grep -n '%s' '%s'\n",
			      unfilled, BASELINE_UNFILLED, g->path);
}

/* The results anew, as the baseline that was just written sees them. */
static void settle_again(const struct gate *g, struct run *run, struct arena *a)
{
	struct result *all = arena_alloc(a, run->count * sizeof(*all));

	memcpy(all, run->results, run->count * sizeof(*all));
	for (size_t i = 0; i < run->count; i++)
		gate_settle(g, &all[i]);
	run->results = all;
}

static int read_again(struct gate *g, struct slice text, struct problem *reterr)
{
	struct problems problems = PROBLEMS_INIT(1);
	struct baseline *again = NULL, *old = g->baseline;
	int r = baseline_read_memory(g->path, text, &again, &problems);

	if (r < 0)
		*reterr = problems.list[0];
	problems_release(&problems);
	if (r < 0)
		return r;
	for (size_t i = old->read; i < old->count; i++)
		baseline_add(again, old->list[i].id, old->list[i].reason, old->list[i].place);
	baseline_free(old);
	g->baseline = again;
	return 0;
}

static int update(struct gate *g, const struct baseline_scope *scope, struct run *run,
		  struct arena *a, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(2 * YAML_MAX_FILE);
	struct baseline_changes changes;
	int r = baseline_update(g->baseline, run, scope, &text, &changes, reterr);

	if (r == 0 && !slice_eq(buffer_slice(&text), g->baseline->text))
		r = save_file(buffer_slice(&text), g->path, "baseline", reterr);
	if (r == 0)
		r = read_again(g, buffer_slice(&text), reterr);
	if (r < 0)
		return r;
	settle_again(g, run, a);
	tell(g, &changes);
	return 0;
}

int gate_judge(struct gate *g, const struct selection *s, struct run *run, struct arena *a,
	       struct problem *reterr)
{
	struct baseline_scope scope = scope_of(g, s);
	int r = g->update && !run->interrupted ? update(g, &scope, run, a, reterr) : 0;

	run->stale = baseline_stale(g->baseline, run, &scope, a, &run->nstale);
	return r;
}
