#include "runner/commands/commands.h"
#include "runner/prove.h"

#include <errno.h>
#include <stdio.h>

static const char doc[] =
    "Proves that cases can fail: plays each against a scripted peer, once for every answer of "
    "its proof. An answer under 'refuses' must break the case, one under 'accepts' must not.\v"
    "Exit codes: 0 every proof holds, 1 one does not, 2 usage or a bad case file.";

/* The number of answers played, or a negative errno. */
static int play_all(const struct selection *s, const struct variables *v, struct problems *problems)
{
	int played = 0;

	for (size_t i = 0; i < s->ncases; i++) {
		int n = case_prove(s->cases[i], v, problems);

		if (n < 0)
			return n;
		played += n;
	}
	return played;
}

static int prove_all(const struct selection *s)
{
	struct problems problems = PROBLEMS_INIT(1000);
	struct profile *profile = profile_of_proofs();
	int played = -ENOMEM;

	if (profile) {
		struct variables variables = profile_variables(profile);

		played = play_all(s, &variables, &problems);
	}
	complain_all(&problems);
	if (played < 0)
		(void)fprintf(stderr, "httpcheck: cannot play the proofs: %s\n", strerror(-played));
	else
		(void)printf("%zu cases, %d answers played: %zu do not hold\n", s->ncases, played,
			     problems.count);

	int code = played < 0 ? EXIT_INTERNAL : problems.count ? EXIT_FAILED : EXIT_OK;

	problems_release(&problems);
	profile_free(profile);
	return code;
}

int command_prove(int argc, char **argv)
{
	return command_on_cases(argc, argv, "[PATH...]", doc, prove_all);
}
