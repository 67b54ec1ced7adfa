#include "reference-server/resources/coding.h"
#include "reference-server/resources/document.h"

#define LINE  "This line is here again and again, so that there is something to compress.\n"
#define LINES LINE LINE LINE LINE LINE LINE LINE LINE

#define PAGE_DATE 1704326400          /* Thu, 04 Jan 2024 00:00:00 GMT */

/* Two representations of one resource, each with its own entity tag: their octets
 * differ (RFC 9110 section 8.8.3.3). */
void gzip_handle(const struct call *call, struct answer *a)
{
	static const struct slice plain = SLICE(LINES LINES LINES LINES);
	enum coding coding = coding_choose(call->request);
	struct portrait p = { "\"gzip-plain-1\"", PAGE_DATE, "text/plain; charset=utf-8", NULL,
			      "Accept-Encoding", NULL };
	struct buffer packed = BUFFER_INIT(2 * plain.len);
	struct made_document m;

	if (coding == CODING_REFUSED) {
		answer_error(a, 406, "this is there in gzip form and plain");
		answer_field(a, "Vary", SLICE("Accept-Encoding"));
		return;
	}
	if (coding == CODING_GZIP) {
		p.etag = "\"gzip-packed-1\"";
		p.coding = "gzip";
		a->failed |= coding_gzip(plain, &packed) < 0;
	}
	document_make(&m, &p, call->now);
	m.document.content = p.coding ? buffer_slice(&packed) : plain;
	if (!a->failed)
		document_answer(&m.document, call, a);
	if (p.coding)
		answer_own(a);
	buffer_release(&packed);
}
