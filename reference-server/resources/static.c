#include "document.h"

static const struct document index_page = {
	.content = SLICE("<!doctype html>\n<html lang=\"en\">\n<title>index.html</title>\n"
			 "<h1>A static document</h1>\n"
			 "<p>It has an entity tag and a date of last modification,\n"
			 "and may be read but not changed.\n</html>\n"),
	.media_type = "text/html; charset=utf-8",
	.validators = { "\"index-1\"", 1704153600 },   /* 2024-01-02 00:00:00 UTC */
};

void static_handle(const struct call *call, struct answer *a)
{
	document_answer(&index_page, call, a);
}
