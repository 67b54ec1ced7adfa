#include "tests/unit/runner/rule-rows.h"

#define LINE(rule, want, line) ROW(rule, want, NULL, NONE line CRLF CRLF)
#define LEFT(rule) ROW(rule, NA, NULL, NONE CRLF)

static const struct rule_row rows[] = {
	LINE("space-before-value", YES, "X-A: b\r\nX-B:c\r\nX-C:\r\nX-D: "),
	LINE("space-before-value", NO, "X-A: b\r\nX-B:  c"),
	LINE("space-before-value", NO, "X-A:\tb"),
	LINE("space-before-value", NO, "X-A:  "),
	LINE("space-before-value", YES, "X-A: b:  c"),
	LEFT("space-before-value"),
	LINE("no-space-behind-value", YES, "X-A: b\r\nX-B:c\r\nX-C:\r\nX-D: "),
	LINE("no-space-behind-value", YES, "X-A:  b"),
	LINE("no-space-behind-value", NO, "X-A: b "),
	LINE("no-space-behind-value", NO, "X-A: b\t"),
	LEFT("no-space-behind-value"),

	LINE("single-space-in-server", YES, "Server: a/1 (b  \\)  c) d/2"),
	LINE("single-space-in-server", NO, "Server: a/1  b/2"),
	LINE("single-space-in-server", NO, "Server: a/1\tb/2"),
	LINE("single-space-in-server", NO, "Server: a/1 (b)  c/2"),
	LINE("single-space-in-server", NA, "Server: a/1"),

	LINE("no-needless-quoted-pair", YES, "Content-Type: text/html; a=\"b\\\"\\\\c\""),
	LINE("no-needless-quoted-pair", YES, "WWW-Authenticate: Basic realm=\"a\""),
	LINE("no-needless-quoted-pair", NO, "WWW-Authenticate: Basic realm=\"\\a\""),
	LINE("no-needless-quoted-pair", NO, "Content-Type: text/html; a=\"b\\\\\"; c=\"\\d\""),
	LINE("no-needless-quoted-pair", NA, "Content-Type: text/html"),
	LINE("no-needless-quoted-pair", NA, "ETag: \"\\a\""),       /* no quoted-string */
	LINE("no-needless-quoted-pair-in-comment", YES, "Server: a (b\\(\\)\\\\c)"),
	LINE("no-needless-quoted-pair-in-comment", NO, "Server: a (\\b)"),
	LINE("no-needless-quoted-pair-in-comment", NO, "Server: a (b (c\\ d))"),
	LINE("no-needless-quoted-pair-in-comment", NA, "Server: a"),
};

RULE_ROWS_MAIN(spelling_rules, rows)
