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

void transcript_bytes(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		      struct slice bytes)
{
	struct event *e = add(t, kind, connection, now);
	size_t room = TRANSCRIPT_TOTAL - t->kept;
	struct slice kept = slice_sub(bytes, 0, room < TRANSCRIPT_EVENT ? room : TRANSCRIPT_EVENT);

	e->bytes = arena_copy(t->arena, kept);
	e->omitted = bytes.len - kept.len;
	t->kept += kept.len;
}

void transcript_note(struct transcript *t, enum event_kind kind, const char *connection, usec now,
		     const char *note)
{
	add(t, kind, connection, now)->note = note;
}
