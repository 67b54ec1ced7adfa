#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

#include <stdint.h>
#define ZLIB_CONST                    /* the input is only read */
#include <zlib.h>

/* Rules about the content and how it is coded. */

/* ---- Content-Type ---- */

static bool looks_like_html(struct slice content)
{
	static const char *const mark[] = { "<!doctype html", "<html" };

	content = slice_trim(content);
	for (size_t i = 0; i < ARRAY_SIZE(mark); i++)
		if (slice_is_nocase(slice_sub(content, 0, strlen(mark[i])), mark[i]))
			return true;
	return false;
}

/* A sender need not say what it does not know, as of a file without an extension. What
 * it made itself, or what begins as HTML, it knows. */
static bool type_is_known(const struct exchange_seen *seen)
{
	return seen->response->status >= 400 || looks_like_html(seen->response->content);
}

static enum rule_outcome content_type_header_required(const struct exchange_seen *seen,
						      struct buffer *out)
{
	const struct response *r = seen->response;

	if (!rule_is_final(seen) || r->framing == RESPONSE_TUNNEL || r->content.len == 0)
		return RULE_NOT_APPLICABLE;
	if (rule_has(r, "Content-Type"))
		return RULE_PASS;
	if (!type_is_known(seen))
		return RULE_NOT_APPLICABLE;
	(void)rule_refuse(out, "%d without Content-Type, ", r->status);
	return rule_refuse_bytes(out, "whose content is ", slice_sub(r->content, 0, 40));
}

/* ---- Content-Encoding ---- */

/* The one coding of the response; false where there are none or several. */
static bool find_coding(const struct response *r, struct slice *ret)
{
	struct slice value, second;

	return response_field_count(r, "Content-Encoding") == 1 &&
	       response_field(r, "Content-Encoding", &value) && http_list_next(&value, ret) &&
	       !http_list_next(&value, &second);
}

static bool is_gzip(struct slice coding)
{
	return slice_is_nocase(coding, "gzip") || slice_is_nocase(coding, "x-gzip");
}

/* What a small content may unpack to before the checker believes it. */
#define MAX_UNPACKED ((uint64_t)10 * 1024 * 1024)

/* Inflates to nowhere. True when |in| is whole streams to its end, or too much. */
static bool inflates(struct slice in, int window_bits)
{
	static unsigned char nowhere[64 * 1024];
	z_stream z = { .next_in = (const unsigned char *)in.at, .avail_in = (uInt)in.len };
	uint64_t unpacked = 0;
	int r = inflateInit2(&z, window_bits);

	if (r != Z_OK)
		return true;          /* out of memory: nothing can be said */
	while (r == Z_OK && unpacked < MAX_UNPACKED) {
		z.next_out = nowhere;
		z.avail_out = sizeof(nowhere);
		r = inflate(&z, Z_NO_FLUSH);
		unpacked += sizeof(nowhere) - z.avail_out;
		if (r == Z_STREAM_END && z.avail_in)       /* gzip: a further member */
			r = window_bits > 15 ? inflateReset(&z) : Z_DATA_ERROR;
	}
	(void)inflateEnd(&z);
	return r == Z_STREAM_END || r == Z_OK;
}

static enum rule_outcome encoded_content_decodes(const struct exchange_seen *seen,
						 struct buffer *out)
{
	const struct response *r = seen->response;
	struct slice coding;
	bool sound;

	if (!rule_is_final(seen) || !r->complete || r->content.len == 0 || r->status == 206 ||
	    !find_coding(r, &coding))
		return RULE_NOT_APPLICABLE;
	if (is_gzip(coding))
		sound = inflates(r->content, 15 + 16);     /* zlib: + 16 asks for the gzip format */
	else if (slice_is_nocase(coding, "deflate"))
		sound = inflates(r->content, 15);
	else
		return RULE_NOT_APPLICABLE;
	if (sound)
		return RULE_PASS;
	(void)rule_refuse_bytes(out, "content labelled ", coding);
	return rule_refuse_bytes(out, " that begins ", slice_sub(r->content, 0, 20));
}

static bool is_coding(struct slice name, struct slice coding)
{
	return slice_eq_nocase(name, coding) || (is_gzip(name) && is_gzip(coding));
}

static bool is_zero(struct slice weight)
{
	for (size_t i = 0; i < weight.len; i++)
		if (weight.at[i] != '0' && weight.at[i] != '.')
			return false;
	return true;
}

enum preference { UNLISTED, REFUSED, ACCEPTED };

static enum preference preference_of(struct slice member)
{
	struct slice rest = slice_skip(member, http_span(member, HTTP_TCHAR)), name, value;

	while (http_parameter_next(&rest, &name, &value) > 0)
		if (slice_is_nocase(name, "q") && is_zero(value))
			return REFUSED;
	return ACCEPTED;
}

/* What the request's Accept-Encoding says of |coding| by its name. */
static enum preference listed(const struct exchange_seen *seen, struct slice coding)
{
	for (size_t i = 0; i < seen->nrequest_fields; i++) {
		struct slice list = seen->request_fields[i].value, member;

		if (!slice_is_nocase(seen->request_fields[i].name, "Accept-Encoding"))
			continue;
		while (http_list_next(&list, &member))
			if (is_coding(slice_sub(member, 0, http_span(member, HTTP_TCHAR)), coding))
				return preference_of(member);
	}
	return UNLISTED;
}

static bool accepts(const struct exchange_seen *seen, struct slice coding, bool unlisted)
{
	enum preference p = listed(seen, coding);

	if (p == UNLISTED)
		p = listed(seen, SLICE("*"));
	return p == UNLISTED ? unlisted : p == ACCEPTED;
}

static enum rule_outcome encoding_not_offered(const struct exchange_seen *seen, struct buffer *out)
{
	struct slice offer, coding;

	if (!rule_is_final(seen) || seen->response->content.len == 0 ||
	    !rule_request_field(seen, "Accept-Encoding", &offer) || offer.len == 0 ||
	    !find_coding(seen->response, &coding))
		return RULE_NOT_APPLICABLE;
	if (accepts(seen, coding, false) || !accepts(seen, SLICE("identity"), true))
		return RULE_PASS;
	(void)rule_refuse_bytes(out, "Content-Encoding: ", coding);
	return rule_refuse_bytes(out, " to Accept-Encoding: ", offer);
}

/* ---- Vary ---- */

static bool same_coding(const struct response *a, const struct response *b)
{
	struct slice x = { 0 }, y = { 0 };

	(void)response_field(a, "Content-Encoding", &x);
	(void)response_field(b, "Content-Encoding", &y);
	return slice_eq_nocase(x, y);
}

/* Two codings of one target were seen, so the form does depend on the request. */
static enum rule_outcome vary_on_negotiation(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response, *g = seen->get_sibling;

	if (!g || g == r || r->status != 200 || !rule_asked(seen, "GET") || same_coding(r, g) ||
	    rule_list_has(r, "Cache-Control", "no-store"))
		return RULE_NOT_APPLICABLE;
	if (rule_list_has(r, "Vary", "Accept-Encoding") || rule_list_has(r, "Vary", "*"))
		return RULE_PASS;
	return rule_refuse(out, "the coding hangs on the request, but Vary does not name "
				"Accept-Encoding");
}

const struct rule content_rules[] = {
	{ "content-type-header-required", "RFC9110-8.3-1", LEVEL_SHOULD,
	  "a response with content of a known type has Content-Type", content_type_header_required,
	  EXCHANGE },
	{ "encoded-content-decodes", "RFC9110-8.4", LEVEL_MUST,
	  "content labelled gzip or deflate decodes as such", encoded_content_decodes,
	  EXCHANGE_IF("Content-Encoding") },
	{ "encoding-not-offered", "RFC9110-12.5.3-2", LEVEL_SHOULD,
	  "no content coding that Accept-Encoding excludes", encoding_not_offered,
	  EXCHANGE_IF("Content-Encoding") },
	{ "vary-on-negotiation", "RFC9110-12.5.5-3", LEVEL_SHOULD,
	  "a response whose coding depends on the request names Accept-Encoding in Vary",
	  vary_on_negotiation, EXCHANGE },
	{ 0 },
};
