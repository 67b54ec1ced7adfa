#include "reference-server/resources/resources.h"

/* Gives back the content as it came, whatever its type. */
void body_handle(const struct call *call, struct answer *a)
{
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("application/octet-stream"));
	a->fixed = call->content;
}
