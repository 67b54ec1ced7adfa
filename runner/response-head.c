#include "runner/response-parse.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>

bool line_next(struct slice *block, struct slice *ret, bool *ret_lf)
{
	size_t lf = slice_find(*block, '\n');

	if (lf == block->len)
		return false;
	*ret_lf = lf == 0 || block->at[lf - 1] != '\r';
	*ret = slice_sub(*block, 0, *ret_lf ? lf : lf - 1);
	*block = slice_skip(*block, lf + 1);
	return true;
}

/* A line as it came: any CR in it is a bare one, as the line end is gone. */
static void check_line(struct slice line, bool lf, uint64_t offset, struct fault_list *faults)
{
	size_t cr = slice_find(line, '\r');

	if (cr < line.len)
		fault_add(faults, FAULT_BARE_CR, offset + cr);
	if (lf)
		fault_add(faults, FAULT_BARE_LF, offset + line.len);
}

/* Reason phrase and field value: HTAB, SP, VCHAR, obs-text (RFC 9112 section 4,
 * RFC 9110 section 5.5); a bare CR has a fault of its own. */
static void check_text(struct slice s, uint64_t offset, enum fault_kind control,
		       struct fault_list *faults)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] != '\r' && !http_is(s.at[i], HTTP_VCHAR | HTTP_OBS | HTTP_WS))
			fault_add(faults, control, offset + i);
}

/* ---- status line: HTTP-version SP status-code SP [ reason-phrase ] ---- */

static void parse_version(struct slice version, uint64_t offset, struct response *res,
			  struct fault_list *faults)
{
	char capitals[] = "HTTP/";
	char copy[8];

	res->version = version;
	if (http_version_parse(version, &res->major, &res->minor) == 0)
		return;
	if (version.len == sizeof(copy)) {
		memcpy(copy, capitals, 5);
		memcpy(copy + 5, version.at + 5, 3);
		if (http_version_parse(slice_of(copy, 8), &res->major, &res->minor) == 0) {
			fault_add(faults, FAULT_VERSION_CASE, offset);
			return;
		}
	}
	fault_add(faults, FAULT_VERSION, offset);
}

/* The three digits at the front of |s|; -1 where they are fewer or more. */
static int parse_code(struct slice s)
{
	if (http_span(s, HTTP_DIGIT) != 3)
		return -1;
	return (s.at[0] - '0') * 100 + (s.at[1] - '0') * 10 + (s.at[2] - '0');
}

static bool parse_status_line(struct slice line, uint64_t offset, struct response *res,
			      struct fault_list *faults)
{
	size_t at = 0;

	while (at < line.len && !http_is(line.at[at], HTTP_WS))
		at++;

	parse_version(slice_sub(line, 0, at), offset, res, faults);

	size_t blanks = http_span(slice_skip(line, at), HTTP_WS);

	if (blanks != 1 || line.at[at] != ' ')
		fault_add(faults, FAULT_STATUS_BLANKS, offset + at);
	at += blanks;

	int code = parse_code(slice_skip(line, at));

	if (code < 0) {
		fault_add(faults, FAULT_STATUS_DIGITS, offset + at);
		return false;
	}
	res->status = code;
	if (code < 100 || code > 599)
		fault_add(faults, FAULT_STATUS_RANGE, offset + at);
	at += 3;
	if (at < line.len && line.at[at] == ' ')
		at++;
	else
		fault_add(faults, FAULT_STATUS_SPACE, offset + at);
	res->reason = slice_skip(line, at);
	check_text(res->reason, offset + at, FAULT_REASON_BYTE, faults);
	return true;
}

bool status_line_parse(struct slice head, uint64_t offset, struct response *res,
		       struct slice *ret_rest, struct fault_list *faults)
{
	struct slice line;
	bool lf;

	*ret_rest = head;
	if (!line_next(ret_rest, &line, &lf))
		return false;
	check_line(line, lf, offset, faults);
	return parse_status_line(line, offset, res, faults);
}

/* ---- field lines: field-name ":" OWS field-value OWS ---- */

struct field_lines {
	struct fault_list *faults;
	struct field *list;
	size_t count;
	struct buffer folded;         /* the last field's value while lines are folded onto it */
	bool folding, dropped;        /* dropped: the last line gave no field to fold onto */
};

/* Folds are joined in a buffer and copied once, so that many of them cost O(n). */
static void end_folding(struct field_lines *f)
{
	if (!f->folding)
		return;
	f->list[f->count - 1].value =
		arena_copy(f->faults->arena, slice_trim(buffer_slice(&f->folded)));
	buffer_clear(&f->folded);
	f->folding = false;
}

static void fold(struct field_lines *f, struct slice line)
{
	if (f->dropped)
		return;
	if (!f->folding)
		(void)buffer_add_slice(&f->folded, f->list[f->count - 1].value);
	f->folding = true;
	(void)buffer_add_byte(&f->folded, ' ');
	(void)buffer_add_slice(&f->folded, slice_trim(line));
}

static void field_line(struct field_lines *f, struct slice line, uint64_t offset)
{
	size_t colon = slice_find(line, ':');

	end_folding(f);
	f->dropped = colon == line.len;
	if (f->dropped) {
		fault_add(f->faults, FAULT_NO_COLON, offset);
		return;
	}

	struct slice name = slice_sub(line, 0, colon), value = slice_skip(line, colon + 1);
	struct slice bare = slice_trim(name);

	if (bare.len < name.len)
		fault_add(f->faults, FAULT_NAME_SPACE, offset + bare.len);
	if (!http_is_token(bare))
		fault_add(f->faults, FAULT_NAME, offset + http_span(bare, HTTP_TCHAR));
	check_text(value, offset + colon + 1, FAULT_VALUE_BYTE, f->faults);

	struct field *field = arena_push(f->faults->arena, &f->list, &f->count, sizeof(*field));

	*field = (struct field){ bare, slice_trim(value) };
}

static void folded_line(struct field_lines *f, struct slice line, uint64_t offset, bool first)
{
	fault_add(f->faults, first ? FAULT_SPACE_FIRST : FAULT_FOLD, offset);
	check_text(line, offset, FAULT_VALUE_BYTE, f->faults);
	fold(f, line);
}

static void buffer_releasep(struct field_lines *f)
{
	buffer_release(&f->folded);
}

int field_lines_parse(struct slice block, uint64_t offset, bool trailers, struct field **ret,
		      size_t *ret_count, struct fault_list *faults)
{
	CLEANUP(buffer_releasep) struct field_lines f = {
		.faults = faults, .folded = BUFFER_INIT(2 * RESPONSE_MAX_HEAD), .dropped = true,
	};
	struct slice line;
	bool lf, first = !trailers;
	int r = 0;

	for (struct slice rest = block; line_next(&rest, &line, &lf); first = false) {
		uint64_t at = offset + (uint64_t)(line.at - block.at);

		check_line(line, lf, at, faults);
		if (line.len == 0)
			break;
		if (http_is(line.at[0], HTTP_WS)) {
			folded_line(&f, line, at, first);
			continue;
		}
		if (f.count == RESPONSE_MAX_FIELDS) {
			fault_add(faults, FAULT_LIMIT_FIELDS, at);
			r = -ENOSPC;
			break;
		}
		field_line(&f, line, at);
	}
	end_folding(&f);
	*ret = f.list;
	*ret_count = f.count;
	return r;
}
