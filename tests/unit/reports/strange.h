#ifndef HTTPCHECK_TESTS_REPORTS_STRANGE_H
#define HTTPCHECK_TESTS_REPORTS_STRANGE_H

#include "reports/result.h"
#include "tests/unit/reports/hostile.h"

/* Results whose every string is what a hostile server or a careless author may have put
 * there. */

static inline struct result plain_result(void)
{
	return (struct result){
		.id = "a/b", .theme = "a", .title = "", .why = "", .level = LEVEL_MUST,
		.verdict = VERDICT_FAIL, .reason = "", .expected = "", .seen = "", .replay = "",
	};
}

static inline struct run run_of(const struct result *results, size_t count)
{
	return (struct run){ .program = "httpcheck", .target = "t", .target_note = "",
			     .cases_path = "", .results = results, .count = count };
}

enum { ROOM = 90 };

struct strange {
	char title[ROOM + 1], seen[ROOM + 1], bytes[ROOM];
	struct event event;
	struct clause clause;
};

/* |*r| points into |*s|. */
static inline void fill_strange(struct strange *s, struct result *r, uint64_t *seed)
{
	s->title[hostile_fill(seed, s->title, ROOM)] = '\0';
	s->seen[hostile_fill(seed, s->seen, ROOM)] = '\0';
	s->event = (struct event){ EVENT_RECEIVED, s->title, 0,
				   slice_of(s->bytes, hostile_fill(seed, s->bytes, ROOM)), 0, "" };
	s->clause = (struct clause){ "RFC9112-1", s->seen, s->title, LEVEL_MUST };
	*r = plain_result();
	r->title = s->title;
	r->reason = r->seen = s->seen;
	r->why = s->title;
	r->replay = s->seen;
	r->clauses = &s->clause;
	r->nclauses = 1;
	r->events = &s->event;
	r->nevents = 1;
}

/* All bytes but NUL, in a string. */
static inline const char *all_bytes(void)
{
	static char text[256];

	for (int c = 1; c < 256; c++)
		text[c - 1] = (char)c;
	return text;
}

#endif
