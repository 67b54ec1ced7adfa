#include "tests/unit/runner/rule-rows.h"

#define LINE(rule, want, line) ROW(rule, want, NULL, NONE "Set-Cookie: " line CRLF CRLF)
#define LEFT(rule) ROW(rule, NA, NULL, NONE CRLF)

static const struct rule_row rows[] = {
	LINE("cookie-grammar", YES, "a=b"),
	LINE("cookie-grammar", YES, "a="),
	LINE("cookie-grammar", YES, "a=\"\""),
	LINE("cookie-grammar", YES, "a=\"b\"; Path=/; Max-Age=0; Secure; SameSite=Lax"),
	LINE("cookie-grammar", NO, "a"),
	LINE("cookie-grammar", NO, "=b"),
	LINE("cookie-grammar", NO, "a b=c"),
	LINE("cookie-grammar", NO, "a=b c"),
	LINE("cookie-grammar", NO, "a=b,c"),
	LINE("cookie-grammar", NO, "a=\"b"),
	LINE("cookie-grammar", NO, "a=b;Path=/"),
	LINE("cookie-grammar", NO, "a=b;"),
	LINE("cookie-grammar", NO, "a=b; Path=/\xc3\xa4"),
	LEFT("cookie-grammar"),
	LINE("duplicate-cookie-attribute", YES, "Path=b; Path=/"),
	LINE("duplicate-cookie-attribute", NO, "a=b; Path=/; Secure; path=/c"),
	LEFT("duplicate-cookie-attribute"),
	LINE("duplicate-cookies", YES, "a=b\r\nSet-Cookie: A=b"),
	LINE("duplicate-cookies", NO, "a=b\r\nSet-Cookie: c=d\r\nSet-Cookie: a=e; Path=/"),
	LEFT("duplicate-cookies"),
	LINE("cookie-imf-fixdate", YES, "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT"),
	LINE("cookie-imf-fixdate", NO, "a=b; expires=Sunday, 06-Nov-94 08:49:37 GMT"),
	LINE("cookie-imf-fixdate", NO, "a=b; Expires=Sun, 06-Nov-1994 08:49:37 GMT"),
	LINE("cookie-imf-fixdate", NA, "a=b; Max-Age=5"),
};

RULE_ROWS_MAIN(cookie_rules, rows)
