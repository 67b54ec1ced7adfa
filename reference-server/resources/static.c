#include "reference-server/resources/document.h"

static const struct document index_page =
	DOCUMENT("text/html; charset=utf-8", "\"index-1\"", "Tue, 02 Jan 2024 00:00:00 GMT",
		 "<!doctype html>\n<html lang=\"en\">\n<title>index.html</title>\n"
		 "<h1>A static document</h1>\n"
		 "<p>It has an entity tag and a date of last modification,\n"
		 "and may be read but not changed.\n</html>\n");

void static_handle(const struct call *call, struct answer *a)
{
	document_answer(&index_page, call, a);
}
