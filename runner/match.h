#ifndef HTTPCHECK_RUNNER_MATCH_H
#define HTTPCHECK_RUNNER_MATCH_H

#include "runner/judge.h"

/* Matchers of an outcome against one thing seen. Each returns true where it fits,
 * else false with one clause in |why|. */

/* A status-line part or one field value; |what| is its name in the clause. */
bool match_value(const struct judge *j, const struct matcher *m, struct slice value,
		 const char *what, struct buffer *why);

/* Every field matcher of |wanted| against the lines of a header or trailer section. */
bool match_fields(const struct judge *j, const struct field_matcher *wanted, size_t nwanted,
		  const struct field *lines, size_t nlines, struct buffer *why);

bool match_content(const struct judge *j, const struct matcher *m, struct slice content,
		   struct buffer *why);

#endif
