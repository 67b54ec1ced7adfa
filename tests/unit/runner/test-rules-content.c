#include "tests/unit/runner/rule-rows.h"

#define ACCEPT(codings) GET "Accept-Encoding: " codings "\r\n\r\n"
#define CODED(coding) OK "Content-Encoding: " coding "\r\n"
#define BINARY(rule, want, response) { rule, want, NULL, response, 0, NULL, sizeof(response) - 1 }

/* "hello\n" by gzip -n, and by the compress() of zlib. */
#define GZIP "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30" \
	     "\x3a\x36\x06\x00\x00\x00"
#define ZLIB "\x78\x9c\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x08\x4b\x02\x1f"
#define GZIPPED CODED("gzip") "Content-Length: "

static const struct rule_row rows[] = {
	ROW("content-type-header-required", YES, NULL, OK "Content-Type: text/plain\r\n" FIVE),
	ROW("content-type-header-required", NO, NULL, "HTTP/1.1 404 N\r\n" FIVE),
	ROW("content-type-header-required", NO, NULL, "HTTP/1.1 400 B\r\n" FIVE),
	ROW("content-type-header-required", NO, NULL, OK "Content-Length: 15\r\n\r\n<!DOCTYPE html>"),
	ROW("content-type-header-required", NA, NULL, OK FIVE),
	ROW("content-type-header-required", NA, NULL, "HTTP/1.1 404 N\r\n" EMPTY),

	BINARY("encoded-content-decodes", YES, GZIPPED "26\r\n\r\n" GZIP),
	BINARY("encoded-content-decodes", YES, CODED("X-Gzip") "Content-Length: 52\r\n\r\n" GZIP GZIP),
	BINARY("encoded-content-decodes", YES, CODED("deflate") "Content-Length: 14\r\n\r\n" ZLIB),
	ROW("encoded-content-decodes", NO, NULL, CODED("gzip") FIVE),
	BINARY("encoded-content-decodes", NO, GZIPPED "20\r\n\r\n" GZIP),
	BINARY("encoded-content-decodes", NO, GZIPPED "27\r\n\r\n" GZIP "x"),
	BINARY("encoded-content-decodes", NO, GZIPPED "14\r\n\r\n" ZLIB),
	BINARY("encoded-content-decodes", NO, CODED("deflate") "Content-Length: 26\r\n\r\n" GZIP),
	ROW("encoded-content-decodes", NA, NULL,
	    "HTTP/1.1 206 P\r\nContent-Encoding: gzip\r\n" FIVE),
	ROW_WITH("encoded-content-decodes", NA, NULL,
		 CODED("gzip") "Content-Length: 9\r\n\r\nhello", CUT),
	ROW("encoded-content-decodes", NA, NULL, CODED("br") FIVE),
	ROW("encoded-content-decodes", NA, NULL, CODED("gzip, br") FIVE),
	ROW("encoded-content-decodes", NA, HEAD, CODED("gzip") "Content-Length: 5\r\n\r\n"),
	ROW("encoded-content-decodes", NA, NULL, OK FIVE),

	ROW("encoding-not-offered", YES, ACCEPT("br, gzip"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", YES, ACCEPT("gzip"), CODED("x-gzip") FIVE),
	ROW("encoding-not-offered", YES, ACCEPT("*;q=0.1"), CODED("br") FIVE),
	ROW("encoding-not-offered", YES, ACCEPT("br, identity;q=0"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", YES, ACCEPT("br, *;q=0"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", NO, ACCEPT("br"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", NO, ACCEPT("gzip;q=0.000, br"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", NO, ACCEPT("identity, *;q=0"), CODED("gzip") FIVE),
	ROW("encoding-not-offered", NA, NULL, CODED("gzip") FIVE),
	ROW("encoding-not-offered", NA, ACCEPT(""), CODED("gzip") FIVE),
	ROW("encoding-not-offered", NA, ACCEPT("br"), OK FIVE),

	ROW_BESIDE("vary-on-negotiation", YES, ACCEPT("gzip"),
		   CODED("gzip") "Vary: accept-encoding\r\n" FIVE, OK FIVE),
	ROW_BESIDE("vary-on-negotiation", YES, ACCEPT("gzip"), CODED("gzip") "Vary: *\r\n" FIVE, OK FIVE),
	ROW_BESIDE("vary-on-negotiation", NO, ACCEPT("gzip"), CODED("gzip") FIVE, OK FIVE),
	ROW_BESIDE("vary-on-negotiation", NO, NULL, OK "Vary: Accept\r\n" FIVE, CODED("gzip") FIVE),
	ROW_BESIDE("vary-on-negotiation", NA, NULL, CODED("gzip") FIVE, CODED("gzip") FIVE),
	ROW_BESIDE("vary-on-negotiation", NA, POST CRLF, OK FIVE, CODED("gzip") FIVE),
	ROW_BESIDE("vary-on-negotiation", NA, NULL, "HTTP/1.1 404 N\r\n" FIVE, CODED("gzip") FIVE),
	ROW_BESIDE("vary-on-negotiation", NA, NULL, OK "Cache-Control: no-store\r\n" FIVE,
		   CODED("gzip") FIVE),
	ROW("vary-on-negotiation", NA, ACCEPT("gzip"), CODED("gzip") FIVE),
};

RULE_ROWS_MAIN(content_rules, rows)
