#include "reference-server/misbehave.h"

/* Both are sound responses: it is their sameness that a suite must notice. */
static void add_canned(struct buffer *out, const char *status, const char *date, const char *rest)
{
	(void)buffer_printf(out, "HTTP/1.1 %s\r\nDate: %s\r\n%s", status, date, rest);
}

static void answer_ok(struct slice in, const char *date, size_t *ret_used, struct buffer *out)
{
	static const struct slice blank = SLICE("\r\n\r\n");
	size_t at;

	while ((at = slice_find_slice(in, blank)) < in.len) {
		at += blank.len;
		in = slice_skip(in, at);
		*ret_used += at;
		add_canned(out, "200 OK", date,
			   "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n");
	}
}

/* xorshift64: unpredictable enough for a parser, the same for the same seed. */
static void add_random(struct buffer *out, uint64_t seed)
{
	uint64_t x = seed | 1;

	for (int i = 0; i < 32; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		(void)buffer_add(out, &x, sizeof(x));
	}
}

bool misbehave(enum misbehaviour how, struct slice in, const char *date, uint64_t seed,
	       size_t *ret_used, struct buffer *out)
{
	*ret_used = 0;
	if (how == MISBEHAVE_OK) {
		answer_ok(in, date, ret_used, out);
		return true;
	}
	*ret_used = in.len;
	if (how == MISBEHAVE_GARBAGE)
		add_random(out, seed);
	if (how == MISBEHAVE_BAD_REQUEST)
		add_canned(out, "400 Bad Request", date,
			   "Content-Type: text/plain\r\nContent-Length: 12\r\n"
			   "Connection: close\r\n\r\nBad Request\n");
	return how == MISBEHAVE_GARBAGE || how == MISBEHAVE_MUTE;
}
