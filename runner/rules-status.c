#include "runner/rules-inner.h"

#include "http/bytes.h"
#include "http/grammar.h"

/* Rules about single status codes: what must be with them, and to what they answer. */

static int status_of(const struct exchange_seen *seen)
{
	return seen->response->status;
}

#define WANTS(function, code, name)                                                                \
	static enum rule_outcome function(const struct exchange_seen *seen, struct buffer *out)    \
	{                                                                                          \
		return rule_wants(seen, out, status_of(seen) == (code), name);                     \
	}

WANTS(send_upgrade_101, 101, "Upgrade")
WANTS(send_upgrade_426, 426, "Upgrade")
WANTS(code_301_location, 301, "Location")
WANTS(code_302_location, 302, "Location")
WANTS(code_303_location, 303, "Location")
WANTS(code_307_location, 307, "Location")
WANTS(code_308_location, 308, "Location")
WANTS(code_401_www_authenticate, 401, "WWW-Authenticate")
WANTS(code_405_allow, 405, "Allow")

/* ---- 1xx ---- */

static bool is_offered(const struct exchange_seen *seen, struct slice protocol)
{
	for (size_t i = 0; i < seen->nrequest_fields; i++) {
		struct slice list = seen->request_fields[i].value, offer;

		if (!slice_is_nocase(seen->request_fields[i].name, "Upgrade"))
			continue;
		while (http_list_next(&list, &offer))
			if (slice_eq_nocase(offer, protocol))
				return true;
	}
	return false;
}

static enum rule_outcome switch_protocol_without_client(const struct exchange_seen *seen,
							struct buffer *out)
{
	const struct field *f;
	size_t at = 0;

	if (status_of(seen) != 101 || !seen->request_valid)
		return RULE_NOT_APPLICABLE;
	if (!rule_request_has(seen, "Upgrade"))
		return rule_refuse(out, "101 to a request without Upgrade");
	for (; (f = rule_next_line(seen->response, "Upgrade", &at));) {
		struct slice list = f->value, protocol;

		while (http_list_next(&list, &protocol))
			if (!is_offered(seen, protocol))
				return rule_refuse_bytes(out, "a protocol not asked for: ",
							 protocol);
	}
	return RULE_PASS;
}

static enum rule_outcome interim_unasked_100(const struct exchange_seen *seen, struct buffer *out)
{
	if (status_of(seen) / 100 != 1 || !seen->request_valid)
		return RULE_NOT_APPLICABLE;
	if (seen->request_minor > 0)
		return RULE_PASS;
	return rule_refuse(out, "%d to an HTTP/1.0 request", status_of(seen));
}

/* ---- codes that answer a certain request ---- */

static bool has_condition(const struct exchange_seen *seen)
{
	static const struct slice prefix = { "If", 2 };

	for (size_t i = 0; i < seen->nrequest_fields; i++) {
		struct slice name = seen->request_fields[i].name;

		/* "If-Match" and so on, and "If" of WebDAV (RFC 4918) */
		if (slice_eq_nocase(slice_sub(name, 0, 2), prefix) &&
		    (name.len == 2 || name.at[2] == '-'))
			return true;
	}
	return false;
}

static enum rule_outcome answers(const struct exchange_seen *seen, struct buffer *out, int code,
				 bool asked, const char *what)
{
	if (status_of(seen) != code || !seen->request_valid)
		return RULE_NOT_APPLICABLE;
	if (asked)
		return RULE_PASS;
	return rule_refuse(out, "%d to a request without %s", code, what);
}

static enum rule_outcome status_206_unasked(const struct exchange_seen *seen, struct buffer *out)
{
	return answers(seen, out, 206, rule_request_has(seen, "Range"), "Range");
}

static enum rule_outcome status_304_unasked(const struct exchange_seen *seen, struct buffer *out)
{
	bool get = rule_asked(seen, "GET") || rule_asked(seen, "HEAD");

	if (status_of(seen) == 304 && seen->request_valid && !get)
		return rule_refuse_bytes(out, "304 to ", seen->method);
	return answers(seen, out, 304, has_condition(seen), "a condition");
}

static enum rule_outcome status_412_unasked(const struct exchange_seen *seen, struct buffer *out)
{
	return answers(seen, out, 412, has_condition(seen), "a precondition");
}

static enum rule_outcome status_416_unasked(const struct exchange_seen *seen, struct buffer *out)
{
	return answers(seen, out, 416, rule_request_has(seen, "Range"), "Range");
}

static enum rule_outcome status_417_unasked(const struct exchange_seen *seen, struct buffer *out)
{
	return answers(seen, out, 417, rule_request_has(seen, "Expect"), "Expect");
}

static enum rule_outcome post_invalid_response_codes(const struct exchange_seen *seen,
						     struct buffer *out)
{
	int code = status_of(seen);

	if (!rule_asked(seen, "POST") || !rule_is_final(seen))
		return RULE_NOT_APPLICABLE;
	if (code != 206 && code != 304 && code != 416)
		return RULE_PASS;
	return rule_refuse(out, "%d to POST", code);
}

static enum rule_outcome status_511_not_origin(const struct exchange_seen *seen,
					       struct buffer *out)
{
	if (!rule_is_final(seen) || status_of(seen) / 100 != 5)
		return RULE_NOT_APPLICABLE;
	if (status_of(seen) != 511)
		return RULE_PASS;
	return rule_refuse(out, "511, which is for networks that want a login");
}

/* ---- what goes with a code ---- */

static enum rule_outcome wants_content(const struct exchange_seen *seen, struct buffer *out,
				       bool applies)
{
	const struct response *r = seen->response;

	if (!applies || !rule_is_final(seen) || !r->complete || rule_maybe_head(seen))
		return RULE_NOT_APPLICABLE;
	return r->content.len ? RULE_PASS : rule_refuse(out, "%d without content", r->status);
}

static enum rule_outcome code_300_metadata(const struct exchange_seen *seen, struct buffer *out)
{
	return wants_content(seen, out, status_of(seen) == 300);
}

static enum rule_outcome error_has_explanation(const struct exchange_seen *seen,
					       struct buffer *out)
{
	int class = status_of(seen) / 100;

	return wants_content(seen, out, class == 4 || class == 5);
}

static enum rule_outcome allow_lists_refused_method(const struct exchange_seen *seen,
						    struct buffer *out)
{
	const struct field *f;
	size_t at = 0;

	if (status_of(seen) != 405 || !seen->request_valid || !rule_has(seen->response, "Allow"))
		return RULE_NOT_APPLICABLE;
	for (; (f = rule_next_line(seen->response, "Allow", &at));) {
		struct slice list = f->value, method;

		while (http_list_next(&list, &method))
			if (slice_eq(method, seen->method)) {
				(void)rule_refuse_bytes(out, "405 to ", seen->method);
				(void)rule_refuse(out, " with ");
				return rule_refuse_field(out, f);
			}
	}
	return RULE_PASS;
}

/* Without a coding in the request the cause can only be the media type, and then
 * Accept is a mere possibility (RFC 9110 section 15.5.16). */
static enum rule_outcome code_415_unsupported_media_type(const struct exchange_seen *seen,
							 struct buffer *out)
{
	if (status_of(seen) != 415 || !rule_request_has(seen, "Content-Encoding"))
		return RULE_NOT_APPLICABLE;
	if (rule_has(seen->response, "Accept-Encoding") || rule_has(seen->response, "Accept"))
		return RULE_PASS;
	return rule_refuse(out, "415 to coded content, without Accept-Encoding or Accept");
}

static enum rule_outcome accept_encoding_415(const struct exchange_seen *seen, struct buffer *out)
{
	if (status_of(seen) != 415 || !seen->request_valid ||
	    rule_request_has(seen, "Content-Encoding"))
		return RULE_NOT_APPLICABLE;
	if (!rule_has(seen->response, "Accept-Encoding"))
		return RULE_PASS;
	return rule_refuse(out, "415 with Accept-Encoding, though the content had no coding");
}

/* Allow names PATCH, so the resource supports it; "OPTIONS *" is about no resource. */
static enum rule_outcome accept_patch_presence(const struct exchange_seen *seen,
					       struct buffer *out)
{
	if (!rule_asked(seen, "OPTIONS") || slice_is(seen->target, "*") ||
	    !rule_is_2xx(status_of(seen)) || !rule_list_has(seen->response, "Allow", "PATCH"))
		return RULE_NOT_APPLICABLE;
	if (rule_has(seen->response, "Accept-Patch"))
		return RULE_PASS;
	return rule_refuse(out, "Allow names PATCH, and Accept-Patch is not there");
}

const struct rule status_rules[] = {
	{ "send-upgrade-101", "RFC9110-7.8-4", LEVEL_MUST, "101 carries Upgrade", send_upgrade_101,
	  HEADS },
	{ "send-upgrade-426", "RFC9110-7.8-8", LEVEL_MUST, "426 carries Upgrade", send_upgrade_426,
	  HEADS },
	{ "switch-protocol-without-client", "RFC9110-7.8-6", LEVEL_MUST,
	  "101 only to a protocol that the request offered", switch_protocol_without_client,
	  HEADS },
	{ "interim-unasked-100", "RFC9110-15.2-1", LEVEL_MUST, "no 1xx to an HTTP/1.0 request",
	  interim_unasked_100, HEADS },
	{ "status-206-unasked", "RFC9110-15.3.7", LEVEL_MUST, "206 only to a request with Range",
	  status_206_unasked, HEADS },
	{ "status-304-unasked", "RFC9110-15.4.5", LEVEL_MUST,
	  "304 only to a conditional GET or HEAD", status_304_unasked, HEADS },
	{ "status-412-unasked", "RFC9110-15.5.13", LEVEL_SHOULD,
	  "412 only to a request with a precondition", status_412_unasked, HEADS },
	{ "status-416-unasked", "RFC9110-15.5.17", LEVEL_SHOULD, "416 only to a request with Range",
	  status_416_unasked, HEADS },
	{ "status-417-unasked", "RFC9110-15.5.18", LEVEL_SHOULD,
	  "417 only to a request with Expect", status_417_unasked, HEADS },
	{ "status-511-not-origin", "RFC6585-6-3", LEVEL_SHOULD, "an origin server sends no 511",
	  status_511_not_origin, HEADS },
	{ "post-invalid-response-codes", "RFC9110-9.3.3", LEVEL_MUST,
	  "POST is not answered with 206, 304 or 416", post_invalid_response_codes, HEADS },
	{ "code-300-metadata", "RFC9110-15.4.1-3", LEVEL_SHOULD, "300 has content",
	  code_300_metadata, EXCHANGE },
	{ "code-301-location", "RFC9110-15.4.2-2", LEVEL_SHOULD, "301 carries Location",
	  code_301_location, HEADS },
	{ "code-302-location", "RFC9110-15.4.3-2", LEVEL_SHOULD, "302 carries Location",
	  code_302_location, HEADS },
	{ "code-303-location", "RFC9110-15.4.4", LEVEL_SHOULD, "303 carries Location",
	  code_303_location, HEADS },
	{ "code-307-location", "RFC9110-15.4.8-3", LEVEL_SHOULD, "307 carries Location",
	  code_307_location, HEADS },
	{ "code-308-location", "RFC9110-15.4.9-2", LEVEL_SHOULD, "308 carries Location",
	  code_308_location, HEADS },
	{ "error-has-explanation", "RFC9110-15.5-1", LEVEL_SHOULD,
	  "4xx and 5xx carry content that explains", error_has_explanation, EXCHANGE },
	{ "code-401-www-authenticate", "RFC9110-15.5.2-1", LEVEL_MUST,
	  "401 carries WWW-Authenticate", code_401_www_authenticate, HEADS },
	{ "code-405-allow", "RFC9110-15.5.6-1", LEVEL_MUST, "405 carries Allow", code_405_allow,
	  HEADS },
	{ "allow-lists-refused-method", "RFC9110-15.5.6", LEVEL_SHOULD,
	  "the Allow of a 405 does not list the method that was refused",
	  allow_lists_refused_method, FIELD("Allow") },
	{ "code-415-unsupported-media-type", "RFC9110-15.5.16", LEVEL_SHOULD,
	  "415 to coded content carries Accept-Encoding or Accept", code_415_unsupported_media_type,
	  HEADS },
	{ "accept-encoding-415", "RFC9110-12.5.3-4", LEVEL_MUST,
	  "415 for another reason than a coding carries no Accept-Encoding", accept_encoding_415,
	  HEADS },
	{ "accept-patch-presence", "RFC5789-3.1-1", LEVEL_SHOULD,
	  "OPTIONS shows Accept-Patch where PATCH is allowed", accept_patch_presence,
	  FIELD("Allow") },
	{ 0 },
};
