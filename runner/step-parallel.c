#include "net/task.h"
#include "runner/client-transfer.h"
#include "runner/player.h"
#include "runner/step-client.h"
#include "runner/step-origin.h"

#define BRANCH_STACK ((size_t)256 * 1024)

/* One list of `parallel`: a play of its own, with its own connections, in its own task. */
struct branch {
	struct play play;
	const struct step_list *steps;
	enum play_end end;
	struct task *task; /* null once it has ended */
	size_t *running;
	struct task_event *ended;
};

static void branch_main(void *arg)
{
	struct branch *b = arg;

	b->end = play_steps(&b->play, b->steps->list, b->steps->count);
	b->end = origin_settle(&b->play, b->end);
	client_close(&b->play);
	idler_leaves(b->play.idler);
	b->task = NULL;
	(*b->running)--;
	task_wake(b->ended);
}

static int start_all(struct branch *branches, size_t n, struct loop *loop)
{
	for (size_t i = 0; i < n; i++) {
		(*branches[i].running)++;
		idler_joins(branches[i].play.idler);

		int r = task_start(loop, branch_main, &branches[i], BRANCH_STACK,
				   &branches[i].task);

		if (r < 0) {
			(*branches[i].running)--;
			idler_leaves(branches[i].play.idler);
			return r;
		}
	}
	return 0;
}

static void cancel_all(struct branch *branches, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (branches[i].task)
			task_cancel(branches[i].task);
}

/* What was seen goes over to the play that goes on, which closes the connections and shows
 * all to the rules. */
static void take_seen(struct play *p, const struct play *from)
{
	for (size_t i = 0; i < from->nconnections; i++) {
		from->connections[i]->number = p->nconnections;
		*(struct connection **)arena_push(
		    p->scratch, &p->connections, &p->nconnections,
		    sizeof(struct connection *)) = from->connections[i];
	}
	heads_append(&p->heads, from->heads);
	for (size_t i = 0; i < from->nkept; i++)
		play_keep(p, from->kept[i]);
	p->expectations += from->expectations;
}

static enum play_end worst_of(struct play *p, struct branch *branches, size_t n)
{
	enum play_end end = PLAY_HELD;

	for (size_t i = 0; i < n; i++) {
		struct branch *b = &branches[i];

		take_seen(p, &b->play);
		if (b->end == PLAY_HELD || end != PLAY_HELD)
			continue;
		end = b->end;
		p->failed_at = b->play.failed_at;
		p->expected = b->play.expected;
		p->seen = b->play.seen;
		p->problem = b->play.problem;
	}
	return end;
}

enum play_end step_parallel(struct play *p, const struct step *s, struct connection *c)
{
	struct branch *branches = arena_alloc(p->scratch, s->nlists * sizeof(*branches));
	struct task_event ended = { 0 };
	size_t running = 0;

	(void)c;
	for (size_t i = 0; i < s->nlists; i++) {
		branches[i] = (struct branch){
			.play = *p, .steps = &s->lists[i], .running = &running, .ended = &ended
		};
		branches[i].play.client = NULL;
		branches[i].play.heads = NULL;
		branches[i].play.kept = NULL;
		branches[i].play.nkept = 0;
		branches[i].play.origin = NULL;
		branches[i].play.connections = NULL;
		branches[i].play.nconnections = branches[i].play.expectations = 0;
		branches[i].play.captured = NULL;
		branches[i].play.ncaptured = 0;
		branches[i].play.captures = (struct variables){ .below = &p->captures };
	}

	int r = start_all(branches, s->nlists, task_loop());

	idler_waits(p->idler, true);
	while (r == 0 && running)
		r = task_wait(&ended, USEC_FOREVER);
	if (r < 0)
		cancel_all(branches, s->nlists);
	while (running)
		task_await(&ended);
	idler_waits(p->idler, false);

	enum play_end end = worst_of(p, branches, s->nlists);

	return r < 0 ? play_error(p, r, s->place) : end;
}
