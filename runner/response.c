#include "runner/response-parse.h"

#include "http/bytes.h"

#include <stdlib.h>

/*
 *  HEAD --> LENGTH | UNTIL_CLOSE ----------------------------------> WHOLE
 *    |        SIZE -> DATA -> DATA_END -> SIZE ... -> TRAILERS -------^
 *    '--(no content)--------------------------------------------------'
 *  WHOLE --response_take()--> HEAD, or OVER after a tunnel or a broken response
 */
enum stage {
	STAGE_HEAD, STAGE_LENGTH, STAGE_UNTIL_CLOSE,
	STAGE_SIZE, STAGE_DATA, STAGE_DATA_END, STAGE_TRAILERS,
	STAGE_WHOLE, STAGE_OVER,
};

#define PIECE ((size_t)64 * 1024)

/* Bytes that wait behind a response not taken yet. */
#define MAX_KEPT RESPONSE_MAX_CONTENT

/* Content taken over from the buffer it was read to: a copy would take as much again. */
struct large_content {
	struct large_content *next;
	char *bytes;
};

#define LARGE_CONTENT ((size_t)4096)

struct response_reader {
	struct arena arena;
	struct large_content *large;
	size_t large_size;            /* bytes of all of them */
	enum stage stage;
	enum response_state state;
	struct framing_context ask;   /* of the next final response */
	unsigned interims;            /* since the last final response */

	/* What was fed: |in| from |pos| on is not read yet. */
	struct buffer in;
	size_t pos;
	uint64_t base;                /* offset of in.at[0] in the connection */
	size_t blank;                 /* CR LF seen before a status line */
	size_t scanned, line;         /* of the unread: no line end up to there; the line began there */
	bool overflowed;              /* bytes were dropped: nothing can be read beyond the kept ones */
	bool ended, reset;
	usec waiting_since, last_fed; /* when the first unread byte came; when the last one did */

	/* The response that is being read. */
	struct response *res;
	struct fault_list faults;
	struct buffer content;
	uint64_t left;                /* of the content or of the chunk */
};

static struct slice unread(const struct response_reader *r)
{
	return slice_skip(buffer_slice(&r->in), r->pos);
}

static uint64_t here(const struct response_reader *r)
{
	return r->base + r->pos;
}

static void advance(struct response_reader *r, size_t n)
{
	r->pos += n;
	r->scanned = r->line = 0;
}

/* Moving only when half is read costs O(1) a byte, however many responses wait. */
static void compact(struct response_reader *r)
{
	if (r->pos <= r->in.len / 2)
		return;
	r->base += r->pos;
	buffer_consume(&r->in, r->pos);
	r->pos = 0;
}

/* ---- the ends of a response ---- */

static struct slice keep_content(struct response_reader *r)
{
	struct slice content = buffer_slice(&r->content);

	if (content.len < LARGE_CONTENT) {
		content = arena_copy(&r->arena, content);
		buffer_release(&r->content);
		return content;
	}

	struct large_content *large = arena_alloc(&r->arena, sizeof(*large));

	r->large_size += r->content.room;
	*large = (struct large_content){ r->large, buffer_take(&r->content) };
	r->large = large;
	return content;
}

static bool finish(struct response_reader *r, enum response_state state)
{
	struct response *res = r->res;

	res->content = keep_content(r);
	res->faults = r->faults.list;
	res->nfaults = r->faults.count;
	res->ends = here(r);
	res->last_byte = r->last_fed;
	r->waiting_since = r->last_fed;
	r->stage = STAGE_WHOLE;
	r->state = state;
	return false;
}

static bool finish_whole(struct response_reader *r)
{
	bool interim = r->res->status / 100 == 1 && r->res->framing != RESPONSE_TUNNEL;

	r->res->complete = true;
	return finish(r, interim ? RESPONSE_INTERIM : RESPONSE_FINAL);
}

static bool finish_broken(struct response_reader *r, enum fault_kind why, uint64_t offset)
{
	fault_add(&r->faults, why, offset);
	return finish(r, RESPONSE_BROKEN);
}

/* ---- stages: each reads on as far as it can; true when another is to follow ---- */

static void begin(struct response_reader *r)
{
	r->res = arena_alloc(&r->arena, sizeof(*r->res));
	r->faults = (struct fault_list){ .arena = &r->arena };
	if (r->blank)
		fault_add(&r->faults, FAULT_EMPTY_LINE, here(r));
	advance(r, r->blank);
	r->blank = 0;
	r->res->begins = here(r);
	r->res->first_byte = r->waiting_since;
}

/* True when something else than empty lines has come. */
static bool skip_blank(struct response_reader *r)
{
	struct slice in = slice_sub(unread(r), 0, RESPONSE_MAX_HEAD);

	while (r->blank < in.len && (in.at[r->blank] == '\r' || in.at[r->blank] == '\n'))
		r->blank++;
	return r->blank < in.len || r->blank == RESPONSE_MAX_HEAD;
}

static void take_head(struct response_reader *r, size_t len)
{
	r->res->head = arena_copy(&r->arena, slice_sub(unread(r), 0, len));
	advance(r, len);
}

/* The offset of the first byte that "HTTP/" does not begin with, in any case. */
static bool find_not_http(struct slice in, size_t *ret)
{
	static const char name[] = "HTTP/";

	for (size_t i = 0; i < in.len && i < sizeof(name) - 1; i++)
		if (!slice_eq_nocase(slice_sub(in, i, i + 1), slice_of(name + i, 1))) {
			*ret = i;
			return true;
		}
	return false;
}

/* The length of the section at the front up to its empty line, 0 while that isn't
 * there. Looks at each byte once, however the bytes come. */
static size_t section_length(struct response_reader *r)
{
	struct slice in = unread(r);

	for (;;) {
		size_t lf = r->scanned + slice_find(slice_skip(in, r->scanned), '\n');

		if (lf == in.len) {
			r->scanned = in.len;
			return 0;
		}

		size_t len = lf - r->line;

		if (len == 0 || (len == 1 && in.at[r->line] == '\r'))
			return lf + 1;
		r->scanned = r->line = lf + 1;
	}
}

/* True when the section is whole; |*ret| is its length, cut to what may be read. */
static bool section_ready(struct response_reader *r, size_t *ret, bool *ret_too_long)
{
	size_t len = section_length(r);
	size_t seen = len ? len : unread(r).len;

	*ret_too_long = seen > RESPONSE_MAX_HEAD;
	*ret = *ret_too_long ? RESPONSE_MAX_HEAD : len;
	return *ret > 0;
}

/* Reads what take_head() took. False where no length can be made out. */
static bool parse_head(struct response_reader *r)
{
	struct response *res = r->res;
	struct slice rest;
	bool status = status_line_parse(res->head, res->begins, res, &rest, &r->faults);
	uint64_t offset = res->begins + (uint64_t)(res->head.len - rest.len);
	int fields = field_lines_parse(rest, offset, false, &res->fields, &res->nfields,
				       &r->faults);

	return framing_decide(res, r->ask, &r->faults) && status && fields == 0;
}

static bool start_content(struct response_reader *r)
{
	switch (r->res->framing) {
	case RESPONSE_NONE:
	case RESPONSE_TUNNEL:
		return finish_whole(r);
	case RESPONSE_LENGTH:
		r->left = r->res->content_length;
		r->stage = STAGE_LENGTH;
		return true;
	case RESPONSE_CHUNKED:
		r->stage = STAGE_SIZE;
		return true;
	case RESPONSE_UNTIL_CLOSE:
		r->stage = STAGE_UNTIL_CLOSE;
		return true;
	}
	return false;
}

static bool read_head(struct response_reader *r)
{
	size_t wrong, len;
	bool too_long;

	if (!r->res) {
		if (!skip_blank(r))
			return false;
		begin(r);
	}
	if (find_not_http(unread(r), &wrong)) {
		take_head(r, wrong + 1);
		return finish_broken(r, FAULT_NOT_HTTP, r->res->begins + wrong);
	}
	if (!section_ready(r, &len, &too_long))
		return false;
	take_head(r, len);

	bool readable = parse_head(r);

	if (too_long)
		return finish_broken(r, FAULT_LIMIT_HEAD, here(r));
	if (!readable)
		return finish(r, RESPONSE_BROKEN);
	if (r->res->status / 100 == 1 && ++r->interims > RESPONSE_MAX_INTERIM)
		return finish_broken(r, FAULT_LIMIT_INTERIM, r->res->begins);
	return start_content(r);
}

/* Moves up to r->left bytes to the content. False when the reader must stop here. */
static bool move_content(struct response_reader *r)
{
	struct slice in = unread(r);
	size_t len = r->left < in.len ? (size_t)r->left : in.len;
	size_t room = RESPONSE_MAX_CONTENT - r->content.len;
	size_t fits = len < room ? len : room;

	if (buffer_add(&r->content, in.at, fits) < 0)
		fits = 0;
	advance(r, fits);
	r->left -= fits;
	return fits == len || finish_broken(r, FAULT_LIMIT_CONTENT, here(r));
}

static bool read_length(struct response_reader *r)
{
	if (!move_content(r) || r->left)
		return false;
	return finish_whole(r);
}

static bool read_until_close(struct response_reader *r)
{
	r->left = UINT64_MAX;
	(void)move_content(r);
	return false;
}

static bool read_size(struct response_reader *r)
{
	struct slice in = unread(r), line;
	size_t lf = r->scanned + slice_find(slice_skip(in, r->scanned), '\n');
	bool bare;

	r->scanned = lf;
	if (lf > RESPONSE_MAX_HEAD)
		return finish_broken(r, FAULT_LIMIT_CHUNK, here(r));
	if (lf == in.len)
		return false;
	(void)line_next(&in, &line, &bare);
	if (bare)
		fault_add(&r->faults, FAULT_CHUNK_LF, here(r) + line.len);
	if (chunk_line_parse(line, here(r), &r->left, &r->faults) < 0)
		return finish(r, RESPONSE_BROKEN);
	advance(r, lf + 1);
	r->stage = r->left ? STAGE_DATA : STAGE_TRAILERS;
	return true;
}

static bool read_data(struct response_reader *r)
{
	if (!move_content(r) || r->left)
		return false;
	r->stage = STAGE_DATA_END;
	return true;
}

static bool read_data_end(struct response_reader *r)
{
	struct slice in = unread(r);
	size_t end = 0;

	if (in.len == 0 || (in.len == 1 && in.at[0] == '\r'))
		return false;
	if (in.at[0] == '\n') {
		fault_add(&r->faults, FAULT_CHUNK_LF, here(r));
		end = 1;
	} else if (in.at[0] == '\r' && in.at[1] == '\n') {
		end = 2;
	}
	if (end == 0)
		return finish_broken(r, FAULT_CHUNK_END, here(r));
	advance(r, end);
	r->stage = STAGE_SIZE;
	return true;
}

static bool read_trailers(struct response_reader *r)
{
	size_t len;
	bool too_long;

	if (!section_ready(r, &len, &too_long))
		return false;

	/* The response keeps slices of it. */
	struct slice section = arena_copy(&r->arena, slice_sub(unread(r), 0, len));
	uint64_t offset = here(r);

	advance(r, len);

	int fields = field_lines_parse(section, offset, true, &r->res->trailers,
				       &r->res->ntrailers, &r->faults);

	if (too_long)
		return finish_broken(r, FAULT_LIMIT_HEAD, here(r));
	return fields < 0 ? finish(r, RESPONSE_BROKEN) : finish_whole(r);
}

static bool read_nothing(struct response_reader *r)
{
	(void)r;
	return false;
}

static bool (*const stages[])(struct response_reader *) = {
	[STAGE_HEAD] = read_head,
	[STAGE_LENGTH] = read_length,
	[STAGE_UNTIL_CLOSE] = read_until_close,
	[STAGE_SIZE] = read_size,
	[STAGE_DATA] = read_data,
	[STAGE_DATA_END] = read_data_end,
	[STAGE_TRAILERS] = read_trailers,
	[STAGE_WHOLE] = read_nothing,
	[STAGE_OVER] = read_nothing,
};

/* ---- the end of the connection inside a response ---- */

static void cut_head(struct response_reader *r)
{
	take_head(r, unread(r).len);
	(void)parse_head(r);
	fault_add(&r->faults, r->reset ? FAULT_RESET_CUT : FAULT_HEAD_CUT, here(r));
}

/* A refusal that is its head alone lost nothing: who refuses without reading on may cause a
 * reset, or may not, as the bytes happen to come. */
static bool is_bare_refusal(const struct response_reader *r)
{
	return r->res->status >= 400 && r->content.len == 0;
}

static void cut_content(struct response_reader *r)
{
	advance(r, unread(r).len);
	if (r->stage == STAGE_LENGTH)
		fault_add(&r->faults, r->reset ? FAULT_RESET_CUT : FAULT_CL_CUT, here(r));
	else if (r->stage != STAGE_UNTIL_CLOSE)
		fault_add(&r->faults, r->reset ? FAULT_RESET_CUT : FAULT_CHUNK_CUT, here(r));
	else if (r->reset && !is_bare_refusal(r))
		fault_add(&r->faults, FAULT_CLOSE_RESET, here(r));
	else
		r->res->complete = true;
}

static void cut(struct response_reader *r)
{
	if (!r->res)
		return;
	if (r->stage == STAGE_HEAD)
		cut_head(r);
	else
		cut_content(r);
	(void)finish(r, RESPONSE_FINAL);
}

/* ---- the public side ---- */

static enum response_state read_on(struct response_reader *r)
{
	while (stages[r->stage](r))
		;
	if (r->stage < STAGE_WHOLE && r->overflowed) {
		if (!r->res)
			begin(r);
		(void)finish_broken(r, FAULT_LIMIT_KEPT, r->base + r->in.len);
	}
	if (r->stage < STAGE_WHOLE && r->ended)
		cut(r);
	compact(r);
	return r->state;
}

/* After a byte was dropped all later ones are: there is a hole in front of them. */
static void keep(struct response_reader *r, struct slice piece, usec at)
{
	size_t waiting = unread(r).len;
	struct slice fits = slice_sub(piece, 0, MAX_KEPT - waiting);

	if (waiting == 0)
		r->waiting_since = at;
	if (r->overflowed)
		return;
	r->last_fed = at;
	r->overflowed = buffer_add_slice(&r->in, fits) < 0 || fits.len < piece.len;
}

struct response_reader *response_reader_new(void)
{
	struct response_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	arena_init(&r->arena);
	buffer_init(&r->in, 2 * MAX_KEPT);
	buffer_init(&r->content, RESPONSE_MAX_CONTENT);
	return r;
}

void response_reader_free(struct response_reader *r)
{
	if (!r)
		return;
	for (struct large_content *l = r->large; l; l = l->next)
		free(l->bytes);
	arena_release(&r->arena);
	buffer_release(&r->in);
	buffer_release(&r->content);
	free(r);
}

void response_reader_expect(struct response_reader *r, struct slice method, bool http10)
{
	r->ask = (struct framing_context){
		.head = slice_is(method, "HEAD"),
		.connect = slice_is(method, "CONNECT"),
		.http10 = http10,
	};
}

enum response_state response_reader_feed(struct response_reader *r, struct slice bytes, usec at)
{
	/* In pieces, so that it makes no difference for the maxima how the bytes came. */
	for (; bytes.len; bytes = slice_skip(bytes, PIECE)) {
		keep(r, slice_sub(bytes, 0, PIECE), at);
		(void)read_on(r);
	}
	return read_on(r);
}

enum response_state response_reader_end(struct response_reader *r, bool reset, usec at)
{
	(void)at;
	r->ended = true;
	r->reset = reset;
	return read_on(r);
}

const struct response *response_take(struct response_reader *r)
{
	const struct response *res = r->res;

	if (r->stage != STAGE_WHOLE)
		return NULL;
	r->stage = r->state == RESPONSE_BROKEN || res->framing == RESPONSE_TUNNEL ? STAGE_OVER
										  : STAGE_HEAD;
	if (r->state != RESPONSE_INTERIM) {
		r->interims = 0;
		r->ask = (struct framing_context){ 0 };
	}
	r->state = RESPONSE_WANTS_MORE;
	r->res = NULL;
	return res;
}

bool response_reader_begun(const struct response_reader *r)
{
	return r->res || unread(r).len > 0;
}

struct slice response_reader_rest(const struct response_reader *r)
{
	return unread(r);
}

bool response_reader_overflowed(const struct response_reader *r)
{
	return r->overflowed;
}

size_t response_reader_size(const struct response_reader *r)
{
	return arena_size(&r->arena) + r->large_size + r->in.room + r->content.room;
}
