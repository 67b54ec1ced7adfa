#include "reference-server/answer.h"

#include "http/grammar.h"
#include "http/tables.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void answer_begin(struct answer *a, int status)
{
	answer_end_source(a);         /* without read(), the rest of a source means nothing */
	buffer_clear(&a->fields);
	buffer_clear(&a->made);
	a->status = status;
	a->lines = a->fixed = a->trailer.name = (struct slice){ 0 };
	a->chunk = 0;
	a->interim = 0;
	a->pause = 0;
	a->websocket = a->failed = false;
}

void answer_release(struct answer *a)
{
	answer_end_source(a);
	buffer_release(&a->fields);
	buffer_release(&a->made);
}

static void check(struct answer *a, int r)
{
	a->failed |= r < 0;
}

/* Joins slices: one look at the room for all of them. */
static int add_all(struct buffer *out, const struct slice *parts, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += parts[i].len;

	char *at = buffer_reserve(out, len);

	if (!at)
		return -errno;
	for (size_t i = 0; i < n; i++)
		if (parts[i].len)
			at = mempcpy(at, parts[i].at, parts[i].len);
	buffer_grew(out, len);
	return 0;
}

#define ADD_ALL(out, ...) \
	add_all(out, (const struct slice[]){ __VA_ARGS__ }, \
		sizeof((const struct slice[]){ __VA_ARGS__ }) / sizeof(struct slice))

static void blank_line_ends(char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] == '\r' || at[i] == '\n' || at[i] == '\0')
			at[i] = ' ';
}

void answer_field(struct answer *a, const char *name, struct slice value)
{
	struct buffer *out = &a->fields;

	check(a, ADD_ALL(out, slice_str(name), SLICE(": "), value, SLICE("\r\n")));
	if (!a->failed)
		blank_line_ends(out->at + out->len - 2 - value.len, value.len);
}

void answer_lines(struct answer *a, struct slice lines)
{
	check(a, buffer_add_slice(&a->fields, lines));
}

void answer_fieldf(struct answer *a, const char *name, const char *format, ...)
{
	char value[256];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(value, sizeof(value), format, args);

	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(value))
		a->failed = true;
	else
		answer_field(a, name, slice_of(value, (size_t)len));
}

void answer_add(struct answer *a, struct slice content)
{
	check(a, buffer_add_slice(&a->made, content));
}

void answer_addf(struct answer *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	check(a, buffer_vprintf(&a->made, format, args));
	va_end(args);
}

void answer_own(struct answer *a)
{
	if (a->made.len == 0)
		answer_add(a, a->fixed);
	a->fixed = SLICE("");
}

struct slice answer_content(const struct answer *a)
{
	return a->made.len ? buffer_slice(&a->made) : a->fixed;
}

/* ---- errors ---- */

static bool is_temporary(int status)
{
	return status == 408 || status == 429 || status == 503;
}

static void end_error(struct answer *a)
{
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_add(a, is_temporary(a->status)
			      ? SLICE("This is temporary: the same request may work later.\n")
			      : SLICE("This is permanent: the same request will fail again.\n"));
}

void answer_error(struct answer *a, int status, const char *why)
{
	answer_begin(a, status);
	answer_addf(a, "%d %s: %s\n", status, http_reason(status), why);
	end_error(a);
}

void answer_refusal(struct answer *a, const struct refusal *why)
{
	answer_begin(a, why->status);
	answer_addf(a, "%d %s: %s", why->status, http_reason(why->status), why->why);
	if (why->subject.len)
		answer_addf(a, ": %.*s", (int)why->subject.len, why->subject.at);
	answer_addf(a, " (%s)\n", why->requirement);
	end_error(a);
}

/* ---- writing ---- */

/* What becomes of the content, RFC 9112 section 6. */
enum framing {
	FRAME_NONE,                   /* 101, 204, 304: no length either (RFC 9110 section 8.6) */
	FRAME_LENGTH,
	FRAME_CHUNKED,
};

static enum framing framing_of(const struct answer *a, struct answer_to to)
{
	if (a->status == 101 || a->status == 204 || a->status == 304)
		return FRAME_NONE;
	return a->chunk && !to.http10 ? FRAME_CHUNKED : FRAME_LENGTH;
}

/* All of a head is shorter, but for what handlers add. */
enum { HEAD_ROOM = 256 };

static inline char *put(char *at, struct slice s)
{
	return s.len ? mempcpy(at, s.at, s.len) : at;
}

void answer_common(time_t now, char out[ANSWER_COMMON])
{
	char date[HTTP_DATE_ROOM];

	http_date_format(now, date);
	out = put(out, SLICE("Date: "));
	out = put(out, slice_of(date, sizeof(date) - 1));
	(void)put(out, SLICE("\r\nServer: httpcheck\r\n"));
}

/* "HTTP/1.1 404 Not Found" CRLF; the space stands even where there is no reason
 * (RFC9112-4-4). */
static char *put_other_status_line(char *at, int status)
{
	const char digits[] = { (char)('0' + status / 100), (char)('0' + status / 10 % 10),
				(char)('0' + status % 10), ' ' };

	at = put(at, SLICE("HTTP/1.1 "));
	at = put(at, slice_of(digits, sizeof(digits)));
	at = put(at, slice_str(http_reason(status)));
	return put(at, SLICE("\r\n"));
}

static inline char *put_status_line(char *at, int status)
{
	return status == 200 ? put(at, SLICE("HTTP/1.1 200 OK\r\n"))
			     : put_other_status_line(at, status);
}

static char *put_number(char *at, uint64_t n)
{
	size_t digits = 1;

	for (uint64_t power = 10; digits < 20 && n >= power; power *= 10)
		digits++;
	for (size_t i = digits; i > 0; n /= 10)
		at[--i] = (char)('0' + n % 10);
	return at + digits;
}

static char *put_length(char *at, uint64_t len)
{
	at = put(at, SLICE("Content-Length: "));
	at = put_number(at, len);
	return put(at, SLICE("\r\n"));
}

uint64_t answer_length(const struct answer *a)
{
	if (a->status == 205)
		return 0;
	return a->source.read ? a->source.left : answer_content(a).len;
}

static char *put_framing(char *at, const struct answer *a, enum framing framing)
{
	if (framing == FRAME_LENGTH)
		return put_length(at, answer_length(a));
	if (framing == FRAME_NONE)
		return at;
	if (a->trailer.name.len) {
		at = put(at, SLICE("Trailer: "));
		at = put(at, a->trailer.name);
		at = put(at, SLICE("\r\n"));
	}
	return put(at, SLICE("Transfer-Encoding: chunked\r\n"));
}

/* "close" where it ends, "keep-alive" where only HTTP/1.0 needs to be told. A
 * handler may have an option of its own (Upgrade), so the field can stand twice. */
static char *put_connection(char *at, struct answer_to to)
{
	if (!to.persist)
		return put(at, SLICE("Connection: close\r\n"));
	return to.http10 ? put(at, SLICE("Connection: keep-alive\r\n")) : at;
}

static char *put_head(char *at, const struct answer *a, struct answer_to to, enum framing framing)
{
	at = put_status_line(at, a->status);
	at = put(at, slice_of(to.common, ANSWER_COMMON));
	at = put_framing(at, a, framing);
	at = put_connection(at, to);
	at = put(at, a->lines);
	at = put(at, buffer_slice(&a->fields));
	return put(at, SLICE("\r\n"));
}

static int add_interim(int status, struct buffer *out)
{
	char *begin = buffer_reserve(out, HEAD_ROOM), *at = begin;

	if (!begin)
		return -errno;
	at = put(put_status_line(at, status), SLICE("\r\n"));
	buffer_grew(out, (size_t)(at - begin));
	return 0;
}

/* Below, the results of many appends are joined by "|": each is 0 or negative, so
 * the sign of the sum tells whether one failed. */

static int add_chunks(const struct answer *a, struct buffer *out)
{
	struct slice rest = answer_content(a);
	int r = 0;

	for (; rest.len; rest = slice_skip(rest, a->chunk)) {
		struct slice chunk = slice_sub(rest, 0, a->chunk);

		r |= buffer_printf(out, "%zx\r\n", chunk.len) |
		     ADD_ALL(out, chunk, SLICE("\r\n"));
	}
	r |= buffer_add_slice(out, SLICE("0\r\n"));
	if (a->trailer.name.len)
		r |= ADD_ALL(out, a->trailer.name, SLICE(": "), a->trailer.value, SLICE("\r\n"));
	return r | buffer_add_slice(out, SLICE("\r\n"));
}

/* The content that stands behind the head as it is. */
static struct slice plain_content(const struct answer *a, struct answer_to to, enum framing framing)
{
	return to.head || framing != FRAME_LENGTH || a->status == 205 || a->source.read
		       ? SLICE("")
		       : answer_content(a);
}

int answer_write(const struct answer *a, struct answer_to to, struct buffer *out)
{
	enum framing framing = framing_of(a, to);
	struct slice content = plain_content(a, to, framing);
	int r = a->interim && !to.http10 ? add_interim(a->interim, out) : 0;
	char *begin = buffer_reserve(out, HEAD_ROOM + a->trailer.name.len + a->lines.len +
						  a->fields.len + content.len);

	if (r < 0 || !begin)
		return -ENOMEM;
	buffer_grew(out, (size_t)(put(put_head(begin, a, to, framing), content) - begin));
	if (framing == FRAME_CHUNKED && !to.head && !a->source.read)
		r = add_chunks(a, out);
	return r < 0 ? -ENOMEM : 0;
}

/* ---- content from a source ---- */

enum { PIECE = 32 * 1024 };

static int add_piece(struct source *s, size_t n, struct buffer *out)
{
	char *to = buffer_reserve(out, n);
	int r = to ? s->read(s, to, n) : -errno;

	if (r < 0)
		return r;
	buffer_grew(out, n);
	s->at += n;
	s->left -= n;
	return 0;
}

int answer_more(struct answer *a, struct answer_to to, struct buffer *out)
{
	bool chunked = framing_of(a, to) == FRAME_CHUNKED;
	struct source *s = &a->source;
	size_t n = s->left < PIECE ? (size_t)s->left : PIECE;
	int r = 0;

	if (n > 0 && chunked)
		r = buffer_printf(out, "%zx\r\n", n);
	if (r == 0 && n > 0)
		r = add_piece(s, n, out);
	if (r == 0 && n > 0 && chunked)
		r = buffer_add_slice(out, SLICE("\r\n"));
	if (r < 0 || s->left > 0)
		return r < 0 ? r : 1;
	answer_end_source(a);
	return chunked ? buffer_add_slice(out, SLICE("0\r\n\r\n")) : 0;
}
