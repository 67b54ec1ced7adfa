#include "runner/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void signals(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
}

static void ready(struct loop_watch *w, unsigned events)
{
	struct interrupts *i = (struct interrupts *)w;
	struct signalfd_siginfo info;

	(void)events;
	if (read(w->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (i->seen)
		_exit(128 + (int)info.ssi_signo);
	i->seen = (int)info.ssi_signo;
	i->interrupted(i->arg, i->seen);
}

void interrupts_block(void)
{
	sigset_t set;

	signals(&set);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int interrupts_start(struct interrupts *i, struct loop *l,
		     void (*interrupted)(void *arg, int signal), void *arg)
{
	sigset_t set;

	*i = (struct interrupts){ .loop = l, .interrupted = interrupted, .arg = arg };
	interrupts_block();
	signals(&set);
	i->watch.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (i->watch.fd < 0)
		return -errno;
	i->watch.wanted = LOOP_READ;
	i->watch.ready = ready;
	return loop_watch(l, &i->watch);
}

void interrupts_stop(struct interrupts *i)
{
	loop_unwatch(i->loop, &i->watch);
	(void)close(i->watch.fd);
	interrupts_unblock();
}

void interrupts_unblock(void)
{
	sigset_t set;

	signals(&set);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}
