#include "runner/rules-inner.h"

/* Rules about the message syntax: the response reader finds the breaches, each of
 * which names its rule. */

/* The line of the head that byte |at| is in. */
static struct slice line_at(struct slice head, size_t at)
{
	size_t from = at;

	while (from && head.at[from - 1] != '\n')
		from--;
	return slice_sub(head, from, at + slice_find(slice_skip(head, at), '\n') + 1);
}

static enum rule_outcome refuse_fault(struct buffer *out, const struct response *r,
				      const struct fault *f)
{
	(void)rule_refuse(out, "%s, at byte %ju", f->text, (uintmax_t)f->offset);
	if (f->offset < r->begins || f->offset - r->begins >= r->head.len)
		return RULE_FAIL;
	return rule_refuse_bytes(out, ": ", line_at(r->head, (size_t)(f->offset - r->begins)));
}

static enum rule_outcome by_fault(const struct exchange_seen *seen, struct buffer *out,
				  const char *rule, bool applies)
{
	const struct response *r = seen->response;

	for (size_t i = 0; i < r->nfaults; i++)
		if (strcmp(r->faults[i].rule, rule) == 0)
			return refuse_fault(out, r, &r->faults[i]);
	return applies ? RULE_PASS : RULE_NOT_APPLICABLE;
}

static bool has_fields(const struct response *r)
{
	return r->nfields || r->ntrailers;
}

static bool is_chunked(const struct response *r)
{
	return r->framing == RESPONSE_CHUNKED;
}

static bool came_by_close(const struct response *r)
{
	return r->framing == RESPONSE_UNTIL_CLOSE && r->complete;
}

/* A rule by its name in the faults and by when it applies though nothing is wrong. */
#define FAULT_RULE(function, name, applies)                                                        \
	static enum rule_outcome function(const struct exchange_seen *seen, struct buffer *out)    \
	{                                                                                          \
		const struct response *r = seen->response;                                         \
                                                                                                   \
		return by_fault(seen, out, name, applies);                                         \
	}

FAULT_RULE(status_line_grammar, "status-line-grammar", r->status)
FAULT_RULE(status_line_space, "status-line-space", r->status)
FAULT_RULE(status_code_range, "status-code-range", r->status)
FAULT_RULE(no_bare_cr, "no-bare-cr", r->status)
FAULT_RULE(no_bare_lf, "no-bare-lf", r->status)
FAULT_RULE(no_space_before_fields, "no-space-before-fields", has_fields(r))
FAULT_RULE(no_obs_fold, "no-obs-fold", has_fields(r))
FAULT_RULE(field_name_token, "field-name-token", has_fields(r))
FAULT_RULE(field_value_bytes, "field-value-bytes", has_fields(r))
FAULT_RULE(head_complete, "head-complete", r->status)
FAULT_RULE(chunked_well_formed, "chunked-well-formed", is_chunked(r) && r->complete)
FAULT_RULE(chunked_once, "chunked-once", rule_has(r, "Transfer-Encoding"))
FAULT_RULE(no_bad_whitespace, "no-bad-whitespace", is_chunked(r))
FAULT_RULE(no_te_and_cl, "no-te-and-cl",
	   rule_has(r, "Transfer-Encoding") || rule_has(r, "Content-Length"))
FAULT_RULE(content_length_grammar, "content-length-grammar", rule_has(r, "Content-Length"))
FAULT_RULE(content_length_exact, "content-length-exact",
	   r->framing == RESPONSE_LENGTH && r->complete)
FAULT_RULE(close_delimited_complete, "close-delimited-complete", came_by_close(r))

const struct rule syntax_rules[] = {
	{ "status-line-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "the status line is a version, a space, three digits, a space and a reason",
	  status_line_grammar, HEADS },
	{ "status-line-space", "RFC9112-4-4", LEVEL_MUST,
	  "a space follows the status code even when the reason is empty", status_line_space,
	  HEADS },
	{ "status-code-range", "RFC9110-15", LEVEL_MUST, "the status code is in 100 to 599",
	  status_code_range, HEADS },
	{ "no-bare-cr", "RFC9112-2.2-3", LEVEL_MUST, "no CR without LF outside the content",
	  no_bare_cr, HEADS },
	{ "no-bare-lf", "RFC9112-2.2", LEVEL_SHOULD, "lines end in CRLF, not in LF alone",
	  no_bare_lf, HEADS },
	{ "no-space-before-fields", "RFC9112-2.2-8", LEVEL_MUST,
	  "no whitespace between the status line and the first field", no_space_before_fields,
	  HEADS },
	{ "no-obs-fold", "RFC9112-5.2-1", LEVEL_MUST, "no folded field line", no_obs_fold, HEADS },
	{ "field-name-token", "RFC9110-5.1", LEVEL_MUST,
	  "each field line is a token, a colon and a value, with nothing before the colon",
	  field_name_token, HEADS },
	{ "field-value-bytes", "RFC9110-5.5", LEVEL_MUST,
	  "no control byte but HTAB in a field value", field_value_bytes, HEADS },
	{ "head-complete", "RFC9110-2.2-1", LEVEL_MUST,
	  "a header section that was begun ends with an empty line", head_complete, EXCHANGE },
	{ "chunked-well-formed", "RFC9112-7.1", LEVEL_MUST,
	  "chunk sizes, extensions, data ends, last chunk and trailers follow the grammar",
	  chunked_well_formed, EXCHANGE },
	{ "chunked-once", "RFC9112-6.1-2", LEVEL_MUST, "chunked is not applied more than once",
	  chunked_once, HEADS },
	{ "no-bad-whitespace", "RFC9110-5.6.3-5", LEVEL_MUST,
	  "no whitespace around \";\" and \"=\" of a chunk extension", no_bad_whitespace,
	  EXCHANGE },
	{ "no-te-and-cl", "RFC9112-6.2-1", LEVEL_MUST, "no Content-Length beside Transfer-Encoding",
	  no_te_and_cl, HEADS },
	{ "content-length-grammar", "RFC9110-8.6-12", LEVEL_MUST, "Content-Length is digits only",
	  content_length_grammar, HEADS },
	{ "content-length-exact", "RFC9110-8.6-11", LEVEL_MUST,
	  "the content has the announced length when the connection ends", content_length_exact,
	  EXCHANGE },
	{ "close-delimited-complete", "RFC9112-8", LEVEL_SHOULD,
	  "content that only the close ends does not end in a reset", close_delimited_complete,
	  EXCHANGE },
	{ 0 },
};
