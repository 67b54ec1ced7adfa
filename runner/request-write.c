#include "http/bytes.h"
#include "runner/player.h"

#include <errno.h>

#define MAX_CONTENT ((size_t)16 * 1024 * 1024)

/* A text or, where the step gave none, |otherwise| (itself a text with variables). */
static int add_text(const struct text *t, const char *otherwise, const struct variables *v,
		    struct buffer *out, struct problem *reterr)
{
	struct text fallback = { .raw = slice_str(otherwise) };

	return text_expand(t->raw.at ? t : &fallback, v, out, reterr);
}

static bool has_field(const struct request_spec *r, const char *name)
{
	for (size_t i = 0; i < r->nfields; i++) {
		struct slice line = r->fields[i].raw;

		if (slice_is_nocase(slice_sub(line, 0, slice_find(line, ':')), name))
			return true;
	}
	return false;
}

static int add_request_line(const struct request_spec *r, const struct variables *v,
			    struct buffer *out, struct problem *reterr)
{
	int e = add_text(&r->method, "GET", v, out, reterr);

	e = e < 0 ? e : buffer_add_str(out, " ");
	e = e < 0 ? e : add_text(&r->target, "${get}", v, out, reterr);
	e = e < 0 ? e : buffer_add_str(out, " ");
	e = e < 0 ? e : add_text(&r->version, "HTTP/1.1", v, out, reterr);
	return e < 0 ? e : buffer_add_str(out, "\r\n");
}

static int add_fields(const struct request_spec *r, const struct variables *v, struct buffer *out,
		      struct problem *reterr)
{
	int e = 0;

	if (!r->add_nothing && !has_field(r, "Host")) {
		struct text host = { .raw = SLICE("Host: ${host}\r\n") };

		e = text_expand(&host, v, out, reterr);
	}
	for (size_t i = 0; i < r->nfields && e == 0; i++) {
		e = text_expand(&r->fields[i], v, out, reterr);
		e = e < 0 ? e : buffer_add_str(out, "\r\n");
	}
	return e;
}

static int add_chunks(const struct request_spec *r, const struct variables *v, struct buffer *out,
		      struct problem *reterr)
{
	struct buffer data = BUFFER_INIT(MAX_CONTENT);
	int e = 0;

	for (size_t i = 0; i < r->nchunks && e == 0; i++) {
		buffer_clear(&data);
		e = bytes_expand(&r->chunks[i], v, &data, reterr);
		e = e < 0 ? e : buffer_printf(out, "%zx\r\n", data.len);
		e = e < 0 ? e : buffer_add_slice(out, buffer_slice(&data));
		e = e < 0 ? e : buffer_add_str(out, "\r\n");
	}
	buffer_release(&data);
	return e < 0 ? e : buffer_add_str(out, "0\r\n\r\n");
}

static int add_content(const struct request_spec *r, const struct variables *v, struct buffer *out,
		       struct problem *reterr)
{
	struct buffer content = BUFFER_INIT(MAX_CONTENT);
	int e = bytes_expand(&r->content, v, &content, reterr);

	if (e == 0 && !r->add_nothing && !has_field(r, "Content-Length"))
		e = buffer_printf(out, "Content-Length: %zu\r\n", content.len);
	e = e < 0 ? e : buffer_add_str(out, "\r\n");
	e = e < 0 ? e : buffer_add_slice(out, buffer_slice(&content));
	buffer_release(&content);
	return e;
}

int request_write(const struct request_spec *r, const struct variables *v, struct buffer *out,
		  struct problem *reterr)
{
	int e = add_request_line(r, v, out, reterr);

	e = e < 0 ? e : add_fields(r, v, out, reterr);
	if (e < 0)
		return e;
	if (r->has_content)
		return add_content(r, v, out, reterr);
	if (!r->chunked)
		return buffer_add_str(out, "\r\n");
	if (!r->add_nothing && !has_field(r, "Transfer-Encoding"))
		e = buffer_add_str(out, "Transfer-Encoding: chunked\r\n");
	e = e < 0 ? e : buffer_add_str(out, "\r\n");
	return e < 0 ? e : add_chunks(r, v, out, reterr);
}
