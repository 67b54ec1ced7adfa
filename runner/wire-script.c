#include "runner/wire-script.h"

#include "base/cleanup.h"
#include "net/task.h"
#include "runner/script-peer.h"

#include <errno.h>

#define MAX_ANSWER ((size_t)16 * 1024 * 1024)

/* How far a script has been played; a connection opened again goes on in it. */
struct progress {
	const char *name;
	size_t exchanges;
};

struct script_dialer {
	struct dialer base;
	const struct proof_item *item;
	const struct variables *variables;
	struct progress *progress;
	size_t nprogress;
	struct arena arena;
	struct script_cast cast;
};

struct script_wire {
	struct wire base;
	struct script_dialer *dialer;
	const struct answers *answers; /* null: the built-in answer of `alive` */
	struct progress *progress;
	const struct answer *answer; /* of the exchange; null: silence */
	size_t part;
	bool begun, sent_more;
	usec wait_until;     /* of a {wait: ...}; 0: none under way */
	struct buffer inbox; /* for the case to read */
	bool cut; /* it closed without close_notify */
	enum { OPEN, HALF, CLOSED, RESET } peer;
};

static ssize_t wire_send(struct wire *base, const void *bytes, size_t len)
{
	struct script_wire *w = (struct script_wire *)base;

	(void)bytes;
	if (w->peer == CLOSED || w->peer == RESET)
		return -EPIPE;
	w->sent_more = true;
	return (ssize_t)len;
}

static ssize_t wire_recv(struct wire *base, void *bytes, size_t room)
{
	struct script_wire *w = (struct script_wire *)base;
	size_t n = w->inbox.len < room ? w->inbox.len : room;

	if (n) {
		memcpy(bytes, w->inbox.at, n);
		buffer_consume(&w->inbox, n);
		return (ssize_t)n;
	}
	return w->peer == OPEN ? -EAGAIN : w->peer == RESET ? -ECONNRESET : 0;
}

static bool wire_is_cut(const struct wire *base)
{
	return ((const struct script_wire *)base)->cut;
}

static const struct answer *take_answer(const struct answers *a, struct progress *progress)
{
	size_t index = progress->exchanges++;

	if (a->each_exchange)
		return &a->list[0];
	return index < a->count ? &a->list[index] : NULL;
}

static void begin_exchange(struct script_wire *w)
{
	w->begun = true;
	w->sent_more = false;
	w->part = 0;
	w->wait_until = 0;
	w->answer = NULL;
	if (w->answers && w->answers->count)
		w->answer = take_answer(w->answers, w->progress);
	else if (!w->answers)
		(void)buffer_add_str(&w->inbox, "HTTP/1.1 204 No Content\r\n\r\n");
}

/* Plays parts up to the next one that takes time. */
static void play_parts(struct script_wire *w)
{
	while (w->answer && w->part < w->answer->nparts && !w->wait_until && w->peer != RESET) {
		const struct answer_part *part = &w->answer->parts[w->part++];

		switch (part->kind) {
		case ANSWER_BYTES:
			(void)bytes_expand(&part->bytes, w->dialer->variables, &w->inbox, NULL);
			break;
		case ANSWER_CUT:
			w->cut = true;
			w->peer = CLOSED;
			break;
		case ANSWER_CLOSE:
			w->peer = CLOSED;
			break;
		case ANSWER_HALF_CLOSE:
			w->peer = HALF;
			break;
		case ANSWER_RESET:
			w->peer = RESET;
			break;
		case ANSWER_WAIT:
			(void)duration_expand(&part->wait, w->dialer->variables, &w->wait_until,
					      NULL);
			w->wait_until += task_now();
			break;
		case ANSWER_SILENCE:
			break;
		}
	}
}

static int wire_wait(struct wire *base, unsigned events, usec deadline)
{
	struct script_wire *w = (struct script_wire *)base;

	if (events & LOOP_WRITE)
		return 0;
	if (!w->begun || w->sent_more)
		begin_exchange(w);
	for (;;) {
		play_parts(w);
		if (w->inbox.len || w->peer != OPEN)
			return 0;

		bool in_time = w->wait_until && w->wait_until <= deadline;
		int r = task_sleep(in_time ? w->wait_until : deadline);

		if (r < 0 || !in_time)
			return r < 0 ? r : -ETIMEDOUT;
		w->wait_until = 0;
	}
}

static void wire_set_window(struct wire *base, uint64_t bytes)
{
	(void)base;
	(void)bytes;
}

static void wire_half_close(struct wire *base)
{
	((struct script_wire *)base)->sent_more = true;
}

static void wire_close(struct wire *base, bool abort)
{
	struct script_wire *w = (struct script_wire *)base;

	(void)abort;
	buffer_release(&w->inbox);
	free(w);
}

static const struct wire_kind script_kind = {
	.send = wire_send,
	.recv = wire_recv,
	.is_cut = wire_is_cut,
	.wait = wire_wait,
	.set_window = wire_set_window,
	.half_close = wire_half_close,
	.close = wire_close,
};

static const struct answers *answers_of(const struct script_dialer *d, const char *name)
{
	for (size_t i = 0; i < d->item->non; i++)
		if (strcmp(d->item->on[i].connection, name) == 0)
			return &d->item->on[i];
	return strcmp(name, "alive") == 0 ? NULL : &d->item->on[0];
}

/* Null past 64 names: a case names a handful of connections. */
static struct progress *progress_of(struct script_dialer *d, const char *name)
{
	for (size_t i = 0; i < d->nprogress; i++)
		if (strcmp(d->progress[i].name, name) == 0)
			return &d->progress[i];
	if (d->nprogress == 64)
		return NULL;

	struct progress *p = &d->progress[d->nprogress++];

	p->name = arena_str(&d->arena, slice_str(name));
	return p;
}

static const struct answer *next_answer(void *arg, const char *name,
					const struct sent_request *request)
{
	struct script_dialer *d = arg;
	const struct answers *a = answers_of(d, name);
	struct progress *p = progress_of(d, name);

	(void)request;
	return a && a->count && p ? take_answer(a, p) : NULL;
}

/* What a gateway would forward: nothing, unless the item says so. */
static const struct answer *dialer_forwards(struct dialer *base)
{
	struct script_dialer *d = (struct script_dialer *)base;

	for (size_t i = 0; i < d->item->non; i++)
		if (strcmp(d->item->on[i].connection, "origin") == 0)
			return next_answer(d, "origin", NULL);
	return NULL;
}

static int dialer_streams(struct dialer *base, const char *name, const char **ret)
{
	return script_streams(&((struct script_dialer *)base)->cast, name, ret);
}

static int dialer_datagrams(struct dialer *base, const char *name)
{
	return script_datagrams(&((struct script_dialer *)base)->cast, name);
}

static int dialer_open(struct dialer *base, const struct wire_how *how, usec deadline,
		       struct wire **ret, struct problem *reterr)
{
	struct script_dialer *d = (struct script_dialer *)base;
	struct script_wire *w = calloc(1, sizeof(*w));

	(void)deadline;
	if (!w)
		return problem_set(reterr, -ENOMEM, "out of memory");
	*w = (struct script_wire){ .base = { &script_kind },
				   .dialer = d,
				   .answers = answers_of(d, how->name),
				   .progress = progress_of(d, how->name),
				   .inbox = BUFFER_INIT(MAX_ANSWER) };
	if (!w->progress) {
		free(w);
		return problem_set(reterr, -EMFILE, "a proof with more than 64 connections");
	}
	*ret = (struct wire *)w;   /* what it begins with */
	return 0;
}

int script_dialer_new(struct loop *loop, const struct proof_item *item,
		      const struct variables *variables, struct script_dialer **ret)
{
	/* Nobody is asked there. */
	static const struct endpoint nowhere = { .url = "http://127.0.0.1:80/" };
	struct script_dialer *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	*d = (struct script_dialer){
		.base = { .open = dialer_open,
			  .streams = dialer_streams,
			  .datagrams = dialer_datagrams,
			  .forwards = dialer_forwards,
			  .where = &nowhere },
		.item = item,
		.variables = variables,
	};
	script_cast_init(&d->cast, loop, variables, next_answer, d);
	arena_init(&d->arena);
	d->progress = arena_alloc(&d->arena, 64 * sizeof(*d->progress));
	*ret = d;
	return 0;
}

void script_dialer_free(struct script_dialer *d)
{
	if (!d)
		return;
	script_cast_end(&d->cast);
	arena_release(&d->arena);
	free(d);
}

struct dialer *script_dialer_base(struct script_dialer *d)
{
	return &d->base;
}
