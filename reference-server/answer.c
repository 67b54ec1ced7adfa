#include "answer.h"

#include "http/tables.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void answer_begin(struct answer *a, int status)
{
	struct buffer fields = a->fields, made = a->made;

	buffer_clear(&fields);
	buffer_clear(&made);
	*a = (struct answer){ .status = status, .fields = fields, .made = made };
}

void answer_release(struct answer *a)
{
	buffer_release(&a->fields);
	buffer_release(&a->made);
}

static void check(struct answer *a, int r)
{
	a->failed |= r < 0;
}

static void add_line(struct buffer *b, const char *name, struct slice value, struct answer *a)
{
	check(a, buffer_add_str(b, name));
	check(a, buffer_add(b, ": ", 2));

	size_t begin = b->len;

	check(a, buffer_add_slice(b, value));
	for (size_t i = begin; i < b->len; i++)
		if (b->at[i] == '\r' || b->at[i] == '\n' || b->at[i] == '\0')
			b->at[i] = ' ';
	check(a, buffer_add(b, "\r\n", 2));
}

void answer_field(struct answer *a, const char *name, struct slice value)
{
	add_line(&a->fields, name, value, a);
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
	FRAME_NONE,                   /* 204, 304: no length either (RFC 9110 section 8.6) */
	FRAME_LENGTH,
	FRAME_CHUNKED,
};

static enum framing framing_of(const struct answer *a, struct answer_to to)
{
	if (a->status == 204 || a->status == 304)
		return FRAME_NONE;
	return a->chunk && !to.http10 ? FRAME_CHUNKED : FRAME_LENGTH;
}

/* Below, the results of many appends are joined by "|": each is 0 or negative, so
 * the sign of the sum tells whether one failed. */

/* The space stands even where there is no reason (RFC9112-4-4). */
static int add_status_line(struct buffer *out, int status)
{
	const char *reason = http_reason(status);

	return buffer_printf(out, "HTTP/1.1 %d %s\r\n", status, reason ? reason : "");
}

static int add_length(struct buffer *out, size_t len)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + len % 10);
	while ((len /= 10) > 0);
	return buffer_add_slice(out, SLICE("Content-Length: ")) |
	       buffer_add(out, digits + at, sizeof(digits) - at) |
	       buffer_add_slice(out, SLICE("\r\n"));
}

static int add_framing(const struct answer *a, enum framing framing, struct buffer *out)
{
	int r = 0;

	if (framing == FRAME_LENGTH)
		return add_length(out, a->status == 205 ? 0 : answer_content(a).len);
	if (framing == FRAME_NONE)
		return 0;
	if (a->trailer.name.len)
		r = buffer_printf(out, "Trailer: %.*s\r\n", (int)a->trailer.name.len,
				  a->trailer.name.at);
	return r | buffer_add_slice(out, SLICE("Transfer-Encoding: chunked\r\n"));
}

/* "close" where it ends, "keep-alive" where only HTTP/1.0 needs to be told. A
 * handler may have an option of its own (Upgrade), so the field can stand twice. */
static int add_connection(struct answer_to to, struct buffer *out)
{
	if (!to.persist)
		return buffer_add_slice(out, SLICE("Connection: close\r\n"));
	return to.http10 ? buffer_add_slice(out, SLICE("Connection: keep-alive\r\n")) : 0;
}

static int add_head(const struct answer *a, struct answer_to to, struct buffer *out)
{
	return add_status_line(out, a->status) |
	       buffer_add_slice(out, SLICE("Date: ")) | buffer_add_str(out, to.date) |
	       buffer_add_slice(out, SLICE("\r\nServer: httpcheck\r\n")) |
	       add_framing(a, framing_of(a, to), out) | add_connection(to, out) |
	       buffer_add_slice(out, buffer_slice(&a->fields)) |
	       buffer_add_slice(out, SLICE("\r\n"));
}

static int add_chunks(const struct answer *a, struct buffer *out)
{
	struct slice rest = answer_content(a);
	int r = 0;

	for (; rest.len; rest = slice_skip(rest, a->chunk)) {
		struct slice chunk = slice_sub(rest, 0, a->chunk);

		r |= buffer_printf(out, "%zx\r\n", chunk.len) | buffer_add_slice(out, chunk) |
		     buffer_add_slice(out, SLICE("\r\n"));
	}
	r |= buffer_add_slice(out, SLICE("0\r\n"));
	if (a->trailer.name.len)
		r |= buffer_printf(out, "%.*s: %.*s\r\n", (int)a->trailer.name.len,
				   a->trailer.name.at, (int)a->trailer.value.len,
				   a->trailer.value.at);
	return r | buffer_add_slice(out, SLICE("\r\n"));
}

static int add_content(const struct answer *a, struct answer_to to, struct buffer *out)
{
	enum framing framing = framing_of(a, to);

	if (to.head || framing == FRAME_NONE || a->status == 205)
		return 0;
	return framing == FRAME_CHUNKED ? add_chunks(a, out)
					: buffer_add_slice(out, answer_content(a));
}

int answer_write(const struct answer *a, struct answer_to to, struct buffer *out)
{
	int r = 0;

	if (a->interim && !to.http10)
		r = add_status_line(out, a->interim) | buffer_add_slice(out, SLICE("\r\n"));
	r |= add_head(a, to, out) | add_content(a, to, out);
	return r < 0 ? -ENOMEM : 0;
}
