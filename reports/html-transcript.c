#include "reports/html-parts.h"

#include "base/cleanup.h"
#include "reports/transcript.h"

enum { MOST = 1 << 20 };

/* What is shown of one transcript: of a finding all that may matter, of the hundreds
 * that passed as much as keeps the page small. */
static const struct shown {
	size_t bytes, all_bytes; /* of one block, of all; LEAST of each in any case */
	size_t blocks;		 /* more are left out in the middle */
} of_finding = { 4096, 16384, 60 }, of_others = { 512, 2560, 20 };

#define LEAST ((size_t)160)

#define PAUSE (100 * USEC_PER_MS) /* a silence that long is a row of its own */

struct pen {
	struct html *h;
	const struct shown *shown;
	bool names;   /* there are several connections */
	usec last;    /* when the block before it ended */
	size_t spent; /* bytes shown so far */
};

static bool has_bytes(const struct event *e)
{
	return e->kind == EVENT_SENT || e->kind == EVENT_RECEIVED;
}

/* Plain facts are the most, so they go without a class. */
static void open_row(struct html *h, enum event_kind kind)
{
	switch (kind) {
	case EVENT_SENT:
		html(h, "<li class=\"sent\">");
		break;
	case EVENT_RECEIVED:
		html(h, "<li class=\"received\">");
		break;
	case EVENT_FIN:
	case EVENT_RESET:
	case EVENT_TIMEOUT:
		html(h, "<li class=\"theirs\">");
		break;
	default:
		html(h, "<li>");
	}
}

static void put_pause(struct pen *p, usec now)
{
	if (now - p->last < PAUSE)
		return;
	html(p->h, "<li class=\"pause\"><i>");
	html_ms(p->h, now - p->last);
	html(p->h, " ms pass</i></li>\n");
}

static void begin_row(struct pen *p, const struct event *e)
{
	put_pause(p, e->at);
	open_row(p->h, e->kind);
	html(p->h, "<span>");
	html_ms(p->h, e->at);
	html(p->h, "</span>");
	if (p->names)
		html(p->h, "<b>%s</b>", e->connection);
}

static size_t room(const struct pen *p)
{
	size_t all = p->shown->all_bytes, left = all > p->spent ? all - p->spent : 0;

	if (left > p->shown->bytes)
		return p->shown->bytes;
	return left > LEAST ? left : LEAST;
}

/* The bytes of a block as far as they are shown; returns how many are not. */
static size_t gather(const struct pen *p, const struct event *e, const struct event *end,
		     struct buffer *out)
{
	size_t omitted = 0, most = room(p);

	for (; e < end; e++) {
		struct slice part = slice_sub(e->bytes, 0, most - out->len);

		html_keep(p->h, buffer_add_slice(out, part));
		omitted += e->bytes.len - part.len + e->omitted;
	}
	return omitted;
}

static void put_block(struct pen *p, const struct event *e, const struct event *end)
{
	CLEANUP(buffer_release) struct buffer bytes = BUFFER_INIT(MOST);
	size_t omitted = gather(p, e, end, &bytes), pieces = (size_t)(end - e);

	begin_row(p, e);
	html(p->h, "<i>%s", transcript_fact(e->kind));
	if (pieces > 1)
		html(p->h, " <small>in %zu pieces</small>", pieces);
	html(p->h, "</i><code>");
	html_bytes(p->h, buffer_slice(&bytes));
	html(p->h, "</code>");
	if (omitted)
		html(p->h, "<small>%zu more byte%s not shown</small>", omitted,
		     omitted == 1 ? "" : "s");
	html(p->h, "</li>\n");
	p->last = end[-1].at;
	p->spent += bytes.len;
}

static void put_fact(struct pen *p, const struct event *e)
{
	const char *said = transcript_fact(e->kind);
	bool noted = e->note && *e->note;

	begin_row(p, e);
	html(p->h, "<i>%s%s%s</i></li>\n", said, noted && *said ? ": " : "", e->note);
	p->last = e->at;
}

static bool several_connections(const struct result *r)
{
	const char *first = NULL;

	for (size_t i = 0; i < r->nevents; i++) {
		const char *name = r->events[i].connection;

		if (!*name)
			continue;
		if (!first)
			first = name;
		if (strcmp(first, name) != 0)
			return true;
	}
	return false;
}

static size_t count_blocks(const struct event *e, const struct event *end)
{
	size_t n = 0;

	for (; e < end; e = transcript_block_end(e, end))
		n++;
	return n;
}

void html_transcript(struct html *h, const struct result *r)
{
	if (r->nevents == 0)
		return;

	struct pen p = {
		.h = h,
		.shown = html_is_finding(r->verdict) ? &of_finding : &of_others,
		.names = several_connections(r),
	};
	const struct event *end = r->events + r->nevents, *next;
	size_t all = count_blocks(r->events, end), n = 0, from = p.shown->blocks / 2;
	size_t gap = all > p.shown->blocks ? all - p.shown->blocks : 0;

	if (all == 0)
		return;
	html(h, "<ol class=\"wire%s\">\n", p.names ? " named" : "");
	for (const struct event *e = r->events; e < end; e = next, n++) {
		next = transcript_block_end(e, end);
		if (gap && n == from)
			html(h,
			     "<li class=\"pause\"><i>%zu things that happened are not shown"
			     "</i></li>\n",
			     gap);
		if (n >= from && n < from + gap)
			p.last = next[-1].at;
		else if (has_bytes(e))
			put_block(&p, e, next);
		else
			put_fact(&p, e);
	}
	html(h, "</ol>\n");
}
