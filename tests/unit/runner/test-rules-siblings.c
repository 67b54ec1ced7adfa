#include "tests/unit/runner/rule-rows.h"

#define NOT_MODIFIED "HTTP/1.1 304 Not Modified\r\n"
#define A "ETag: \"a\"\r\n"
#define B "ETag: \"b\"\r\n"
#define WEAK "ETag: W/\"a\"\r\n"
#define MODIFIED "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define LENGTH(n) "Content-Length: " n "\r\n\r\n"
#define MATCH GET "If-None-Match: \"x\", W/\"a\"\r\n\r\n"
#define SINCE GET "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
#define RANGED GET "Range: bytes=0-1\r\n\r\n"
#define PART "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\nContent-Range: bytes 0-1/"

static const struct rule_row rows[] = {
	ROW_BESIDE("content-length-same-head-get", YES, HEAD, OK A LENGTH("5"), OK A FIVE),
	ROW_BESIDE("content-length-same-head-get", YES, HEAD, OK MODIFIED LENGTH("5"), OK MODIFIED FIVE),
	ROW_BESIDE("content-length-same-head-get", NO, HEAD, OK A LENGTH("0"), OK A FIVE),
	ROW_BESIDE("content-length-same-head-get", NO, HEAD, OK MODIFIED LENGTH("6"), OK MODIFIED FIVE),
	ROW_BESIDE("content-length-same-head-get", NO, HEAD, OK A LENGTH("0"),
		   OK A "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, OK A CRLF, OK A FIVE),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, OK B LENGTH("6"), OK A FIVE),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, OK WEAK LENGTH("6"), OK WEAK FIVE),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, OK LENGTH("6"), OK FIVE),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, OK A LENGTH("6"),
		   OK A "Content-Encoding: gzip\r\n" FIVE),
	ROW("content-length-same-head-get", NA, HEAD, OK A LENGTH("6")),
	ROW_BESIDE("content-length-same-head-get", NA, HEAD, "HTTP/1.1 404 N\r\n" A LENGTH("6"),
		   OK A FIVE),
	ROW_BESIDE("content-length-same-head-get", NA, NULL, OK A EMPTY, OK A FIVE),

	ROW_BESIDE("content-length-same-304-200", YES, MATCH, NOT_MODIFIED A LENGTH("5"), OK A FIVE),
	ROW_BESIDE("content-length-same-304-200", NO, MATCH, NOT_MODIFIED A LENGTH("0"), OK A FIVE),
	ROW_BESIDE("content-length-same-304-200", NA, MATCH, NOT_MODIFIED A CRLF, OK A FIVE),
	ROW_BESIDE("content-length-same-304-200", NA, MATCH, NOT_MODIFIED LENGTH("0"), OK A FIVE),

	ROW_BESIDE("content-length-same-304-200", NA, HEAD, NOT_MODIFIED A LENGTH("0"), OK A FIVE),
	ROW_BESIDE("content-length-same-304-200", NA, MATCH, OK A EMPTY, OK A FIVE),

	ROW_BESIDE("head-get-headers", YES, HEAD, OK A "Content-Type: a/b\r\n" LENGTH("5"),
		   OK A "Content-Type: a/b\r\n" FIVE),
	ROW_BESIDE("head-get-headers", YES, HEAD, OK A "X: y\r\n\r\n", OK A FIVE),
	ROW_BESIDE("head-get-headers", NO, HEAD, OK A LENGTH("5"), OK A "Content-Type: a/b\r\n" FIVE),
	ROW_BESIDE("head-get-headers", NA, HEAD, OK B LENGTH("5"), OK A "Content-Type: a/b\r\n" FIVE),
	ROW("head-get-headers", NA, HEAD, OK A LENGTH("5")),

	ROW_BESIDE("code-304-headers", YES, MATCH, NOT_MODIFIED A "Vary: x\r\n\r\n",
		   OK A MODIFIED "Vary: x\r\n" FIVE),
	ROW_BESIDE("code-304-headers", YES, SINCE, NOT_MODIFIED CRLF, OK MODIFIED FIVE),
	ROW_BESIDE("code-304-headers", NO, MATCH, NOT_MODIFIED CRLF, OK A FIVE),
	ROW_BESIDE("code-304-headers", NO, MATCH, NOT_MODIFIED A CRLF, OK A "Vary: x\r\n" FIVE),
	ROW_BESIDE("code-304-headers", NO, SINCE, NOT_MODIFIED CRLF,
		   OK MODIFIED "Cache-Control: no-cache\r\n" FIVE),
	ROW_BESIDE("code-304-headers", NA, MATCH, NOT_MODIFIED CRLF, OK B FIVE),
	ROW_BESIDE("code-304-headers", NA, GET "If-None-Match: *\r\n\r\n", NOT_MODIFIED CRLF, OK A FIVE),
	ROW_BESIDE("code-304-headers", NA, SINCE, NOT_MODIFIED CRLF, OK A FIVE),
	ROW_BESIDE("code-304-headers", NA, SINCE, NOT_MODIFIED CRLF,
		   OK "Cache-Control: x\r\nLast-Modified: Mon, 07 Nov 1994 08:49:37 GMT\r\n" FIVE),
	ROW_BESIDE("code-304-headers", NA, HEAD, NOT_MODIFIED CRLF, OK A FIVE),
	ROW_BESIDE("code-304-headers", NA, MATCH, OK EMPTY, OK A FIVE),
	ROW("code-304-headers", NA, MATCH, NOT_MODIFIED CRLF),

	ROW_BESIDE("code-206-headers", YES, RANGED, PART "5\r\n" A "\r\nhe", OK A FIVE),
	ROW_BESIDE("code-206-headers", NO, RANGED, PART "5\r\n\r\nhe", OK A FIVE),
	ROW_BESIDE("code-206-headers", NO, RANGED, PART "5\r\n" A "\r\nhe", OK A "Vary: x\r\n" FIVE),
	ROW_BESIDE("code-206-headers", NA, RANGED, PART "9\r\n\r\nhe", OK A FIVE),
	ROW("code-206-headers", NA, RANGED, PART "5\r\n\r\nhe"),
};

RULE_ROWS_MAIN(sibling_rules, rows)
