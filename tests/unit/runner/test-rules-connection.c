#include "tests/unit/runner/rule-rows.h"

#define CLOSE "Connection: close\r\n"
#define ASKS_CLOSE GET CLOSE CRLF

static const struct rule_row rows[] = {
	ROW("version-not-higher", YES, NULL, OK EMPTY),
	ROW("version-not-higher", YES, HTTP10, OK EMPTY),
	ROW("version-not-higher", YES, NULL, "HTTP/1.0 200 OK\r\n" EMPTY),
	ROW("version-not-higher", NO, NULL, "HTTP/1.2 200 OK\r\n" EMPTY),
	ROW("version-not-higher", NO, NULL, "HTTP/2.0 200 OK\r\n" EMPTY),
	ROW("version-not-higher", NA, NULL, "HTTP/11 200 OK\r\n" EMPTY),

	ROW("close-option-in-final-response", YES, ASKS_CLOSE, OK CLOSE EMPTY),
	ROW("close-option-in-final-response", YES, ASKS_CLOSE, OK "connection: x, Close\r\n" EMPTY),
	ROW("close-option-in-final-response", NO, ASKS_CLOSE, OK EMPTY),
	ROW("close-option-in-final-response", NO, ASKS_CLOSE, OK "Connection: keep-alive\r\n" EMPTY),
	ROW("close-option-in-final-response", NA, NULL, OK EMPTY),
	ROW("close-option-in-final-response", NA, ASKS_CLOSE, "HTTP/1.0 200 OK\r\n" EMPTY),
	ROW("close-option-in-final-response", NA, ASKS_CLOSE, "HTTP/1.1 100 Continue\r\n\r\n"),


	ROW("no-response-after-close", YES, NULL, OK CLOSE EMPTY),
	ROW_WITH("no-response-after-close", NO, NULL, OK CLOSE EMPTY, FOLLOWED),
	ROW_WITH("no-response-after-close", NA, NULL, OK EMPTY, FOLLOWED),

	ROW("connection-lists-hop-by-hop", YES, NULL,
	    OK "Upgrade: h2c\r\nKeep-Alive: timeout=5\r\nConnection: upgrade, keep-alive\r\n" EMPTY),
	ROW("connection-lists-hop-by-hop", NO, NULL,
	    OK "Upgrade: h2c\r\nConnection: keep-alive\r\n" EMPTY),
	ROW("connection-lists-hop-by-hop", NO, NULL, OK "Keep-Alive: timeout=5\r\n" EMPTY),
	ROW("connection-lists-hop-by-hop", NA, NULL, OK EMPTY),

	ROW("connection-no-end-to-end-field", YES, NULL, OK "Connection: close, X-A\r\n" EMPTY),
	ROW("connection-no-end-to-end-field", NO, NULL, OK "Connection: cache-control\r\n" EMPTY),
	ROW("connection-no-end-to-end-field", NA, NULL, OK EMPTY),
};

RULE_ROWS_MAIN(connection_rules, rows)
