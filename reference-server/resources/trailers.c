#include "reference-server/resources/resources.h"

/* A trailer field that no header section would need: safe to drop on the way (RFC
 * 9110 section 6.5.1), and announced in Trailer (section 6.6.2). */
void trailers_handle(const struct call *call, struct answer *a)
{
	(void)call;
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	a->fixed = SLICE("A trailer field follows this line.\n");
	a->chunk = 16;
	a->trailer = (struct field){ SLICE("X-Lines"), SLICE("1") };
}
