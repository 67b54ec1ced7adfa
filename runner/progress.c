#include "runner/progress.h"

#include "base/outlet.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SHOW_EVERY (100 * USEC_PER_MS)

enum { BAR_MOST = 30, BAR_LEAST = 10, COLUMNS = 80 };

/* Read each time: a terminal may be made narrower. */
static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;
}

/* "[======>    ] " as long as there is room beside |text|. */
static void show_bar(const struct progress *p, size_t room)
{
	size_t width = room < BAR_MOST ? room : BAR_MOST;
	size_t full = p->all ? *p->done * width / p->all : width;

	if (width < BAR_LEAST)
		return;
	(void)fputc('[', stderr);
	for (size_t i = 0; i < width; i++)
		(void)fputc(i < full ? '=' : i == full ? '>' : ' ', stderr);
	(void)fputs("] ", stderr);
}

/* The last column stays free: what stands in it makes some terminals go to the next line. */
static void show(struct progress *p)
{
	size_t most = columns() - 1;
	char text[128];
	int len = snprintf(text, sizeof(text), "%zu of %zu done, %zu failed, %zu running, %.1f s",
			   *p->done, p->all, *p->failed, *p->running,
			   (double)(loop_now(p->loop) - p->began) / (double)USEC_PER_SEC);
	size_t used = (size_t)len + strlen("[] ");

	(void)fputs("\r\033[K", stderr);
	show_bar(p, used < most ? most - used : 0);
	(void)fprintf(stderr, "%.*s", (int)most, text);
	(void)fflush(stderr);
	p->shown = true;
}

/* A terminal that stands still must not hold the run. */
static void due(struct loop_timer *t)
{
	struct progress *p = (struct progress *)t;

	if (outlet_ready(STDERR_FILENO))
		show(p);
	(void)loop_timer_set(p->loop, t, loop_now(p->loop) + SHOW_EVERY);
}

void progress_start(struct progress *p, struct loop *l)
{
	p->loop = l;
	p->began = loop_now(l);
	p->timer.due = due;
	if (isatty(STDERR_FILENO))
		(void)loop_timer_set(l, &p->timer, p->began + SHOW_EVERY);
}

void progress_wipe(void)
{
	if (isatty(STDERR_FILENO) && outlet_ready(STDERR_FILENO))
		(void)fputs("\r\033[K", stderr);
}

void progress_stop(struct progress *p)
{
	loop_timer_stop(p->loop, &p->timer);
	if (p->shown)
		progress_wipe();
}
