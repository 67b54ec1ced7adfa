#ifndef HTTPCHECK_TESTS_HTTP_FEED_H
#define HTTPCHECK_TESTS_HTTP_FEED_H

#include "base/cleanup.h"
#include "tests/unit/edge.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Gives |read| every prefix of |s|, each in front of an unreadable page: what it
 * says of them does not matter, it must not look behind their end. */
static inline void feed_prefixes(struct slice s, void (*read)(struct slice prefix))
{
	for (size_t len = 0; len <= s.len; len++) {
		struct edge e = edge_copy(s.at, len);

		read(e.bytes);
		edge_free(e);
	}
}

/* A row about a yes or no, and the loop over such rows: as it stands, and again at
 * the edge of an unreadable page. */
struct claim {
	const char *why;
	struct slice text;
	bool want;
};

static inline void check_claims(const struct claim *row, size_t n, bool (*holds)(struct slice))
{
	for (size_t i = 0; i < n; i++) {
		struct edge e = edge_copy(row[i].text.at, row[i].text.len);

		if (holds(row[i].text) != row[i].want || holds(e.bytes) != row[i].want)
			fail_msg("%s: '%.*s' should be %s", row[i].why, (int)row[i].text.len,
				 row[i].text.at, row[i].want ? "right" : "wrong");
		edge_free(e);
	}
}

#endif
