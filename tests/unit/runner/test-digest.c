#include "runner/digest.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define BEGIN(realm, nonce) \
	"Digest username=\"a\", realm=\"" realm "\", uri=\"/x\", nonce=\"" nonce "\""

static const struct {
	const char *why, *challenge, *algorithm, *begin;
} row[] = {
	{ "one", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256", "",
	  BEGIN("r", "n") ", algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"6874747063686563\", "
	  "response=\"" },
	{ "no algorithm is MD5, and is not named", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", "",
	  BEGIN("r", "n") ", qop=auth, " },
	{ "the first of two", "Digest realm=\"r\", nonce=\"1\", qop=\"auth\", algorithm=SHA-256, "
	  "Digest realm=\"r\", nonce=\"2\", qop=\"auth\", algorithm=MD5", "",
	  BEGIN("r", "1") ", algorithm=SHA-256, " },
	{ "the second of two", "Digest realm=\"r\", nonce=\"1\", qop=\"auth\", algorithm=SHA-256, "
	  "Digest realm=\"r\", nonce=\"2\", qop=\"auth\", algorithm=MD5", "MD5",
	  BEGIN("r", "2") ", algorithm=MD5, " },
	{ "behind another scheme", "Basic realm=\"b\", Digest qop=\"auth-int, auth\", nonce=\"n\", "
	  "realm=\"r\", opaque=\"o\"", "", BEGIN("r", "n") ", opaque=\"o\", qop=auth, " },
	{ "before another scheme", "Digest nonce=\"n\",qop=\"auth\",realm=\"r\", Basic realm=\"b\"", "",
	  BEGIN("r", "n") ", qop=auth, " },
	{ "behind one that nobody knows",
	  "Digest realm=\"r\", nonce=\"1\", qop=\"auth\", algorithm=SHA-9, "
	  "Digest realm=\"r\", nonce=\"2\", qop=\"auth\"", "", BEGIN("r", "2") ", qop=auth, " },
	{ "no qop=auth", "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "", NULL },
	{ "no nonce", "Digest realm=\"r\", qop=\"auth\"", "", NULL },
	{ "another scheme", "Basic realm=\"r\"", "", NULL },
	{ "nothing", "", "", NULL },
};

static void each_challenge_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct buffer out = BUFFER_INIT(4096);
		struct digest_answer a = {
			.challenge = slice_str(row[i].challenge),
			.algorithm = slice_str(row[i].algorithm),
			.method = SLICE("GET"), .uri = SLICE("/x"), .user = SLICE("a"),
			.password = SLICE("b"),
		};

		assert_int_equal(digest_answer(&a, &out), 0);
		if (row[i].begin ? !slice_starts(buffer_slice(&out), slice_str(row[i].begin))
				 : !slice_is(buffer_slice(&out), "Digest"))
			fail_msg("%s: %s", row[i].why, buffer_str(&out));
		buffer_release(&out);
	}
}

/* The example of RFC 7616 section 3.9.1, but for its cnonce: responses reckoned with
 * python3's hashlib. */
static void the_digest_is_that_of_the_rfc(void **state)
{
	static const struct { const char *algorithm, *response; } want[] = {
		{ "SHA-256", "54627f09ccc2e0b7848d414905825d12e6e727df9ef73b2f852bc45ce1bfffe2" },
		{ "MD5", "7e1c821038341c6e81a1250f30dc1d9f" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct buffer out = BUFFER_INIT(4096);
		char challenge[300], end[100];
		struct digest_answer a = {
			.method = SLICE("GET"), .uri = SLICE("/dir/index.html"),
			.user = SLICE("Mufasa"), .password = SLICE("Circle of Life"),
			.nc = SLICE("00000002"),
		};

		(void)snprintf(challenge, sizeof(challenge),
			       "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
			       "algorithm=%s, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
			       want[i].algorithm);
		a.challenge = slice_str(challenge);
		assert_int_equal(digest_answer(&a, &out), 0);
		(void)snprintf(end, sizeof(end), ", response=\"%s\"", want[i].response);
		assert_true(slice_ends(buffer_slice(&out), slice_str(end)));
		buffer_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_challenge_has_its_answer),
		cmocka_unit_test(the_digest_is_that_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
