#include "reference-server/websocket.h"

#include <stdint.h>

/*  A frame, RFC 6455 section 5.2:
 *
 *    FIN RSV RSV RSV | opcode (4) || MASK | length (7) || length (16 or 64) || key (32) || ...
 */
enum opcode { OP_MORE = 0, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

enum { FIN = 0x80, RESERVED = 0x70, MASK = 0x80, CONTROL = 0x8, CONTROL_MAX = 125 };

struct frame {
	bool fin;
	unsigned opcode;
	size_t head;                  /* octets before the payload */
	uint64_t len;
	unsigned char key[4];
};

void websocket_begin(struct websocket *w)
{
	if (!w->message.max)
		buffer_init(&w->message, WEBSOCKET_MESSAGE);
	buffer_clear(&w->message);
	w->open = false;
}

void websocket_release(struct websocket *w)
{
	buffer_release(&w->message);
}

/* ---- frames out ---- */

/* No message is so long that 16 bits could not tell. */
static int add_frame(enum opcode op, struct slice payload, struct buffer *out)
{
	size_t n = payload.len;
	const unsigned char head[] = { (unsigned char)(FIN | op), (unsigned char)(n <= CONTROL_MAX ? n : 126),
				       (unsigned char)(n >> 8), (unsigned char)n };
	int r = buffer_add(out, head, n <= CONTROL_MAX ? 2 : 4);

	return r < 0 ? r : buffer_add_slice(out, payload);
}

void websocket_add_close(enum websocket_close code, struct buffer *out)
{
	const char payload[] = { (char)(code >> 8), (char)code };

	(void)add_frame(OP_CLOSE, slice_of(payload, sizeof(payload)), out);
}

static enum websocket_outcome end(enum websocket_close code, struct buffer *out)
{
	websocket_add_close(code, out);
	return WEBSOCKET_END;
}

/* ---- UTF-8, RFC 3629 ---- */

/* How many octets the sequence has that begins so, and what its second may be. */
static const struct { unsigned char from, to, more, least, most; } lead[] = {
	{ 0x00, 0x7f, 0, 0, 0 },       { 0xc2, 0xdf, 1, 0x80, 0xbf },
	{ 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
	{ 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf },
	{ 0xf0, 0xf0, 3, 0x90, 0xbf }, { 0xf1, 0xf3, 3, 0x80, 0xbf },
	{ 0xf4, 0xf4, 3, 0x80, 0x8f },
};

/* Octets of the sequence at the front, 0 where there is none. */
static size_t sequence(struct slice s)
{
	const unsigned char *at = (const unsigned char *)s.at;

	for (size_t i = 0; i < sizeof(lead) / sizeof(lead[0]); i++) {
		if (*at < lead[i].from || *at > lead[i].to)
			continue;
		if (s.len <= lead[i].more ||
		    (lead[i].more && (at[1] < lead[i].least || at[1] > lead[i].most)))
			return 0;
		for (size_t k = 2; k <= lead[i].more; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return (size_t)lead[i].more + 1;
	}
	return 0;
}

static bool is_utf8(struct slice s)
{
	while (s.len) {
		size_t n = sequence(s);

		if (n == 0)
			return false;
		s = slice_skip(s, n);
	}
	return true;
}

/* ---- frames in ---- */

static uint64_t big_endian(const unsigned char *at, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | at[i];
	return v;
}

/* Octets of the length behind its first seven bits. */
static size_t extended(unsigned len)
{
	return len == 127 ? 8 : len == 126 ? 2 : 0;
}

/* False while the head of the frame is not whole. */
static bool read_head(struct slice in, struct frame *ret)
{
	const unsigned char *at = (const unsigned char *)in.at;

	if (in.len < 2)
		return false;

	unsigned len = at[1] & 0x7f;
	size_t more = extended(len);

	*ret = (struct frame){ .fin = at[0] & FIN, .opcode = at[0] & 0xf, .head = 2 + more + 4 };
	if (in.len < ret->head)
		return false;
	ret->len = more ? big_endian(at + 2, more) : len;
	memcpy(ret->key, at + 2 + more, sizeof(ret->key));
	return true;
}

/* What two octets already tell: no extension was agreed on, a client masks (section
 * 5.1), and a control frame is short and whole (section 5.5). */
static bool is_broken(const struct websocket *w, struct slice in)
{
	unsigned op = (unsigned char)in.at[0], len = 0;
	bool fin = op & FIN, reserved = op & RESERVED, masked = true;

	if (in.len > 1) {
		masked = (unsigned char)in.at[1] & MASK;
		len = (unsigned char)in.at[1] & 0x7f;
	}
	op &= 0xf;
	if (reserved || !masked || (op > OP_BINARY && op < OP_CLOSE) || op > OP_PONG)
		return true;
	if (op & CONTROL)
		return !fin || len > CONTROL_MAX;
	return (op == OP_MORE) != w->open;   /* a message goes on, or begins */
}

static void unmask(const struct frame *f, const char *from, char *to)
{
	for (size_t i = 0; i < f->len; i++)
		to[i] = (char)((unsigned char)from[i] ^ f->key[i % 4]);
}

static enum websocket_outcome take_text(struct websocket *w, const struct frame *f,
					const char *payload, struct buffer *out)
{
	if (w->message.len + f->len > WEBSOCKET_MESSAGE)
		return end(WEBSOCKET_TOO_BIG, out);

	char *to = buffer_reserve(&w->message, (size_t)f->len);

	if (!to)
		return WEBSOCKET_END;
	unmask(f, payload, to);
	buffer_grew(&w->message, (size_t)f->len);
	w->open = !f->fin;
	if (w->open)
		return WEBSOCKET_MORE;
	if (!is_utf8(buffer_slice(&w->message)))
		return end(WEBSOCKET_NOT_UTF8, out);

	int r = add_frame(OP_TEXT, buffer_slice(&w->message), out);

	buffer_clear(&w->message);
	return r < 0 ? WEBSOCKET_END : WEBSOCKET_MORE;
}

/* Codes that may stand in a frame, section 7.4. */
static bool is_close_code(uint64_t code)
{
	return (code >= 1000 && code <= 1011 && (code < 1004 || code > 1006)) ||
	       (code >= 3000 && code <= 4999);
}

static enum websocket_outcome take_close(struct slice payload, struct buffer *out)
{
	if (payload.len == 0) {
		(void)add_frame(OP_CLOSE, payload, out);
		return WEBSOCKET_END;
	}
	if (payload.len == 1 ||
	    !is_close_code(big_endian((const unsigned char *)payload.at, 2)))
		return end(WEBSOCKET_BROKEN, out);
	if (!is_utf8(slice_skip(payload, 2)))
		return end(WEBSOCKET_NOT_UTF8, out);
	(void)add_frame(OP_CLOSE, slice_sub(payload, 0, 2), out);
	return WEBSOCKET_END;
}

static enum websocket_outcome take_control(const struct frame *f, const char *payload,
					   struct buffer *out)
{
	char plain[CONTROL_MAX];
	struct slice s = slice_of(plain, (size_t)f->len);

	unmask(f, payload, plain);
	if (f->opcode == OP_CLOSE)
		return take_close(s, out);
	if (f->opcode == OP_PING && add_frame(OP_PONG, s, out) < 0)
		return WEBSOCKET_END;
	return WEBSOCKET_MORE;
}

enum websocket_outcome websocket_read(struct websocket *w, struct slice in, size_t *ret_used,
				      struct buffer *out)
{
	struct frame f;

	*ret_used = 0;
	if (in.len == 0)
		return WEBSOCKET_WAIT;
	if (is_broken(w, in))
		return end(WEBSOCKET_BROKEN, out);
	if (((unsigned char)in.at[0] & 0xf) == OP_BINARY)
		return end(WEBSOCKET_NOT_TEXT, out);
	if (!read_head(in, &f))
		return WEBSOCKET_WAIT;
	if (f.len > WEBSOCKET_FRAME)
		return end(WEBSOCKET_TOO_BIG, out);
	if (in.len - f.head < f.len)
		return WEBSOCKET_WAIT;
	*ret_used = f.head + (size_t)f.len;
	if (f.opcode & CONTROL)
		return take_control(&f, in.at + f.head, out);
	return take_text(w, &f, in.at + f.head, out);
}
