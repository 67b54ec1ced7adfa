#ifndef HTTPCHECK_RUNNER_RESPONSE_PARSE_H
#define HTTPCHECK_RUNNER_RESPONSE_PARSE_H

#include "runner/response.h"

/* The parts of the response reader: each reads bytes in memory and notes faults. */

enum fault_kind {
	FAULT_EMPTY_LINE, FAULT_NOT_HTTP, FAULT_VERSION_CASE, FAULT_VERSION,
	FAULT_STATUS_BLANKS, FAULT_STATUS_DIGITS, FAULT_STATUS_RANGE, FAULT_STATUS_SPACE,
	FAULT_REASON_BYTE,
	FAULT_BARE_LF, FAULT_BARE_CR,
	FAULT_SPACE_FIRST, FAULT_FOLD, FAULT_NO_COLON, FAULT_NAME_SPACE, FAULT_NAME,
	FAULT_VALUE_BYTE, FAULT_HEAD_CUT,
	FAULT_TE_AND_CL, FAULT_TE_HTTP10, FAULT_CHUNKED_TWICE, FAULT_CHUNKED_PARAMETER,
	FAULT_CL_SYNTAX, FAULT_CL_LIST, FAULT_CL_DIFFERS, FAULT_CL_LINES, FAULT_CL_HUGE,
	FAULT_CL_CUT, FAULT_CLOSE_RESET, FAULT_RESET_CUT,
	FAULT_CHUNK_SIZE, FAULT_CHUNK_HUGE, FAULT_CHUNK_BLANK, FAULT_CHUNK_BWS, FAULT_CHUNK_EXT,
	FAULT_CHUNK_LF, FAULT_CHUNK_END, FAULT_CHUNK_CUT,
	FAULT_LIMIT_HEAD, FAULT_LIMIT_FIELDS, FAULT_LIMIT_INTERIM, FAULT_LIMIT_CONTENT,
	FAULT_LIMIT_CHUNK, FAULT_LIMIT_KEPT,
	FAULT_KINDS                   /* how many there are; at most 64 */
};

/* The faults of one response, the first of each kind: so a hostile server can't
 * make them many. */
struct fault_list {
	struct arena *arena;
	struct fault *list;
	size_t count;
	uint64_t kinds;               /* bit (1 << kind): noted already */
};

void fault_add(struct fault_list *f, enum fault_kind kind, uint64_t offset);

/* Takes a line off the front of |*block|, without its line end; |*ret_lf| says that
 * it ended in LF alone. False when no LF is left. */
bool line_next(struct slice *block, struct slice *ret, bool *ret_lf);

/* The status line that |head| begins with, |offset| being that of its first byte;
 * what could be read goes to |res|. False without a status code. |*ret_rest| is
 * what follows the line. */
bool status_line_parse(struct slice head, uint64_t offset, struct response *res,
		       struct slice *ret_rest, struct fault_list *faults);

/* Field lines up to the empty line or the end of |block|. The slices point into
 * |block|, only folded values into the arena. 0, or -ENOSPC at more than
 * RESPONSE_MAX_FIELDS (the fields up to there are given). */
int field_lines_parse(struct slice block, uint64_t offset, bool trailers, struct field **ret,
		      size_t *ret_count, struct fault_list *faults);

/* What the request says about the framing of its response. */
struct framing_context {
	bool head, connect, http10;
};

/* Sets framing and content length by RFC 9112 section 6.3. False where the length
 * of the content can't be known. */
bool framing_decide(struct response *res, struct framing_context ask, struct fault_list *faults);

/* A chunk-size line without its line end. 0; -EINVAL without a size, -ERANGE when
 * the size does not fit. */
int chunk_line_parse(struct slice line, uint64_t offset, uint64_t *ret, struct fault_list *faults);

#endif
