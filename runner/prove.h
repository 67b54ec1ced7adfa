#ifndef HTTPCHECK_RUNNER_PROVE_H
#define HTTPCHECK_RUNNER_PROVE_H

#include "runner/case.h"
#include "runner/profile.h"

/* Plays the proof of a case: each answer of `refuses` must break it, each one of
 * `accepts` must not. Time is virtual. What does not hold goes to |problems| with the
 * place of the proof item. Returns how many items were played, or a negative errno. */
int case_prove(const struct test_case *c, const struct variables *profile, struct problems *problems);

/* The profile that proofs are played with: every resource and setting is there. */
struct profile *profile_of_proofs(void);

#endif
