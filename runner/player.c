#include "runner/player.h"

#include "base/text.h"
#include "net/task.h"
#include "runner/client-transfer.h"
#include "runner/exec.h"
#include "runner/step-client.h"
#include "runner/step-origin.h"
#include "runner/step-udp.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_SENT_STEP ((size_t)16 * 1024 * 1024)

void play_init(struct play *p, const struct stage *stage, const struct test_case *test,
	       struct arena *scratch, struct transcript *transcript)
{
	*p = (struct play){ .stage = stage,
			    .test = test,
			    .arena = transcript->texts,
			    .scratch = scratch,
			    .transcript = transcript };
	p->bindings.below = stage->variables;
	p->captures.below = &p->bindings;
	p->bindings.count = test->nbindings;

	struct variable *list = arena_alloc(scratch, test->nbindings * sizeof(*list));

	for (size_t i = 0; i < test->nbindings; i++)
		list[i] = (struct variable){ test->bindings[i].name, test->bindings[i].value };
	p->bindings.list = list;
	p->expected = p->seen = "";
	p->own_intake.of = stage->intake;
	p->intake = &p->own_intake;
	idler_init(&p->own_idler, test->apart ? NULL : stage->idles, stage->arg);
	p->idler = &p->own_idler;
	p->random.state = stage->segments.seed ^ random_hash(slice_str(test->id));
}

enum play_end play_broken(struct play *p, struct place place, const char *expected,
			  const char *seen)
{
	p->failed_at = place;
	p->expected = expected;
	p->seen = seen;
	return PLAY_BROKEN;
}

enum play_end play_error(struct play *p, int error, struct place place)
{
	if (error == -ECANCELED)
		return PLAY_CANCELLED;
	p->failed_at = place;
	if (!p->problem.text[0])
		(void)problem_set(&p->problem, error, "%s",
				  error == -EMSGSIZE ? "the target sent more than httpcheck keeps"
						     : strerror(-error));
	return PLAY_UNUSABLE;
}

void play_keep(struct play *p, char *bytes)
{
	*(char **)arena_push(p->scratch, &p->kept, &p->nkept, sizeof(bytes)) = bytes;
}

usec play_timeout(const struct play *p)
{
	return patient(p->test->timeout ? p->test->timeout : p->stage->timeout,
		       p->stage->patience);
}

usec play_bound(const struct play *p, const struct duration *d, usec otherwise)
{
	usec t = play_duration(p, d, -1);

	return t < 0 ? otherwise : patient(t, p->stage->patience);
}

usec play_duration(const struct play *p, const struct duration *d, usec otherwise)
{
	usec t;

	return d->text.raw.at && duration_expand(d, &p->captures, &t, NULL) == 0 ? t : otherwise;
}

struct judge play_judge(const struct play *p)
{
	return (struct judge){ &p->captures, p->contents, time(NULL), p->stage->patience };
}

/* ---- connections ---- */

static struct connection *find(const struct play *p, const char *name)
{
	for (size_t i = p->nconnections; i > 0; i--)
		if (strcmp(p->connections[i - 1]->name, name) == 0)
			return p->connections[i - 1];
	return NULL;
}

enum play_end play_connection(struct play *p, const char *name, const struct wire_how *how,
			      struct connection **ret)
{
	struct connection *c = find(p, name);
	struct wire_how own_way = { .name = name };

	if (!c || !c->wire) {
		c = arena_alloc(p->scratch, sizeof(*c));
		connection_init(c, name, p->nconnections, p->scratch, p->transcript);
		c->idler = p->idler;
		c->intake = p->intake;
		c->doorway = p->stage->doorway;
		*(struct connection **)arena_push(p->scratch, &p->connections, &p->nconnections,
						  sizeof(c)) = c;

		int r = connection_open(c, p->stage->dialer, how ? how : &own_way,
					task_now() + play_timeout(p), &p->problem);

		if (r < 0)
			return play_error(p, r, (struct place){ 0 });
	}
	*ret = c;
	return PLAY_HELD;
}

static void close_all(struct play *p)
{
	for (size_t i = 0; i < p->nconnections; i++)
		connection_close(p->connections[i], false);
	client_close(p);
}

/* Of a target that never stops sending. */
#define LAST_BYTES ((uint64_t)64 * 1024)

/* True where the target may still have something to say. */
static bool is_heard(const struct connection *c)
{
	return c->wire && !c->ended;
}

static bool any_is_heard(const struct play *p)
{
	for (size_t i = 0; i < p->nconnections; i++)
		if (is_heard(p->connections[i]))
			return true;
	return false;
}

/* A turn of the loop, so that what is on its way comes; one for all connections. */
void play_close(struct play *p)
{
	if (any_is_heard(p))
		(void)task_sleep(task_now());
	for (size_t i = 0; i < p->nconnections; i++) {
		struct connection *c = p->connections[i];
		uint64_t enough = c->received + LAST_BYTES;

		while (is_heard(c) && c->received < enough &&
		       connection_receive(c, CONNECTION_NO_WAIT) == 0)
			;
	}
	close_all(p);
}

void play_release(struct play *p)
{
	for (size_t i = 0; i < p->nconnections; i++)
		connection_release(p->connections[i]);
	heads_free(p->heads);
	for (size_t i = 0; i < p->nkept; i++)
		free(p->kept[i]);
	intake_release(&p->own_intake);
}

/* ---- steps that do something ---- */

/* Of --segment: bytes one by one at the front, where syntax is; behind that a large
 * content would take a system call a byte. */
#define SEGMENT_FRONT ((size_t)2048)
#define SEGMENT_MOST  64

static size_t segment_size(struct play *p, size_t sent)
{
	size_t scale = sent < SEGMENT_FRONT ? 1 : 256;

	if (p->stage->segments.how == SEGMENTS_ONE)
		return scale;
	return scale * (1 + (size_t)random_below(&p->random, SEGMENT_MOST));
}

static size_t piece_size(struct play *p, const struct step *s, size_t index, size_t sent,
			 size_t rest)
{
	uint64_t size = 0; /* all of the rest */

	if (s->npieces == 1)
		size = s->pieces[0];
	else if (index < s->npieces)
		size = s->pieces[index];
	else if (s->npieces == 0 && p->stage->segments.how != SEGMENTS_WHOLE)
		size = segment_size(p, sent);
	return size && size < rest ? (size_t)size : rest;
}

/* The pause between two pieces; what comes meanwhile is taken in. 1 when the target has
 * ended the connection: a client that sees that sends no more (RFC 9112 section 9.6). */
static int pause_between(struct connection *c, usec pause)
{
	usec deadline = task_now() + pause;
	int r = 0;

	while (r == 0 && !c->ended)
		r = connection_receive(c, deadline);
	return r == -ETIMEDOUT ? 0 : r < 0 ? r : 1;
}

/* A target that takes no more is no error here: what it answers will be judged. */
static enum play_end send_pieces(struct play *p, const struct step *s, struct connection *c,
				 struct slice bytes)
{
	usec every = play_duration(p, &s->every, 0);

	size_t all = bytes.len;

	for (size_t i = 0; bytes.len; i++) {
		size_t size = piece_size(p, s, i, all - bytes.len, bytes.len);
		int r = i && every ? pause_between(c, every) : 0;

		if (r == 0)
			r = connection_send(c, slice_sub(bytes, 0, size),
					    task_now() + play_timeout(p));
		if (r == 1 || r == -EPIPE)
			return PLAY_HELD;
		if (r == -ETIMEDOUT)
			return play_broken(p, s->place, "a target that reads what is sent",
					   "it stopped reading before all was sent");
		if (r < 0)
			return play_error(p, r, s->place);
		bytes = slice_skip(bytes, size);
	}
	return PLAY_HELD;
}

static int pipeline_write(struct play *p, const struct step *s, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; i < s->pipeline && r == 0; i++)
		r = request_write(&s[i].request, &p->captures, out, &p->problem);
	return r;
}

static enum play_end step_send(struct play *p, const struct step *s, struct connection *c)
{
	struct buffer bytes = BUFFER_INIT(MAX_SENT_STEP);
	int r = s->verb == STEP_REQUEST
			? pipeline_write(p, s, &bytes)
			: bytes_expand(&s->send, &p->captures, &bytes, &p->problem);

	if (s->ends && p->stage->segments.how == SEGMENTS_WHOLE)
		connection_hold_last(c);

	enum play_end end = r < 0 ? play_error(p, r, s->place)
				  : send_pieces(p, s, c, buffer_slice(&bytes));

	buffer_release(&bytes);
	return end;
}

static enum play_end step_half_close(struct play *p, const struct step *s, struct connection *c)
{
	(void)p;
	(void)s;
	connection_half_close(c);
	return PLAY_HELD;
}

static enum play_end step_close(struct play *p, const struct step *s, struct connection *c)
{
	(void)p;
	connection_close(c, s->verb == STEP_ABORT);
	return PLAY_HELD;
}

static enum play_end step_wait(struct play *p, const struct step *s, struct connection *c)
{
	(void)c;
	idler_waits(p->idler, true);

	int r = task_sleep(task_now() + play_duration(p, &s->time, 0));

	idler_waits(p->idler, false);
	return r < 0 ? play_error(p, r, s->place) : PLAY_HELD;
}

/* Slow from now on; a connection that isn't open yet offers a small window at once. */
static enum play_end step_read(struct play *p, const struct step *s, struct connection *c)
{
	struct wire_how how = { .name = s->on, .window = s->window };
	struct connection *open = find(p, s->on);
	bool is_open = open && open->wire;
	enum play_end end = play_connection(p, s->on, &how, &c);

	if (end != PLAY_HELD)
		return end;
	if (is_open && s->window)
		c->wire->kind->set_window(c->wire, s->window);
	c->read_rate = s->rate;
	c->read_every = play_duration(p, &s->every, 0);
	return PLAY_HELD;
}

/* A case gets here without a target of ours only where it is proved: the scripted peer
 * answers as if it had been told. */
static enum play_end step_signal(struct play *p, const struct step *s, struct connection *c)
{
	(void)c;
	if (p->stage->exec && exec_signal(p->stage->exec, s->signal) < 0)
		return play_broken(p, s->place, "a target that runs", "it has ended already");
	return PLAY_HELD;
}

/* A text of a step, in |out|; null where the step has none. */
static int expand_optional(struct play *p, const struct text *t, struct buffer *out,
			   const char **ret)
{
	int r = t->raw.at ? text_expand(t, &p->captures, out, &p->problem) : 0;

	*ret = r == 0 && out->len ? buffer_str(out) : NULL;
	return r;
}

static enum play_end step_connect(struct play *p, const struct step *s, struct connection *c)
{
	struct buffer source = BUFFER_INIT(256), proxy = BUFFER_INIT(4096);
	struct wire_how how = { .name = s->on, .unix_path = s->connect_unix, .tls = &s->tls };
	int r = expand_optional(p, &s->source, &source, &how.source);

	if (r == 0)
		r = expand_optional(p, &s->proxy, &proxy, &how.proxy);

	enum play_end end = r < 0 ? play_error(p, r, s->place)
				  : play_connection(p, s->on, &how, &c);

	buffer_release(&source);
	buffer_release(&proxy);
	return end;
}

static enum play_end step_repeat(struct play *p, const struct step *s, struct connection *c)
{
	enum play_end end = PLAY_HELD;

	(void)c;
	for (uint64_t i = 0; i < s->times && end == PLAY_HELD; i++)
		end = play_steps(p, s->steps, s->nsteps);
	return end;
}

/* ---- liveness ---- */

static enum play_end expect_any_response(struct play *p, struct place place, struct connection *c)
{
	usec deadline = task_now() + play_timeout(p);
	enum response_state state;
	const struct response *response;
	int r;

	do
		r = connection_read_response(c, deadline, &state, &response);
	while (r == 0 && state == RESPONSE_INTERIM);
	if (r < 0 && r != -ETIMEDOUT)
		return play_error(p, r, place);
	if (r == 0 && state == RESPONSE_FINAL && response->complete)
		return PLAY_HELD;
	return play_broken(p, place, "an answer to a plain request on a fresh connection",
			   r < 0 ? "no answer in time"
				 : "the connection ended without a whole response");
}

enum play_end play_alive(struct play *p, struct place place)
{
	static const char *const name = "alive";
	struct request_spec plain = { .has_content = false };
	struct text close = { .raw = SLICE("Connection: close") };
	struct buffer bytes = BUFFER_INIT(65536);
	struct connection *c = find(p, name);

	if (p->stage->serial)
		close_all(p);
	else if (c)
		connection_close(c, false);
	plain.fields = &close;
	plain.nfields = 1;

	int r = request_write(&plain, &p->captures, &bytes, &p->problem);
	enum play_end end = r < 0 ? play_error(p, r, place) : play_connection(p, name, NULL, &c);

	if (end == PLAY_HELD) {
		r = connection_send(c, buffer_slice(&bytes), task_now() + play_timeout(p));
		end = r < 0 && r != -EPIPE ? play_error(p, r, place)
					   : expect_any_response(p, place, c);
		connection_close(c, false);
	} else if (end == PLAY_UNUSABLE) {
		end = play_broken(p, place, "a connection and an answer to a plain request",
				  arena_printf(p->arena, "%s", p->problem.text));
	}
	buffer_release(&bytes);
	return end;
}

static enum play_end step_alive(struct play *p, const struct step *s, struct connection *c)
{
	(void)c;
	return play_alive(p, s->place);
}

/* ---- all steps ---- */

static const struct {
	enum play_end (*play)(struct play *p, const struct step *s, struct connection *c);
	bool connects; /* opens the connection it names if it isn't open */
	bool judges;
} verbs[STEP_VERBS] = {
	[STEP_SEND] = { step_send, true, false },
	[STEP_REQUEST] = { step_send, true, false },
	[STEP_EXPECT] = { step_expect, true, true },
	[STEP_EXPECT_INTERIM] = { step_expect_interim, true, true },
	[STEP_EXPECT_SILENCE] = { step_expect_silence, true, true },
	[STEP_EXPECT_CLOSE] = { step_expect_close, true, true },
	[STEP_EXPECT_OPEN] = { step_expect_open, true, true },
	[STEP_HALF_CLOSE] = { step_half_close, true, false },
	[STEP_CLOSE] = { step_close, true, false },
	[STEP_ABORT] = { step_close, true, false },
	[STEP_WAIT] = { step_wait, false, false },
	[STEP_CONNECT] = { step_connect, false, false },
	[STEP_REPEAT] = { step_repeat, false, false },
	[STEP_ALIVE] = { step_alive, false, true },
	[STEP_READ] = { step_read, false, false },
	[STEP_PARALLEL] = { step_parallel, false, false },
	[STEP_CLIENT] = { step_client, false, true },
	[STEP_UDP] = { step_udp, false, true },
	[STEP_SIGNAL] = { step_signal, false, false },
	[STEP_ORIGIN] = { step_origin, false, true },
};

enum play_end play_steps(struct play *p, const struct step *steps, size_t n)
{
	enum play_end end = PLAY_HELD;

	for (size_t i = 0; i < n && end == PLAY_HELD; i++) {
		const struct step *s = &steps[i];
		struct connection *c = NULL;

		if (verbs[s->verb].connects)
			end = play_connection(p, s->on, NULL, &c);
		p->expectations += verbs[s->verb].judges;
		if (end == PLAY_HELD)
			end = verbs[s->verb].play(p, s, c);
	}
	return end;
}
