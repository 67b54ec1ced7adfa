#include "runner/sent.h"

#include "http/bytes.h"
#include "http/grammar.h"

void sent_init(struct sent *s, struct arena *a)
{
	*s = (struct sent){ .arena = a, .bytes = BUFFER_INIT(SENT_MAX), .open.minor = 1 };
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

/* The empty lines before a request-line that are allowed: 2.2. False where none is whole. */
static bool take_first_line(struct slice *rest, struct slice *ret)
{
	do
		if (!take_line(rest, ret))
			return false;
	while (ret->len == 0);
	return true;
}

/* |head| is whole. */
static void read_head(struct arena *a, struct slice head, struct sent_request *r)
{
	struct slice line;

	(void)take_first_line(&head, &line);
	r->valid = read_request_line(line, r);
	while (take_line(&head, &line) && line.len) {
		struct field field;

		if (!read_field(line, &field) || r->nfields == SENT_MAX_FIELDS)
			r->valid = false;
		if (r->nfields < SENT_MAX_FIELDS)
			*(struct field *)arena_push(a, &r->fields, &r->nfields, sizeof(field)) =
				field;
	}
}

/* Where no head is whole: the words that are there. */
static void guess_head(struct slice bytes, struct sent_request *r)
{
	struct slice line, rest = bytes;

	if (take_first_line(&rest, &line))
		(void)read_request_line(line, r);
	if (r->method.len == 0)
		r->method = slice_sub(bytes, 0, slice_find(bytes, ' '));
}

static void read_framing(struct sent_request *r, struct sent_progress *p)
{
	size_t lengths = 0;

	for (size_t i = 0; i < r->nfields; i++) {
		struct field field = r->fields[i];

		if (slice_is_nocase(field.name, "Transfer-Encoding") &&
		    http_list_has(field.value, "chunked"))
			p->chunked = true;
		else if (slice_is_nocase(field.name, "Content-Length"))
			r->valid &= lengths++ == 0 && http_decimal(field.value, &p->left) == 0;
		else if (slice_is_nocase(field.name, "Upgrade"))
			r->upgrade = true;
		else if (slice_is_nocase(field.name, "Connection"))
			r->close |= http_list_has(field.value, "close");
	}
	if (p->chunked && lengths)
		r->valid = false;
	if (p->chunked)
		p->left = 0;
}

/* ---- how far one has come; each takes what is whole off |*rest|, and is true at its end ---- */

static bool find_head_end(struct slice *rest, struct sent_progress *p)
{
	struct slice line;

	while (take_line(rest, &line)) {
		if (line.len == 0 && p->begun)
			return true;
		p->begun |= line.len > 0;
	}
	return false;
}

static bool skip_data(struct slice *rest, struct sent_progress *p)
{
	size_t n = rest->len < p->left ? rest->len : (size_t)p->left;

	*rest = slice_skip(*rest, n);
	p->left -= n;
	return p->left == 0;
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

static bool read_size(struct slice line, uint64_t *ret)
{
	return http_hex(slice_trim(slice_sub(line, 0, slice_find(line, ';'))), ret) == 0;
}

/* A chunk is its size, its data, an empty line. Behind a broken one nothing ends any more. */
static bool skip_chunks(struct slice *rest, struct sent_progress *p, bool *valid)
{
	struct slice line;

	while (!p->broken && !p->in_trailers && skip_data(rest, p) && take_line(rest, &line)) {
		if (p->in_chunk)
			p->broken = line.len > 0;
		else if (!read_size(line, &p->left))
			p->broken = true;
		else
			p->in_trailers = p->left == 0;
		p->in_chunk = !p->in_chunk;
	}
	*valid &= !p->broken;
	return p->in_trailers && skip_trailers(rest, valid);
}

/* Reads on in the request under way; true when it is whole. */
static bool read_on(struct sent *s)
{
	struct sent_progress *p = &s->progress;
	struct slice all = slice_skip(buffer_slice(&s->bytes), s->scanned);
	struct slice rest = slice_skip(all, p->at);
	bool whole = false;

	if (!p->has_head && find_head_end(&rest, p)) {
		p->has_head = true;
		read_head(s->arena, arena_copy(s->arena, slice_sub(all, 0, all.len - rest.len)),
			  &s->open);
		read_framing(&s->open, p);
	}
	if (p->has_head)
		whole = p->chunked ? skip_chunks(&rest, p, &s->open.valid) : skip_data(&rest, p);
	p->at = all.len - rest.len;
	return whole;
}

/* ---- all of them ---- */

int sent_add(struct sent *s, struct slice bytes)
{
	return buffer_add_slice(&s->bytes, bytes);
}

static void begin_request(struct sent *s)
{
	s->open = (struct sent_request){ .minor = 1 };
	s->progress = (struct sent_progress){ 0 };
}

static void end_request(struct sent *s)
{
	struct slice all = slice_skip(buffer_slice(&s->bytes), s->scanned);

	s->open.whole = true;
	s->open.bytes = arena_copy(s->arena, slice_sub(all, 0, s->progress.at));
	*(struct sent_request *)arena_push(s->arena, &s->requests, &s->count, sizeof(s->open)) =
		s->open;
	s->scanned += s->progress.at;
	begin_request(s);
}

bool sent_begun(struct sent *s, size_t index, struct sent_request *ret)
{
	while (s->count <= index && s->scanned < s->bytes.len && read_on(s))
		end_request(s);
	if (index < s->count) {
		*ret = s->requests[index];
		return true;
	}
	*ret = s->open;
	return index == s->count && s->scanned < s->bytes.len;
}

bool sent_request(struct sent *s, size_t index, struct sent_request *ret)
{
	if (!sent_begun(s, index, ret))
		return false;
	if (!ret->whole) {
		ret->bytes = arena_copy(s->arena, slice_skip(buffer_slice(&s->bytes), s->scanned));
		if (!s->progress.has_head)
			guess_head(ret->bytes, ret);
	}
	return true;
}
