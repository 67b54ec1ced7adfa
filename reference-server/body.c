#include "reference-server/body.h"

#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>

/* ---- framing: RFC 9112 section 6.3 ---- */

static enum parse too_large(struct refusal *reterr)
{
	return refuse(reterr, 413, "RFC9110-15.5.14-1", "content larger than this server takes in");
}

/* Content-Length = 1*DIGIT, once. A list of equal values may be repaired or refused
 * (RFC 9110 section 8.6): refused, since only a faulty sender makes one. */
static enum parse by_length(struct body *b, const struct request *r, const struct limits *limits,
			    struct refusal *reterr)
{
	struct slice value = { 0 };
	int r_decimal;

	if (request_field_count(r, "Content-Length") > 1)
		return refuse(reterr, 400, "RFC9112-6.3-6", "more than one Content-Length");
	(void)request_field(r, "Content-Length", &value);
	r_decimal = http_decimal(value, &b->left);
	if (r_decimal == -EINVAL)
		return refuse(reterr, 400, "RFC9112-6.3-6",
			      "a Content-Length that is not a number");
	if (r_decimal < 0 || b->left > limits->content)
		return too_large(reterr);
	b->kind = b->left ? BODY_LENGTH : BODY_NONE;
	return PARSE_DONE;
}

static bool next_coding(const struct request *r, size_t *at, struct slice *list,
			struct slice *ret_member)
{
	while (!http_list_next(list, ret_member))
		if (!request_field_next(r, "Transfer-Encoding", at, list))
			return false;
	return true;
}

static enum parse by_coding(struct body *b, const struct request *r, struct refusal *reterr)
{
	size_t at = 0, chunked = 0, others = 0;
	struct slice list = { 0 }, member;
	bool final = false;

	while (next_coding(r, &at, &list, &member)) {
		final = slice_is_nocase(member, "chunked");
		chunked += final;
		others += !final;
	}
	if (request_field_count(r, "Content-Length"))
		return refuse(reterr, 400, "RFC9112-6.3-2",
			      "both Content-Length and Transfer-Encoding");
	if (!final)
		return refuse(reterr, 400, "RFC9112-6.3-4",
			      "chunked is not the final transfer coding");
	if (chunked > 1)
		return refuse(reterr, 400, "RFC9112-6.1-2", "chunked is applied more than once");
	if (others)
		return refuse(reterr, 501, "RFC9112-6.1-9",
			      "a transfer coding that is not implemented");
	b->kind = BODY_CHUNKED;
	b->ambiguous = r->minor == 0;   /* RFC9112-6.1-14: faulty, whatever else it says */
	return PARSE_DONE;
}

enum parse body_init(struct body *b, const struct request *r, const struct limits *limits,
		     struct refusal *reterr)
{
	*b = (struct body){ .kind = BODY_NONE };
	if (request_field_count(r, "Transfer-Encoding"))
		return by_coding(b, r, reterr);
	if (request_field_count(r, "Content-Length"))
		return by_length(b, r, limits, reterr);
	return PARSE_DONE;
}

/* ---- reading ---- */

static enum parse keep(struct buffer *sink, struct slice bytes, struct refusal *reterr)
{
	int r = sink ? buffer_add_slice(sink, bytes) : 0;

	if (r == 0)
		return PARSE_DONE;
	return r == -ENOSPC ? too_large(reterr)
			    : refuse(reterr, 503, "RFC9110-15.6.4-1", "no memory for the content");
}

/* As much content as there is of what is still to come. */
static enum parse take_content(struct body *b, struct slice *in, struct buffer *sink,
			       struct refusal *reterr)
{
	size_t n = in->len < b->left ? in->len : (size_t)b->left;

	if (keep(sink, slice_sub(*in, 0, n), reterr) == PARSE_BAD)
		return PARSE_BAD;
	*in = slice_skip(*in, n);
	b->left -= n;
	b->received += n;
	return b->left ? PARSE_PARTIAL : PARSE_DONE;
}

static enum parse bad_chunk(struct refusal *reterr, const char *why)
{
	return refuse(reterr, 400, "RFC9112-2.2-10", why);
}

static enum parse line_too_long(enum chunk_state state, struct refusal *reterr)
{
	switch (state) {
	case CHUNK_DATA_END:
		return bad_chunk(reterr, "chunk data longer than its size");
	case CHUNK_TRAILER:
		return refuse(reterr, 431, "RFC9110-5.4-1", "a trailer line that is too long");
	default:
		return refuse(reterr, 413, "RFC9112-7.1.1-2", "a chunk line that is too long");
	}
}

/* Takes a whole line off |in|; none is taken while it is partial. */
static enum parse take_line(struct body *b, struct slice *in, struct slice *ret,
			    struct refusal *reterr)
{
	size_t max = b->state == CHUNK_DATA_END ? 0 : MAX_FIELD_LINE;

	switch (line_next(&b->scan, *in, max, ret, reterr)) {
	case LINE_PARTIAL:
		return PARSE_PARTIAL;
	case LINE_BAD:
		return PARSE_BAD;
	case LINE_TOO_LONG:
		return line_too_long(b->state, reterr);
	case LINE_WHOLE:
		break;
	}
	*in = slice_skip(*in, b->scan.begin);
	b->scan = (struct line_scan){ 0 };
	return PARSE_DONE;
}

static struct slice skip_bws(struct slice s)
{
	return slice_skip(s, http_span(s, HTTP_WS));
}

/* ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] off the front of |*s|. */
static enum parse skip_extension(struct slice *s, struct refusal *reterr)
{
	*s = skip_bws(slice_skip(*s, 1));

	size_t name = http_span(*s, HTTP_TCHAR);
	struct slice behind = slice_skip(*s, name), value = skip_bws(behind);

	if (name == 0)
		return bad_chunk(reterr, "a chunk extension without a name");
	if (value.len == 0 || value.at[0] != '=') {
		*s = behind;
		return PARSE_DONE;
	}
	value = skip_bws(slice_skip(value, 1));

	bool quoted = value.len && value.at[0] == '"';
	size_t n = quoted ? http_quoted_span(value) : http_span(value, HTTP_TCHAR);

	if (n == 0)
		return bad_chunk(reterr, "a chunk extension with an invalid value");
	*s = slice_skip(value, n);
	return PARSE_DONE;
}

/* chunk-ext = *( BWS ";" ... ): read so that a quoted ";" or "=" misleads nobody, and
 * ignored (RFC 9112 section 7.1.1). Whitespace that no extension follows is none. */
static enum parse skip_extensions(struct slice s, struct refusal *reterr)
{
	while (s.len) {
		s = skip_bws(s);
		if (s.len == 0 || s.at[0] != ';')
			return bad_chunk(reterr, "a chunk size with something else behind it");
		if (skip_extension(&s, reterr) == PARSE_BAD)
			return PARSE_BAD;
	}
	return PARSE_DONE;
}

/* chunk-size [ chunk-ext ]; |line| is without its CRLF. */
static enum parse chunk_size(struct body *b, struct slice line, const struct limits *limits,
			     struct refusal *reterr)
{
	size_t digits = 0;

	while (digits < line.len && http_is(line.at[digits], HTTP_HEX))
		digits++;

	int r = http_hex(slice_sub(line, 0, digits), &b->left);

	if (r == -EINVAL)
		return bad_chunk(reterr, "a chunk size that is not a hexadecimal number");
	b->extensions += line.len - digits;
	if (b->extensions > MAX_EXTENSIONS)
		return refuse(reterr, 413, "RFC9112-7.1.1-2",
			      "too many octets of chunk extensions");
	if (skip_extensions(slice_skip(line, digits), reterr) == PARSE_BAD)
		return PARSE_BAD;
	if (r < 0 || b->left > limits->content - b->received)   /* RFC9112-7.1-3: no wrap */
		return too_large(reterr);
	b->state = b->left ? CHUNK_DATA : CHUNK_TRAILER;
	return PARSE_DONE;
}

/* A line of the trailer section; the empty one ends the body. */
static enum parse trailer_line(struct body *b, struct slice line, struct buffer *sink,
			       const struct limits *limits, struct refusal *reterr)
{
	struct field f;

	if (line.len == 0) {
		b->kind = BODY_NONE;
		return PARSE_DONE;
	}
	b->trailer_octets += line.len + 2;
	if (++b->ntrailers > limits->field_count || b->trailer_octets > limits->fields)
		return refuse(reterr, 431, "RFC9110-5.4-1", "a trailer section that is too large");
	if (field_parse(line, &f, reterr) == PARSE_BAD ||
	    keep(sink, line, reterr) == PARSE_BAD || keep(sink, SLICE("\r\n"), reterr) == PARSE_BAD)
		return PARSE_BAD;
	return PARSE_DONE;
}

/* One element of a chunked body:
 *
 *   SIZE --size > 0--> DATA --size octets--> DATA_END --CRLF--> SIZE
 *   SIZE --size = 0--> TRAILER --field line--> TRAILER --empty line--> done
 */
static enum parse chunk_step(struct body *b, struct slice *in, struct body_sink sink,
			     const struct limits *limits, struct refusal *reterr)
{
	struct slice line;

	if (b->state == CHUNK_DATA) {
		enum parse p = take_content(b, in, sink.content, reterr);

		if (p == PARSE_DONE)
			b->state = CHUNK_DATA_END;
		return p;
	}

	enum parse p = take_line(b, in, &line, reterr);

	if (p != PARSE_DONE)
		return p;
	switch (b->state) {
	case CHUNK_SIZE:
		return chunk_size(b, line, limits, reterr);
	case CHUNK_DATA_END:
		b->state = CHUNK_SIZE;
		return PARSE_DONE;
	default:
		return trailer_line(b, line, sink.trailers, limits, reterr);
	}
}

enum parse body_read(struct body *b, struct slice in, struct body_sink sink,
		     const struct limits *limits, size_t *ret_used, struct refusal *reterr)
{
	size_t len = in.len;
	enum parse p = PARSE_DONE;

	if (b->kind == BODY_LENGTH)
		p = take_content(b, &in, sink.content, reterr);
	while (p == PARSE_DONE && b->kind == BODY_CHUNKED)
		p = chunk_step(b, &in, sink, limits, reterr);
	*ret_used = len - in.len;
	return p;
}

bool trailer_next(struct slice *trailers, struct field *ret)
{
	static const struct slice crlf = SLICE("\r\n");
	struct refusal ignored;
	struct slice line = slice_sub(*trailers, 0, slice_find_slice(*trailers, crlf));

	if (trailers->len == 0)
		return false;
	*trailers = slice_skip(*trailers, line.len + crlf.len);
	return field_parse(line, ret, &ignored) == PARSE_DONE;
}
