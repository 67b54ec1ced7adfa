/* Digest authentication, RFC 7616: SHA-256 or MD5, qop=auth. */

#include "reference-server/resources/auth.h"
#include "reference-server/resources/nonces.h"

#include "base/cleanup.h"
#include "http/bytes.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>

#define OPAQUE "68747470636865636b"           /* hexadecimal, as 7616-3.3-5 recommends */

/* The best comes first (RFC7616-3.7-2). */
static const struct algorithm {
	const char *name;
	const EVP_MD *(*md)(void);
} algorithms[] = { { "SHA-256", EVP_sha256 }, { "MD5", EVP_md5 } };

/* Parameters of Authorization, section 3.4. */
enum param {
	USERNAME, USERNAME_EXT, REALM, NONCE, URI, RESPONSE, ALGORITHM, CNONCE, OPAQUE_PARAM,
	QOP, NC, USERHASH,
	PARAMS
};

static const char *const param_names[PARAMS] = {
	"username", "username*", "realm", "nonce", "uri", "response", "algorithm", "cnonce",
	"opaque", "qop", "nc", "userhash",
};

struct digest {
	struct slice param[PARAMS];   /* as they came; empty: absent */
	const struct algorithm *algorithm;
	char realm[AUTH_REALM_ROOM];
	const struct call *call;
};

#define HEX_MAX (2 * EVP_MAX_MD_SIZE + 1)

/* ---- reading ---- */

static int set_param(struct digest *d, struct slice name, struct slice value)
{
	for (size_t i = 0; i < PARAMS; i++) {
		if (!slice_is_nocase(name, param_names[i]))
			continue;
		if (d->param[i].len)
			return -EINVAL;
		d->param[i] = value;
	}
	return 0;
}

static int read_params(struct digest *d, struct slice list)
{
	struct slice name, value;
	int r;

	while ((r = auth_param_next(&list, &name, &value)) == 1)
		if (set_param(d, name, value) < 0)
			return -EINVAL;
	return r;
}

/* unq() of the RFC: the quotes go, what is between them stays as it is. */
static struct slice unq(struct slice value)
{
	return value.len > 1 && value.at[0] == '"' ? slice_sub(value, 1, value.len - 1) : value;
}

static bool is(const struct digest *d, enum param p, const char *want)
{
	return slice_is_nocase(unq(d->param[p]), want);
}

/* 8 hexadecimal digits. */
static bool read_count(const struct digest *d, uint32_t *ret)
{
	uint64_t n;

	if (d->param[NC].len != 8 || http_hex(d->param[NC], &n) < 0)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool find_algorithm(struct digest *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (is(d, ALGORITHM, algorithms[i].name))
			d->algorithm = &algorithms[i];
	if (!d->param[ALGORITHM].len)
		d->algorithm = &algorithms[1];        /* MD5, section 3.4 */
	return d->algorithm != NULL;
}

/* ---- digests ---- */

/* Hexadecimal digest of the parts, ":" between them. */
static void hash(const struct digest *d, const struct slice *parts, size_t n, char out[HEX_MAX])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	struct buffer all = BUFFER_INIT(64 * 1024);
	unsigned len = 0;

	for (size_t i = 0; i < n; i++) {
		if (i)
			(void)buffer_add_byte(&all, ':');
		(void)buffer_add_slice(&all, parts[i]);
	}
	(void)EVP_Digest(buffer_str(&all), all.len, md, &len, d->algorithm->md(), NULL);
	buffer_release(&all);
	for (unsigned i = 0; i < len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", md[i]);
}

#define HASH(d, out, ...) \
	hash(d, (const struct slice[]){ __VA_ARGS__ }, \
	     sizeof((const struct slice[]){ __VA_ARGS__ }) / sizeof(struct slice), out)

/* Section 3.4.1; |method| is empty for rspauth (section 3.5). */
static void response(const struct digest *d, struct slice method, char out[HEX_MAX])
{
	const struct settings *s = d->call->settings;
	char a1[HEX_MAX] = "", a2[HEX_MAX] = "";

	HASH(d, a1, slice_str(s->user), slice_str(d->realm), slice_str(s->password));
	HASH(d, a2, method, unq(d->param[URI]));
	HASH(d, out, slice_str(a1), unq(d->param[NONCE]), d->param[NC], unq(d->param[CNONCE]),
	     SLICE("auth"), slice_str(a2));
}

static bool equal_hex(struct slice theirs, const char *ours)
{
	char lower[HEX_MAX];

	if (theirs.len != strlen(ours) || theirs.len >= sizeof(lower))
		return false;
	for (size_t i = 0; i < theirs.len; i++)
		lower[i] = (char)(theirs.at[i] >= 'A' && theirs.at[i] <= 'F' ? theirs.at[i] | 0x20
									     : theirs.at[i]);
	return CRYPTO_memcmp(lower, ours, theirs.len) == 0;
}

/* ---- who is it? ---- */

/* UTF-8''percent%20encoded, RFC 8187. */
static bool extended_name(struct slice value, struct buffer *out)
{
	static const struct slice charset = SLICE("utf-8'");
	uint64_t octet;

	if (!slice_eq_nocase(slice_sub(value, 0, charset.len), charset))
		return false;
	value = slice_skip(value, charset.len);
	value = slice_skip(value, slice_find(value, '\'') + 1);   /* the language */
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];

		if (c == '%') {
			if (i + 2 >= value.len || http_hex(slice_sub(value, i + 1, i + 3), &octet) < 0)
				return false;
			c = (char)octet;
			i += 2;
		}
		if (buffer_add_byte(out, c) < 0)
			return false;
	}
	return true;
}

static bool is_user(const struct digest *d)
{
	const char *user = d->call->settings->user;
	struct buffer name = BUFFER_INIT(1024);
	char hashed[HEX_MAX] = "";
	bool same;

	if (is(d, USERHASH, "true")) {
		HASH(d, hashed, slice_str(user), slice_str(d->realm));
		return equal_hex(unq(d->param[USERNAME]), hashed);
	}
	same = d->param[USERNAME_EXT].len ? extended_name(d->param[USERNAME_EXT], &name)
					  : auth_unquote(d->param[USERNAME], &name) == 0;
	same = same && auth_equal(buffer_slice(&name), user);
	buffer_release(&name);
	return same;
}

/* The uri names what the request-line asks for (section 3.4.6), be that in absolute form
 * or not. */
static bool is_target(const struct digest *d)
{
	const struct request *r = d->call->request;
	struct slice uri = unq(d->param[URI]);

	if (slice_eq(uri, r->target))
		return true;
	return r->where.form == TARGET_ABSOLUTE && uri.len && uri.at[0] == '/' &&
	       slice_ends(r->target, uri) && uri.len == r->where.path.len +
	       (r->where.query.len ? r->where.query.len + 1 : 0);
}

enum outcome { UNKNOWN, STALE, BAD, KNOWN };

/* A request that contradicts itself is an error, and no wrong password. */
static enum outcome check(struct digest *d)
{
	struct slice list;
	char right[HEX_MAX] = "";
	uint32_t count;

	if (!auth_credentials(d->call->request, "Digest", &list))
		return UNKNOWN;
	if (read_params(d, list) < 0 ||
	    (d->param[USERNAME].len && d->param[USERNAME_EXT].len) ||
	    (d->param[USERNAME_EXT].len && is(d, USERHASH, "true")))
		return BAD;
	if (!d->param[URI].len || !is_target(d))
		return BAD;
	if (!find_algorithm(d) || !is(d, QOP, "auth") || !read_count(d, &count) ||
	    !d->param[CNONCE].len || !slice_is(unq(d->param[REALM]), d->realm) ||
	    !slice_is(unq(d->param[OPAQUE_PARAM]), OPAQUE))
		return UNKNOWN;
	response(d, d->call->request->method_name, right);
	if (!equal_hex(unq(d->param[RESPONSE]), right) || !is_user(d))
		return UNKNOWN;
	return nonce_use(d->call->settings->nonces, unq(d->param[NONCE]), count, d->call->now)
		       ? KNOWN
		       : STALE;
}

/* ---- answers ---- */

/* |stale|: the password was right, so nobody needs to be asked for it again. */
static void challenge(const struct digest *d, bool stale, struct answer *a)
{
	char nonce[NONCE_LEN + 1];

	answer_error(a, 401, "this takes the name and the password of a user");
	nonce_make(d->call->settings->nonces, d->call->now, nonce);
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		struct buffer line = BUFFER_INIT(1024);

		a->failed |= buffer_printf(&line, "Digest realm=\"%s\", qop=\"auth\", algorithm=%s, "
					   "nonce=\"%s\", opaque=\"" OPAQUE "\", charset=UTF-8, "
					   "userhash=true%s", d->realm, algorithms[i].name, nonce,
					   stale ? ", stale=true" : "") < 0;
		answer_field(a, "WWW-Authenticate", buffer_slice(&line));
		buffer_release(&line);
	}
}

/* cnonce and nc are those of the request, as it wrote them (section 3.5). */
static void add_info(const struct digest *d, struct answer *a)
{
	struct buffer line = BUFFER_INIT(16 * 1024);
	struct slice cnonce = unq(d->param[CNONCE]);
	char mutual[HEX_MAX] = "";

	response(d, SLICE(""), mutual);
	a->failed |= buffer_printf(&line, "rspauth=\"%s\", qop=auth, nc=%.*s, cnonce=\"%.*s\"",
				   mutual, (int)d->param[NC].len, d->param[NC].at,
				   (int)cnonce.len, cnonce.at) < 0;
	answer_field(a, "Authentication-Info", buffer_slice(&line));
	buffer_release(&line);
}

void auth_digest_handle(const struct call *call, struct answer *a)
{
	struct digest d = { .call = call };

	auth_realm(call, d.realm);
	switch (check(&d)) {
	case KNOWN:
		auth_answer(call, a);
		add_info(&d, a);
		break;
	case BAD:
		answer_error(a, 400, "the Authorization field contradicts itself or the request");
		break;
	case STALE:
		challenge(&d, true, a);
		break;
	case UNKNOWN:
		challenge(&d, false, a);
		break;
	}
}
