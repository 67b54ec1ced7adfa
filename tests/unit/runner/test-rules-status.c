#include "tests/unit/runner/rule-rows.h"

#define STATUS(code) "HTTP/1.1 " code " x\r\n"
#define CONNECT "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
#define UPGRADE GET "Upgrade: websocket, h2c\r\nConnection: upgrade\r\n\r\n"
#define CONDITIONAL GET "If-None-Match: \"a\"\r\n\r\n"
#define RANGED GET "Range: bytes=0-1\r\n\r\n"
#define CODED "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: x\r\nContent-Length: 0\r\n\r\n"
#define OPTIONS "OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n"

/* A code that must come with a field. */
#define WITH(rule, code, field)                                                                    \
	ROW(rule, YES, NULL, STATUS(code) field CRLF EMPTY),                                       \
	ROW(rule, NO, NULL, STATUS(code) EMPTY),                                                   \
	ROW(rule, NA, NULL, OK EMPTY)

static const struct rule_row rows[] = {
	WITH("send-upgrade-426", "426", "Upgrade: h2c"),
	WITH("code-301-location", "301", "Location: /b"),
	WITH("code-302-location", "302", "Location: /b"),
	WITH("code-303-location", "303", "Location: /b"),
	WITH("code-307-location", "307", "Location: /b"),
	WITH("code-308-location", "308", "Location: /b"),
	WITH("code-401-www-authenticate", "401", "WWW-Authenticate: Basic realm=\"a\""),
	WITH("code-405-allow", "405", "Allow:"),
	WITH("send-upgrade-101", "101", "Upgrade: websocket"),

	ROW("switch-protocol-without-client", YES, UPGRADE, STATUS("101") "Upgrade: WebSocket\r\n\r\n"),
	ROW("switch-protocol-without-client", NO, UPGRADE, STATUS("101") "Upgrade: irc\r\n\r\n"),
	ROW("switch-protocol-without-client", NO, NULL, STATUS("101") "Upgrade: websocket\r\n\r\n"),
	ROW("switch-protocol-without-client", NA, UPGRADE, OK EMPTY),
	ROW("interim-unasked-100", YES, NULL, STATUS("103") CRLF),
	ROW("interim-unasked-100", NO, HTTP10, STATUS("100") CRLF),
	ROW("interim-unasked-100", NA, HTTP10, OK EMPTY),

	ROW("status-206-unasked", YES, RANGED, STATUS("206") EMPTY),
	ROW("status-206-unasked", NO, NULL, STATUS("206") EMPTY),
	ROW("status-206-unasked", NA, NULL, OK EMPTY),
	ROW("status-206-unasked", NA, "garbage\r\n\r\n", STATUS("206") EMPTY),
	ROW("status-304-unasked", YES, CONDITIONAL, STATUS("304") CRLF),
	ROW("status-304-unasked", NO, NULL, STATUS("304") CRLF),
	ROW("status-304-unasked", NO, POST "If-None-Match: *\r\n\r\n", STATUS("304") CRLF),
	ROW("status-304-unasked", NA, CONDITIONAL, OK EMPTY),
	ROW("status-412-unasked", YES, POST "If: (<a>)\r\n\r\n", STATUS("412") EMPTY),
	ROW("status-412-unasked", YES, CONDITIONAL, STATUS("412") EMPTY),
	ROW("status-412-unasked", NO, POST CRLF, STATUS("412") EMPTY),
	ROW("status-412-unasked", NA, POST CRLF, OK EMPTY),
	ROW("status-416-unasked", YES, RANGED, STATUS("416") EMPTY),
	ROW("status-416-unasked", NO, NULL, STATUS("416") EMPTY),
	ROW("status-416-unasked", NA, NULL, OK EMPTY),
	ROW("status-417-unasked", YES, POST "Expect: x\r\n\r\n", STATUS("417") EMPTY),
	ROW("status-417-unasked", NO, POST CRLF, STATUS("417") EMPTY),
	ROW("status-417-unasked", NA, POST CRLF, OK EMPTY),
	ROW("status-511-not-origin", YES, NULL, STATUS("500") EMPTY),
	ROW("status-511-not-origin", NO, NULL, STATUS("511") EMPTY),
	ROW("status-511-not-origin", NA, NULL, OK EMPTY),
	ROW("post-invalid-response-codes", YES, POST CRLF, OK EMPTY),
	ROW("post-invalid-response-codes", NO, POST "Range: bytes=0-1\r\n\r\n", STATUS("206") EMPTY),
	ROW("post-invalid-response-codes", NO, POST CRLF, STATUS("304") CRLF),
	ROW("post-invalid-response-codes", NA, RANGED, STATUS("206") EMPTY),

	ROW("code-300-metadata", YES, NULL, STATUS("300") FIVE),
	ROW("code-300-metadata", NO, NULL, STATUS("300") EMPTY),
	ROW("code-300-metadata", NA, HEAD, STATUS("300") EMPTY),
	ROW("error-has-explanation", YES, NULL, STATUS("404") FIVE),
	ROW("error-has-explanation", YES, CONNECT, STATUS("501") FIVE),
	ROW("error-has-explanation", NO, NULL, STATUS("404") EMPTY),
	ROW("error-has-explanation", NO, "garbage\r\n\r\n", STATUS("400") EMPTY),
	ROW("error-has-explanation", NA, HEAD, STATUS("404") FIVE),
	ROW("error-has-explanation", NA, "HEAD / HTTP/1.1\r\n bad\r\n\r\n", STATUS("400") EMPTY),
	ROW("error-has-explanation", NA, "", STATUS("408") EMPTY),
	ROW("error-has-explanation", NA, NULL, OK EMPTY),
	ROW_WITH("error-has-explanation", NA, NULL, STATUS("404") "Content-Length: 5\r\n\r\n", CUT),
	ROW("allow-lists-refused-method", YES, POST CRLF, STATUS("405") "Allow: GET, post\r\n" EMPTY),
	ROW("allow-lists-refused-method", NO, POST CRLF, STATUS("405") "Allow: GET, POST\r\n" EMPTY),
	ROW("allow-lists-refused-method", NA, POST CRLF, STATUS("405") EMPTY),
	ROW("allow-lists-refused-method", NA, POST CRLF, OK "Allow: POST\r\n" EMPTY),
	ROW("code-415-unsupported-media-type", YES, CODED, STATUS("415") "Accept-Encoding: gzip\r\n" EMPTY),
	ROW("code-415-unsupported-media-type", YES, CODED, STATUS("415") "Accept: a/b\r\n" EMPTY),
	ROW("code-415-unsupported-media-type", NO, CODED, STATUS("415") EMPTY),
	ROW("code-415-unsupported-media-type", NA, POST CRLF, STATUS("415") EMPTY),
	ROW("accept-encoding-415", YES, POST CRLF, STATUS("415") EMPTY),
	ROW("accept-encoding-415", NO, POST CRLF, STATUS("415") "Accept-Encoding: gzip\r\n" EMPTY),
	ROW("accept-encoding-415", NA, CODED, STATUS("415") "Accept-Encoding: gzip\r\n" EMPTY),
	ROW("accept-patch-presence", YES, OPTIONS, NONE "Allow: PATCH\r\nAccept-Patch: a/b\r\n\r\n"),
	ROW("accept-patch-presence", NO, OPTIONS, NONE "Allow: GET, PATCH\r\n\r\n"),
	ROW("accept-patch-presence", NA, OPTIONS, NONE "Allow: GET\r\n\r\n"),
	ROW("accept-patch-presence", NA, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
	    NONE "Allow: PATCH\r\n\r\n"),
};

RULE_ROWS_MAIN(status_rules, rows)
