#include "runner/progress.h"

#include <stdio.h>
#include <unistd.h>

#define SHOW_EVERY (100 * USEC_PER_MS)

static void show(struct loop_timer *t)
{
	struct progress *p = (struct progress *)t;

	(void)fprintf(stderr, "\r\033[K%zu of %zu done, %zu failed, %zu running, %.1f s", *p->done,
		      p->all, *p->failed, *p->running,
		      (double)(loop_now(p->loop) - p->began) / (double)USEC_PER_SEC);
	(void)fflush(stderr);
	p->shown = true;
	(void)loop_timer_set(p->loop, t, loop_now(p->loop) + SHOW_EVERY);
}

void progress_start(struct progress *p, struct loop *l)
{
	p->loop = l;
	p->began = loop_now(l);
	p->timer.due = show;
	if (isatty(STDERR_FILENO))
		(void)loop_timer_set(l, &p->timer, p->began + SHOW_EVERY);
}

void progress_wipe(void)
{
	if (isatty(STDERR_FILENO))
		(void)fputs("\r\033[K", stderr);
}

void progress_stop(struct progress *p)
{
	loop_timer_stop(p->loop, &p->timer);
	if (p->shown)
		progress_wipe();
}
