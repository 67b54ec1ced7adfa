#include "reference-server/resources/bare.h"

#include "http/grammar.h"

static bool asks_for_any(const struct request *r, const char *field)
{
	return request_has(r, field, "*");
}

bool bare_conditions_hold(const struct call *call, bool exists, struct answer *a)
{
	const struct request *r = call->request;
	bool safe = r->method == HTTP_GET || r->method == HTTP_HEAD;

	if (request_field_count(r, "If-Match") && !(exists && asks_for_any(r, "If-Match"))) {
		answer_error(a, 412, "a precondition of the request does not hold");
		return false;
	}
	if (!exists || !asks_for_any(r, "If-None-Match"))
		return true;
	if (safe)
		answer_begin(a, 304);
	else
		answer_error(a, 412, "a precondition of the request does not hold");
	return false;
}
