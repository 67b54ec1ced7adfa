#ifndef HTTPCHECK_RUNNER_OBSERVE_H
#define HTTPCHECK_RUNNER_OBSERVE_H

#include "runner/player.h"
#include "runner/rules.h"

/* Holds every response that any case saw against every passive rule, and keeps for
 * each rule how often it applied and its first offender: the one of the case first by
 * id, whatever order the cases ran in. */

struct rule_record {
	const struct rule *rule;
	uint64_t needs;               /* a bit that what a response has must have, too */
	size_t applied, broken;
	const char *case_id;          /* of the first offender; null: none */
	const char *seen;
	const struct test_case *test;
	size_t result;                /* index that observe_play() was given */
};

#define OBSERVER_FIELDS 63

struct observer {
	struct arena *arena;
	struct rule_record *records;
	size_t count;
	struct slice fields[OBSERVER_FIELDS];  /* that rules are about: a bit each */
	size_t nfields;
};

void observer_init(struct observer *o, struct arena *a);

/* True if the first offender of some rule is in that result. */
bool observer_shows(const struct observer *o, size_t result);

/* Looks at all exchanges of a play that has been closed. |result| names the result
 * whose transcript shows them. */
void observe_play(struct observer *o, const struct play *p, size_t result);

#endif
