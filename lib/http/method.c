#include "http/tables.h"

static const struct slice names[HTTP_METHODS] = {
	[HTTP_GET] = SLICE("GET"),         [HTTP_HEAD] = SLICE("HEAD"),
	[HTTP_POST] = SLICE("POST"),       [HTTP_PUT] = SLICE("PUT"),
	[HTTP_DELETE] = SLICE("DELETE"),   [HTTP_CONNECT] = SLICE("CONNECT"),
	[HTTP_OPTIONS] = SLICE("OPTIONS"), [HTTP_TRACE] = SLICE("TRACE"),
	[HTTP_PATCH] = SLICE("PATCH"),
};

enum http_method http_method(struct slice name)
{
	if (slice_eq(name, SLICE("GET")))   /* as mostly */
		return HTTP_GET;
	for (enum http_method m = HTTP_HEAD; m < HTTP_METHODS; m++)
		if (slice_eq(names[m], name))
			return m;
	return HTTP_OTHER;
}

const char *http_method_name(enum http_method m)
{
	return m < HTTP_METHODS ? names[m].at : NULL;
}
