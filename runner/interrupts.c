#include "runner/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static volatile sig_atomic_t seen, wake = -1;
static void (*last_will)(void);

static void wake_loop(void)
{
	static const uint64_t one = 1;

	if (write(wake, &one, sizeof(one)) < 0)
		return;               /* it is awake, or there is none */
}

static void caught(int signal)
{
	int error = errno;

	if (seen) {
		last_will();
		_exit(128 + signal);
	}
	seen = signal;
	wake_loop();
	errno = error;
}

static void catch(int signal)
{
	struct sigaction old, new = { .sa_handler = caught, .sa_flags = SA_RESTART };

	(void)sigaddset(&new.sa_mask, SIGINT);
	(void)sigaddset(&new.sa_mask, SIGTERM);
	if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		(void)sigaction(signal, &new, NULL);
}

void interrupts_catch(void (*abandon)(void))
{
	last_will = abandon;
	catch(SIGINT);
	catch(SIGTERM);
}

int interrupts_seen(void)
{
	return seen;
}

static void ready(struct loop_watch *w, unsigned events)
{
	struct interrupts *i = (struct interrupts *)w;
	uint64_t count;

	(void)events;
	if (read(w->fd, &count, sizeof(count)) == sizeof(count))
		i->interrupted(i->arg, seen);
}

int interrupts_start(struct interrupts *i, struct loop *l,
		     void (*interrupted)(void *arg, int signal), void *arg)
{
	*i = (struct interrupts){ .loop = l, .interrupted = interrupted, .arg = arg };
	i->watch.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (i->watch.fd < 0)
		return -errno;
	i->watch.wanted = LOOP_READ;
	i->watch.ready = ready;
	wake = i->watch.fd;
	if (seen)
		wake_loop();
	return loop_watch(l, &i->watch);
}

void interrupts_stop(struct interrupts *i)
{
	wake = -1;
	loop_unwatch(i->loop, &i->watch);
	(void)close(i->watch.fd);
}
