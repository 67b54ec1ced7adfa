#include "runner/rules-inner.h"

#include "http/grammar.h"

/* Rules about where a response ends, and about what stands behind it. */

static bool has_no_body(int status)
{
	return status / 100 == 1 || status == 204;
}

static enum rule_outcome absent_in(const struct exchange_seen *seen, struct buffer *out,
				   bool applies, const char *name)
{
	const struct field *f;
	size_t at = 0;

	if (!applies || !rule_head_whole(seen->response))
		return RULE_NOT_APPLICABLE;
	f = rule_next_line(seen->response, name, &at);
	if (!f)
		return RULE_PASS;
	(void)rule_refuse(out, "%d with ", seen->response->status);
	return rule_refuse_field(out, f);
}

static enum rule_outcome content_length_1xx_204(const struct exchange_seen *seen,
						struct buffer *out)
{
	return absent_in(seen, out, has_no_body(seen->response->status), "Content-Length");
}

static enum rule_outcome no_transfer_encoding_1xx_204(const struct exchange_seen *seen,
						      struct buffer *out)
{
	return absent_in(seen, out, has_no_body(seen->response->status), "Transfer-Encoding");
}

static bool opens_tunnel(const struct exchange_seen *seen)
{
	return rule_asked(seen, "CONNECT") && rule_is_2xx(seen->response->status);
}

static enum rule_outcome no_length_to_connect(const struct exchange_seen *seen, struct buffer *out)
{
	return absent_in(seen, out, opens_tunnel(seen), "Content-Length");
}

static enum rule_outcome no_transfer_encoding_to_connect(const struct exchange_seen *seen,
							 struct buffer *out)
{
	return absent_in(seen, out, opens_tunnel(seen), "Transfer-Encoding");
}

static enum rule_outcome transfer_encoding_http11(const struct exchange_seen *seen,
						  struct buffer *out)
{
	return absent_in(seen, out, seen->request_valid && seen->request_minor == 0,
			 "Transfer-Encoding");
}

/* The last coding of the response's list; false without one. */
static bool last_coding(const struct response *r, struct slice *ret)
{
	const struct field *f;
	bool found = false;

	for (size_t at = 0; (f = rule_next_line(r, "Transfer-Encoding", &at));) {
		struct slice list = f->value;

		while (http_list_next(&list, ret))
			found = true;
	}
	return found;
}

/* What ends neither by chunked nor by the close ends nowhere. A connection that is still
 * open says nothing yet: the close may come. */
static enum rule_outcome coding_ends(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;
	struct slice last;

	if (!rule_is_final(seen) || !last_coding(r, &last))
		return RULE_NOT_APPLICABLE;
	if (slice_is_nocase(last, "chunked") || (seen->closed_after && r->complete))
		return RULE_PASS;
	if (seen->reset_after || rule_list_has(r, "Connection", "keep-alive"))
		return rule_refuse_bytes(out, "ended by no close, the last coding being ", last);
	return RULE_NOT_APPLICABLE;
}

static enum rule_outcome code_205_no_content_allowed(const struct exchange_seen *seen,
						     struct buffer *out)
{
	const struct response *r = seen->response;

	if (r->status != 205 || !r->complete)
		return RULE_NOT_APPLICABLE;
	if (r->content.len == 0)
		return RULE_PASS;
	return rule_refuse(out, "205 with %zu bytes of content", r->content.len);
}

/* ---- what came behind, with no request open ---- */

static enum rule_outcome nothing_behind(const struct exchange_seen *seen, struct buffer *out,
					bool applies)
{
	if (!applies || !rule_is_final(seen) || !seen->response->complete)
		return RULE_NOT_APPLICABLE;
	if (!seen->more_followed)
		return RULE_PASS;
	return rule_refuse(out, "%d, and bytes behind its end", seen->response->status);
}

static enum rule_outcome code_204_no_additional_content(const struct exchange_seen *seen,
							struct buffer *out)
{
	return nothing_behind(seen, out, seen->response->status == 204);
}

static enum rule_outcome code_304_no_content(const struct exchange_seen *seen, struct buffer *out)
{
	return nothing_behind(seen, out, seen->response->status == 304);
}

static bool has_content_by_status(int status)
{
	return status / 100 != 1 && status != 204 && status != 304;
}

static enum rule_outcome head_no_content(const struct exchange_seen *seen, struct buffer *out)
{
	return nothing_behind(seen, out, rule_asked(seen, "HEAD") &&
						 has_content_by_status(seen->response->status));
}

/* A server may give up on a silent client with 408 (RFC 9110 section 15.5.9) or turn it away
 * with 503, and tell one that leaves without a word 400 (RFC 9112 section 8). */
static bool may_come_unasked(const struct exchange_seen *seen)
{
	int status = seen->response->status;

	return status == 408 || status == 503 ||
	       (status == 400 && seen->answered_alone && seen->closed_after);
}

/* The three rules above have their own responses. */
static enum rule_outcome bytes_after_response(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;

	if (seen->request.len == 0 && !may_come_unasked(seen))
		return rule_refuse_bytes(out, "a response to no request: ", r->head);
	if (r->framing == RESPONSE_TUNNEL || seen->request.len == 0)
		return RULE_NOT_APPLICABLE;
	if (seen->rest_followed && (seen->request_valid || !rule_maybe_head(seen)))
		return rule_refuse(out, "%d, and bytes behind its end that begin no response", r->status);
	return nothing_behind(seen, out,
			      !rule_maybe_head(seen) && has_content_by_status(r->status));
}

const struct rule framing_rules[] = {
	{ "content-length-1xx-204", "RFC9110-8.6-7", LEVEL_MUST,
	  "1xx and 204 carry no Content-Length", content_length_1xx_204, HEADS },
	{ "no-transfer-encoding-1xx-204", "RFC9112-6.1-7", LEVEL_MUST,
	  "1xx and 204 carry no Transfer-Encoding", no_transfer_encoding_1xx_204, HEADS },
	{ "no-length-to-connect", "RFC9110-8.6-8", LEVEL_MUST,
	  "a 2xx to CONNECT carries no Content-Length", no_length_to_connect, HEADS },
	{ "no-transfer-encoding-to-connect", "RFC9112-6.1-8", LEVEL_MUST,
	  "a 2xx to CONNECT carries no Transfer-Encoding", no_transfer_encoding_to_connect, HEADS },
	{ "transfer-encoding-http11", "RFC9112-6.1-11", LEVEL_MUST,
	  "Transfer-Encoding only in answer to HTTP/1.1 or later", transfer_encoding_http11,
	  HEADS },
	{ "coding-ends", "RFC9112-6.1-4", LEVEL_MUST,
	  "a transfer coding is followed by chunked, or ended by the close", coding_ends,
	  EXCHANGE_IF("Transfer-Encoding") },
	{ "code-205-no-content-allowed", "RFC9110-15.3.6-1", LEVEL_MUST, "205 has no content",
	  code_205_no_content_allowed, EXCHANGE },
	{ "code-204-no-additional-content", "RFC9110-15.3.5", LEVEL_MUST,
	  "no bytes follow the head of a 204", code_204_no_additional_content, EXCHANGE },
	{ "code-304-no-content", "RFC9110-15.4.5", LEVEL_MUST, "no bytes follow the head of a 304",
	  code_304_no_content, EXCHANGE },
	{ "head-no-content", "RFC9110-9.3.2-1", LEVEL_MUST,
	  "no bytes follow the head that answers HEAD", head_no_content, EXCHANGE },
	{ "bytes-after-response", "RFC9112-6.3", LEVEL_MUST,
	  "no byte follows a whole response but the answer to another request", bytes_after_response,
	  EXCHANGE },
	{ 0 },
};
