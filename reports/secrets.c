#include "reports/secrets.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reports/secrets-find.h"

#define MASK  "***"
#define MOST  ((size_t)1 << 30)

/* Values seen in one result: they are masked wherever else it shows them. */
enum { KNOWN_MOST = 32 };

struct masker {
	struct arena *arena;          /* of what is kept */
	struct arena scratch;
	struct slice known[KNOWN_MOST];
	size_t nknown;
};

/* ---- where ---- */

static bool overlaps(const struct secrets *s, size_t from, size_t to)
{
	for (size_t i = 0; i < s->count; i++)
		if (from < s->list[i].to && to > s->list[i].from)
			return true;
	return false;
}

static int by_offset(const void *left, const void *right)
{
	const struct secret *a = left, *b = right;

	return a->from < b->from ? -1 : a->from > b->from;
}

static void add_known(struct masker *m, struct slice bytes, struct slice known,
		      struct secrets *found)
{
	for (size_t at = 0; at < bytes.len;) {
		size_t hit = at + slice_find_slice(slice_skip(bytes, at), known);

		if (hit >= bytes.len)
			return;
		if (!overlaps(found, hit, hit + known.len))
			*(struct secret *)arena_push(&m->scratch, &found->list, &found->count,
						     sizeof(struct secret)) =
			    (struct secret){ hit, hit + known.len };
		at = hit + known.len;
	}
}

static struct secrets find_all(struct masker *m, struct slice bytes)
{
	struct secrets found = secrets_find(bytes, &m->scratch);

	for (size_t i = 0; i < m->nknown; i++)
		add_known(m, bytes, m->known[i], &found);
	if (found.count)
		qsort(found.list, found.count, sizeof(*found.list), by_offset);
	return found;
}

static void learn(struct masker *m, struct slice bytes)
{
	struct secrets found = secrets_find(bytes, &m->scratch);

	for (size_t i = 0; i < found.count && m->nknown < KNOWN_MOST; i++) {
		struct slice s = slice_sub(bytes, found.list[i].from, found.list[i].to);

		if (s.len >= SECRET_LEAST)
			m->known[m->nknown++] = arena_copy(&m->scratch, s);
	}
}

/* ---- texts ---- */

/* The part of |bytes| that lies from |begin| on, masked. A secret that began before it
 * shows its mask there. */
static void put_masked(struct buffer *out, struct slice part, size_t begin,
		       const struct secrets *found)
{
	size_t at = begin, end = begin + part.len;

	for (size_t i = 0; i < found->count; i++) {
		const struct secret *s = &found->list[i];

		if (s->to <= at || s->from >= end)
			continue;
		if (s->from >= at) {
			(void)buffer_add_slice(out, slice_sub(part, at - begin, s->from - begin));
			(void)buffer_add_str(out, MASK);
		}
		at = s->to < end ? s->to : end;
	}
	(void)buffer_add_slice(out, slice_skip(part, at - begin));
}

static const char *mask_text(struct masker *m, const char *text)
{
	struct slice s = slice_str(text);
	struct secrets found = find_all(m, s);

	if (found.count == 0)
		return text;

	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(MOST);

	put_masked(&out, s, 0, &found);
	return arena_str(m->arena, buffer_slice(&out));
}

/* ---- events ---- */

static bool has_bytes(const struct event *e)
{
	return e->kind == EVENT_SENT || e->kind == EVENT_RECEIVED;
}

static bool same_stream(const struct event *a, const struct event *b)
{
	return a->kind == b->kind && strcmp(a->connection, b->connection) == 0;
}

/* All bytes that went one way on one connection, from the event |first| on. */
static void gather(const struct result *r, size_t first, struct buffer *out)
{
	for (size_t i = first; i < r->nevents; i++)
		if (same_stream(&r->events[first], &r->events[i]))
			(void)buffer_add_slice(out, r->events[i].bytes);
}

static bool begins_stream(const struct result *r, size_t i)
{
	if (!has_bytes(&r->events[i]))
		return false;
	for (size_t k = i; k-- > 0;)
		if (same_stream(&r->events[k], &r->events[i]))
			return false;
	return true;
}

static void learn_streams(struct masker *m, const struct result *r, enum event_kind kind)
{
	for (size_t i = 0; i < r->nevents; i++)
		if (r->events[i].kind == kind && begins_stream(r, i)) {
			CLEANUP(buffer_release) struct buffer bytes = BUFFER_INIT(MOST);

			gather(r, i, &bytes);
			learn(m, buffer_slice(&bytes));
		}
}

/* Ours first: however many cookies the target sets, what it then echoes is known. */
static void learn_all(struct masker *m, const struct result *r)
{
	learn_streams(m, r, EVENT_SENT);
	learn_streams(m, r, EVENT_RECEIVED);
}

static void mask_stream(struct masker *m, const struct result *r, size_t first,
			const struct secrets *found, struct event *events)
{
	size_t at = 0;

	for (size_t i = first; i < r->nevents; i++) {
		struct slice bytes = r->events[i].bytes;

		if (!same_stream(&r->events[first], &r->events[i]))
			continue;
		if (overlaps(found, at, at + bytes.len)) {
			CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(MOST);

			put_masked(&out, bytes, at, found);
			events[i].bytes = arena_copy(m->arena, buffer_slice(&out));
		}
		at += bytes.len;
	}
}

/* The copy that is written to, made when the first secret is found. */
static struct event *own_events(struct masker *m, struct result *r, struct event *own)
{
	if (own)
		return own;
	own = arena_alloc(m->arena, r->nevents * sizeof(*own));
	memcpy(own, r->events, r->nevents * sizeof(*own));
	return own;
}

static void mask_events(struct masker *m, struct result *r)
{
	struct event *own = NULL;

	for (size_t i = 0; i < r->nevents; i++) {
		const char *note = mask_text(m, r->events[i].note);

		if (note != r->events[i].note) {
			own = own_events(m, r, own);
			own[i].note = note;
		}
		if (!begins_stream(r, i))
			continue;

		CLEANUP(buffer_release) struct buffer bytes = BUFFER_INIT(MOST);

		gather(r, i, &bytes);

		struct secrets found = find_all(m, buffer_slice(&bytes));

		if (found.count == 0)
			continue;
		own = own_events(m, r, own);
		mask_stream(m, r, i, &found, own);
	}
	if (own)
		r->events = own;
}

/* ---- the whole ---- */

void secrets_mask_result(struct result *r, struct arena *a)
{
	struct masker m = { .arena = a };

	arena_init(&m.scratch);
	learn_all(&m, r);
	mask_events(&m, r);
	r->reason = mask_text(&m, r->reason);
	r->expected = mask_text(&m, r->expected);
	r->seen = mask_text(&m, r->seen);
	r->replay = mask_text(&m, r->replay);
	arena_release(&m.scratch);
}

const char *secrets_mask_text(const char *text, struct arena *a)
{
	struct masker m = { .arena = a };

	arena_init(&m.scratch);
	text = mask_text(&m, text);
	arena_release(&m.scratch);
	return text;
}

void secrets_mask_head(struct run *run, struct arena *a)
{
	const char **options = arena_alloc(a, run->noptions * sizeof(*options));

	for (size_t i = 0; i < run->noptions; i++)
		options[i] = secrets_mask_text(run->options[i], a);
	run->target = secrets_mask_text(run->target, a);
	run->target_note = secrets_mask_text(run->target_note, a);
	run->options = options;
}

void secrets_mask_run(struct run *run, struct arena *a)
{
	struct result *results = arena_alloc(a, run->count * sizeof(*results));

	for (size_t i = 0; i < run->count; i++) {
		results[i] = run->results[i];
		secrets_mask_result(&results[i], a);
	}
	run->results = results;
	secrets_mask_head(run, a);
}
