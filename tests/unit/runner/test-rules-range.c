#include "tests/unit/runner/rule-rows.h"

#define PART "HTTP/1.1 206 Partial Content\r\n"
#define WRONG "HTTP/1.1 416 Range Not Satisfiable\r\n"
#define ONE GET "Range: bytes=0-1\r\n\r\n"
#define TWO GET "Range: bytes=0-1,4-5\r\n\r\n"
#define MULTIPART "Content-Type: multipart/byteranges; boundary=B\r\n"

static const struct rule_row rows[] = {
	ROW("code-206-content-range", YES, ONE, PART "Content-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab"),
	ROW("code-206-content-range", YES, TWO, PART MULTIPART EMPTY),
	ROW("code-206-content-range", NO, ONE, PART EMPTY),
	ROW("code-206-content-range", NO, ONE, PART "Content-Type: multipart/mixed\r\n" EMPTY),
	ROW("code-206-content-range", NA, ONE, OK EMPTY),
	ROW("code-206-content-range-of-multiple-part-response", YES, TWO, PART MULTIPART EMPTY),
	ROW("code-206-content-range-of-multiple-part-response", NO, TWO,
	    PART MULTIPART "Content-Range: bytes 0-1/9\r\n" EMPTY),
	ROW("code-206-content-range-of-multiple-part-response", NA, ONE,
	    PART "Content-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab"),
	ROW("no-multipart-for-one-range", YES, ONE,
	    PART "Content-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab"),
	ROW("no-multipart-for-one-range", NO, ONE, PART MULTIPART EMPTY),
	ROW("no-multipart-for-one-range", NA, TWO, PART MULTIPART EMPTY),
	ROW("no-multipart-for-one-range", NA, GET "Range: bytes=x\r\n\r\n", PART MULTIPART EMPTY),
	ROW("no-multipart-for-one-range", NA, ONE, OK EMPTY),

	ROW_WITH("multipart-byteranges-parts", YES, TWO,
		 PART MULTIPART CRLF
		 "--B\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n"
		 "--B\r\nA: b\r\ncontent-range: bytes 4-5/9\r\n\r\nef\r\n--B--\r\n", FIN),
	ROW_WITH("multipart-byteranges-parts", YES, TWO,
		 PART "Content-Type: multipart/byteranges; boundary=\"B\"\r\n\r\n"
		 "preamble\r\n--B\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--B--", FIN),
	ROW_WITH("multipart-byteranges-parts", NO, TWO,
		 PART MULTIPART CRLF "--B\r\nA: bytes 0-1/9\r\n\r\nab\r\n--B--", FIN),
	ROW_WITH("multipart-byteranges-parts", NO, TWO,
		 PART MULTIPART CRLF "--B\r\n\r\nContent-Range: bytes 0-1/9\r\n--B--", FIN),
	ROW_WITH("multipart-byteranges-parts", NO, TWO,
		 PART MULTIPART CRLF "--B\r\nContent-Range: bytes 0-1/9\r\n\r\nab", FIN),
	ROW_WITH("multipart-byteranges-parts", NO, TWO, PART MULTIPART CRLF "--B--", FIN),
	ROW("multipart-byteranges-parts", NO, TWO, PART MULTIPART FIVE),
	ROW("multipart-byteranges-parts", NO, TWO,
	    PART "Content-Type: multipart/byteranges\r\n" FIVE),
	ROW("multipart-byteranges-parts", NA, ONE, PART "Content-Range: bytes 0-4/9\r\n" FIVE),
	ROW("multipart-byteranges-parts", NA, HEAD, PART MULTIPART FIVE),

	ROW("content-range-consistent", YES, ONE, PART "Content-Range: bytes 0-4/9\r\n" FIVE),
	ROW("content-range-consistent", YES, ONE, PART "Content-Range: bytes 4-8/*\r\n" FIVE),
	ROW("content-range-consistent", YES, ONE, WRONG "Content-Range: bytes */9\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE, PART "Content-Range: bytes 4-0/9\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE, PART "Content-Range: bytes 0-4/4\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE, PART "Content-Range: bytes 0-3/9\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE, PART "Content-Range: bytes */9\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE, WRONG "Content-Range: bytes 0-4/9\r\n" FIVE),
	ROW("content-range-consistent", NO, ONE,
	    PART "Content-Range: bytes 0-18446744073709551615/9\r\n" FIVE),
	ROW_WITH("content-range-consistent", YES, ONE,
		 PART "Content-Range: bytes 0-8/9\r\nContent-Length: 9\r\n\r\nab", CUT),
	ROW("content-range-consistent", NA, ONE, PART "Content-Range: lines 1-2\r\n" FIVE),
	ROW("content-range-consistent", YES, ONE,
	    PART "Content-Range: bytes 3-3/9\r\nContent-Length: 1\r\n\r\na"),
	ROW("content-range-consistent", NA, NULL, OK "Content-Range: bytes 4-0/9\r\n" FIVE),
	ROW("content-range-consistent", NA, NULL, OK FIVE),

	ROW("code-416-content-range", YES, ONE, WRONG "Content-Range: bytes */9\r\n" EMPTY),
	ROW("code-416-content-range", NO, ONE, WRONG EMPTY),
	ROW("code-416-content-range", NA, GET "Range: lines=1-2\r\n\r\n", WRONG EMPTY),
	ROW("code-416-content-range", NA, ONE, OK EMPTY),
};

RULE_ROWS_MAIN(range_rules, rows)
