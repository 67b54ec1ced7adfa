#include "reference-server/stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int stop_init(struct stop *s)
{
	sigset_t set;

	*s = (struct stop){ .fd = -1, .deadline = USEC_FOREVER };
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

void stop_release(struct stop *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

void stop_take(struct stop *s, usec now)
{
	struct signalfd_siginfo info;

	while (read(s->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		s->deadline = s->asked ? 0 : now + STOP_GRACE;
		s->asked = true;
	}
}

bool stop_now(const struct stop *s, usec now)
{
	return now >= s->deadline;
}
