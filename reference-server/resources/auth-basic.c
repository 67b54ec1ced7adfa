/* Basic authentication, RFC 7617. */

#include "reference-server/resources/auth.h"

#include "base/cleanup.h"

#include <openssl/evp.h>

/* token68 of canonical base64: EVP_DecodeBlock() alone would take less than that. */
static bool decode(struct slice text, char *out, size_t *ret_len)
{
	char again[4 * 1024 / 3 + 8];
	int len;

	if (text.len == 0 || text.len % 4 || text.len > 1024)
		return false;
	len = EVP_DecodeBlock((unsigned char *)out, (const unsigned char *)text.at,
			      (int)text.len);
	if (len < 0)
		return false;
	*ret_len = (size_t)len - slice_ends(text, SLICE("=")) - slice_ends(text, SLICE("=="));
	len = EVP_EncodeBlock((unsigned char *)again, (const unsigned char *)out, (int)*ret_len);
	return slice_eq(text, slice_of(again, (size_t)len));
}

/* user-id ":" password: the first colon parts them. Both are looked at whatever the first
 * look says, so that the time it takes tells nothing. */
static bool is_known(const struct call *call)
{
	char plain[1024];
	struct slice text, both, user, password;
	size_t len;
	bool known;

	if (!auth_credentials(call->request, "Basic", &text) || !decode(text, plain, &len))
		return false;
	both = slice_of(plain, len);
	user = slice_sub(both, 0, slice_find(both, ':'));
	password = slice_skip(both, user.len + 1);
	known = auth_equal(user, call->settings->user);
	known &= auth_equal(password, call->settings->password);
	return known && user.len < both.len;
}

void auth_basic_handle(const struct call *call, struct answer *a)
{
	char realm[AUTH_REALM_ROOM];

	if (is_known(call)) {
		auth_answer(call, a);
		return;
	}
	auth_realm(call, realm);
	answer_error(a, 401, "this takes the name and the password of a user");
	answer_fieldf(a, "WWW-Authenticate", "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
}
