#include "base/clock.h"

#include <limits.h>
#include <time.h>

usec clock_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (usec)t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

int clock_poll_timeout(usec deadline, usec now)
{
	if (deadline == USEC_FOREVER)
		return -1;
	if (deadline <= now)
		return 0;

	usec left = deadline - now, ms = left / USEC_PER_MS + (left % USEC_PER_MS != 0);

	return ms > INT_MAX ? INT_MAX : (int)ms;
}
