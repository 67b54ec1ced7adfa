#include "reference-server/resources/resources.h"

#include <inttypes.h>

/* Takes any content and keeps none of it: nothing is created, so 200 and not 201. */
void post_handle(const struct call *call, struct answer *a)
{
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	answer_addf(a, "%" PRIu64 " octets received\n", call->content_octets);
}
