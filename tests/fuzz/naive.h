#ifndef HTTPCHECK_TESTS_FUZZ_NAIVE_H
#define HTTPCHECK_TESTS_FUZZ_NAIVE_H

#include "base/slice.h"

#include <stdbool.h>

/* A second reading of the grammar, deliberately naive: the ABNF of the RFCs as regular
 * expressions (PCRE2), without a thought to speed or to bytes that come in pieces. */

/* RFC 9112 section 2.1: a request head, whatever its fields mean. */
struct naive_head {
	size_t len; /* of the head, with the empty line at its end */
	struct slice method, target, version;
	struct slice fields; /* the lines, CRLF behind each */
};

/* False where no prefix of |bytes| is a request head with at most one empty line in front. */
bool naive_request_head(struct slice bytes, struct naive_head *ret);

/* Is |target| in a form that the method allows (RFC 9112 section 3.2)? */
bool naive_target(struct slice method, struct slice target);

/* Host = uri-host [ ":" port ], RFC 9110 section 7.2. */
bool naive_host(struct slice value);

/* Takes the next field line off; the value without OWS. */
bool naive_field(struct slice *fields, struct slice *ret_name, struct slice *ret_value);

/* RFC 9112 section 7.1: how many bytes at the front of |bytes| are a chunked body; 0: none.
 * |content| has room for as many bytes as there are, and gets what was in the chunks. */
size_t naive_chunked(struct slice bytes, char *content, size_t *ret_len);

/* Is all of |s| what the RFCs call |rule|: "HTTP-date", "media-type", "URI-reference" ...? The
 * names are in naive.c; of numbers and of dates this is the form alone. */
bool naive_is(const char *rule, struct slice s);

/* RFC 9110 section 5.6.1: takes the next member off a list, empty ones passed over. */
bool naive_member(struct slice *list, struct slice *ret);

#endif
