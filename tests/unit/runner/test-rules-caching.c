#include "tests/unit/runner/rule-rows.h"

#define LINE(rule, want, line) ROW(rule, want, NULL, NONE line CRLF CRLF)
#define LEFT(rule) ROW(rule, NA, NULL, NONE CRLF)
#define CC "Cache-Control: "

static const struct rule_row rows[] = {
	LINE("age-grammar", YES, "Age: 0"),
	LINE("age-grammar", NO, "Age: -1"),
	LINE("age-grammar", NO, "Age: 1.5"),
	LINE("age-grammar", NO, "Age:"),
	LEFT("age-grammar"),
	LINE("cache-control-grammar", YES, CC "no-cache=\"a, b\", max-age=5, x=\"\\\"\""),
	LINE("cache-control-grammar", NO, CC "max-age = 5"),
	LINE("cache-control-grammar", NO, CC "max-age="),
	LINE("cache-control-grammar", NO, CC "no-cache; max-age=5"),
	LEFT("cache-control-grammar"),
	LINE("response-directive-no-cache", YES, CC "No-Cache=\"a\""),
	LINE("response-directive-no-cache", NO, CC "no-cache=a"),
	LINE("response-directive-no-cache", NA, CC "no-cache"),
	LINE("response-directive-private", YES, CC "private=\"a\""),
	LINE("response-directive-private", NO, CC "max-age=5\r\n" CC "private=a"),
	LINE("response-directive-private", NA, CC "private"),
	LINE("response-directive-max-age", YES, CC "max-age=5"),
	LINE("response-directive-max-age", NO, CC "max-age=\"5\""),
	LINE("response-directive-max-age", NA, CC "s-maxage=\"5\""),
	LINE("response-directive-s-maxage", YES, CC "s-maxage=5"),
	LINE("response-directive-s-maxage", NO, CC "s-maxage=\"5\""),
	LINE("response-directive-s-maxage", NA, CC "max-age=\"5\""),
	LINE("response-directive-must-understand", YES, CC "must-understand, no-store"),
	LINE("response-directive-must-understand", NO, CC "must-understand"),
	LINE("response-directive-must-understand", NA, CC "no-store"),
};

RULE_ROWS_MAIN(caching_rules, rows)
