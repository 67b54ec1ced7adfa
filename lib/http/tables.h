#ifndef HTTPCHECK_HTTP_TABLES_H
#define HTTPCHECK_HTTP_TABLES_H

#include "base/slice.h"

/* The reason phrase the RFCs register for a status code, null for others. */
const char *http_reason(int status);

/* Methods of RFC 9110 section 9 and RFC 5789, case-sensitive. */
enum http_method {
	HTTP_OTHER, HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE,
	HTTP_CONNECT, HTTP_OPTIONS, HTTP_TRACE, HTTP_PATCH,
	HTTP_METHODS                  /* how many there are */
};

enum http_method http_method(struct slice name);
const char *http_method_name(enum http_method m);     /* null for HTTP_OTHER */

/* What the RFCs say of a field, by name. */
enum http_field_trait {
	HTTP_FIELD_LIST      = 1 << 0,    /* #element: lines may be joined by commas */
	HTTP_FIELD_SINGLETON = 1 << 1,    /* must not occur on two lines */
	HTTP_FIELD_REQUEST   = 1 << 2,    /* has a meaning only in requests */
	HTTP_FIELD_RESPONSE  = 1 << 3,    /* has a meaning only in responses */
	HTTP_FIELD_NO_TRAILER = 1 << 4,   /* RFC 9110 section 6.5.1 */
	HTTP_FIELD_HOP       = 1 << 5,    /* hop-by-hop, RFC 9110 section 7.6.1 */
};

/* The traits of a registered field, 0 for one not in the table. */
unsigned http_field_traits(struct slice name);

#endif
