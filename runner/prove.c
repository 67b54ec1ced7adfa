#include "runner/prove.h"

#include "net/task.h"
#include "runner/player.h"
#include "runner/step-origin.h"
#include "runner/wire-script.h"

#include <errno.h>

#define PROOF_TIMEOUT (5 * USEC_PER_SEC)
#define PROOF_STACK   ((size_t)256 * 1024)

static const char proof_profile[] =
    "target: http://www.example.org\n"
    "resources: {get: /, missing: /no-such-resource, static: /index.html, range: /data.bin,\n"
    "  post: /submit, body: /body, echo: /echo, readonly: /index.html, upload: /upload/,\n"
    "  chunked: /chunked, trailers: /trailers, head: /, options: /, trace: /,\n"
    "  redirect: /redirect, negotiate: /negotiate, gzip: /gzip, auth-basic: /basic,\n"
    "  auth-digest: /digest, cookies: /cookies, delay: '/delay/{ms}', stream: /stream,\n"
    "  websocket: /websocket, status: '/status/{code}'}\n"
    "credentials: {user: user, password: secret}\n"
    "timeouts: {header: 2s, body: 2s, idle: 3s}\n"
    "limits: {request-line: 8000, fields: 64KiB, content: 1MiB}\n"
    "discovery: {port: 1901}\n"
    "origin: {listen: '127.0.0.1:0', path: /origin/}\n";

struct profile *profile_of_proofs(void)
{
	struct problems problems = PROBLEMS_INIT(1);
	struct profile *p = NULL;

	(void)profile_read_memory("proof profile", slice_str(proof_profile), &p, &problems);
	problems_release(&problems);
	return p;
}

struct proof_play {
	struct play play;
	enum play_end end;
	bool over;
};

static void play_in_task(void *arg)
{
	struct proof_play *pp = arg;

	pp->end = play_steps(&pp->play, pp->play.test->steps, pp->play.test->nsteps);
	pp->end = origin_settle(&pp->play, pp->end);
	play_close(&pp->play);
	pp->over = true;
}

/* One playing of the steps against the scripted peer; the arena keeps its texts. */
static int play_once(const struct test_case *c, const struct proof_item *item,
		     const struct variables *profile, struct arena *arena, struct proof_play *pp)
{
	struct loop *loop;
	struct script_dialer *dialer = NULL;
	struct transcript transcript;
	int r = loop_new(true, &loop);

	if (r < 0)
		return r;
	/* Answers see what the steps see: captures and `each` over the profile. */
	r = script_dialer_new(loop, item, &pp->play.captures, &dialer);
	if (r == 0) {
		struct stage stage = { .dialer = script_dialer_base(dialer),
				       .variables = profile,
				       .timeout = PROOF_TIMEOUT,
				       .discerns = true };

		transcript_init(&transcript, arena, arena, 0);
		play_init(&pp->play, &stage, c, arena, &transcript);
		pp->over = false;
		r = task_start(loop, play_in_task, pp, PROOF_STACK, NULL);
		while (r == 0 && !pp->over)
			r = loop_turn(loop, USEC_FOREVER);
		play_release(&pp->play);
	}
	script_dialer_free(dialer);
	loop_free(loop);
	return r;
}

static int play_item(const struct test_case *c, const struct proof_item *item,
		     const struct variables *profile, struct arena *arena, struct proof_play *pp)
{
	int r = play_once(c, item, profile, arena, pp);

	if (r == 0 && pp->end == PLAY_LOST)
		r = play_once(c, item, profile, arena, pp);
	return r;
}

static void check_refused(const struct test_case *c, const struct proof_item *item,
			  const struct proof_play *pp, struct problems *problems)
{
	if (pp->end == PLAY_HELD)
		problems_add(problems, item->place, "%s lets this answer pass (%s)", c->id,
			     pp->play.answered ? pp->play.answered : "no step judged it");
	else if (pp->end == PLAY_UNUSABLE)
		problems_add(problems, item->place, "%s can't be played: %s", c->id,
			     pp->play.problem.text);
}

static void check_accepted(const struct test_case *c, const struct proof_item *item,
			   const struct proof_play *pp, struct problems *problems)
{
	if (pp->end == PLAY_UNUSABLE)
		problems_add(problems, item->place, "%s can't be played: %s", c->id,
			     pp->play.problem.text);
	else if (pp->end != PLAY_HELD)
		problems_add(problems, item->place, "%s refuses this answer: expected %s, saw %s",
			     c->id, pp->play.expected, pp->play.seen);
}

int case_prove(const struct test_case *c, const struct variables *profile,
	       struct problems *problems)
{
	for (size_t i = 0; i < c->nrefuses + c->naccepts; i++) {
		bool refuses = i < c->nrefuses;
		const struct proof_item *item = refuses ? &c->refuses[i]
							: &c->accepts[i - c->nrefuses];
		struct proof_play pp;
		struct arena arena;

		arena_init(&arena);

		int r = play_item(c, item, profile, &arena, &pp);

		if (r == 0)
			(refuses ? check_refused : check_accepted)(c, item, &pp, problems);
		arena_release(&arena);
		if (r < 0)
			return r;
	}
	return (int)(c->nrefuses + c->naccepts);
}
