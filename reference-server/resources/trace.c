#include "reference-server/resources/resources.h"

/* RFC 9110 section 9.3.8: what is likely to be secret is not sent back. */
static bool is_secret(struct slice name)
{
	static const char *const secrets[] = { "Authorization", "Cookie", "Proxy-Authorization" };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (slice_is_nocase(name, secrets[i]))
			return true;
	return false;
}

void trace_handle(const struct call *call, struct answer *a)
{
	const struct request *r = call->request;

	answer_begin(a, 200);
	answer_field(a, "Content-Type", SLICE("message/http"));
	answer_add(a, r->line);
	answer_add(a, SLICE("\r\n"));
	for (size_t i = 0; i < r->nfields; i++) {
		if (is_secret(r->fields[i].name))
			continue;
		answer_add(a, r->fields[i].name);
		answer_add(a, SLICE(": "));
		answer_add(a, r->fields[i].value);
		answer_add(a, SLICE("\r\n"));
	}
	answer_add(a, SLICE("\r\n"));
}
