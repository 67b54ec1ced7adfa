#include "reports/transcript.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "reports/visible.h"

enum {
	MOST = 1 << 24,               /* bytes of one line or block, far above any limit */
	NAME_COLUMNS = 20,            /* a longer connection name pushes its line aside */
	SHORT = 16,                   /* so few odd bytes read better as \xNN */
};

struct renderer {
	const struct transcript_limits *limits;
	transcript_sink *sink;
	void *to;
	size_t name_columns;          /* 0 where there is but one connection */
	struct buffer lead, text;
	size_t lines, omitted;        /* of the block at hand */
};

static void renderer_release(struct renderer *w)
{
	buffer_release(&w->lead);
	buffer_release(&w->text);
}

/* ---- lines ---- */

/* "123456 ms", and "  main" where there are several connections. */
static size_t lead_columns(size_t name_columns)
{
	return 9 + (name_columns ? 2 + name_columns : 0);
}

static int put_lead(struct renderer *w, const struct event *e)
{
	buffer_clear(&w->lead);

	int r = buffer_printf(&w->lead, "%6lld ms", (long long)(e->at / USEC_PER_MS));

	if (r < 0 || w->name_columns == 0)
		return r;

	size_t columns = visible_columns(slice_str(e->connection));

	r = buffer_add_str(&w->lead, "  ");
	if (r == 0)
		r = visible_add(&w->lead, e->connection, BREAKS_SPELT);
	if (r == 0 && columns < w->name_columns)
		r = buffer_add_repeated(&w->lead, SLICE(" "), w->name_columns - columns);
	return r;
}

static int blank_lead(struct renderer *w)
{
	buffer_clear(&w->lead);
	return buffer_add_repeated(&w->lead, SLICE(" "), lead_columns(w->name_columns));
}

/* Hands over what is in lead and text; the lines that follow get a blank lead. */
static int put_line(struct renderer *w, char mark)
{
	struct transcript_line line = { buffer_slice(&w->lead), mark, buffer_slice(&w->text) };
	int r = w->sink(w->to, &line);

	buffer_clear(&w->text);
	return r < 0 ? r : blank_lead(w);
}

/* ---- bytes ---- */

/* Where the head of a message ends: a body behind it is judged by itself. */
static size_t head_len(struct slice bytes)
{
	size_t crlf = slice_find_slice(bytes, SLICE("\r\n\r\n")) + 4;
	size_t lf = slice_find_slice(bytes, SLICE("\n\n")) + 2;

	return crlf < lf ? crlf : lf;
}

static bool mostly_odd(struct slice bytes)
{
	size_t odd = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.at[i];

		odd += (c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c > 0x7e;
	}
	return bytes.len > SHORT && odd * 3 > bytes.len;
}

static int put_hex(struct buffer *out, size_t offset, struct slice row, size_t width)
{
	int r = buffer_printf(out, "%04zx:", offset);

	for (size_t i = 0; r == 0 && i < width; i++) {
		const char *gap = i % 2 ? "" : " ";

		r = i < row.len ? buffer_printf(out, "%s%02x", gap, (unsigned char)row.at[i])
				: buffer_printf(out, "%s  ", gap);
	}
	if (r == 0)
		r = buffer_add_str(out, "  ");
	for (size_t i = 0; r == 0 && i < row.len; i++)
		r = buffer_add_byte(out, row.at[i] >= 0x20 && row.at[i] <= 0x7e ? row.at[i] : '.');
	return r;
}

static size_t line_len(struct slice s)
{
	size_t lf = slice_find(s, '\n');

	return lf < s.len ? lf + 1 : s.len;
}

static int put_bytes(struct renderer *w, char mark, struct slice bytes)
{
	struct slice row;

	if (!bytes.at)
		return 0;

	bool hex = mostly_odd(bytes);

	for (size_t at = 0; at < bytes.len; at += row.len) {
		if (w->lines++ >= w->limits->lines) {
			w->omitted += bytes.len - at;
			return 0;
		}
		row = slice_skip(bytes, at);
		row = slice_sub(row, 0, hex ? w->limits->hex : line_len(row));

		int r = hex ? put_hex(&w->text, at, row, w->limits->hex)
			    : text_escape(&w->text, row);

		if (r == 0)
			r = put_line(w, mark);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- blocks: what is shown as one ---- */

static bool has_bytes(const struct event *e)
{
	return e->kind == EVENT_SENT || e->kind == EVENT_RECEIVED;
}

static bool goes_on(const struct event *last, const struct event *next)
{
	return next->kind == last->kind && last->omitted == 0 &&
	       next->at - last->at <= USEC_PER_MS &&
	       slice_eq(slice_str(last->connection), slice_str(next->connection));
}

const struct event *transcript_block_end(const struct event *e, const struct event *end)
{
	const struct event *last = e++;

	while (e < end && has_bytes(last) && goes_on(last, e))
		last = e++;
	return e;
}

/* The bytes of a block up to the limit; the rest is counted as omitted. */
static int gather(struct renderer *w, const struct event *e, const struct event *end,
		  struct buffer *out)
{
	for (; e < end; e++) {
		struct slice shown = slice_sub(e->bytes, 0, w->limits->bytes - out->len);
		int r = buffer_add_slice(out, shown);

		if (r < 0)
			return r;
		w->omitted += e->bytes.len - shown.len + e->omitted;
	}
	return 0;
}

static int put_omitted(struct renderer *w)
{
	if (w->omitted == 0)
		return 0;

	int r = buffer_printf(&w->text, "(%zu more byte%s not shown)", w->omitted,
			      w->omitted == 1 ? "" : "s");

	return r < 0 ? r : put_line(w, '*');
}

static int put_pieces(struct renderer *w, const struct event *e, const struct event *end)
{
	if (end - e < 2)
		return 0;

	int r = buffer_printf(&w->text, "(%s in %zu pieces)", transcript_fact(e->kind),
			      (size_t)(end - e));

	return r < 0 ? r : put_line(w, '*');
}

static int put_block(struct renderer *w, const struct event *e, const struct event *end)
{
	CLEANUP(buffer_release) struct buffer raw = BUFFER_INIT(MOST);
	char mark = e->kind == EVENT_SENT ? '>' : '<';

	w->lines = w->omitted = 0;

	int r = gather(w, e, end, &raw);

	if (r < 0)
		return r;

	struct slice bytes = buffer_slice(&raw);
	size_t head = head_len(bytes);

	r = put_bytes(w, mark, slice_sub(bytes, 0, head));
	if (r == 0)
		r = put_bytes(w, mark, slice_skip(bytes, head));
	if (r == 0)
		r = put_omitted(w);
	return r < 0 ? r : put_pieces(w, e, end);
}

const char *transcript_fact(enum event_kind kind)
{
	static const char *const said[] = {
		[EVENT_CONNECTED] = "connected",
		[EVENT_SENT] = "sent",
		[EVENT_RECEIVED] = "received",
		[EVENT_HALF_CLOSED] = "we closed our sending side (FIN)",
		[EVENT_CLOSED] = "we closed the connection",
		[EVENT_ABORTED] = "we reset the connection (RST)",
		[EVENT_FIN] = "the target closed its sending side (FIN)",
		[EVENT_RESET] = "the target reset the connection (RST)",
		[EVENT_TIMEOUT] = "time ran out",
		[EVENT_NOTE] = "",
	};

	return said[kind];
}

static int put_fact(struct renderer *w, const struct event *e)
{
	const char *said = transcript_fact(e->kind);
	bool noted = e->note && *e->note;
	int r = buffer_printf(&w->text, "%s%s", said, noted && *said ? ": " : "");

	if (r == 0)
		r = visible_add(&w->text, e->note, BREAKS_SPELT);
	return r < 0 ? r : put_line(w, '*');
}

static int put_event(struct renderer *w, const struct event *e, const struct event *end)
{
	int r = put_lead(w, e);

	if (r < 0)
		return r;
	return has_bytes(e) ? put_block(w, e, end) : put_fact(w, e);
}

/* ---- the whole ---- */

/* As wide as the longest name; 0 unless there are two different ones. */
static size_t name_columns(const struct result *r)
{
	const char *first = NULL;
	bool several = false;
	size_t widest = 0;

	for (size_t i = 0; i < r->nevents; i++) {
		const char *name = r->events[i].connection;
		size_t columns = visible_columns(slice_str(name));

		if (columns == 0)
			continue;
		if (!first)
			first = name;
		several = several || strcmp(first, name) != 0;
		if (columns > widest)
			widest = columns;
	}
	if (!several)
		return 0;
	return widest < NAME_COLUMNS ? widest : NAME_COLUMNS;
}

size_t transcript_lead_columns(const struct result *r)
{
	return lead_columns(name_columns(r));
}

static size_t count_blocks(const struct event *e, const struct event *end)
{
	size_t n = 0;

	for (; e < end; e = transcript_block_end(e, end))
		n++;
	return n;
}

static int put_gap(struct renderer *w, size_t left_out)
{
	int r = blank_lead(w);

	if (r == 0)
		r = buffer_printf(&w->text, "(%zu things that happened are not shown)", left_out);
	return r < 0 ? r : put_line(w, '*');
}

int transcript_write(const struct result *r, const struct transcript_limits *limits,
		     transcript_sink *sink, void *to)
{
	if (r->nevents == 0)
		return 0;

	CLEANUP(renderer_release) struct renderer w = {
		.limits = limits, .sink = sink, .to = to,
		.name_columns = name_columns(r),
		.lead = BUFFER_INIT(MOST), .text = BUFFER_INIT(MOST),
	};
	const struct event *end = r->events + r->nevents, *next;
	size_t total = count_blocks(r->events, end), n = 0;
	size_t gap_from = limits->blocks / 2;
	size_t gap = total > limits->blocks ? total - limits->blocks : 0;
	int error = 0;

	for (const struct event *e = r->events; e < end && error == 0; e = next, n++) {
		next = transcript_block_end(e, end);
		if (n < gap_from || n >= gap_from + gap)
			error = put_event(&w, e, next);
		else if (n == gap_from)
			error = put_gap(&w, gap);
	}
	return error;
}
