#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/grammar.h"
#include "http/tables.h"

/* Rules about the version and about the connection. */

/* No HTTP/1.x above 1.1 was ever published that a server could conform to. */
static enum rule_outcome version_not_higher(const struct exchange_seen *seen, struct buffer *out)
{
	const struct response *r = seen->response;

	if (r->major == 0 && r->minor == 0)
		return RULE_NOT_APPLICABLE;
	if (r->major == 1 && r->minor <= 1)
		return RULE_PASS;
	return rule_refuse_bytes(out, "", r->version);
}

static bool says_close(const struct response *r)
{
	return rule_list_has(r, "Connection", "close");
}

/* The response ends what HTTP/1.1 says of connections. */
static bool keeps_http11(const struct exchange_seen *seen)
{
	const struct response *r = seen->response;

	return rule_is_final(seen) && r->framing != RESPONSE_TUNNEL && r->major == 1 &&
	       r->minor == 1;
}

static enum rule_outcome close_option_in_final_response(const struct exchange_seen *seen,
							struct buffer *out)
{
	if (!keeps_http11(seen) || !rule_request_list_has(seen, "Connection", "close"))
		return RULE_NOT_APPLICABLE;
	if (says_close(seen->response))
		return RULE_PASS;
	return rule_refuse(out, "%d without Connection: close", seen->response->status);
}

static enum rule_outcome no_response_after_close(const struct exchange_seen *seen,
						 struct buffer *out)
{
	if (!rule_is_final(seen) || !says_close(seen->response))
		return RULE_NOT_APPLICABLE;
	if (!seen->response_followed)
		return RULE_PASS;
	return rule_refuse(out, "%d with Connection: close, and another response behind it",
			   seen->response->status);
}

static enum rule_outcome connection_lists_hop_by_hop(const struct exchange_seen *seen,
						     struct buffer *out)
{
	static const char *const name[] = { "Upgrade", "Keep-Alive", "TE" };
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;

	for (size_t i = 0; i < ARRAY_SIZE(name); i++) {
		if (!rule_has(seen->response, name[i]))
			continue;
		if (!rule_list_has(seen->response, "Connection", name[i]))
			return rule_refuse(out, "%s, which Connection does not name", name[i]);
		outcome = RULE_PASS;
	}
	return outcome;
}

/* Fields that every recipient of the content is to see, however it got here. */
static bool is_end_to_end(struct slice option)
{
	static const char *const name[] = {
		"Cache-Control", "Content-Encoding", "Content-Language", "Content-Length",
		"Content-Location", "Content-Range", "Content-Type", "Date", "ETag", "Expires",
		"Last-Modified", "Location", "Set-Cookie", "Vary", "WWW-Authenticate",
	};

	for (size_t i = 0; i < ARRAY_SIZE(name); i++)
		if (slice_is_nocase(option, name[i]))
			return true;
	return false;
}

static bool is_hop_by_hop(struct slice option)
{
	return !is_end_to_end(option);
}

static bool names_hop_by_hop(struct slice list)
{
	return rule_members(list, is_hop_by_hop);
}

static enum rule_outcome connection_no_end_to_end(const struct exchange_seen *seen,
						  struct buffer *out)
{
	return rule_each_line(seen, out, "Connection", names_hop_by_hop);
}

const struct rule connection_rules[] = {
	{ "version-not-higher", "RFC9110-6.2-5", LEVEL_MUST,
	  "the version is one that a server can conform to", version_not_higher, HEADS },
	{ "close-option-in-final-response", "RFC9112-9.6-5", LEVEL_SHOULD,
	  "the answer to Connection: close says Connection: close", close_option_in_final_response,
	  HEADS },
	{ "no-response-after-close", "RFC9112-9.6-8", LEVEL_MUST,
	  "no response follows one that said Connection: close", no_response_after_close,
	  EXCHANGE_IF("Connection") },
	{ "connection-lists-hop-by-hop", "RFC9110-7.6.1-1", LEVEL_MUST,
	  "Connection names Upgrade, Keep-Alive and TE where they are sent",
	  connection_lists_hop_by_hop, HEADS },
	{ "connection-no-end-to-end-field", "RFC9110-7.6.1-4", LEVEL_MUST,
	  "Connection names no field that is meant for all recipients", connection_no_end_to_end,
	  FIELD("Connection") },
	{ 0 },
};
