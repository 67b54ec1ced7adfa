#include "tests/unit/runner/rule-rows.h"

#define NOW "Tue, 14 Nov 2023 22:13:20 GMT"      /* WALL */
#define IMF "Sun, 06 Nov 1994 08:49:37 GMT"
#define RFC850 "Sunday, 06-Nov-94 08:49:37 GMT"
#define ASCTIME "Sun Nov  6 08:49:37 1994"

static const struct rule_row rows[] = {
	ROW("date-grammar", YES, NULL, OK "Date: " IMF CRLF EMPTY),
	ROW("date-grammar", YES, NULL, OK "Date: " RFC850 CRLF EMPTY),
	ROW("date-grammar", NO, NULL, OK "Date: Sun, 6 Nov 1994 08:49:37 GMT\r\n" EMPTY),
	ROW("date-grammar", NO, NULL, OK "Date: Mon, 06 Nov 1994 08:49:37 GMT\r\n" EMPTY),
	ROW("date-grammar", NA, NULL, OK EMPTY),
	ROW("last-modified-grammar", YES, NULL, OK "Last-Modified: " IMF CRLF EMPTY),
	ROW("last-modified-grammar", NO, NULL, OK "Last-Modified: 1994-11-06\r\n" EMPTY),
	ROW("last-modified-grammar", NA, NULL, OK EMPTY),
	ROW("expires-grammar", YES, NULL, OK "Expires: " ASCTIME CRLF EMPTY),
	ROW("expires-grammar", NO, NULL, OK "Expires: 0\r\n" EMPTY),
	ROW("expires-grammar", NA, NULL, OK EMPTY),
	ROW("retry-after-grammar", YES, NULL, OK "Retry-After: 120\r\n" EMPTY),
	ROW("retry-after-grammar", YES, NULL, OK "Retry-After: " IMF CRLF EMPTY),
	ROW("retry-after-grammar", NO, NULL, OK "Retry-After: 2m\r\n" EMPTY),
	ROW("retry-after-grammar", NO, NULL, OK "Retry-After: -1\r\n" EMPTY),
	ROW("retry-after-grammar", NA, NULL, OK EMPTY),
	ROW("date-imf-fixdate", YES, NULL, OK "Date: " IMF "\r\nExpires: " IMF CRLF EMPTY),
	ROW("date-imf-fixdate", NO, NULL, OK "Date: " RFC850 CRLF EMPTY),
	ROW("date-imf-fixdate", NO, NULL, OK "Date: " IMF "\r\nLast-Modified: " ASCTIME CRLF EMPTY),
	ROW("date-imf-fixdate", NA, NULL, OK "Expires: 0\r\nRetry-After: 5\r\n" EMPTY),
	ROW("date-header-required", YES, NULL, OK "Date: " NOW CRLF EMPTY),
	ROW("date-header-required", NO, NULL, OK EMPTY),
	ROW("date-header-required", NO, NULL, "HTTP/1.1 404 N\r\n" EMPTY),
	ROW("date-header-required", NO, NULL, "HTTP/1.1 304 N\r\n\r\n"),
	ROW("date-header-required", NA, NULL, "HTTP/1.1 500 E\r\n" EMPTY),
	ROW("date-header-required", NA, NULL, "HTTP/1.1 100 C\r\n\r\n"),
	ROW("date-header-required", NA, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", OK CRLF),
	ROW_WITH("date-header-required", NA, NULL, OK "Server: x\r\n", CUT),
	ROW("date-near-clock", YES, NULL, OK "Date: " NOW CRLF EMPTY),
	ROW("date-near-clock", YES, NULL, OK "Date: Mon, 13 Nov 2023 22:13:20 GMT\r\n" EMPTY),
	ROW("date-near-clock", YES, NULL, OK "Date: Wed, 15 Nov 2023 22:13:20 GMT\r\n" EMPTY),
	ROW("date-near-clock", NO, NULL, OK "Date: Mon, 13 Nov 2023 22:13:19 GMT\r\n" EMPTY),
	ROW("date-near-clock", NO, NULL, OK "Date: Wed, 15 Nov 2023 22:13:21 GMT\r\n" EMPTY),
	ROW("date-near-clock", NO, NULL, OK "Date: " IMF CRLF EMPTY),
	ROW("date-near-clock", NA, NULL, OK "Age: 9\r\nDate: " IMF CRLF EMPTY),
	ROW("date-near-clock", NA, NULL, OK "Date: yesterday\r\n" EMPTY),
	ROW("last-modified-not-later-than-date", YES, NULL,
	    OK "Date: " NOW "\r\nLast-Modified: " NOW CRLF EMPTY),
	ROW("last-modified-not-later-than-date", NO, NULL,
	    OK "Date: " IMF "\r\nLast-Modified: " NOW CRLF EMPTY),
	ROW("last-modified-not-later-than-date", NA, NULL, OK "Last-Modified: " NOW CRLF EMPTY),
	ROW("date-single-space", YES, NULL, OK "Date: " ASCTIME CRLF EMPTY),
	ROW("date-single-space", YES, NULL, OK "Date: " IMF "\r\nRetry-After: 5\r\n" EMPTY),
	ROW("date-single-space", NO, NULL, OK "Date: Sun, 06 Nov  1994 08:49:37 GMT\r\n" EMPTY),
	ROW("date-single-space", NO, NULL,
	    OK "Date: " IMF "\r\nExpires: Sun,\t06 Nov 1994 08:49:37 GMT\r\n" EMPTY),
	ROW("date-single-space", NA, NULL, OK "Expires: 0\r\n" EMPTY),
	ROW("date-single-space", NA, NULL, OK EMPTY),
};

RULE_ROWS_MAIN(date_rules, rows)
