#include "reference-server/resources/resources.h"

#include "http/bytes.h"

/* /stream and /stream/OCTETS: long content in chunks, made while it leaves. Octet n is
 * told by n, so that whoever reads it sees whether one was lost. */
enum { OCTETS = 16 * 1024 * 1024 };

#define OCTETS_MAX ((uint64_t)1024 * 1024 * 1024)

static char octet(uint64_t n)
{
	return n % 64 == 63 ? '\n' : (char)('0' + (n / 64 + n) % 64);
}

static int make(const struct source *s, char *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = octet(s->at + i);
	return 0;
}

void stream_handle(const struct call *call, struct answer *a)
{
	uint64_t n = OCTETS;

	if (call->below.len &&
	    (http_decimal(slice_skip(call->below, 1), &n) < 0 || n > OCTETS_MAX)) {
		answer_error(a, 404, "there is /stream/0 to /stream/1073741824, in octets");
		return;
	}
	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
	a->chunk = 1;
	a->source = (struct source){ .read = make, .left = n };
}
