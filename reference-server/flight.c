#include "reference-server/flight.h"

#include "http/grammar.h"
#include "reference-server/log.h"

#include <stdlib.h>

enum {
	SPARE_MAX = 32,               /* kept for the next borrower; the rest goes to malloc */
	SPARE_BUFFER = 64 * 1024,     /* a buffer that grew larger is not kept */
};

void flights_init(struct flights *p, const struct settings *settings)
{
	*p = (struct flights){ .settings = settings, .second = -1 };
	buffer_init(&p->log, LOG_ROOM);
}

static void flight_free(struct flight *f)
{
	buffer_release(&f->content);
	buffer_release(&f->trailers);
	buffer_release(&f->normal);
	buffer_release(&f->out);
	answer_release(&f->answer);
	websocket_release(&f->websocket);
	free(f->fields);
	free(f);
}

void flights_release(struct flights *p)
{
	while (p->spare) {
		struct flight *f = p->spare;

		p->spare = f->next;
		flight_free(f);
	}
	p->nspare = 0;
	buffer_release(&p->log);
}

size_t flight_head_max(const struct settings *s)
{
	return 2 + (size_t)s->limits.request_line + 2 + (size_t)s->limits.fields + 2;
}

/* An answer is bounded by what it is made of: the content, in base64 with the fields
 * in JSON at worst, and one high-water mark of others before it. */
static size_t answer_max(const struct settings *s)
{
	return 2 * (size_t)s->limits.content + 16 * flight_head_max(s) + 1024 * 1024;
}

static struct flight *flight_new(const struct settings *s)
{
	/* A head that is whole, one read behind it, and the next read of its content. */
	size_t room = flight_head_max(s) + 2 * FLIGHT_READ;
	struct flight *f = malloc(sizeof(*f) + room);

	if (!f)
		return NULL;
	*f = (struct flight){ .room = room };
	f->fields = calloc(s->limits.field_count, sizeof(*f->fields));
	if (!f->fields) {
		free(f);
		return NULL;
	}
	buffer_init(&f->content, (size_t)s->limits.content);
	buffer_init(&f->trailers, (size_t)s->limits.fields);
	buffer_init(&f->normal, (size_t)s->limits.request_line);
	buffer_init(&f->answer.fields, flight_head_max(s));
	buffer_init(&f->answer.made, answer_max(s));
	buffer_init(&f->out, 2 * answer_max(s));
	return f;
}

struct flight *flight_borrow(struct flights *p)
{
	struct flight *f = p->spare;

	if (f) {
		p->spare = f->next;
		p->nspare--;
	} else {
		f = flight_new(p->settings);
	}
	if (!f)
		return NULL;
	f->from = f->to = f->sent = 0;
	request_init(&f->request, f->fields);
	return f;
}

static void trim(struct buffer *b)
{
	if (b->room > SPARE_BUFFER)
		buffer_release(b);
	buffer_clear(b);
}

void flight_return(struct flights *p, struct flight *f)
{
	if (!f)
		return;
	answer_end_source(&f->answer);
	if (p->nspare == SPARE_MAX) {
		flight_free(f);
		return;
	}
	trim(&f->content);
	trim(&f->trailers);
	trim(&f->out);
	trim(&f->answer.fields);
	trim(&f->answer.made);
	f->next = p->spare;
	p->spare = f;
	p->nspare++;
}

void flights_new_second(struct flights *p, time_t now)
{
	http_date_format(now, p->date);
	answer_common(now, p->common);
	p->second = now;
}
