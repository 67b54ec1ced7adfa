#include "runner/digest.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

#include <openssl/evp.h>

/* The parameters of one challenge that an answer is made of; values keep their quotes. */
struct challenge {
	struct slice realm, nonce, opaque, algorithm, qop;
};

static const struct {
	const char *name;
	size_t at;
} params[] = {
	{ "realm", offsetof(struct challenge, realm) },
	{ "nonce", offsetof(struct challenge, nonce) },
	{ "opaque", offsetof(struct challenge, opaque) },
	{ "algorithm", offsetof(struct challenge, algorithm) },
	{ "qop", offsetof(struct challenge, qop) },
};

/* "Digest realm=x" begins a challenge, "realm=x" goes on with it. */
static bool begins(struct slice *member, struct slice *ret_scheme)
{
	size_t n = http_span(*member, HTTP_TCHAR);
	struct slice rest = slice_trim(slice_skip(*member, n));

	if (rest.len && (n == member->len || rest.at[0] == '='))
		return false;
	*ret_scheme = slice_sub(*member, 0, n);
	*member = rest;
	return true;
}

static void set_param(struct challenge *c, struct slice member)
{
	size_t eq = slice_find(member, '=');
	struct slice name = slice_trim(slice_sub(member, 0, eq));

	for (size_t i = 0; i < ARRAY_SIZE(params); i++)
		if (slice_is_nocase(name, params[i].name))
			*(struct slice *)(void *)((char *)c + params[i].at) =
				slice_trim(slice_skip(member, eq + 1));
}

static struct slice unquoted(struct slice value)
{
	return http_is_quoted(value) ? slice_sub(value, 1, value.len - 1) : value;
}

static const EVP_MD *hash_of(const struct challenge *c)
{
	struct slice name = unquoted(c->algorithm);

	if (slice_is_nocase(name, "SHA-256"))
		return EVP_sha256();
	return name.len == 0 || slice_is_nocase(name, "MD5") ? EVP_md5() : NULL;
}

static bool suits(const struct challenge *c, struct slice algorithm)
{
	return c->nonce.len && hash_of(c) && http_list_has(unquoted(c->qop), "auth") &&
	       (!algorithm.len || slice_eq_nocase(algorithm, unquoted(c->algorithm)));
}

/* The first challenge that suits; all zero where none does. */
static struct challenge find(struct slice list, struct slice algorithm)
{
	struct challenge c = { 0 };
	struct slice member, scheme = SLICE("");

	while (http_list_next(&list, &member)) {
		struct slice next;

		if (begins(&member, &next)) {
			if (slice_is_nocase(scheme, "Digest") && suits(&c, algorithm))
				return c;
			scheme = next;
			c = (struct challenge){ 0 };
		}
		set_param(&c, member);
	}
	if (!slice_is_nocase(scheme, "Digest") || !suits(&c, algorithm))
		c = (struct challenge){ 0 };
	return c;
}

/* Hexadecimal digest of the parts, joined by ":". */
struct hex {
	char text[2 * EVP_MAX_MD_SIZE + 1];
};

static struct hex hash(const EVP_MD *md, const struct slice *parts, size_t n)
{
	struct buffer all = BUFFER_INIT(1024 * 1024);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	struct hex ret = { "" };

	for (size_t i = 0; i < n; i++) {
		if (i)
			(void)buffer_add_byte(&all, ':');
		(void)buffer_add_slice(&all, parts[i]);
	}
	(void)EVP_Digest(buffer_str(&all), all.len, bytes, &len, md, NULL);
	buffer_release(&all);
	for (unsigned i = 0; i < len; i++)
		(void)snprintf(ret.text + 2 * i, 3, "%02x", bytes[i]);
	return ret;
}

#define HASH(md, ...) \
	hash(md, (const struct slice[]){ __VA_ARGS__ }, \
	     sizeof((const struct slice[]){ __VA_ARGS__ }) / sizeof(struct slice))

/* Section 3.4.1. */
static struct hex response(const struct digest_answer *a, const struct challenge *c,
			   struct slice nc)
{
	const EVP_MD *md = hash_of(c);
	struct hex a1 = HASH(md, a->user, unquoted(c->realm), a->password);
	struct hex a2 = HASH(md, a->method, a->uri);

	return HASH(md, slice_str(a1.text), unquoted(c->nonce), nc, SLICE(DIGEST_CNONCE),
		    SLICE("auth"), slice_str(a2.text));
}

#define SHOWN(s) (int)(s).len, (s).len ? (s).at : ""

int digest_answer(const struct digest_answer *a, struct buffer *out)
{
	struct challenge c = find(a->challenge, a->algorithm);
	struct slice nc = a->nc.len ? a->nc : SLICE("00000001");
	struct slice algorithm = unquoted(c.algorithm);
	int r;

	if (!c.nonce.len)
		return buffer_add_slice(out, SLICE("Digest"));
	r = buffer_printf(out, "Digest username=\"%.*s\", realm=\"%.*s\", uri=\"%.*s\", nonce=\"%.*s\"",
			  SHOWN(a->user), SHOWN(unquoted(c.realm)), SHOWN(a->uri),
			  SHOWN(unquoted(c.nonce)));
	if (r == 0 && algorithm.len)
		r = buffer_printf(out, ", algorithm=%.*s", SHOWN(algorithm));
	if (r == 0 && c.opaque.len)
		r = buffer_printf(out, ", opaque=\"%.*s\"", SHOWN(unquoted(c.opaque)));
	return r < 0 ? r
		     : buffer_printf(out, ", qop=auth, nc=%.*s, cnonce=\"" DIGEST_CNONCE
					  "\", response=\"%s\"",
				     SHOWN(nc), response(a, &c, nc).text);
}
