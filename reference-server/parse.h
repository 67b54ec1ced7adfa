#ifndef HTTPCHECK_SERVER_PARSE_H
#define HTTPCHECK_SERVER_PARSE_H

#include "http/bytes.h"

#include <endian.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What the readers of head and body share: an outcome, a refusal, lines, fields. */

enum parse {
	PARSE_DONE,                   /* all of it is there and well-formed */
	PARSE_PARTIAL,                /* well-formed so far: call again with more */
	PARSE_BAD,                    /* the refusal says why; the message cannot be read on */
};

/* Why a request is refused. The connection ends after each of these: where one
 * message is not understood, nobody knows where the next begins. */
struct refusal {
	int status;                   /* to answer */
	const char *requirement;      /* row of the catalogue; static */
	const char *why;              /* one clause; static */
	struct slice subject;         /* the token it is about, out of the request; may be empty */
};

/* Fills |reterr| and returns PARSE_BAD, so that a reader can end with it. What leads to a
 * cold function is laid apart by the compiler, out of the way of requests without fault. */
__attribute__((cold)) enum parse refuse(struct refusal *reterr, int status,
					const char *requirement, const char *why);

/* Lines of a head, a trailer section or of chunk sizes. Strict: CRLF ends a line,
 * CR and LF never stand alone, and of the control bytes only HTAB may occur (RFC
 * 9112 section 2.2, RFC 9110 section 5.5). */
struct line_scan {
	size_t begin;                 /* of the line, in the bytes given */
	size_t seen;                  /* where the search goes on: no byte is looked at twice */
};

enum line { LINE_WHOLE, LINE_PARTIAL, LINE_TOO_LONG, LINE_BAD };

/* LINE_WHOLE:    *ret is the line without its CRLF; the scan stands behind it.
 * LINE_PARTIAL:  call again with the same bytes and more behind them.
 * LINE_TOO_LONG: more than |max| bytes without CRLF; *ret is what there is of it.
 * LINE_BAD:      *reterr is set. */
static inline enum line line_next(struct line_scan *s, struct slice in, size_t max,
				  struct slice *ret, struct refusal *reterr);

/* A field line; value without the OWS around it. Both point into the line. */
struct field {
	struct slice name, value;
};

/* field-line of RFC 9112 section 5, without its CRLF. |reterr| only on PARSE_BAD. */
enum parse field_parse(struct slice line, struct field *ret, struct refusal *reterr);

/* ---- what is called for each line ---- */

#define LINE_TEXT ((unsigned)(HTTP_VCHAR | HTTP_OBS | HTTP_WS))

typedef unsigned char sixteen_octets __attribute__((vector_size(16)));

/* How many octets are 0 before the first that is not; 16: all. */
static inline size_t zeros(sixteen_octets v)
{
#ifdef __SSE2__
	return (size_t)__builtin_ctz((unsigned)_mm_movemask_epi8((__m128i)v) | 1u << 16);
#else
	uint64_t halves[2];

	memcpy(halves, &v, sizeof(v));
	if (halves[0])
		return (size_t)__builtin_ctzll(le64toh(halves[0])) / 8;
	return halves[1] ? 8 + (size_t)__builtin_ctzll(le64toh(halves[1])) / 8 : 16;
#endif
}

/* How many octets at the front of sixteen are text. */
static inline size_t text_in_sixteen(const char *at)
{
	sixteen_octets v;

	memcpy(&v, at, sizeof(v));
	return zeros((sixteen_octets)(((v < 0x20) & (v != '\t')) | (v == 0x7f)));
}

/* Where the text that begins at |at| ends, |end| at the latest. */
static inline size_t text_end(const char *in, size_t at, size_t end)
{
	while (end - at >= 16) {
		size_t n = text_in_sixteen(in + at);

		at += n;
		if (n < 16)
			return at;
	}
	while (at < end && http_is(in[at], LINE_TEXT))
		at++;
	return at;
}

/* |rest| is what stands where the text ended, and is no CRLF. */
__attribute__((cold)) enum line line_not_whole(struct slice rest, struct refusal *reterr);

static inline enum line line_next(struct line_scan *s, struct slice in, size_t max,
				  struct slice *ret, struct refusal *reterr)
{
	size_t begin = s->begin, end = in.len - begin > max ? begin + max : in.len;
	size_t at = s->seen = text_end(in.at, s->seen, end);

	*ret = slice_of(in.at + begin, at - begin);
	if (in.len - at < 2 || in.at[at] != '\r' || in.at[at + 1] != '\n')
		return line_not_whole(slice_skip(in, at), reterr);
	s->begin = s->seen = at + 2;
	return LINE_WHOLE;
}

#endif
