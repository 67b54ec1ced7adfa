#include "runner/rules-inner.h"

#include "base/buffer.h"
#include "http/grammar.h"

#include <stdint.h>

/* Rules about 206, 416 and Content-Range. */

static bool is_multipart(const struct response *r)
{
	struct slice value, type;

	return response_field(r, "Content-Type", &value) && http_is_media_type(value, &type) &&
	       slice_is_nocase(type, "multipart/byteranges");
}

static bool is_206(const struct exchange_seen *seen)
{
	return seen->response->status == 206 && rule_head_whole(seen->response);
}

static enum rule_outcome code_206_content_range(const struct exchange_seen *seen,
						struct buffer *out)
{
	if (!is_206(seen))
		return RULE_NOT_APPLICABLE;
	if (rule_has(seen->response, "Content-Range") || is_multipart(seen->response))
		return RULE_PASS;
	return rule_refuse(out, "206 with neither Content-Range nor multipart/byteranges");
}

static enum rule_outcome no_content_range_in_multipart(const struct exchange_seen *seen,
						       struct buffer *out)
{
	if (!is_206(seen) || !is_multipart(seen->response))
		return RULE_NOT_APPLICABLE;
	if (!rule_has(seen->response, "Content-Range"))
		return RULE_PASS;
	return rule_refuse(out, "multipart/byteranges with Content-Range in the header section");
}

/* A broken Range is none; several ranges are told by their comma. */
static bool asked_one_range(const struct exchange_seen *seen)
{
	struct slice range, value;

	if (!rule_request_field(seen, "Range", &value) ||
	    !slice_is_nocase(slice_sub(value, 0, 6), "bytes="))
		return false;

	struct slice set = slice_skip(value, 6);
	struct http_range parsed;
	size_t count = 0;

	while (http_list_next(&set, &range)) {
		if (http_range_parse(range, &parsed) < 0)
			return false;
		count++;
	}
	return count == 1;
}

static enum rule_outcome no_multipart_for_one_range(const struct exchange_seen *seen,
						    struct buffer *out)
{
	if (!is_206(seen) || !asked_one_range(seen))
		return RULE_NOT_APPLICABLE;
	if (!is_multipart(seen->response))
		return RULE_PASS;
	return rule_refuse(out, "multipart/byteranges to a single range");
}

static enum rule_outcome code_416_content_range(const struct exchange_seen *seen,
						struct buffer *out)
{
	struct slice range;
	bool bytes = rule_request_field(seen, "Range", &range) &&
		     slice_is_nocase(slice_sub(range, 0, 6), "bytes=");

	return rule_wants(seen, out, bytes && seen->response->status == 416, "Content-Range");
}

/* ---- Content-Range against itself and against the content, RFC 9110 section 14.4 ---- */

static const char *contradiction(const struct http_content_range *c)
{
	if (c->has_range && c->last < c->first)
		return "the last position is before the first";
	if (c->has_range && c->has_length && c->last >= c->length)
		return "the last position is behind the complete length";
	return NULL;
}

static bool content_is_known(const struct exchange_seen *seen)
{
	return seen->response->complete && seen->response->framing != RESPONSE_NONE &&
	       !rule_maybe_head(seen);
}

static enum rule_outcome content_range_consistent(const struct exchange_seen *seen,
						  struct buffer *out)
{
	const struct response *r = seen->response;
	struct http_content_range c;
	const struct field *f;
	size_t at = 0;

	f = rule_next_line(r, "Content-Range", &at);
	if (!f || (r->status != 206 && r->status != 416) ||
	    http_content_range_parse(f->value, &c) < 0)
		return RULE_NOT_APPLICABLE;

	const char *what = contradiction(&c);

	if (!what && r->status == 206 && !c.has_range)
		what = "206 without a range";
	if (!what && r->status == 416 && c.has_range)
		what = "416 with a range that is satisfied";
	if (!what && r->status == 206 && content_is_known(seen) &&
	    r->content.len != c.last - c.first + 1)
		what = "the content has another length than the range";
	if (!what)
		return RULE_PASS;
	(void)rule_refuse_field(out, f);
	return rule_refuse(out, " (%s)", what);
}

/* ---- multipart/byteranges, RFC 9110 section 14.6 ---- */

static bool find_boundary(const struct response *r, struct slice *ret)
{
	struct slice value, type, rest, name;

	if (!response_field(r, "Content-Type", &value) || !http_is_media_type(value, &type))
		return false;
	rest = slice_skip(value, type.len);
	while (http_parameter_next(&rest, &name, &value) > 0)
		if (slice_is_nocase(name, "boundary")) {
			*ret = http_is_quoted(value) ? slice_sub(value, 1, value.len - 1) : value;
			return true;
		}
	return false;
}

/* Takes what is before the next delimiter off |*rest|, which moves behind the delimiter. */
static bool next_part(struct slice *rest, struct slice delimiter, struct slice *ret)
{
	size_t at = slice_find_slice(*rest, delimiter);

	if (at == rest->len)
		return false;
	*ret = slice_sub(*rest, 0, at);
	*rest = slice_skip(*rest, at + delimiter.len);
	return true;
}

/* The field lines of a part: "CRLF *( line CRLF ) CRLF" in front of its content. */
static bool part_has_range(struct slice part)
{
	struct slice head = slice_sub(part, 0, slice_find_slice(part, SLICE("\r\n\r\n")));

	while (head.len) {
		size_t end = slice_find_slice(slice_skip(head, 2), SLICE("\r\n")) + 2;
		struct slice line = slice_sub(head, 2, end);

		if (slice_is_nocase(slice_sub(line, 0, slice_find(line, ':')), "Content-Range"))
			return true;
		head = slice_skip(head, end);
	}
	return false;
}

static enum rule_outcome check_parts(struct slice content, struct slice delimiter,
				     struct buffer *out)
{
	/* The first delimiter needs no line before it. */
	struct slice rest = content, part;
	size_t count = 0;

	if (slice_starts(rest, slice_skip(delimiter, 2)))
		rest = slice_skip(rest, delimiter.len - 2);
	else if (!next_part(&rest, delimiter, &part))
		return rule_refuse(out, "no part begins with the boundary");
	while (!slice_starts(rest, SLICE("--"))) {
		if (!next_part(&rest, delimiter, &part))
			return rule_refuse(out, "the last boundary is missing");
		if (!part_has_range(part))
			return rule_refuse(out, "part %zu has no Content-Range", count + 1);
		count++;
	}
	return count ? RULE_PASS : rule_refuse(out, "no part");
}

static enum rule_outcome multipart_byteranges_parts(const struct exchange_seen *seen,
						    struct buffer *out)
{
	const struct response *r = seen->response;
	struct buffer delimiter = BUFFER_INIT(1024);
	struct slice boundary;

	if (!is_206(seen) || !is_multipart(r) || !content_is_known(seen))
		return RULE_NOT_APPLICABLE;
	if (!find_boundary(r, &boundary))
		return rule_refuse(out, "multipart/byteranges without a boundary");
	(void)buffer_add_str(&delimiter, "\r\n--");
	(void)buffer_add_slice(&delimiter, boundary);

	enum rule_outcome outcome = check_parts(r->content, buffer_slice(&delimiter), out);

	buffer_release(&delimiter);
	return outcome;
}

const struct rule range_rules[] = {
	{ "code-206-content-range", "RFC9110-15.3.7.1-1", LEVEL_MUST,
	  "206 has Content-Range or is multipart/byteranges", code_206_content_range, HEADS },
	{ "code-206-content-range-of-multiple-part-response", "RFC9110-15.3.7.2-2", LEVEL_MUST,
	  "a multipart 206 has no Content-Range of its own", no_content_range_in_multipart, HEADS },
	{ "no-multipart-for-one-range", "RFC9110-15.3.7.2-6", LEVEL_MUST,
	  "a single range is not answered in parts", no_multipart_for_one_range, HEADS },
	{ "multipart-byteranges-parts", "RFC9110-15.3.7.2-3", LEVEL_MUST,
	  "each part has Content-Range, and a boundary closes the last one",
	  multipart_byteranges_parts, EXCHANGE },
	{ "content-range-consistent", "RFC9110-14.4", LEVEL_MUST,
	  "positions and length of Content-Range agree with each other and with the content",
	  content_range_consistent, EXCHANGE_IF("Content-Range") },
	{ "code-416-content-range", "RFC9110-15.5.17-1", LEVEL_SHOULD,
	  "416 carries Content-Range", code_416_content_range, HEADS },
	{ 0 },
};
