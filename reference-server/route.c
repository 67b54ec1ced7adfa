#include "reference-server/route.h"

#include "http/grammar.h"

/* Expect is of HTTP/1.1 (RFC 9110 section 10.1.1). */
static bool unknown_expectation(const struct request *r)
{
	struct slice list, member;
	size_t at = 0;

	while (r->minor >= 1 && request_field_next(r, "Expect", &at, &list))
		while (http_list_next(&list, &member))
			if (!slice_is_nocase(member, "100-continue"))
				return true;
	return false;
}

static void answer_not_allowed(struct flight *f, const struct resource *r)
{
	answer_error(&f->answer, 405, "this resource does not allow the method");
	resource_allow(r, &f->answer);
}

static void answer_options(struct flight *f, const struct resource *r)
{
	answer_begin(&f->answer, 200);
	resource_allow(r, &f->answer);
}

static const struct resource trace = { .handle = trace_handle };

static const struct resource *find_resource(struct flight *f)
{
	const struct target *t = &f->request.where;

	f->path = t->path;
	if (!t->normal && target_normalize(t->path, &f->normal, &f->path) < 0)
		return NULL;
	return resource_find(f->path);
}

void route_request(struct flight *f)
{
	const struct request *r = &f->request;
	const struct resource *found = find_resource(f);

	f->resource = NULL;
	if (unknown_expectation(r))
		answer_error(&f->answer, 417,
			     "the only expectation this server meets is 100-continue");
	else if (r->method == HTTP_OTHER || r->method == HTTP_CONNECT)
		answer_error(&f->answer, 501, "this server does not implement the method");
	else if (r->method == HTTP_TRACE)
		f->resource = &trace;
	else if (r->where.form == TARGET_ASTERISK)
		answer_options(f, NULL);
	else if (!found)
		answer_error(&f->answer, 404, "there is no such resource");
	else if (found->methods & METHOD_BIT(r->method))
		f->resource = found;
	else if (r->method == HTTP_OPTIONS)
		answer_options(f, found);
	else
		answer_not_allowed(f, found);
}
