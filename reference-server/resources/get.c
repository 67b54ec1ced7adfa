#include "document.h"

/* The plain page: short, so that a benchmark measures the server and not memcpy. */
static const struct document page = {
	.content = SLICE("<!doctype html>\n<title>httpcheck</title>\n<p>This is the reference "
			 "server of httpcheck.\n"),
	.media_type = "text/html; charset=utf-8",
	.validators = { "\"page-1\"", 1704067200 },   /* 2024-01-01 00:00:00 UTC */
};

void get_handle(const struct call *call, struct answer *a)
{
	document_answer(&page, call, a);
}
