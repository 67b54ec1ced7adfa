#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

/* Fields that applications send to browsers: Fetch, HTML, CSP and RFC 6797. */

static bool is_one_of(struct slice s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(s, words[i]))
			return true;
	return false;
}

static bool are_tokens_or_none(struct slice list)
{
	struct slice member;

	while (http_list_next(&list, &member))
		if (!http_is_token(member))
			return false;
	return true;
}

/* A structured-field token and its parameters. */
static bool is_policy(struct slice s, const char *const *words, size_t n)
{
	struct slice rest = slice_skip(s, http_span(s, HTTP_TCHAR)), name, value;
	int r;

	if (!is_one_of(slice_sub(s, 0, s.len - rest.len), words, n))
		return false;
	while ((r = http_parameter_next(&rest, &name, &value)) > 0)
		;
	return r == 0;
}

static bool is_coep(struct slice s)
{
	static const char *const word[] = { "unsafe-none", "require-corp", "credentialless" };

	return is_policy(s, word, ARRAY_SIZE(word));
}

static bool is_coop(struct slice s)
{
	static const char *const word[] = { "unsafe-none", "same-origin",
					    "same-origin-allow-popups", "noopener-allow-popups" };

	return is_policy(s, word, ARRAY_SIZE(word));
}

static bool is_corp(struct slice s)
{
	static const char *const word[] = { "same-origin", "same-site", "cross-origin" };

	return is_one_of(s, word, ARRAY_SIZE(word));
}

static bool is_nosniff(struct slice s)
{
	return slice_is_nocase(s, "nosniff");
}

static bool is_frame_option(struct slice s)
{
	return slice_is_nocase(s, "DENY") || slice_is_nocase(s, "SAMEORIGIN");
}

/* scheme "://" host [ ":" port ] */
static bool is_origin(struct slice s)
{
	size_t colon = slice_find_slice(s, SLICE("://"));
	struct slice host = slice_skip(s, colon + 3);

	return colon && colon < s.len && http_is_uri_reference(s) && host.len && http_is_host(host);
}

static bool is_allowed_origin(struct slice s)
{
	return slice_is(s, "*") || slice_is(s, "null") || is_origin(s);
}

static bool is_true(struct slice s)
{
	return slice_is(s, "true");
}

static bool is_seconds(struct slice s)
{
	return http_all(s, HTTP_DIGIT);
}

/* ---- Content-Security-Policy: policies by ",", directives by ";" ---- */

static bool is_csp_directive(struct slice s)
{
	size_t name = 0;

	while (name < s.len && (http_is(s.at[name], HTTP_ALPHA | HTTP_DIGIT) || s.at[name] == '-'))
		name++;
	if (name == 0 || (name < s.len && !http_is(s.at[name], HTTP_WS)))
		return false;
	return http_all(s, HTTP_VCHAR | HTTP_WS);
}

static bool is_csp(struct slice line)
{
	while (line.len) {
		struct slice policy = slice_sub(line, 0, slice_find(line, ','));

		line = slice_skip(line, policy.len + 1);
		while (policy.len) {
			struct slice d = slice_sub(policy, 0, slice_find(policy, ';'));

			policy = slice_skip(policy, d.len + 1);
			d = slice_trim(d);
			if (d.len && !is_csp_directive(d))
				return false;
		}
	}
	return true;
}

/* ---- Strict-Transport-Security: [ directive ] *( ";" [ directive ] ) ---- */

static bool sts_next(struct slice *rest, struct slice *ret_name, struct slice *ret_value)
{
	while (rest->len) {
		struct slice d = slice_sub(*rest, 0, slice_find(*rest, ';'));
		size_t equals = slice_find(d, '=');

		*rest = slice_skip(*rest, d.len + 1);
		*ret_name = slice_trim(slice_sub(d, 0, equals));
		*ret_value = slice_trim(slice_skip(d, equals));
		if (slice_trim(d).len)
			return true;
	}
	return false;
}

static struct slice unquoted(struct slice s)
{
	return http_is_quoted(s) ? slice_sub(s, 1, s.len - 1) : s;
}

/* |value| begins with its "=" where there is one. */
static bool is_sts(struct slice line)
{
	struct slice name, value;

	while (sts_next(&line, &name, &value)) {
		struct slice argument = slice_trim(slice_skip(value, 1));

		if (!http_is_token(name))
			return false;
		if (slice_is_nocase(name, "max-age") && !http_all(unquoted(argument), HTTP_DIGIT))
			return false;
		if (value.len && !http_is_token(argument) && !http_is_quoted(argument))
			return false;
	}
	return true;
}

static size_t sts_count(struct slice line, struct slice wanted)
{
	struct slice name, value;
	size_t count = 0;

	while (sts_next(&line, &name, &value))
		count += slice_eq_nocase(name, wanted);
	return count;
}

static bool sts_has_max_age(struct slice line)
{
	return sts_count(line, SLICE("max-age")) > 0;
}

static bool sts_says_all_once(struct slice line)
{
	struct slice rest = line, name, value;

	while (sts_next(&rest, &name, &value))
		if (sts_count(line, name) > 1)
			return false;
	return true;
}

#define STS "Strict-Transport-Security"

static enum rule_outcome only_one_sts(const struct exchange_seen *seen, struct buffer *out)
{
	size_t lines = response_field_count(seen->response, STS);

	if (lines == 0 || !seen->tls)
		return RULE_NOT_APPLICABLE;
	return lines == 1 ? RULE_PASS : rule_refuse(out, "%zu lines of " STS, lines);
}

static enum rule_outcome sts_header_http(const struct exchange_seen *seen, struct buffer *out)
{
	if (seen->tls || !rule_head_whole(seen->response))
		return RULE_NOT_APPLICABLE;
	return rule_has(seen->response, STS) ? rule_refuse(out, STS " over plain http") : RULE_PASS;
}

/* Several policies all hold, and what the one allows the other forbids (CSP3 section 3.1). */
static enum rule_outcome at_most_one(const struct exchange_seen *seen, struct buffer *out,
				     const char *name)
{
	size_t lines = response_field_count(seen->response, name);

	if (lines == 0)
		return RULE_NOT_APPLICABLE;
	return lines == 1 ? RULE_PASS : rule_refuse(out, "%zu lines of %s", lines, name);
}

static enum rule_outcome duplicate_csp(const struct exchange_seen *seen, struct buffer *out)
{
	return at_most_one(seen, out, "Content-Security-Policy");
}

static enum rule_outcome duplicate_csp_ro(const struct exchange_seen *seen, struct buffer *out)
{
	return at_most_one(seen, out, "Content-Security-Policy-Report-Only");
}

/* ---- Upgrade Insecure Requests, section 3.2 ---- */

/* A navigation that would rather be secure, and its answer. */
static bool prefers_https(const struct exchange_seen *seen)
{
	struct slice value;

	return rule_is_final(seen) && rule_asked(seen, "GET") &&
	       rule_request_field(seen, "Upgrade-Insecure-Requests", &value) &&
	       slice_is(value, "1");
}

static enum rule_outcome uir_redirect(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;
	struct slice location;

	if (!prefers_https(seen) || seen->tls || r->status >= 400)
		return RULE_NOT_APPLICABLE;
	if (r->status / 100 == 3 && response_field(r, "Location", &location) &&
	    slice_is_nocase(slice_sub(location, 0, strlen("https://")), "https://"))
		return RULE_PASS;
	return rule_refuse(out, "%d over plain http", r->status);
}

static enum rule_outcome uir_sts(const struct exchange_seen *seen, struct buffer *out)
{
	if (!prefers_https(seen) || !seen->tls)
		return RULE_NOT_APPLICABLE;
	return rule_wants(seen, out, true, STS);
}

#define LINE_RULE(function, name, is_right)                                                        \
	static enum rule_outcome function(const struct exchange_seen *seen, struct buffer *out)    \
	{                                                                                          \
		return rule_each_line(seen, out, name, is_right);                                  \
	}

LINE_RULE(coep_grammar, "Cross-Origin-Embedder-Policy", is_coep)
LINE_RULE(coop_grammar, "Cross-Origin-Opener-Policy", is_coop)
LINE_RULE(corp_grammar, "Cross-Origin-Resource-Policy", is_corp)
LINE_RULE(xcto_grammar, "X-Content-Type-Options", is_nosniff)
LINE_RULE(xfo_grammar, "X-Frame-Options", is_frame_option)
LINE_RULE(csp_grammar, "Content-Security-Policy", is_csp)
LINE_RULE(csp_ro_grammar, "Content-Security-Policy-Report-Only", is_csp)
LINE_RULE(allow_origin_grammar, "Access-Control-Allow-Origin", is_allowed_origin)
LINE_RULE(allow_credentials_grammar, "Access-Control-Allow-Credentials", is_true)
LINE_RULE(expose_headers_grammar, "Access-Control-Expose-Headers", are_tokens_or_none)
LINE_RULE(max_age_grammar, "Access-Control-Max-Age", is_seconds)
LINE_RULE(allow_methods_grammar, "Access-Control-Allow-Methods", are_tokens_or_none)
LINE_RULE(allow_headers_grammar, "Access-Control-Allow-Headers", are_tokens_or_none)
LINE_RULE(permissions_grammar, "Permissions-Policy", http_is_dictionary)
LINE_RULE(sts_grammar, STS, is_sts)
LINE_RULE(sts_max_age, STS, sts_has_max_age)
LINE_RULE(sts_once, STS, sts_says_all_once)

const struct rule browser_rules[] = {
	{ "coep-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Cross-Origin-Embedder-Policy has its syntax", coep_grammar,
	  FIELD("Cross-Origin-Embedder-Policy") },
	{ "coop-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Cross-Origin-Opener-Policy is a known value", coop_grammar,
	  FIELD("Cross-Origin-Opener-Policy") },
	{ "corp-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Cross-Origin-Resource-Policy has its syntax", corp_grammar,
	  FIELD("Cross-Origin-Resource-Policy") },
	{ "xcto-grammar", "RFC9110-2.2-1", LEVEL_MUST, "X-Content-Type-Options is nosniff",
	  xcto_grammar, FIELD("X-Content-Type-Options") },
	{ "xfo-grammar", "RFC9110-2.2-1", LEVEL_MUST, "X-Frame-Options is DENY or SAMEORIGIN",
	  xfo_grammar, FIELD("X-Frame-Options") },
	{ "csp-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Content-Security-Policy has its syntax",
	  csp_grammar, FIELD("Content-Security-Policy") },
	{ "csp-ro-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Content-Security-Policy-Report-Only has its syntax", csp_ro_grammar,
	  FIELD("Content-Security-Policy-Report-Only") },
	{ "duplicate-csp", "CSP3-3.1", LEVEL_SHOULD, "at most one line of Content-Security-Policy",
	  duplicate_csp, FIELD("Content-Security-Policy") },
	{ "duplicate-csp-ro", "CSP3-3.2", LEVEL_SHOULD,
	  "at most one line of Content-Security-Policy-Report-Only", duplicate_csp_ro,
	  FIELD("Content-Security-Policy-Report-Only") },
	{ "permissions-policy-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Permissions-Policy is a dictionary of structured fields", permissions_grammar,
	  FIELD("Permissions-Policy") },
	{ "redirect-after-upgrade-insecure-requests", "UIR-3.2.1", LEVEL_SHOULD,
	  "who asks by http for something more secure is redirected to https", uir_redirect,
	  HEADS },
	{ "sts-header-after-upgrade-insecure-requests", "UIR-3.2.1", LEVEL_SHOULD,
	  "who asks by https for something more secure gets " STS, uir_sts, HEADS },
	{ "access-control-allow-origin-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Allow-Origin is an origin, null or *", allow_origin_grammar,
	  FIELD("Access-Control-Allow-Origin") },
	{ "access-control-allow-credentials-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Allow-Credentials is exactly true", allow_credentials_grammar,
	  FIELD("Access-Control-Allow-Credentials") },
	{ "access-control-expose-headers-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Expose-Headers is a list of field names", expose_headers_grammar,
	  FIELD("Access-Control-Expose-Headers") },
	{ "access-control-max-age-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Max-Age is a number of seconds", max_age_grammar,
	  FIELD("Access-Control-Max-Age") },
	{ "access-control-allow-methods-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Allow-Methods is a list of methods", allow_methods_grammar,
	  FIELD("Access-Control-Allow-Methods") },
	{ "access-control-allow-headers-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Access-Control-Allow-Headers is a list of field names", allow_headers_grammar,
	  FIELD("Access-Control-Allow-Headers") },
	{ "sts-grammar", "RFC9110-2.2-1", LEVEL_MUST, STS " has its syntax", sts_grammar,
	  FIELD(STS) },
	{ "sts-max-age", "RFC6797-6.1.1", LEVEL_MUST, STS " has max-age", sts_max_age, FIELD(STS) },
	{ "sts-directives-only-allowed-once", "RFC6797-6.1", LEVEL_MUST,
	  "no directive twice in " STS, sts_once, FIELD(STS) },
	{ "only-one-sts-header-allowed", "RFC6797-7.1", LEVEL_MUST, "at most one line of " STS,
	  only_one_sts, FIELD(STS) },
	{ "sts-header-http", "RFC6797-7.2", LEVEL_MUST, "no " STS " over plain http",
	  sts_header_http, HEADS },
	{ 0 },
};
