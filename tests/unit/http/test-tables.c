#include "feed.h"

#include "http/tables.h"

#include <ctype.h>
#include <limits.h>

/* https://www.iana.org/assignments/http-status-codes, without "(Unused)" ones */
static const struct {
	int status;
	const char *reason;
} registered[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 102, "Processing" },
	{ 103, "Early Hints" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 203, "Non-Authoritative Information" },
	{ 204, "No Content" },
	{ 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 207, "Multi-Status" },
	{ 208, "Already Reported" },
	{ 226, "IM Used" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 305, "Use Proxy" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 423, "Locked" },
	{ 424, "Failed Dependency" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 506, "Variant Also Negotiates" },
	{ 507, "Insufficient Storage" },
	{ 508, "Loop Detected" },
	{ 510, "Not Extended" },
	{ 511, "Network Authentication Required" },
};

static void reasons_of_all_registered_codes_and_no_other(void **state)
{
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(registered); i++) {
		const char *reason = http_reason(registered[i].status);

		assert_non_null(reason);
		assert_string_equal(reason, registered[i].reason);
	}
	for (int status = -1000; status < 2000; status++)
		found += http_reason(status) != NULL;
	assert_int_equal(found, ARRAY_SIZE(registered));
	assert_null(http_reason(INT_MIN));
	assert_null(http_reason(INT_MAX));
}

static void methods_are_found_with_their_case(void **state)
{
	static const struct {
		const char *name;
		enum http_method method;
	} row[] = {
		{ "GET", HTTP_GET },	     { "HEAD", HTTP_HEAD },
		{ "POST", HTTP_POST },	     { "PUT", HTTP_PUT },
		{ "DELETE", HTTP_DELETE },   { "CONNECT", HTTP_CONNECT },
		{ "OPTIONS", HTTP_OPTIONS }, { "TRACE", HTTP_TRACE },
		{ "PATCH", HTTP_PATCH },

		{ "get", HTTP_OTHER },	     { "Get", HTTP_OTHER },
		{ "GE", HTTP_OTHER },	     { "GETS", HTTP_OTHER },
		{ "PROPFIND", HTTP_OTHER },  { "", HTTP_OTHER },
	};
	size_t named = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].name, strlen(row[i].name));

		assert_int_equal(http_method(e.bytes), row[i].method);
		edge_free(e);
		if (row[i].method == HTTP_OTHER)
			continue;
		assert_string_equal(http_method_name(row[i].method), row[i].name);
		named++;
	}
	assert_int_equal(named + 1, HTTP_METHODS);
	assert_int_equal(http_method((struct slice){ 0 }), HTTP_OTHER);
	assert_int_equal(http_method(SLICE("GET\0")), HTTP_OTHER);
	assert_null(http_method_name(HTTP_OTHER));
	assert_null(http_method_name(HTTP_METHODS));
}

/* ---- fields: each trait with the names that have it, between single blanks ---- */

static const char lists[] =
    " A-IM Accept Accept-CH Accept-Charset Accept-Encoding Accept-Language Accept-Patch"
    " Accept-Post Accept-Ranges Access-Control-Allow-Headers Access-Control-Allow-Methods"
    " Access-Control-Expose-Headers Access-Control-Request-Headers Allow ALPN Alt-Svc"
    " Authentication-Info Cache-Control Cache-Status CDN-Cache-Control CDN-Loop"
    " Clear-Site-Data Connection Content-Digest Content-Encoding Content-Language"
    " Content-Security-Policy Content-Security-Policy-Report-Only DAV Expect Forwarded"
    " If-Match If-None-Match IM Keep-Alive Link Permissions-Policy Pragma Prefer"
    " Preference-Applied Priority Proxy-Authenticate Proxy-Authentication-Info"
    " Proxy-Connection Proxy-Status Referrer-Policy Repr-Digest Sec-WebSocket-Extensions"
    " Sec-WebSocket-Protocol Sec-WebSocket-Version Server-Timing Signature Signature-Input"
    " TE Timeout Timing-Allow-Origin Trailer Transfer-Encoding Upgrade Vary Via"
    " Want-Content-Digest Want-Repr-Digest Warning WWW-Authenticate ";

static const char singletons[] =
    " Access-Control-Allow-Credentials Access-Control-Allow-Origin Access-Control-Max-Age"
    " Access-Control-Request-Method Age Alt-Used Authorization Content-Disposition"
    " Content-Length Content-Location Content-Range Content-Type Cookie"
    " Cross-Origin-Embedder-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy"
    " Date Delta-Base Depth Destination Early-Data ETag Expires From Host HTTP2-Settings If"
    " If-Modified-Since If-Range If-Unmodified-Since Last-Modified Location Lock-Token"
    " Max-Forwards MIME-Version Origin Overwrite Proxy-Authorization Range Referer Retry-After"
    " Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Sec-WebSocket-Accept"
    " Sec-WebSocket-Key Server Strict-Transport-Security Sunset Upgrade-Insecure-Requests"
    " User-Agent ";

/* may stand on several lines that cannot be joined, or nobody says */
static const char neither[] = " Set-Cookie X-Content-Type-Options X-Frame-Options ";

static const char of_requests[] =
    " A-IM Accept-Charset Accept-Language Access-Control-Request-Headers"
    " Access-Control-Request-Method ALPN Alt-Used Authorization CDN-Loop Cookie Depth"
    " Destination Early-Data Expect Forwarded From Host HTTP2-Settings If If-Match"
    " If-Modified-Since If-None-Match If-Range If-Unmodified-Since Max-Forwards Origin"
    " Overwrite Prefer Proxy-Authorization Range Referer Sec-Fetch-Dest Sec-Fetch-Mode"
    " Sec-Fetch-Site Sec-Fetch-User Sec-WebSocket-Key TE Timeout Upgrade-Insecure-Requests"
    " User-Agent ";

static const char of_responses[] =
    " Accept-CH Accept-Patch Accept-Post Accept-Ranges Access-Control-Allow-Credentials"
    " Access-Control-Allow-Headers Access-Control-Allow-Methods Access-Control-Allow-Origin"
    " Access-Control-Expose-Headers Access-Control-Max-Age Age Allow Alt-Svc"
    " Authentication-Info Cache-Status CDN-Cache-Control Clear-Site-Data"
    " Content-Security-Policy Content-Security-Policy-Report-Only"
    " Cross-Origin-Embedder-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy"
    " Delta-Base ETag Expires IM Last-Modified Location Permissions-Policy"
    " Preference-Applied Proxy-Authenticate Proxy-Authentication-Info Proxy-Status"
    " Referrer-Policy Retry-After Sec-WebSocket-Accept Server Server-Timing Set-Cookie"
    " Strict-Transport-Security Sunset Timing-Allow-Origin Vary WWW-Authenticate"
    " X-Content-Type-Options X-Frame-Options ";

static const char never_in_trailers[] =
    /* message framing and connection */
    " Transfer-Encoding Content-Length Trailer TE Connection Keep-Alive Proxy-Connection"
    " Upgrade HTTP2-Settings Sec-WebSocket-Accept Sec-WebSocket-Extensions Sec-WebSocket-Key"
    " Sec-WebSocket-Protocol Sec-WebSocket-Version"
    /* routing */
    " Host Max-Forwards Forwarded Alt-Used ALPN CDN-Loop Destination Origin"
    /* authentication and state */
    " Authorization Proxy-Authorization WWW-Authenticate Proxy-Authenticate Cookie Set-Cookie"
    /* request modifiers */
    " Cache-Control Pragma Expect Range If If-Match If-None-Match If-Modified-Since"
    " If-Unmodified-Since If-Range Prefer Early-Data"
    /* response controls */
    " Age Expires Date Location Retry-After Vary Warning CDN-Cache-Control"
    /* content format */
    " Content-Type Content-Encoding Content-Language Content-Location Content-Range ";

static const char hop_by_hop[] = " Connection Proxy-Connection Keep-Alive TE Transfer-Encoding"
				 " Upgrade HTTP2-Settings ";

static const struct {
	const char *why;
	unsigned trait;
	const char *names;
} traits[] = {
	{ "list", HTTP_FIELD_LIST, lists },
	{ "singleton", HTTP_FIELD_SINGLETON, singletons },
	{ "request", HTTP_FIELD_REQUEST, of_requests },
	{ "response", HTTP_FIELD_RESPONSE, of_responses },
	{ "no trailer", HTTP_FIELD_NO_TRAILER, never_in_trailers },
	{ "hop-by-hop", HTTP_FIELD_HOP, hop_by_hop },
};

static bool names_hold(const char *names, struct slice name)
{
	char padded[64];

	(void)snprintf(padded, sizeof(padded), " %.*s ", (int)name.len, name.at);
	return strcasestr(names, padded);
}

static void each_name(const char *names, void (*seen)(struct slice name))
{
	struct slice rest = slice_skip(slice_str(names), 1);

	while (rest.len) {
		size_t end = slice_find(rest, ' ');

		seen(slice_sub(rest, 0, end));
		rest = slice_skip(rest, end + 1);
	}
}

static void has_exactly_its_traits(struct slice name)
{
	struct edge e = edge_copy(name.at, name.len);
	unsigned got = http_field_traits(e.bytes);

	for (size_t i = 0; i < ARRAY_SIZE(traits); i++)
		if (!(got & traits[i].trait) == names_hold(traits[i].names, name))
			fail_msg("%.*s: %s", (int)name.len, name.at, traits[i].why);
	edge_free(e);
}

static void is_found_in_any_case(struct slice name)
{
	char text[64];
	unsigned want = http_field_traits(name);

	for (size_t i = 0; i < name.len; i++)
		text[i] = (char)tolower(name.at[i]);
	assert_int_equal(http_field_traits(slice_of(text, name.len)), want);
	for (size_t i = 0; i < name.len; i++)
		text[i] = (char)toupper(name.at[i]);
	assert_int_equal(http_field_traits(slice_of(text, name.len)), want);
}

static bool is_in_the_table(struct slice name)
{
	return names_hold(lists, name) || names_hold(singletons, name) || names_hold(neither, name);
}

/* a letter less, a letter more, another letter in front and behind */
static void has_siblings_that_are_unknown(struct slice name)
{
	char text[64];
	struct slice sibling[] = { slice_skip(name, 1), slice_sub(name, 0, name.len - 1),
				   slice_of(text, name.len + 1), slice_of(text, name.len),
				   slice_of(text + 1, name.len) };

	memcpy(text, name.at, name.len);
	text[name.len] = '{'; /* behind "z", not 0x20 away from a letter of names */
	for (size_t i = 0; i < ARRAY_SIZE(sibling); i++)
		if (!is_in_the_table(sibling[i]))
			assert_int_equal(http_field_traits(sibling[i]), 0);
	text[0] ^= 0x40;
	assert_int_equal(http_field_traits(sibling[3]), 0);
}

static void for_every_field(void (*check)(struct slice name))
{
	each_name(lists, check);
	each_name(singletons, check);
	each_name(neither, check);
}

static void fields_have_exactly_their_traits(void **state)
{
	(void)state;
	for_every_field(has_exactly_its_traits);
}

static void field_names_have_no_case(void **state)
{
	(void)state;
	for_every_field(is_found_in_any_case);
}

static void field_names_are_compared_whole(void **state)
{
	(void)state;
	for_every_field(has_siblings_that_are_unknown);
}

static void other_names_have_no_traits(void **state)
{
	static const struct slice row[] = {
		SLICE(""),	SLICE("X-Unknown"), SLICE("Content"),	       SLICE("Content-Typ"),
		SLICE("Zzz"),	SLICE("!"),	    SLICE("Content_Type"),     SLICE("Host\0"),
		SLICE("\xffq"), SLICE("Host "),	    SLICE("Transfer\xc5\xbf"), SLICE("A\rIM"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		assert_int_equal(http_field_traits(row[i]), 0);
	assert_int_equal(http_field_traits((struct slice){ 0 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_of_all_registered_codes_and_no_other),
		cmocka_unit_test(methods_are_found_with_their_case),
		cmocka_unit_test(fields_have_exactly_their_traits),
		cmocka_unit_test(field_names_have_no_case),
		cmocka_unit_test(field_names_are_compared_whole),
		cmocka_unit_test(other_names_have_no_traits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
