#include "reference-server/models/models.h"

#include "reference-server/serve.h"

#include <errno.h>

int client_begin(struct exchange *x, struct io *io, const struct model_job *job,
		 const struct listener *l, struct flights *flights, bool refuse)
{
	struct instant now = instant_now();

	if (l->tls) {
		io->tls = tls_new(job->tls, io->fd);
		if (!io->tls)
			return -ENOMEM;
	}
	exchange_init(x, flights, now);
	x->secure = l->tls;
	if (job->settings->access_log >= 0)
		x->peer = peer_of(io->fd);
	if (refuse)
		exchange_refuse(x, now);
	return 0;
}

void client_end(struct exchange *x, struct io *io)
{
	exchange_release(x);
	io_release(io);
}

void client_serve(struct io io, const struct model_job *job, const struct listener *l,
		  struct flights *flights, bool refuse)
{
	struct exchange x;

	if (client_begin(&x, &io, job, l, flights, refuse) < 0)
		return;
	while (serve(&x, &io) == SERVE_TURN_OVER)
		;
	client_end(&x, &io);
}
