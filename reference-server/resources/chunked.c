#include "reference-server/resources/resources.h"

/* Content whose length a server would not know beforehand. */
void chunked_handle(const struct call *call, struct answer *a)
{
	(void)call;
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	a->fixed = SLICE("These lines are sent in the chunked transfer coding\n"
			 "to a client that speaks HTTP/1.1,\n"
			 "and with a Content-Length to one that does not.\n");
	a->chunk = 40;
}
