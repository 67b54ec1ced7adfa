#include "reference-server/resources/resources.h"

#include "http/bytes.h"

#include <inttypes.h>

/* An answer that takes its time: /delay/250 comes after 250 ms. */
void delay_handle(const struct call *call, struct answer *a)
{
	enum { MOST_MS = 60000 };
	uint64_t ms;

	if (http_decimal(call->below, &ms) < 0 || ms > MOST_MS) {
		answer_error(a, 404, "there is /delay/0 to /delay/60000, in milliseconds");
		return;
	}
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_addf(a, "This took %" PRIu64 " ms.\n", ms);
	a->pause = (usec)ms * USEC_PER_MS;
}
