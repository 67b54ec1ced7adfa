#include "ask.h"

#include "reference-server/resources/auth.h"
#include "reference-server/resources/nonces.h"

#include <openssl/evp.h>

/* ---- Basic ---- */

static void basic_lets_in_who_knows_the_password(void **state)
{
	static const struct {
		const char *why, *fields;
		int status;
	} row[] = {
#define BASIC "Authorization: Basic "
		/* The example of RFC 7617 section 2.1: test, 123 and a pound sign. */
		{ "the right ones", BASIC "dGVzdDoxMjPCow==\r\n", 200 },
		{ "the scheme has no case", "authorization: bAsIc dGVzdDoxMjPCow==\r\n", 200 },
		{ "several spaces", "Authorization: Basic   dGVzdDoxMjPCow==\r\n", 200 },
		{ "none", "", 401 },
		{ "no password", BASIC "dGVzdA==\r\n", 401 },
		{ "an empty password", BASIC "dGVzdDo=\r\n", 401 },
		{ "in ISO 8859-1", BASIC "dGVzdDoxMjOj\r\n", 401 },
		{ "another password", BASIC "dGVzdDoxMjQ=\r\n", 401 },
		{ "another user", BASIC "dG9zdDoxMjPCow==\r\n", 401 },
		{ "no padding", BASIC "dGVzdDoxMjPCow\r\n", 401 },
		{ "bits behind the end", BASIC "dGVzdDoxMjPCox==\r\n", 401 },
		{ "no base64", BASIC "dGVz*DoxMjPCow==\r\n", 401 },
		{ "nothing", BASIC "\r\n", 401 },
		{ "no space", "Authorization: BasicdGVzdDoxMjPCow==\r\n", 401 },
		{ "another scheme", "Authorization: Bearer dGVzdDoxMjPCow==\r\n", 401 },
		{ "twice", BASIC "dGVzdDoxMjPCow==\r\n" BASIC "dGVzdDoxMjPCow==\r\n", 401 },
#undef BASIC
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		askf(&a, "GET /basic HTTP/1.1\r\nHost: a:8080\r\n%s\r\n", row[i].fields);
		if (a.status != row[i].status)
			fail_msg("%s: %d", row[i].why, a.status);
		assert_int_equal(a.status == 401,
				 ask_has(&a, "WWW-Authenticate: Basic realm=\"users@a\", "
					     "charset=\"UTF-8\""));
		ask_done(&a);
	}
}

static void a_connection_is_not_authenticated_but_a_request(void **state)
{
	struct asked a;

	(void)state;
	ask(&a, SLICE("GET /basic HTTP/1.1\r\nHost: a\r\n"
		      "Authorization: Basic dGVzdDoxMjPCow==\r\n\r\n"
		      "GET /basic HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(a.status, 200);
	assert_true(slice_find_slice(a.content, SLICE("HTTP/1.1 401 ")) < a.content.len);
	ask_done(&a);
}

/* ---- Digest, computed here from what RFC 7616 section 3.4.1 says ---- */

struct answer_of {                    /* what a client says */
	const char *algorithm, *user, *password, *uri, *nc, *cnonce, *qop, *extra;
	char nonce[NONCE_LEN + 1];
};

static struct answer_of right(const char *algorithm)
{
	return (struct answer_of){ algorithm, "test", "123\u00a3", "/digest", "00000001", "abc",
				   "auth", "", "" };
}

static const char *hash(const char *algorithm, const char *text)
{
	static char out[4][65];
	static int which;
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len;
	char *to = out[which = (which + 1) % 4];

	assert_int_equal(EVP_Digest(text, strlen(text), md, &len,
				    EVP_get_digestbyname(strcmp(algorithm, "MD5") == 0 ? "MD5"
										       : "SHA256"),
				    NULL), 1);
	for (unsigned i = 0; i < len; i++)
		(void)snprintf(to + 2 * i, 3, "%02x", md[i]);
	return to;
}

__attribute__((format(printf, 2, 3))) static const char *hashf(const char *algorithm,
							       const char *format, ...)
{
	CLEANUP(freep) char *text = NULL;
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) > 0);
	va_end(args);
	return hash(algorithm, text);
}

static const char *response(const struct answer_of *c, const char *method)
{
	const char *a1 = hashf(c->algorithm, "%s:users@a:%s", c->user, c->password);
	const char *a2 = hashf(c->algorithm, "%s:%s", method, c->uri);

	return hashf(c->algorithm, "%s:%s:%s:%s:auth:%s", a1, c->nonce, c->nc, c->cnonce, a2);
}

/* A nonce out of a challenge. */
static void take_nonce(struct answer_of *c)
{
	struct asked a;
	struct slice rest;

	ask(&a, SLICE("GET /digest HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(a.status, 401);
	rest = slice_skip(a.head, slice_find_slice(a.head, SLICE("nonce=\"")) + 7);
	assert_true(rest.len > NONCE_LEN && rest.at[NONCE_LEN] == '"');
	memcpy(c->nonce, rest.at, NONCE_LEN);
	c->nonce[NONCE_LEN] = '\0';
	ask_done(&a);
}

#define OPAQUE "opaque=\"68747470636865636b\""

static void try_with(const struct answer_of *c, const char *name_param, struct asked *a)
{
	askf(a, "GET /digest HTTP/1.1\r\nHost: a\r\nAuthorization: Digest %s, realm=\"users@a\", "
		"uri=\"%s\", algorithm=%s, nonce=\"%s\", nc=%s, cnonce=\"%s\", qop=%s, "
		"response=\"%s\", " OPAQUE "%s\r\n\r\n", name_param, c->uri, c->algorithm, c->nonce,
	     c->nc, c->cnonce, c->qop, response(c, "GET"), c->extra);
}

static int try(const struct answer_of *c, const char *name_param)
{
	struct asked a;
	int status;

	try_with(c, name_param, &a);
	status = a.status;
	ask_done(&a);
	return status;
}

static void the_challenges_are_well_formed(void **state)
{
	struct asked a;
	size_t sha, md5;

	(void)state;
	ask(&a, SLICE("GET /digest HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"));
	assert_int_equal(a.status, 401);
	sha = slice_find_slice(a.head, SLICE("algorithm=SHA-256,"));
	md5 = slice_find_slice(a.head, SLICE("algorithm=MD5,"));
	assert_true(sha < md5 && md5 < a.head.len);   /* the best first */
	assert_true(slice_find_slice(a.head, SLICE("Digest realm=\"users@[::1]\", qop=\"auth\", ")) <
		    a.head.len);
	assert_true(slice_find_slice(a.head, SLICE("stale")) == a.head.len);
	ask_done(&a);
}

static void digest_lets_in_who_knows_the_password(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct answer_of c = right(i ? "MD5" : "SHA-256");
		struct asked a;
		char want[300];
		const char *a2, *a1;

		take_nonce(&c);
		try_with(&c, "username=\"te\\st\"", &a);
		assert_int_equal(a.status, 200);
		a1 = hashf(c.algorithm, "test:users@a:%s", c.password);
		a2 = hash(c.algorithm, ":/digest");
		(void)snprintf(want, sizeof(want),
			       "rspauth=\"%s\", qop=auth, nc=00000001, cnonce=\"abc\"",
			       hashf(c.algorithm, "%s:%s:00000001:abc:auth:%s", a1, c.nonce, a2));
		assert_slice(ask_field(&a, "Authentication-Info"), want, c.algorithm);
		ask_done(&a);
	}
}

static void a_name_may_come_in_several_forms(void **state)
{
	struct answer_of c = right("SHA-256");
	char hashed[200];

	(void)state;
	(void)snprintf(hashed, sizeof(hashed), "username=\"%s\", userhash=true",
		       hash("SHA-256", "test:users@a"));
	take_nonce(&c);
	assert_int_equal(try(&c, hashed), 200);
	c.nc = "00000002";
	assert_int_equal(try(&c, "username*=UTF-8''te%73t"), 200);
	c.nc = "00000003";
	assert_int_equal(try(&c, "username*=UTF-8''t%C3%A4st"), 401);
	assert_int_equal(try(&c, "username*=ISO-8859-1''test"), 401);
	assert_int_equal(try(&c, "username=\"test\", username*=UTF-8''test"), 400);
	assert_int_equal(try(&c, "username*=UTF-8''test, userhash=true"), 400);
	assert_int_equal(try(&c, "username=\"toast\""), 401);
	assert_int_equal(try(&c, "userhash=false"), 401);
	assert_int_equal(try(&c, "username=\"test\""), 200);
}

static void what_is_wrong_is_refused(void **state)
{
	static const struct {
		const char *why;
		struct answer_of change;   /* what is not null counts */
		int status;
	} row[] = {
		{ "another password", { .password = "124" }, 401 },
		{ "another uri", { .uri = "/basic" }, 400 },
		{ "another qop", { .qop = "auth-int" }, 401 },
		{ "a count of seven digits", { .nc = "0000001" }, 401 },
		{ "a count that is none", { .nc = "0000000g" }, 401 },
		{ "a parameter twice", { .extra = ", nc=00000001" }, 400 },
		{ "no list", { .extra = ", =" }, 400 },
		{ "another algorithm", { .algorithm = "SHA-512-256" }, 401 },
		{ "an unknown parameter is none of ours", { .extra = ", x=\"y, z\"" }, 200 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct answer_of c = right("SHA-256");
		const struct answer_of *with = &row[i].change;
		int status;

		c.password = with->password ? with->password : c.password;
		c.uri = with->uri ? with->uri : c.uri;
		c.qop = with->qop ? with->qop : c.qop;
		c.nc = with->nc ? with->nc : c.nc;
		c.extra = with->extra ? with->extra : c.extra;
		c.algorithm = with->algorithm ? with->algorithm : c.algorithm;
		take_nonce(&c);
		status = try(&c, "username=\"test\"");
		if (status != row[i].status)
			fail_msg("%s: %d", row[i].why, status);
	}
}

static void assert_stale(const struct answer_of *c, bool want)
{
	struct asked a;

	try_with(c, "username=\"test\"", &a);
	assert_int_equal(a.status, 401);
	assert_int_equal(slice_find_slice(a.head, SLICE(", stale=true\r\n")) < a.head.len, want);
	ask_done(&a);
}

static void what_was_sent_before_is_stale(void **state)
{
	struct answer_of c = right("SHA-256");

	(void)state;
	take_nonce(&c);
	assert_int_equal(try(&c, "username=\"test\""), 200);
	assert_stale(&c, true);               /* the same once more */
	c.nc = "00000003";
	assert_int_equal(try(&c, "username=\"test\""), 200);
	c.nc = "00000002";
	assert_stale(&c, true);
	c.nc = "00000004";
	c.nonce[40] ^= 1;                     /* not signed by us */
	assert_stale(&c, true);
	(void)snprintf(c.nonce, sizeof(c.nonce), "foreign");
	assert_stale(&c, true);
	c.password = "guess";                 /* who does not know it is told nothing */
	assert_stale(&c, false);
}

static void a_nonce_is_good_for_a_time(void **state)
{
	static const struct {
		const char *why;
		time_t at;
		uint32_t count;
		bool good;
	} row[] = {
		{ "at once", ASK_NOW, 1, true },
		{ "again", ASK_NOW, 1, false },
		{ "counted on", ASK_NOW, 2, true },
		{ "at the end", ASK_NOW + NONCE_LIFE, 3, true },
		{ "too late", ASK_NOW + NONCE_LIFE + 1, 4, false },
		{ "before it was made", ASK_NOW - 1, 5, false },
		{ "zero", ASK_NOW, 0, false },
	};
	struct nonces *ns = nonces_new();
	char nonce[NONCE_LEN + 1];

	(void)state;
	nonce_make(ns, ASK_NOW, nonce);
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (nonce_use(ns, slice_str(nonce), row[i].count, row[i].at) != row[i].good)
			fail_msg("%s", row[i].why);
	nonces_free(ns);
}

/* However many are given out, one that was used is never new again. */
static void a_nonce_is_never_forgotten_into_freshness(void **state)
{
	struct nonces *ns = nonces_new();
	char old[NONCE_LEN + 1], other[NONCE_LEN + 1];

	(void)state;
	nonce_make(ns, ASK_NOW, old);
	assert_true(nonce_use(ns, slice_str(old), 1, ASK_NOW));
	for (int i = 0; i < 4096; i++)
		nonce_make(ns, ASK_NOW, other);
	assert_true(nonce_use(ns, slice_str(old), 2, ASK_NOW));   /* a flood changes nothing */
	assert_true(nonce_use(ns, slice_str(other), 1, ASK_NOW));   /* has the same place */
	assert_false(nonce_use(ns, slice_str(old), 1, ASK_NOW));
	assert_false(nonce_use(ns, slice_str(old), 3, ASK_NOW));
	nonces_free(ns);
}

static void parameters_are_taken_apart(void **state)
{
	struct slice list = SLICE("a=1, b = \"x, \\\"y\\\"\" ,, c=\"\""), name, value;
	struct buffer out = BUFFER_INIT(64);

	(void)state;
	assert_int_equal(auth_param_next(&list, &name, &value), 1);
	assert_slice(value, "1", "a");
	assert_int_equal(auth_param_next(&list, &name, &value), 1);
	assert_slice(name, "b", "b");
	assert_int_equal(auth_unquote(value, &out), 0);
	assert_slice(buffer_slice(&out), "x, \"y\"", "b");
	assert_int_equal(auth_param_next(&list, &name, &value), 1);
	assert_slice(value, "\"\"", "c");
	assert_int_equal(auth_param_next(&list, &name, &value), 0);
	list = SLICE("a");
	assert_int_equal(auth_param_next(&list, &name, &value), -EINVAL);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(basic_lets_in_who_knows_the_password),
		cmocka_unit_test(a_connection_is_not_authenticated_but_a_request),
		cmocka_unit_test(the_challenges_are_well_formed),
		cmocka_unit_test(digest_lets_in_who_knows_the_password),
		cmocka_unit_test(a_name_may_come_in_several_forms),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(what_was_sent_before_is_stale),
		cmocka_unit_test(a_nonce_is_good_for_a_time),
		cmocka_unit_test(a_nonce_is_never_forgotten_into_freshness),
		cmocka_unit_test(parameters_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
