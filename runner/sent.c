#include "runner/sent.h"

#include "http/bytes.h"
#include "http/grammar.h"

void sent_init(struct sent *s, struct arena *a)
{
	*s = (struct sent){ .arena = a, .bytes = BUFFER_INIT(SENT_MAX) };
}

void sent_release(struct sent *s)
{
	buffer_release(&s->bytes);
}

/* ---- one request head ---- */

/* Takes a line off |*rest|, without its line end; false where none is whole. */
static bool take_line(struct slice *rest, struct slice *ret)
{
	size_t lf = slice_find(*rest, '\n');

	if (lf == rest->len)
		return false;
	*ret = slice_sub(*rest, 0, lf);
	*rest = slice_skip(*rest, lf + 1);
	if (ret->len && ret->at[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

static bool read_request_line(struct slice line, struct sent_request *r)
{
	size_t first = slice_find(line, ' ');
	struct slice rest = slice_skip(line, first + 1);
	size_t second = slice_find(rest, ' ');
	int major;

	r->method = slice_sub(line, 0, first);
	r->target = slice_sub(rest, 0, second);
	return http_is_token(r->method) && http_all(r->target, HTTP_URI) &&
	       http_version_parse(slice_skip(rest, second + 1), &major, &r->minor) == 0 &&
	       major == 1;
}

static bool read_field(struct slice line, struct field *ret)
{
	size_t colon = slice_find(line, ':');

	ret->name = slice_sub(line, 0, colon);
	ret->value = slice_trim(slice_skip(line, colon + 1));
	return colon < line.len && http_is_token(ret->name) && http_is_field_value(ret->value);
}

/* The fields up to the empty line. False when the head isn't whole yet. */
static bool read_head(struct arena *a, struct slice *rest, struct sent_request *r)
{
	struct slice line;

	do /* an empty line before the request-line is allowed: 2.2 */
		if (!take_line(rest, &line))
			return false;
	while (line.len == 0);

	r->minor = 1;
	r->valid = read_request_line(line, r);
	while (take_line(rest, &line)) {
		struct field field;

		if (line.len == 0)
			return true;
		if (!read_field(line, &field))
			r->valid = false;
		*(struct field *)arena_push(a, &r->fields, &r->nfields, sizeof(field)) = field;
	}
	return false;
}

/* ---- its content ---- */

struct framing_seen {
	bool chunked;
	uint64_t length;
};

static struct framing_seen framing_of(struct sent_request *r)
{
	struct framing_seen f = { 0 };
	size_t lengths = 0;

	for (size_t i = 0; i < r->nfields; i++) {
		struct field field = r->fields[i];

		if (slice_is_nocase(field.name, "Transfer-Encoding") &&
		    http_list_has(field.value, "chunked"))
			f.chunked = true;
		else if (slice_is_nocase(field.name, "Content-Length"))
			r->valid &= lengths++ == 0 && http_decimal(field.value, &f.length) == 0;
		else if (slice_is_nocase(field.name, "Upgrade"))
			r->upgrade = true;
		else if (slice_is_nocase(field.name, "Connection"))
			r->close |= http_list_has(field.value, "close");
	}
	if (f.chunked && lengths)
		r->valid = false;
	return f;
}

static bool skip_trailers(struct slice *rest, bool *valid)
{
	struct slice line;
	struct field field;

	while (take_line(rest, &line)) {
		if (line.len == 0)
			return true;
		*valid &= read_field(line, &field);
	}
	return false;
}

/* True when the whole chunked content is there; |*rest| goes behind it. */
static bool skip_chunks(struct slice *rest, bool *valid)
{
	struct slice line;
	uint64_t size;

	while (take_line(rest, &line)) {
		if (http_hex(slice_trim(slice_sub(line, 0, slice_find(line, ';'))), &size) < 0) {
			*valid = false;
			return false;
		}
		if (size == 0)
			return skip_trailers(rest, valid);
		if (rest->len < size)
			return false;
		*rest = slice_skip(*rest, (size_t)size);
		if (!take_line(rest, &line))
			return false;
		if (line.len) {
			*valid = false;
			return false;
		}
	}
	return false;
}

static bool skip_content(struct slice *rest, struct sent_request *r)
{
	struct framing_seen f = framing_of(r);

	if (f.chunked)
		return skip_chunks(rest, &r->valid);
	if (rest->len < f.length) {
		*rest = slice_skip(*rest, rest->len);
		return false;
	}
	*rest = slice_skip(*rest, (size_t)f.length);
	return true;
}

/* ---- all of them ---- */

static struct sent_request read_request(struct arena *a, struct slice bytes)
{
	struct sent_request r = { .bytes = arena_copy(a, bytes), .minor = 1 };
	struct slice rest = r.bytes;

	if (!read_head(a, &rest, &r)) {
		r.valid = false;
		if (r.method.len == 0)
			r.method = slice_sub(r.bytes, 0, slice_find(r.bytes, ' '));
		return r;
	}
	r.whole = skip_content(&rest, &r);
	if (r.whole)
		r.bytes = slice_sub(r.bytes, 0, r.bytes.len - rest.len);
	return r;
}

int sent_add(struct sent *s, struct slice bytes)
{
	return buffer_add_slice(&s->bytes, bytes);
}

bool sent_request(struct sent *s, size_t index, struct sent_request *ret)
{
	while (s->count <= index) {
		struct slice rest = slice_skip(buffer_slice(&s->bytes), s->scanned);
		struct sent_request r;

		if (rest.len == 0)
			return false;
		r = read_request(s->arena, rest);
		if (!r.whole) {
			*ret = r;
			return s->count == index;
		}
		*(struct sent_request *)arena_push(s->arena, &s->requests, &s->count,
						   sizeof(r)) = r;
		s->scanned += r.bytes.len;
	}
	*ret = s->requests[index];
	return true;
}
