/* The opening handshake of RFC 6455 section 4.2; behind it websocket.c of the server. */

#include "reference-server/resources/resources.h"

#include "http/bytes.h"
#include "http/grammar.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

/* 16 octets in base64: 22 digits and "==", where the last digit has four bits of none. */
static bool is_key(struct slice s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

	if (s.len != 24 || !slice_ends(s, SLICE("==")))
		return false;
	for (size_t i = 0; i < 22; i++)
		if (!strchr(digits, s.at[i]) || s.at[i] == '\0')
			return false;
	return (strchr(digits, s.at[21]) - digits) % 16 == 0;
}

/* Section 9.1: 1#( token *( ";" token [ "=" ( token / quoted token ) ] ) ) */
static bool is_extension(struct slice s)
{
	struct slice params = slice_skip(s, slice_find(s, ';'));

	if (!http_is_token(slice_trim(slice_sub(s, 0, slice_find(s, ';')))))
		return false;
	while (params.len) {
		struct slice one = slice_skip(params, 1);
		struct slice name, value;

		one = slice_sub(one, 0, slice_find(one, ';'));
		params = slice_skip(params, one.len + 1);
		one = slice_trim(one);
		name = slice_sub(one, 0, slice_find(one, '='));
		value = slice_skip(one, name.len + 1);
		if (http_is_quoted(value))
			value = slice_sub(value, 1, value.len - 1);
		if (!http_is_token(name) || (name.len < one.len && !http_is_token(value)))
			return false;
	}
	return true;
}

/* Both lists may be on several lines; a line that is there has a member. */
static bool is_list_of(const struct request *r, const char *field, bool (*is)(struct slice))
{
	struct slice list, member;
	size_t at = 0;

	while (request_field_next(r, field, &at, &list)) {
		size_t members = 0;

		for (; http_list_next(&list, &member); members++)
			if (!is(member))
				return false;
		if (members == 0)
			return false;
	}
	return true;
}

/* The scheme and authority that a page of this server itself has. A program that is no
 * browser sends no Origin. */
static bool is_same_origin(const struct call *call)
{
	const struct request *r = call->request;
	struct slice host = r->where.authority.len ? r->where.authority : r->host;
	struct slice prefix = call->secure ? SLICE("https://") : SLICE("http://");
	struct slice origin;

	if (!request_field(r, "Origin", &origin))
		return true;
	return request_field_count(r, "Origin") == 1 && slice_starts(origin, prefix) &&
	       slice_eq_nocase(slice_skip(origin, prefix.len), host);
}

static void answer_upgrade_required(struct answer *a, const char *why)
{
	answer_error(a, 426, why);
	answer_field(a, "Upgrade", SLICE("websocket"));
	answer_field(a, "Connection", SLICE("Upgrade"));
	answer_field(a, "Sec-WebSocket-Version", SLICE("13"));
}

static void answer_accept(const struct request *r, struct slice key, struct answer *a)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char text[24 + sizeof(guid) - 1], hash[SHA_DIGEST_LENGTH], accept[32];

	memcpy(text, key.at, 24);
	memcpy(text + 24, guid, sizeof(guid) - 1);
	(void)SHA1(text, sizeof(text), hash);

	int len = EVP_EncodeBlock(accept, hash, sizeof(hash));

	answer_begin(a, 101);
	answer_field(a, "Upgrade", SLICE("websocket"));
	answer_field(a, "Connection", SLICE("Upgrade"));
	answer_field(a, "Sec-WebSocket-Accept", slice_of(accept, (size_t)len));
	a->websocket = true;
	/* 100 comes before 101 (RFC9110-7.8-13), though nothing is to be sent. */
	if (request_has(r, "Expect", "100-continue"))
		a->interim = 100;
}

void websocket_handle(const struct call *call, struct answer *a)
{
	const struct request *r = call->request;
	struct slice version = { 0 }, key = { 0 };
	bool asked = r->minor >= 1 && request_has(r, "Upgrade", "websocket") &&
		     request_has(r, "Connection", "upgrade");

	if (!asked) {
		answer_upgrade_required(a, "here WebSocket is spoken, and nothing else");
		return;
	}
	if (!request_field(r, "Sec-WebSocket-Version", &version) || !slice_is(version, "13") ||
	    request_field_count(r, "Sec-WebSocket-Version") != 1)
		answer_upgrade_required(a, "of WebSocket this server speaks version 13");
	else if (request_field_count(r, "Sec-WebSocket-Key") != 1 ||
		 !request_field(r, "Sec-WebSocket-Key", &key) || !is_key(key))
		answer_error(a, 400, "the Sec-WebSocket-Key is not 16 octets in base64");
	else if (!is_list_of(r, "Sec-WebSocket-Extensions", is_extension) ||
		 !is_list_of(r, "Sec-WebSocket-Protocol", http_is_token))
		answer_error(a, 400, "the handshake is malformed");
	else if (call->content_octets)
		answer_error(a, 400, "a handshake has no content");
	else if (!is_same_origin(call))
		answer_error(a, 403, "only pages of this server may open a WebSocket");
	else
		answer_accept(r, key, a);
}
