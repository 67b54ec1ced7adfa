#include "reference-server/resources/document.h"

/* 64 rows of 32 octets, no two alike: a part of it tells where it was cut. */
#define ROW(n)   "row " n ": 0123456789abcdefghijklm\n"
#define ROWS(n)  ROW(n "0") ROW(n "1") ROW(n "2") ROW(n "3") ROW(n "4") ROW(n "5") ROW(n "6") \
		 ROW(n "7") ROW(n "8") ROW(n "9") ROW(n "a") ROW(n "b") ROW(n "c") ROW(n "d") \
		 ROW(n "e") ROW(n "f")

static const struct document data =
	DOCUMENT("application/octet-stream", "\"data-1\"", "Wed, 03 Jan 2024 00:00:00 GMT",
		 ROWS("0") ROWS("1") ROWS("2") ROWS("3"));

void range_handle(const struct call *call, struct answer *a)
{
	document_answer(&data, call, a);
}
