#include "runner/intake.h"

#include "net/task.h"

#include <errno.h>

struct intake_waiter {
	struct task_event go_on;
	LIST_ENTRY(intake_waiter) link;
};

static bool may_read(struct intake_share *s)
{
	struct intake *in = s->of;

	if (in->held >= INTAKE_TOGETHER && !in->turn)
		in->turn = s;
	return in->held < INTAKE_TOGETHER || in->turn == s;
}

bool intake_open(struct intake_share *s)
{
	return !s || !s->of || (s->held < INTAKE_ALONE && may_read(s));
}

int intake_wait(struct intake_share *s, usec *deadline)
{
	struct intake_waiter w = { 0 };
	int r = 0;

	if (!s || !s->of)
		return 0;
	if (s->held >= INTAKE_ALONE)
		return -EMSGSIZE;
	if (may_read(s))
		return 0;

	usec began = task_now();

	if (began >= *deadline)
		return -ETIMEDOUT;
	LIST_INSERT_HEAD(&s->of->waiting, &w, link);
	while (r == 0 && !may_read(s))
		r = task_wait(&w.go_on, USEC_FOREVER);
	LIST_REMOVE(&w, link);
	if (*deadline != USEC_FOREVER)
		*deadline += task_now() - began;
	return r;
}

void intake_holds(struct intake_share *s, size_t *held, size_t now)
{
	if (!s || !s->of)
		return;
	s->held = s->held - *held + now;
	s->of->held = s->of->held - *held + now;
	*held = now;
}

void intake_release(struct intake_share *s)
{
	struct intake_waiter *w;

	if (!s->of)
		return;
	s->of->held -= s->held;
	s->held = 0;
	if (s->of->turn == s)
		s->of->turn = NULL;
	LIST_FOREACH(w, &s->of->waiting, link)
		task_wake(&w->go_on);
}
