#ifndef HTTPCHECK_BASE_CLOCK_H
#define HTTPCHECK_BASE_CLOCK_H

#include <stdint.h>

/* Times are microseconds of CLOCK_MONOTONIC; a deadline is such a time. */
typedef int64_t usec;

#define USEC_PER_MS  ((usec)1000)
#define USEC_PER_SEC ((usec)1000000)
#define USEC_FOREVER INT64_MAX

usec clock_now(void);

/* |deadline| - |now| in whole milliseconds for poll(2): rounded up, so that a
 * wait never ends early; -1 for USEC_FOREVER, 0 where it has passed. */
int clock_poll_timeout(usec deadline, usec now);

#endif
