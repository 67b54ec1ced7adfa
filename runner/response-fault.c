#include "runner/response-parse.h"

/* Two are no rules of the RFCs. "limit": the checker stops reading there. "reset": it may have
 * destroyed what was sent in front of it (RFC 9112 section 9.6), so how much is missing, if
 * anything, is chance. */
static const struct {
	const char *requirement, *rule, *text;
} row[FAULT_KINDS] = {
	[FAULT_EMPTY_LINE]    = { "RFC9110-2.2-1", "status-line-grammar",
				  "an empty line before the status line" },
	[FAULT_NOT_HTTP]      = { "RFC9110-2.2-1", "status-line-grammar",
				  "what came does not begin with \"HTTP/\"" },
	[FAULT_VERSION_CASE]  = { "RFC9110-2.2-1", "status-line-grammar",
				  "the version is not in capitals" },
	[FAULT_VERSION]       = { "RFC9110-2.2-1", "status-line-grammar",
				  "the version is not \"HTTP/\", a digit, a dot and a digit" },
	[FAULT_STATUS_BLANKS] = { "RFC9110-2.2-1", "status-line-grammar",
				  "other than one space between version and status code" },
	[FAULT_STATUS_DIGITS] = { "RFC9110-2.2-1", "status-line-grammar",
				  "the status code is not three digits" },
	[FAULT_STATUS_RANGE]  = { "RFC9110-15", "status-code-range",
				  "the status code is not in 100 to 599" },
	[FAULT_STATUS_SPACE]  = { "RFC9112-4-4", "status-line-space",
				  "no space after the status code" },
	[FAULT_REASON_BYTE]   = { "RFC9110-2.2-1", "status-line-grammar",
				  "a control byte in the reason phrase" },
	[FAULT_BARE_LF]       = { "RFC9112-2.2", "no-bare-lf", "a line that ends in LF alone" },
	[FAULT_BARE_CR]       = { "RFC9112-2.2-3", "no-bare-cr", "a CR that no LF follows" },
	[FAULT_SPACE_FIRST]   = { "RFC9112-2.2-8", "no-space-before-fields",
				  "whitespace between the status line and the first field" },
	[FAULT_FOLD]          = { "RFC9112-5.2-1", "no-obs-fold", "a folded field line" },
	[FAULT_NO_COLON]      = { "RFC9110-5.1", "field-name-token",
				  "a field line without a colon" },
	[FAULT_NAME_SPACE]    = { "RFC9110-5.1", "field-name-token",
				  "whitespace between field name and colon" },
	[FAULT_NAME]          = { "RFC9110-5.1", "field-name-token",
				  "a field name that is not a token" },
	[FAULT_VALUE_BYTE]    = { "RFC9110-5.5", "field-value-bytes",
				  "a control byte in a field value" },
	[FAULT_HEAD_CUT]      = { "RFC9110-2.2-1", "head-complete",
				  "the connection ended inside the header section" },
	[FAULT_TE_AND_CL]     = { "RFC9112-6.2-1", "no-te-and-cl",
				  "Content-Length beside Transfer-Encoding" },
	[FAULT_TE_HTTP10]     = { "RFC9112-6.1-11", "transfer-encoding-http11",
				  "Transfer-Encoding in the answer to an HTTP/1.0 request" },
	[FAULT_CHUNKED_TWICE] = { "RFC9112-6.1-2", "chunked-once",
				  "chunked is applied more than once" },
	[FAULT_CHUNKED_PARAMETER] = { "RFC9112-7.1", "chunked-well-formed",
				  "chunked has no parameters" },
	[FAULT_CL_SYNTAX]     = { "RFC9110-8.6-12", "content-length-grammar",
				  "Content-Length is not digits" },
	[FAULT_CL_LIST]       = { "RFC9110-8.6-12", "content-length-grammar",
				  "Content-Length is a list, though of equal numbers" },
	[FAULT_CL_DIFFERS]    = { "RFC9110-8.6-12", "content-length-grammar",
				  "Content-Length says two different numbers" },
	[FAULT_CL_LINES]      = { "RFC9110-5.3-3", "duplicate-fields",
				  "Content-Length on two lines" },
	[FAULT_CL_HUGE]       = { "RFC9110-8.6-11", "content-length-exact",
				  "a Content-Length above 2^64" },
	[FAULT_CL_CUT]        = { "RFC9110-8.6-11", "content-length-exact",
				  "the connection ended before the announced length" },
	[FAULT_CLOSE_RESET]   = { "RFC9112-8", "close-delimited-complete",
				  "content that ends with the connection ended in a reset" },
	[FAULT_RESET_CUT]     = { "RFC9112-9.6", "reset",
				  "a reset came before the end of the response" },
	[FAULT_CHUNK_SIZE]    = { "RFC9112-7.1", "chunked-well-formed", "no chunk size" },
	[FAULT_CHUNK_HUGE]    = { "RFC9112-7.1", "chunked-well-formed",
				  "a chunk size above 2^64" },
	[FAULT_CHUNK_BLANK]   = { "RFC9112-7.1", "chunked-well-formed",
				  "whitespace behind the chunk size" },
	[FAULT_CHUNK_BWS]     = { "RFC9110-5.6.3-5", "no-bad-whitespace",
				  "whitespace around \";\" or \"=\" of a chunk extension" },
	[FAULT_CHUNK_EXT]     = { "RFC9112-7.1", "chunked-well-formed",
				  "a chunk extension that breaks the grammar" },
	[FAULT_CHUNK_LF]      = { "RFC9112-7.1", "chunked-well-formed",
				  "LF alone ends a chunk or its size line" },
	[FAULT_CHUNK_END]     = { "RFC9112-7.1", "chunked-well-formed",
				  "no CRLF where the chunk size says that the data end" },
	[FAULT_CHUNK_CUT]     = { "RFC9112-7.1", "chunked-well-formed",
				  "the connection ended before the last chunk and its empty line" },
	[FAULT_LIMIT_HEAD]    = { "RFC9110-5.4", "limit",
				  "more than the 256 KiB of one section that the checker reads" },
	[FAULT_LIMIT_FIELDS]  = { "RFC9110-5.4", "limit",
				  "more than the 1000 fields that the checker reads" },
	[FAULT_LIMIT_INTERIM] = { "RFC9110-15.2", "limit",
				  "more than the 16 interim responses that the checker reads" },
	[FAULT_LIMIT_CONTENT] = { "RFC9110-6.4", "limit",
				  "more than the 10 MiB of content that the checker reads" },
	[FAULT_LIMIT_CHUNK]   = { "RFC9112-7.1.1", "limit",
				  "a chunk-size line above the 256 KiB that the checker reads" },
	[FAULT_LIMIT_KEPT]    = { "RFC9112-6.3", "limit",
				  "more than the 10 MiB behind a response that the checker keeps" },
};

_Static_assert(FAULT_KINDS <= 64, "fault_list.kinds has one bit a kind");

void fault_add(struct fault_list *f, enum fault_kind kind, uint64_t offset)
{
	if (f->kinds >> kind & 1)
		return;
	f->kinds |= (uint64_t)1 << kind;

	struct fault *fault = arena_push(f->arena, &f->list, &f->count, sizeof(*fault));

	*fault = (struct fault){ row[kind].requirement, row[kind].rule, row[kind].text, offset };
}
