#include "reference-server/resources/auth.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>

bool auth_credentials(const struct request *r, const char *scheme, struct slice *ret)
{
	struct slice value, name;

	if (request_field_count(r, "Authorization") != 1 ||
	    !request_field(r, "Authorization", &value))
		return false;
	name = slice_sub(value, 0, http_span(value, HTTP_TCHAR));
	*ret = slice_trim(slice_skip(value, name.len));
	return slice_is_nocase(name, scheme) && ret->len &&
	       value.at[name.len] == ' ';
}

int auth_param_next(struct slice *list, struct slice *ret_name, struct slice *ret_value)
{
	struct slice member;
	size_t eq;

	if (!http_list_next(list, &member))
		return 0;
	eq = slice_find(member, '=');
	*ret_name = slice_trim(slice_sub(member, 0, eq));
	*ret_value = slice_trim(slice_skip(member, eq + 1));
	return http_is_token(*ret_name) &&
			       (http_is_token(*ret_value) || http_is_quoted(*ret_value))
		       ? 1
		       : -EINVAL;
}

int auth_unquote(struct slice value, struct buffer *out)
{
	int r = 0;

	if (!http_is_quoted(value))
		return buffer_add_slice(out, value);
	value = slice_sub(value, 1, value.len - 1);
	for (size_t i = 0; r == 0 && i < value.len; i++) {
		if (value.at[i] == '\\')
			i++;
		r = buffer_add_byte(out, value.at[i]);
	}
	return r;
}

/* The host has been read by its grammar: no quote and no backslash can be in it. */
void auth_realm(const struct call *call, char out[AUTH_REALM_ROOM])
{
	const struct request *r = call->request;
	struct slice host = r->where.authority.len ? r->where.authority : r->host;
	size_t end = slice_find(host, host.len && host.at[0] == '[' ? ']' : ':');

	if (host.len && host.at[0] == '[')
		end++;
	host = slice_sub(host, 0, end < 255 ? end : 255);
	(void)snprintf(out, AUTH_REALM_ROOM, "users@%.*s", (int)host.len, host.len ? host.at : "");
}

/* Digests have one length, whatever they are made of. */
bool auth_equal(struct slice theirs, const char *ours)
{
	unsigned char a[SHA256_DIGEST_LENGTH], b[SHA256_DIGEST_LENGTH];

	(void)SHA256((const unsigned char *)theirs.at, theirs.len, a);
	(void)SHA256((const unsigned char *)ours, strlen(ours), b);
	return CRYPTO_memcmp(a, b, sizeof(a)) == 0;
}

void auth_answer(const struct call *call, struct answer *a)
{
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_field(a, "Cache-Control", SLICE("private, no-cache"));
	answer_addf(a, "Welcome, %s.\n", call->settings->user);
}
