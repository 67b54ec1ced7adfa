#include "reference-server/models/models.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct model models[] = {
	{ "epoll", "one thread, epoll(7) level-triggered", epoll_run },
	{ "iterative", "one thread, one connection at a time", iterative_run },
	{ 0 },
};

const struct model *model_find(const char *name)
{
	for (const struct model *m = models; m->name; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

bool accept_exhausted(int error, usec now)
{
	static usec quiet_until;

	if (error != -EMFILE && error != -ENFILE && error != -ENOBUFS && error != -ENOMEM)
		return false;
	if (now >= quiet_until) {
		(void)fprintf(stderr, "httpcheck-server: cannot accept a connection: %s\n",
			      strerror(-error));
		quiet_until = now + USEC_PER_SEC;
	}
	return true;
}
