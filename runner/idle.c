#include "runner/idle.h"

#include "net/task.h"

#include <errno.h>

void idler_init(struct idler *i, void (*says)(void *arg, bool idle), void *arg)
{
	*i = (struct idler){ .says = says, .arg = arg, .tasks = 1 };
}

static void tell(struct idler *i)
{
	bool idle = i->waiting == i->tasks;

	if (idle == i->idle)
		return;
	i->idle = idle;
	if (i->says)
		i->says(i->arg, idle);
}

void idler_joins(struct idler *i)
{
	if (!i)
		return;
	i->tasks++;
	tell(i);
}

void idler_leaves(struct idler *i)
{
	if (!i)
		return;
	i->tasks--;
	tell(i);
}

void idler_waits(struct idler *i, bool waits)
{
	if (!i)
		return;
	if (waits)
		i->waiting++;
	else
		i->waiting--;
	tell(i);
}

int idler_wait(struct idler *i, int (*wait)(void *what, usec deadline), void *what, usec deadline)
{
	usec soon = task_now() + IDLE_SOON;
	int r = wait(what, soon < deadline ? soon : deadline);

	if (r != -ETIMEDOUT || soon >= deadline)
		return r;
	idler_waits(i, true);
	r = wait(what, deadline);
	idler_waits(i, false);
	return r;
}
