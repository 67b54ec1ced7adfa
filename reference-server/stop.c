#include "reference-server/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int take_signals(struct stop *s, const sigset_t *taken)
{
	s->fd = signalfd(-1, taken, SFD_NONBLOCK | SFD_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

static void begin(struct stop *s, usec grace, bool told)
{
	s->fd = -1;
	s->grace = grace;
	s->told = told;
	atomic_init(&s->asked, false);
	atomic_init(&s->deadline, USEC_FOREVER);
}

int stop_init(struct stop *s, usec grace)
{
	sigset_t taken, blocked;

	begin(s, grace, false);
	(void)sigemptyset(&taken);
	(void)sigaddset(&taken, SIGTERM);
	(void)sigaddset(&taken, SIGINT);
	blocked = taken;
	(void)sigaddset(&blocked, SIGCHLD);   /* see children.h */
	if (sigprocmask(SIG_BLOCK, &blocked, NULL) < 0)
		return -errno;
	return take_signals(s, &taken);
}

int stop_init_child(struct stop *s)
{
	sigset_t set;

	begin(s, s->grace, false);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	return take_signals(s, &set);
}

int stop_init_told(struct stop *s, usec grace)
{
	begin(s, grace, true);
	s->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

void stop_release(struct stop *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

static void count(struct stop *s, usec now)
{
	atomic_store(&s->deadline, atomic_load(&s->asked) ? 0 : now + s->grace);
	atomic_store(&s->asked, true);
}

void stop_take(struct stop *s, usec now)
{
	struct signalfd_siginfo info;

	while (!s->told && read(s->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		count(s, now);
}

/* The descriptor is never read, so that it wakes all who wait. */
void stop_tell(struct stop *s, usec now)
{
	uint64_t one = 1;

	count(s, now);
	(void)!write(s->fd, &one, sizeof(one));
}

int stop_awaited(const struct stop *s)
{
	return s->told && stop_asked(s) ? -1 : s->fd;
}
