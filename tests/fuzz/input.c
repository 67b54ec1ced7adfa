/* What libFuzzer and replay.c call: a target's input, with a bound on what it may cost. */

#include "fuzz.h"

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

/* Seconds of the processor, not of the clock: on a machine that has other work an input may
 * stand still for half a minute, which is no find. Under sanitizers a second is much. */
enum { MOST_SECONDS = 5 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* An abort is what fuzzers keep the input for. */
static void too_long(int signal)
{
	static const char text[] = "broken: it takes more than 5 s of the processor\n";

	(void)signal;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	abort();
}

static void allow(time_t seconds)
{
	struct itimerval t = { .it_value.tv_sec = seconds };

	(void)setitimer(ITIMER_PROF, &t, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	(void)signal(SIGPROF, too_long);
	allow(MOST_SECONDS);
	fuzz_input(slice_of(bytes, len));
	allow(0);
	return 0;
}
