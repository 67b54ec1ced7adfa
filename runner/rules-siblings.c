#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/grammar.h"

#include <stdint.h>

/* Rules that compare a response with the 200 to a GET of the same target. What that
 * 200 holds may have changed since: only validators show that both speak of one
 * representation. */

static bool value_of(const struct response *r, const char *name, struct slice *ret)
{
	return response_field_count(r, name) == 1 && response_field(r, name, ret);
}

static bool same_value(const struct response *a, const struct response *b, const char *name)
{
	struct slice x, y;

	return value_of(a, name, &x) && value_of(b, name, &y) && slice_eq(x, y);
}

static bool has_weak_etag(const struct response *r)
{
	struct slice value;
	struct http_etag tag;

	return value_of(r, "ETag", &value) && (http_etag_parse(value, &tag) < 0 || tag.weak);
}

/* Byte for byte the same, as far as a strong entity tag or, without one, the date of
 * the last change says it. */
static bool same_representation(const struct response *a, const struct response *b)
{
	bool etags = rule_has(a, "ETag") || rule_has(b, "ETag");
	bool coded = rule_has(a, "Content-Encoding") || rule_has(b, "Content-Encoding");

	if (coded && !same_value(a, b, "Content-Encoding"))
		return false;
	if (etags)
		return same_value(a, b, "ETag") && !has_weak_etag(a);
	return same_value(a, b, "Last-Modified");
}

static bool length_of_get(const struct response *g, uint64_t *ret)
{
	*ret = g->complete ? g->content.len : g->content_length;
	return g->complete || g->has_content_length;
}

static enum rule_outcome compare_lengths(const struct exchange_seen *seen, struct buffer *out,
					 bool applies)
{
	const struct response *r = seen->response, *g = seen->get_sibling;
	uint64_t length;

	if (!applies || !g || g == r || !r->has_content_length || !same_representation(r, g) ||
	    !length_of_get(g, &length))
		return RULE_NOT_APPLICABLE;
	if (r->content_length == length)
		return RULE_PASS;
	return rule_refuse(out, "Content-Length: %ju, and GET has %ju bytes of content",
			   (uintmax_t)r->content_length, (uintmax_t)length);
}

static bool is_head_of_200(const struct exchange_seen *seen)
{
	return rule_asked(seen, "HEAD") && seen->response->status == 200;
}

static enum rule_outcome content_length_same_head_get(const struct exchange_seen *seen,
						      struct buffer *out)
{
	return compare_lengths(seen, out, is_head_of_200(seen));
}

static enum rule_outcome content_length_same_304_200(const struct exchange_seen *seen,
						     struct buffer *out)
{
	return compare_lengths(seen, out, seen->response->status == 304 && rule_asked(seen, "GET"));
}

/* The first of the names that the 200 has and this response has not. */
static enum rule_outcome has_all(const struct exchange_seen *seen, struct buffer *out,
				 const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rule_has(seen->get_sibling, names[i]) && !rule_has(seen->response, names[i]))
			return rule_refuse(out, "no %s, which the 200 to GET has", names[i]);
	return RULE_PASS;
}

/* Fields whose value is known without the content (RFC 9110 section 9.3.2). */
static enum rule_outcome head_get_headers(const struct exchange_seen *seen, struct buffer *out)
{
	static const char *const name[] = {
		"Accept-Ranges", "Cache-Control", "Content-Language", "Content-Location",
		"Content-Type", "Date", "Expires",
	};
	const struct response *r = seen->response, *g = seen->get_sibling;

	if (!is_head_of_200(seen) || !g || g == r || !same_representation(r, g))
		return RULE_NOT_APPLICABLE;
	return has_all(seen, out, name, ARRAY_SIZE(name));
}

static const char *const kept[] = {
	"Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary",
};

/* The condition names what the 200 had: the 304 is about that. */
static bool asks_about(const struct exchange_seen *seen, const struct response *g)
{
	struct slice etag, modified, list, since;
	struct http_etag known, tag;

	if (rule_request_field(seen, "If-None-Match", &list)) {
		if (!value_of(g, "ETag", &etag) || http_etag_parse(etag, &known) < 0)
			return false;
		while (http_etag_next(&list, &tag) > 0)
			if (http_etag_weak_eq(tag, known))
				return true;
		return false;
	}
	return rule_request_field(seen, "If-Modified-Since", &since) &&
	       value_of(g, "Last-Modified", &modified) && slice_eq(since, modified);
}

static enum rule_outcome code_304_headers(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *g = seen->get_sibling;

	if (!g || seen->response->status != 304 || !rule_asked(seen, "GET") || !asks_about(seen, g))
		return RULE_NOT_APPLICABLE;
	return has_all(seen, out, kept, ARRAY_SIZE(kept));
}

/* The complete length is that of the 200. */
static bool is_part_of(const struct response *r, const struct response *g)
{
	struct http_content_range range;
	struct slice value;

	return value_of(r, "Content-Range", &value) && g->complete &&
	       http_content_range_parse(value, &range) == 0 && range.has_length &&
	       range.length == g->content.len;
}

static enum rule_outcome code_206_headers(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response, *g = seen->get_sibling;

	if (!g || r->status != 206 || !rule_asked(seen, "GET") || !is_part_of(r, g))
		return RULE_NOT_APPLICABLE;
	return has_all(seen, out, kept, ARRAY_SIZE(kept));
}

const struct rule sibling_rules[] = {
	{ "content-length-same-head-get", "RFC9110-8.6-4", LEVEL_MUST,
	  "the Content-Length that answers HEAD is the length of GET's content",
	  content_length_same_head_get, EXCHANGE_IF("Content-Length") },
	{ "content-length-same-304-200", "RFC9110-8.6-6", LEVEL_MUST,
	  "the Content-Length of a 304 is the length of the 200's content",
	  content_length_same_304_200, EXCHANGE_IF("Content-Length") },
	{ "head-get-headers", "RFC9110-9.3.2-2", LEVEL_SHOULD,
	  "HEAD is answered with the fields that GET is", head_get_headers, EXCHANGE },
	{ "code-304-headers", "RFC9110-15.4.5-1", LEVEL_MUST,
	  "304 repeats Cache-Control, Content-Location, Date, ETag, Expires and Vary of the 200",
	  code_304_headers, EXCHANGE },
	{ "code-206-headers", "RFC9110-15.3.7-2", LEVEL_MUST,
	  "206 repeats Cache-Control, Content-Location, Date, ETag, Expires and Vary of the 200",
	  code_206_headers, EXCHANGE },
	{ 0 },
};
