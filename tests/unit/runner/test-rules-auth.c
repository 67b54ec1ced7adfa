#include "tests/unit/runner/rule-rows.h"

#define LINE(rule, want, line) ROW(rule, want, NULL, NONE "WWW-Authenticate: " line CRLF CRLF)
#define LEFT(rule) ROW(rule, NA, NULL, NONE CRLF)

static const struct rule_row rows[] = {
	LINE("www-authenticate-grammar", YES, "Basic realm=\"a, b\", charset=\"UTF-8\""),
	LINE("www-authenticate-grammar", YES, "Negotiate"),
	LINE("www-authenticate-grammar", YES, "Negotiate YWJj=="),
	LINE("www-authenticate-grammar", YES,
	     "Digest realm=\"a\", nonce=\"b\", stale=false, Basic realm = \"c\", Negotiate"),
	LINE("www-authenticate-grammar", NO, ""),
	LINE("www-authenticate-grammar", NO, "realm=\"a\""),
	LINE("www-authenticate-grammar", NO, "Basic realm=\"a"),
	LINE("www-authenticate-grammar", NO, "Basic realm=a b"),
	LINE("www-authenticate-grammar", NO, "Negotiate YWJj, a=b"),
	LINE("www-authenticate-grammar", NO, "Basic\trealm=\"a\""),
	LEFT("www-authenticate-grammar"),
	LINE("challenge-realm-quoted", YES, "Digest nonce=a, realm=\"b\""),
	LINE("challenge-realm-quoted", NO, "Basic realm=a"),
	LINE("challenge-realm-quoted", NO, "Digest nonce=\"a\", REALM=b"),
	LEFT("challenge-realm-quoted"),
	LINE("challenge-parameter-once", YES, "Basic realm=\"a\", Digest realm=\"a\""),
	LINE("challenge-parameter-once", NO, "Basic realm=\"a\", Realm=\"b\""),
	LEFT("challenge-parameter-once"),
};

RULE_ROWS_MAIN(auth_rules, rows)
