/* Masking: a credential that was sent is in nothing that a report says of the case, whatever
 * stands around it, comes back, and however it was cut. A text that is masked stays so. */

#include "fuzz.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reports/secrets.h"

enum { MOST = 1 << 20, SENT_PIECES = 3, RECEIVED_PIECES = 3, TEXTS = 5 };

static const char secret[] = "s3cretOf9";

/* Where in |in| a byte 1 stands, the secret does. */
static void put(struct buffer *out, struct slice in)
{
	while (in.len) {
		MUST(buffer_add_slice(out, take(&in, slice_find(in, 1))) == 0);
		if (in.len)
			MUST(buffer_add_str(out, secret) == 0);
		in = slice_skip(in, 1);
	}
}

/* A line with the secret between bytes of anybody's. */
static void put_request(struct buffer *out, unsigned kind, struct slice before, struct slice behind)
{
	static const char *const fields[] = { "Authorization: Basic ", "Cookie: a=",
					      "proxy-authorization: Bearer ", "Set-Cookie: b=" };

	put(out, before);
	MUST(buffer_printf(out, "\r\n%s%s\r\nA: b\r\n", fields[kind % ARRAY_SIZE(fields)], secret) ==
	     0);
	put(out, behind);
}

/* |n| events of one connection and direction, cut somewhere. */
static void put_events(struct event *events, size_t n, enum event_kind kind, struct slice bytes,
		       unsigned cut)
{
	for (size_t i = 0; i < n; i++)
		events[i] = (struct event){ .kind = kind,
					    .connection = "main",
					    .bytes = take(&bytes, i + 1 == n ? bytes.len
									     : cut % 64 + i),
					    .note = "" };
}

static void hides(struct slice bytes)
{
	MUST(slice_find_slice(bytes, SLICE(secret)) == bytes.len);
}

static void hides_in_stream(const struct result *r, enum event_kind kind)
{
	struct buffer all = BUFFER_INIT(MOST);

	for (size_t i = 0; i < r->nevents; i++)
		if (r->events[i].kind == kind)
			MUST(buffer_add_slice(&all, r->events[i].bytes) == 0);
	hides(buffer_slice(&all));
	buffer_release(&all);
}

static void hides_everywhere(const struct result *r)
{
	hides_in_stream(r, EVENT_SENT);
	hides_in_stream(r, EVENT_RECEIVED);
	hides(slice_str(r->reason));
	hides(slice_str(r->expected));
	hides(slice_str(r->seen));
	hides(slice_str(r->replay));
	for (size_t i = 0; i < r->nevents; i++)
		hides(slice_str(r->events[i].note));
}

static const char *text_of(struct arena *a, struct slice in)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(MOST);

	put(&out, in);
	return arena_str(a, buffer_slice(&out));
}

static void check_text(struct arena *a, const char *text)
{
	const char *once = secrets_mask_text(text, a), *twice = secrets_mask_text(once, a);

	MUST(strcmp(once, twice) == 0);
}

void fuzz_input(struct slice in)
{
	unsigned kind = take_byte(&in), cut = take_byte(&in), before = take_byte(&in),
		 behind = take_byte(&in), text_len = take_byte(&in);
	struct buffer sent = BUFFER_INIT(MOST), received = BUFFER_INIT(MOST);
	struct event events[SENT_PIECES + RECEIVED_PIECES];
	const char *texts[TEXTS];
	struct arena a;

	arena_init(&a);
	struct slice front = take(&in, before % 64);

	put_request(&sent, kind, front, take(&in, behind));
	for (size_t i = 0; i < TEXTS; i++)
		texts[i] = text_of(&a, take(&in, text_len));
	put(&received, in);
	put_events(events, SENT_PIECES, EVENT_SENT, buffer_slice(&sent), cut);
	put_events(events + SENT_PIECES, RECEIVED_PIECES, EVENT_RECEIVED, buffer_slice(&received),
		   cut / 2);
	events[0].note = texts[4];

	struct result once = { .reason = texts[0],
			       .expected = texts[1],
			       .seen = texts[2],
			       .replay = texts[3],
			       .events = events,
			       .nevents = ARRAY_SIZE(events) };

	secrets_mask_result(&once, &a);
	hides_everywhere(&once);
	check_text(&a, texts[0]);
	arena_release(&a);
	buffer_release(&sent);
	buffer_release(&received);
}
