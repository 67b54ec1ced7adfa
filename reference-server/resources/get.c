#include "reference-server/resources/document.h"

/* The plain page: short, so that a benchmark measures the server and not memcpy. */
static const struct document page =
	DOCUMENT("text/html; charset=utf-8", "\"page-1\"", "Mon, 01 Jan 2024 00:00:00 GMT",
		 "<!doctype html>\n<title>httpcheck</title>\n"
		 "<p>This is the reference server of httpcheck.\n");

void get_handle(const struct call *call, struct answer *a)
{
	document_answer(&page, call, a);
}
