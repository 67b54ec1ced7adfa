#include "reference-server/resources/resources.h"

#include "http/bytes.h"

/* /redirect and /redirect/CODE: what is asked for is at /index.html, whatever the
 * method: a PUT is not performed on another resource (RFC9110-9.3.4-9). */
void redirect_handle(const struct call *call, struct answer *a)
{
	static const int codes[] = { 301, 302, 303, 307, 308 };
	uint64_t code = 307;

	if (call->below.len && http_decimal(slice_skip(call->below, 1), &code) < 0)
		code = 0;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (code != (uint64_t)codes[i])
			continue;
		answer_begin(a, codes[i]);
		answer_field(a, "Location", SLICE("/index.html"));
		answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
		answer_add(a, SLICE("See /index.html\n"));
		return;
	}
	answer_error(a, 404, "there is /redirect/301, 302, 303, 307 and 308");
}
