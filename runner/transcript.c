#include "runner/transcript.h"

void transcript_init(struct transcript *t, struct arena *a, usec began)
{
	*t = (struct transcript){ .arena = a, .began = began };
}

static struct event *add(struct transcript *t, enum event_kind kind, const char *connection,
			 usec now)
{
	struct event *e = arena_push(t->arena, &t->events, &t->count, sizeof(*e));

	*e = (struct event){
		.kind = kind, .connection = connection, .at = now - t->began, .note = ""
	};
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
		*t->run_kept += kept.len + sizeof(*e);
}

void transcript_note(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		     const char *note)
{
	add(t, kind, connection, now)->note = note;
}
