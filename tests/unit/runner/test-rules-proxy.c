#include "tests/unit/runner/rule-rows.h"

#define NO_PROXY "HTTP/1.1 407 Proxy Authentication Required\r\n"

static const struct rule_row rows[] = {
	ROW("code-407-proxy-authenticate", YES, NULL,
	    NO_PROXY "Proxy-Authenticate: Basic realm=\"a\"\r\n" EMPTY),
	ROW("code-407-proxy-authenticate", NO, NULL,
	    NO_PROXY "WWW-Authenticate: Basic realm=\"a\"\r\n" EMPTY),
	ROW("code-407-proxy-authenticate", NA, NULL, OK EMPTY),
};

RULE_ROWS_MAIN(proxy_rules, rows)
