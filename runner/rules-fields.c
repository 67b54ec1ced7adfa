#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"
#include "http/tables.h"

#include <errno.h>

/* The grammar of single fields, and how often and where they may stand. Each line of
 * a list field is a list of its own. */

static bool is_token(struct slice s)
{
	return http_is_token(s);
}

static bool are_tokens(struct slice list)
{
	return rule_members(list, is_token);
}

/* 1#token: at least one. */
static bool are_some_tokens(struct slice list)
{
	return list.len && are_tokens(list);
}

static bool is_etag(struct slice s)
{
	struct http_etag tag;

	return http_etag_parse(s, &tag) == 0;
}

static bool is_media_type(struct slice s)
{
	return http_is_media_type(s, NULL);
}

static bool are_media_types(struct slice list)
{
	return list.len && rule_members(list, is_media_type);
}

/* Language-Tag by its shape, RFC 5646 section 2.1: subtags of one to eight letters or
 * digits, the first of letters. */
static bool is_language(struct slice s)
{
	for (bool first = true; s.len; first = false) {
		size_t dash = slice_find(s, '-');
		struct slice tag = slice_sub(s, 0, dash);

		if (tag.len > 8 || !http_all(tag, first ? HTTP_ALPHA : HTTP_ALPHA | HTTP_DIGIT))
			return false;
		if (dash + 1 == s.len)
			return false;
		s = slice_skip(s, dash + 1);
	}
	return true;
}

static bool are_languages(struct slice list)
{
	return rule_members(list, is_language);
}

/* token, then the parameters of a transfer coding; BWS around "=" is not for senders. */
static bool is_transfer_coding(struct slice s)
{
	size_t token = http_span(s, HTTP_TCHAR);
	struct slice rest = slice_skip(s, token), name, value;
	int r;

	while ((r = http_parameter_next(&rest, &name, &value)) > 0)
		;
	return token && r == 0;
}

static bool are_transfer_codings(struct slice list)
{
	return rule_members(list, is_transfer_coding);
}

/* codings [ OWS ";" OWS "q=" qvalue ], RFC 9110 section 12.4.2 */
static bool is_weight(struct slice s)
{
	struct slice digits = slice_skip(s, 2);

	if (s.len == 0 || s.len > 5 || (s.at[0] != '0' && s.at[0] != '1'))
		return false;
	if (s.len == 1)
		return true;
	if (s.at[1] != '.' || (digits.len && !http_all(digits, HTTP_DIGIT)))
		return false;
	for (size_t i = 0; s.at[0] == '1' && i < digits.len; i++)
		if (digits.at[i] != '0')
			return false;
	return true;
}

static bool is_weighted_token(struct slice s)
{
	size_t token = http_span(s, HTTP_TCHAR);
	struct slice rest = slice_skip(s, token), name, value;

	if (token == 0 || rest.len == 0)
		return token > 0;
	return http_parameter_next(&rest, &name, &value) > 0 && slice_is_nocase(name, "q") &&
	       is_weight(value) && rest.len == 0;
}

static bool are_weighted_tokens(struct slice list)
{
	return rule_members(list, is_weighted_token);
}

/* protocol = token [ "/" token ], RFC 9110 section 7.8 */
static bool is_protocol(struct slice s)
{
	size_t slash = slice_find(s, '/');

	return http_is_token(slice_sub(s, 0, slash)) &&
	       (slash == s.len || http_is_token(slice_skip(s, slash + 1)));
}

static bool are_protocols(struct slice list)
{
	return rule_members(list, is_protocol);
}

/* byte ranges in their form; of another unit only that it is "unit SP something" */
static bool is_content_range(struct slice s)
{
	size_t unit = http_span(s, HTTP_TCHAR);
	struct http_content_range range;

	if (slice_is_nocase(slice_sub(s, 0, unit), "bytes"))
		return http_content_range_parse(s, &range) != -EINVAL;
	return unit && unit + 1 < s.len && s.at[unit] == ' ';
}

/* ---- Server: product *( RWS ( product / comment ) ), RFC 9110 section 10.2.4 ---- */

static size_t comment_span(struct slice s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == '(')
			depth++;
		else if (s.at[i] == ')' && --depth == 0)
			return i + 1;
		else if (s.at[i] == '\\' && ++i == s.len)
			return 0;
	}
	return 0;
}

static size_t product_span(struct slice s)
{
	size_t name = http_span(s, HTTP_TCHAR);
	size_t version = http_span(slice_skip(s, name + 1), HTTP_TCHAR);

	if (name == 0 || name == s.len || s.at[name] != '/')
		return name;
	return version ? name + 1 + version : 0;
}

/* The number of products and comments; 0 where the grammar is broken. |ret_products|
 * (may be null): of the products alone. */
static size_t count_products(struct slice s, size_t *ret_products)
{
	size_t count = 0, products = 0;

	for (;; count++) {
		bool comment = count && s.len && s.at[0] == '(';
		size_t span = comment ? comment_span(s) : product_span(s);

		s = slice_skip(s, span);
		if (span == 0)
			return 0;
		products += !comment;
		if (ret_products)
			*ret_products = products;
		if (s.len == 0)
			return count + 1;

		size_t blanks = http_span(s, HTTP_WS);

		if (blanks == 0)
			return 0;
		s = slice_skip(s, blanks);
	}
}

static bool is_server(struct slice s)
{
	return count_products(s, NULL) > 0;
}

/* "Apache/2.4.57 (Debian)" are two; a list of the modules with their versions is what
 * the clause means by needlessly fine-grained. */
static bool is_server_short(struct slice s)
{
	return s.len <= 128 && count_products(s, NULL) <= 3;
}

/* The server's own product, and two that it is built with. */
static bool has_few_subproducts(struct slice s)
{
	size_t products = 0;

	return count_products(s, &products) == 0 || products <= 3;
}

/* ---- http and https URIs in fields, RFC 9110 section 4.2 ---- */

/* The authority of an absolute URI of |scheme| ("http://"); false for any other reference. */
static bool find_authority(struct slice s, const char *scheme, struct slice *ret)
{
	size_t len = strlen(scheme);

	if (!slice_is_nocase(slice_sub(s, 0, len), scheme))
		return false;
	s = slice_skip(s, len);
	for (len = 0; len < s.len && !byte_is_one_of(s.at[len], "/?#"); len++)
		;
	*ret = slice_sub(s, 0, len);
	return true;
}

static bool has_host_of(struct slice uri, const char *scheme)
{
	struct slice authority;

	if (!find_authority(uri, scheme, &authority))
		return true;
	authority = slice_skip(authority, slice_find(authority, '@') == authority.len
						  ? 0
						  : slice_find(authority, '@') + 1);
	return authority.len && authority.at[0] != ':';
}

static bool has_http_host(struct slice uri)
{
	return has_host_of(uri, "http://");
}

static bool has_https_host(struct slice uri)
{
	return has_host_of(uri, "https://");
}

static bool has_no_userinfo(struct slice uri)
{
	struct slice authority;

	if (!find_authority(uri, "http://", &authority) &&
	    !find_authority(uri, "https://", &authority))
		return true;
	return slice_find(authority, '@') == authority.len;
}

static enum rule_outcome in_uris(const struct exchange_seen *seen, struct buffer *out,
				 bool (*is_right)(struct slice uri))
{
	enum rule_outcome location = rule_each_line(seen, out, "Location", is_right);
	enum rule_outcome content;

	if (location == RULE_FAIL)
		return RULE_FAIL;
	content = rule_each_line(seen, out, "Content-Location", is_right);
	return content == RULE_NOT_APPLICABLE ? location : content;
}

static enum rule_outcome uri_has_host(const struct exchange_seen *seen, struct buffer *out)
{
	return in_uris(seen, out, has_http_host);
}

static enum rule_outcome https_uri_has_host(const struct exchange_seen *seen, struct buffer *out)
{
	return in_uris(seen, out, has_https_host);
}

static enum rule_outcome uri_no_userinfo(const struct exchange_seen *seen, struct buffer *out)
{
	return in_uris(seen, out, has_no_userinfo);
}

/* ---- which fields, and how often ---- */

static bool seen_before(const struct field *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (slice_eq_nocase(list[k].name, list[i].name))
			return true;
	return false;
}

static const struct field *find_duplicate(const struct field *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seen_before(list, i) &&
		    (http_field_traits(list[i].name) & HTTP_FIELD_SINGLETON))
			return &list[i];
	return NULL;
}

static enum rule_outcome duplicate_fields(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;
	const struct field *f = find_duplicate(r->fields, r->nfields);

	if (!f)
		f = find_duplicate(r->trailers, r->ntrailers);
	if (f)
		return rule_refuse_bytes(out, "more than one line of ", f->name);
	return r->nfields ? RULE_PASS : RULE_NOT_APPLICABLE;
}

static enum rule_outcome request_field_in_response(const struct exchange_seen *seen,
						   struct buffer *out)
{
	const struct response *r = seen->response;

	for (size_t i = 0; i < r->nfields; i++)
		if (http_field_traits(r->fields[i].name) & HTTP_FIELD_REQUEST)
			return rule_refuse_field(out, &r->fields[i]);
	return r->nfields ? RULE_PASS : RULE_NOT_APPLICABLE;
}

static enum rule_outcome trailer_forbidden_field(const struct exchange_seen *seen,
						 struct buffer *out)
{
	const struct response *r = seen->response;

	for (size_t i = 0; i < r->ntrailers; i++)
		if (http_field_traits(r->trailers[i].name) & HTTP_FIELD_NO_TRAILER)
			return rule_refuse_field(out, &r->trailers[i]);
	return r->ntrailers ? RULE_PASS : RULE_NOT_APPLICABLE;
}

static bool is_announced(const struct response *r, struct slice trailer)
{
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(r, "Trailer", &at));) {
		struct slice list = f->value, name;

		while (http_list_next(&list, &name))
			if (slice_eq_nocase(name, trailer))
				return true;
	}
	return false;
}

static enum rule_outcome trailer_announced(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;

	for (size_t i = 0; i < r->ntrailers; i++)
		if (!is_announced(r, r->trailers[i].name))
			return rule_refuse_bytes(out, "a trailer that Trailer does not name: ",
						 r->trailers[i].name);
	return r->ntrailers ? RULE_PASS : RULE_NOT_APPLICABLE;
}

/* Lists whose members hold no comma but in quotes: Link, for one, has URIs. */
static const char *const plain_list[] = {
	"Accept-Encoding", "Accept-Patch", "Accept-Ranges", "Allow", "Cache-Control",
	"Connection", "Content-Encoding", "Content-Language", "Proxy-Authenticate", "Trailer",
	"Transfer-Encoding", "Upgrade", "Vary", "Via", "WWW-Authenticate",
};

static bool has_no_empty_member(struct slice list)
{
	struct slice member;

	while (http_list_next_raw(&list, &member))
		if (member.len == 0)
			return false;
	return true;
}

static bool is_plain_list(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(plain_list); i++)
		if (slice_is_nocase(name, plain_list[i]))
			return true;
	return false;
}

static enum rule_outcome empty_list_member(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;
	enum rule_outcome all = RULE_NOT_APPLICABLE;

	for (size_t i = 0; i < r->nfields; i++) {
		if (!is_plain_list(r->fields[i].name))
			continue;
		if (!has_no_empty_member(r->fields[i].value))
			return rule_refuse_field(out, &r->fields[i]);
		all = RULE_PASS;
	}
	return all;
}

static bool is_not_identity(struct slice coding)
{
	return !slice_is_nocase(coding, "identity");
}

static bool names_no_identity(struct slice list)
{
	return rule_members(list, is_not_identity);
}

/* ---- the rows ---- */

#define LINE_RULE(function, name, is_right)                                                        \
	static enum rule_outcome function(const struct exchange_seen *seen, struct buffer *out)    \
	{                                                                                          \
		return rule_each_line(seen, out, name, is_right);                                  \
	}

LINE_RULE(server_grammar, "Server", is_server)
LINE_RULE(server_header_long, "Server", is_server_short)
LINE_RULE(server_few_subproducts, "Server", has_few_subproducts)
LINE_RULE(location_grammar, "Location", http_is_uri_reference)
LINE_RULE(content_location_grammar, "Content-Location", http_is_uri_reference)
LINE_RULE(etag_grammar, "ETag", is_etag)
LINE_RULE(content_type_grammar, "Content-Type", is_media_type)
LINE_RULE(range_grammar, "Content-Range", is_content_range)
LINE_RULE(content_language_grammar, "Content-Language", are_languages)
LINE_RULE(content_encoding_grammar, "Content-Encoding", are_tokens)
LINE_RULE(content_encoding_identity, "Content-Encoding", names_no_identity)
LINE_RULE(connection_grammar, "Connection", are_tokens)
LINE_RULE(allow_grammar, "Allow", are_tokens)
LINE_RULE(accept_ranges_grammar, "Accept-Ranges", are_some_tokens)
LINE_RULE(accept_encoding_grammar, "Accept-Encoding", are_weighted_tokens)
LINE_RULE(accept_patch_grammar, "Accept-Patch", are_media_types)
LINE_RULE(transfer_encoding_grammar, "Transfer-Encoding", are_transfer_codings)
LINE_RULE(vary_grammar, "Vary", are_tokens)
LINE_RULE(trailer_grammar, "Trailer", are_tokens)
LINE_RULE(upgrade_grammar, "Upgrade", are_protocols)

const struct rule field_rules[] = {
	{ "server-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Server is products and comments",
	  server_grammar, FIELD("Server") },
	{ "server-header-long", "RFC9110-10.2.4-2", LEVEL_SHOULD, "Server is not overly detailed",
	  server_header_long, FIELD("Server") },
	{ "server-few-subproducts", "RFC9110-10.2.4-3", LEVEL_SHOULD,
	  "Server names at most two subproducts", server_few_subproducts, FIELD("Server") },
	{ "location-header-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Location is a URI-reference",
	  location_grammar, FIELD("Location") },
	{ "content-location-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Content-Location is a URI-reference", content_location_grammar,
	  FIELD("Content-Location") },
	{ "etag-grammar", "RFC9110-2.2-1", LEVEL_MUST, "ETag is an entity-tag", etag_grammar,
	  FIELD("ETag") },
	{ "content-type-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Content-Type is a media type",
	  content_type_grammar, FIELD("Content-Type") },
	{ "range-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Content-Range has its syntax",
	  range_grammar, FIELD("Content-Range") },
	{ "content-language-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Content-Language is a list of language tags", content_language_grammar,
	  FIELD("Content-Language") },
	{ "content-encoding-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Content-Encoding is a list of codings", content_encoding_grammar,
	  FIELD("Content-Encoding") },
	{ "content-encoding-identity", "RFC9110-8.4-2", LEVEL_SHOULD,
	  "Content-Encoding does not say identity", content_encoding_identity,
	  FIELD("Content-Encoding") },
	{ "connection-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Connection is a list of tokens",
	  connection_grammar, FIELD("Connection") },
	{ "allow-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Allow is a list of methods", allow_grammar,
	  FIELD("Allow") },
	{ "accept-ranges-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Accept-Ranges is a list of range units", accept_ranges_grammar, FIELD("Accept-Ranges") },
	{ "accept-encoding-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Accept-Encoding is a list of codings with weights", accept_encoding_grammar,
	  FIELD("Accept-Encoding") },
	{ "accept-patch-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Accept-Patch is a list of media types", accept_patch_grammar, FIELD("Accept-Patch") },
	{ "transfer-encoding-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Transfer-Encoding is a list of codings", transfer_encoding_grammar,
	  FIELD("Transfer-Encoding") },
	{ "vary-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Vary is * or a list of field names",
	  vary_grammar, FIELD("Vary") },
	{ "trailer-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Trailer is a list of field names",
	  trailer_grammar, FIELD("Trailer") },
	{ "upgrade-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Upgrade is a list of protocols",
	  upgrade_grammar, FIELD("Upgrade") },
	{ "uri-has-host", "RFC9110-4.2.1-1", LEVEL_MUST, "an http URI in a field has a host",
	  uri_has_host, HEADS },
	{ "https-uri-has-host", "RFC9110-4.2.2-1", LEVEL_MUST,
	  "an https URI in a field has a host", https_uri_has_host, HEADS },
	{ "uri-no-userinfo", "RFC9110-4.2.4-1", LEVEL_MUST,
	  "an http or https URI in a field has no userinfo", uri_no_userinfo, HEADS },
	{ "duplicate-fields", "RFC9110-5.3-3", LEVEL_MUST,
	  "a field that is no list stands on one line only", duplicate_fields, HEADS },
	{ "empty-list-member", "RFC9110-5.6.1.1-1", LEVEL_MUST, "no empty member in a list field",
	  empty_list_member, HEADS },
	{ "request-field-in-response", "RFC9110-10.1", LEVEL_SHOULD,
	  "no field that means something in requests only", request_field_in_response, HEADS },
	{ "trailer-forbidden-field", "RFC9110-6.5.1-1", LEVEL_MUST,
	  "no framing, routing, authentication or content field among the trailers",
	  trailer_forbidden_field, EXCHANGE },
	{ "trailer-announced", "RFC9110-6.6.2-1", LEVEL_SHOULD, "Trailer names the trailer fields",
	  trailer_announced, EXCHANGE },
	{ 0 },
};
