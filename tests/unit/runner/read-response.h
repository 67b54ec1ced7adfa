#ifndef HTTPCHECK_TESTS_READ_RESPONSE_H
#define HTTPCHECK_TESTS_READ_RESPONSE_H

#include "runner/response.h"
#include "tests/unit/edge.h"

#include <stdint.h>
#include <stdio.h>

/* What the response reader makes of some bytes, written as one text, so that readings
 * of the same bytes in other pieces can be compared. */

enum connection_end { OPEN, FIN, RST };

struct feeding {
	const char *method;           /* null: GET */
	bool http10;
	enum connection_end ending;
	size_t len;                   /* of the bytes where a NUL is among them, else 0 */
};

static inline void write_slice(FILE *out, const char *before, struct slice s, const char *behind)
{
	(void)fputs(before, out);
	for (size_t i = 0; i < s.len; i++)
		(void)fputc(s.at[i] ? s.at[i] : '?', out);
	(void)fputs(behind, out);
}

static inline void write_fields(FILE *out, const char *label, const struct field *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		write_slice(out, label, f[i].name, "=");
		write_slice(out, "", f[i].value, ")");
	}
}

/* "FINAL 1.1 200 (OK) f(A=b) length=7 [content] @0-40 !rule:12" and so on. */
static inline void write_response(FILE *out, enum response_state state, const struct response *r)
{
	static const char *const name[] = {
		[RESPONSE_INTERIM] = "INTERIM",
		[RESPONSE_FINAL] = "FINAL",
		[RESPONSE_BROKEN] = "BROKEN",
	};
	static const char *const framing[] = {
		[RESPONSE_NONE] = "none",
		[RESPONSE_LENGTH] = "length",
		[RESPONSE_CHUNKED] = "chunked",
		[RESPONSE_UNTIL_CLOSE] = "close",
		[RESPONSE_TUNNEL] = "tunnel",
	};

	(void)fprintf(out, "%s %d.%d %d ", name[state], r->major, r->minor, r->status);
	write_slice(out, "(", r->reason, ")");
	write_fields(out, " f(", r->fields, r->nfields);
	(void)fprintf(out, " %s", framing[r->framing]);
	if (r->has_content_length)
		(void)fprintf(out, "=%ju", (uintmax_t)r->content_length);
	if (r->content.len)
		write_slice(out, " [", r->content, "]");
	write_fields(out, " t(", r->trailers, r->ntrailers);
	(void)fprintf(out, " @%ju-%ju", (uintmax_t)r->begins, (uintmax_t)r->ends);
	if (!r->complete)
		(void)fputs(" cut", out);
	for (size_t i = 0; i < r->nfaults; i++)
		(void)fprintf(out, " !%s:%ju", r->faults[i].rule, (uintmax_t)r->faults[i].offset);
	(void)fputc('\n', out);
}

/* Takes every response that is whole. */
static inline void take_all(struct response_reader *r, enum response_state state, FILE *out)
{
	while (state != RESPONSE_WANTS_MORE) {
		const struct response *res = response_take(r);

		write_response(out, state, res);
		state = response_reader_feed(r, (struct slice){ 0 }, 0);
	}
}

/* Feeds the bytes in pieces of the length that |next| gives, each at the edge of an
 * unreadable page. The text is the caller's. */
static inline char *read_cut(struct slice bytes, const struct feeding *how,
			     size_t (*next)(size_t left))
{
	struct response_reader *r = response_reader_new();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!r || !out)
		abort();
	response_reader_expect(r, slice_str(how->method ? how->method : "GET"), how->http10);
	for (size_t at = 0; at < bytes.len;) {
		size_t n = next(bytes.len - at);
		struct edge piece = edge_copy(bytes.at + at, n);
		enum response_state state = response_reader_feed(r, piece.bytes, 0);

		edge_free(piece);
		take_all(r, state, out);
		at += n;
	}
	if (how->ending != OPEN)
		take_all(r, response_reader_end(r, how->ending == RST, 0), out);
	if (response_reader_rest(r).len)
		(void)fprintf(out, "rest %zu\n", response_reader_rest(r).len);
	(void)fclose(out);
	response_reader_free(r);
	return text;
}

static inline size_t whole(size_t left)
{
	return left;
}

static inline size_t one_byte(size_t left)
{
	(void)left;
	return 1;
}

static inline size_t some(size_t left)
{
	size_t n = 1 + (size_t)random() % 9;

	return n < left ? n : left;
}

#endif
