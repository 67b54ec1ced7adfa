#include "runner/transcript.h"

void transcript_init(struct transcript *t, struct arena *events, struct arena *texts, usec began)
{
	*t = (struct transcript){ .arena = events, .texts = texts, .began = began };
}

static struct event *add(struct transcript *t, enum event_kind kind, const char *connection,
			 usec now)
{
	struct event *e = arena_push(t->arena, &t->events, &t->count, sizeof(*e));

	*e = (struct event){
		.kind = kind, .connection = connection, .at = now - t->began, .note = ""
	};
	if (t->run_kept)
		*t->run_kept += sizeof(*e);
	return e;
}

static size_t room(const struct transcript *t)
{
	bool run_out = t->run_kept && *t->run_kept >= TRANSCRIPT_RUN;
	size_t all = run_out ? TRANSCRIPT_LEAST : TRANSCRIPT_TOTAL;
	size_t left = t->kept < all ? all - t->kept : 0;

	return left < TRANSCRIPT_EVENT ? left : TRANSCRIPT_EVENT;
}

/* A further event that keeps no byte would only say once more that bytes were left out. */
static bool goes_on(const struct transcript *t, enum event_kind kind, const char *connection)
{
	const struct event *last = t->count ? &t->events[t->count - 1] : NULL;

	return last && last->omitted && last->kind == kind && last->connection == connection;
}

void transcript_bytes(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		      struct slice bytes)
{
	struct slice kept = slice_sub(bytes, 0, room(t));

	if (kept.len == 0 && goes_on(t, kind, connection)) {
		t->events[t->count - 1].omitted += bytes.len;
		return;
	}

	struct event *e = add(t, kind, connection, now);

	e->bytes = arena_copy(t->arena, kept);
	e->omitted = bytes.len - kept.len;
	t->kept += kept.len;
	if (t->run_kept)
		*t->run_kept += kept.len;
}

void transcript_note(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		     const char *note)
{
	add(t, kind, connection, now)->note = note;
}

struct event *transcript_copy(const struct transcript *t, struct arena *a)
{
	struct event *copy = arena_alloc(a, t->count * sizeof(*copy));

	for (size_t i = 0; i < t->count; i++) {
		copy[i] = t->events[i];
		copy[i].bytes = arena_copy(a, t->events[i].bytes);
		copy[i].note = arena_str(a, slice_str(t->events[i].note));
		copy[i].connection = arena_str(a, slice_str(t->events[i].connection));
	}
	return copy;
}

void transcript_drop(struct transcript *t)
{
	if (t->run_kept)
		*t->run_kept -= t->kept + t->count * sizeof(*t->events);
}
