#include "runner/probe.h"

#include "http/grammar.h"
#include "net/task.h"
#include "runner/connection.h"

#include <errno.h>

/* How long a second client waits behind an idle first one before the target counts
 * as serial: long enough for a busy machine, as only serial targets pay for it. */
#define SECOND_CLIENT_PATIENCE (2 * USEC_PER_SEC)

/* A path that no server is likely to have. */
#define NOWHERE "/httpcheck-no-such-resource"

/* How often the idle client is looked at meanwhile. */
#define LOOK_EVERY (20 * USEC_PER_MS)

/* What a probe needs besides the connection; nothing of it is reported. */
struct ground {
	struct arena arena;
	struct transcript transcript;
};

static void ground_init(struct ground *g)
{
	arena_init(&g->arena);
	transcript_init(&g->transcript, &g->arena, &g->arena, task_now());
}

static void ground_release(struct ground *g)
{
	arena_release(&g->arena);
}

static int open_connection(struct connection *c, struct ground *g, struct dialer *d, usec timeout,
			   struct problem *reterr)
{
	struct wire_how how = { .name = "probe" };

	connection_init(c, how.name, 0, &g->arena, &g->transcript);
	return connection_open(c, d, &how, task_now() + timeout, reterr);
}

/* Sends a request as it stands on a fresh connection. |*ret| (null where no whole response
 * came) lives as long as the connection, which the caller releases in any case. */
static int ask_bytes(struct connection *c, struct ground *g, struct dialer *d, struct slice request,
		     usec timeout, const struct response **ret, struct problem *reterr)
{
	enum response_state state = RESPONSE_WANTS_MORE;
	usec deadline = task_now() + timeout;
	int r = open_connection(c, g, d, timeout, reterr);

	*ret = NULL;
	if (r < 0)
		return r;
	r = connection_send(c, request, deadline);
	if (r < 0 && r != -EPIPE)
		return r;
	do
		r = connection_read_response(c, deadline, &state, ret);
	while (r == 0 && state == RESPONSE_INTERIM);
	if (state != RESPONSE_FINAL)
		*ret = NULL;
	return r == -ETIMEDOUT || r == -EMSGSIZE ? 0 : r;
}

/* As above with a plain request. */
static int ask(struct connection *c, struct ground *g, struct dialer *d, struct target *t,
	       const char *method, const char *path, const char *field, usec timeout,
	       const struct response **ret, struct problem *reterr)
{
	struct buffer request = BUFFER_INIT(1 << 16);

	(void)buffer_printf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n",
			    method, path, profile_host(t->profile), field);

	int r = ask_bytes(c, g, d, buffer_slice(&request), timeout, ret, reterr);

	buffer_release(&request);
	return r;
}

static const char *what_came_instead(const struct connection *c)
{
	if (c->received)
		return "what it sends is no HTTP response";
	if (c->ended == ENDED_FIN)
		return "it closes the connection without an answer";
	return c->ended == ENDED_RESET ? "it resets the connection" : "it does not answer in time";
}

int probe_answers(struct dialer *d, struct target *t, usec timeout, struct problem *reterr)
{
	struct ground g;
	struct connection c;
	const struct response *response;

	ground_init(&g);

	int r = ask(&c, &g, d, t, "GET", profile_resource(t->profile, "get"), "", timeout,
		    &response, reterr);

	if (r == 0 && (!response || response->status == 0))
		r = problem_set(reterr, -EPROTO, "the target '%s' does not speak HTTP: %s", t->name,
				what_came_instead(&c));
	else if (r < 0 && r != -ECANCELED)
		r = -ECONNREFUSED;
	connection_release(&c);
	ground_release(&g);
	return r;
}

/* ---- can it say no? ---- */

static bool says_yes(const struct response *r)
{
	return r && r->status / 100 == 2;
}

int probe_discerns(struct dialer *d, struct target *t, usec timeout, bool *ret_discerns)
{
	const char *missing = profile_resource(t->profile, "missing");
	const char *nowhere = missing ? missing : NOWHERE;
	const struct response *response;
	struct connection c;
	struct ground g;
	bool yes_to_bytes, yes_to_nowhere = true;

	ground_init(&g);

	int r = ask_bytes(&c, &g, d, SLICE("\x01 no request\r\n\r\n"), timeout, &response, NULL);

	yes_to_bytes = says_yes(response);
	connection_release(&c);
	if (r == 0 && yes_to_bytes) {
		r = ask(&c, &g, d, t, "GET", nowhere, "", timeout, &response, NULL);
		yes_to_nowhere = says_yes(response);
		connection_release(&c);
	}
	*ret_discerns = !(yes_to_bytes && yes_to_nowhere);
	ground_release(&g);
	return r;
}

/* ---- one client at a time? ---- */

static bool has_come(struct connection *c)
{
	(void)connection_receive(c, task_now());
	return c->received || c->ended;
}

/* Waits until the second client is answered or the idle one is sent away: a serial
 * target may drop that one for its own time-out and only then turn to the other. */
static bool served_while_idle(struct connection *idle, struct connection *second)
{
	usec deadline = task_now() + SECOND_CLIENT_PATIENCE;

	while (task_now() < deadline) {
		int r = connection_receive(second, task_now() + LOOK_EVERY);

		if (r < 0 && r != -ETIMEDOUT)
			break;
		if (has_come(idle))
			return false;
		if (second->received || second->ended)
			return second->received > 0;
	}
	return false;
}

/* True if the second client is answered once the idle one has gone. */
static bool served_after_idle(struct connection *idle, struct connection *second)
{
	usec deadline = task_now() + SECOND_CLIENT_PATIENCE;

	connection_close(idle, false);
	while (!second->received && !second->ended)
		if (connection_receive(second, deadline) < 0)
			break;
	return second->received > 0;
}

int probe_serial(struct dialer *d, struct target *t, bool *ret_serial)
{
	struct ground g;
	struct connection idle, second;
	struct buffer request = BUFFER_INIT(1 << 16);
	struct wire_how how = { .name = "second" };

	ground_init(&g);
	connection_init(&second, how.name, 1, &g.arena, &g.transcript);

	int r = open_connection(&idle, &g, d, SECOND_CLIENT_PATIENCE, NULL);

	if (r == 0)
		r = connection_open(&second, d, &how, task_now() + SECOND_CLIENT_PATIENCE, NULL);
	if (r == 0) {
		(void)buffer_printf(&request,
				    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
				    profile_resource(t->profile, "get"), profile_host(t->profile));
		(void)connection_send(&second, buffer_slice(&request),
				      task_now() + SECOND_CLIENT_PATIENCE);
		*ret_serial = !served_while_idle(&idle, &second) &&
			      served_after_idle(&idle, &second);
	}
	buffer_release(&request);
	connection_release(&idle);
	connection_release(&second);
	ground_release(&g);
	return r;
}

/* ---- what is there? ---- */

struct discovery {
	struct ground g;
	struct dialer *dialer;
	struct target *target;
	usec timeout;
};

/* Asks one question; where the answer fits, the target offers what it asks for. */
struct question {
	const char *method, *path;    /* path null: that of get */
	const char *field;
	const char *name;             /* of the resource that is there if the answer fits */
	bool (*fits)(const struct response *);
};

static int discover(struct discovery *f, const struct question *q)
{
	const char *path = q->path ? q->path : profile_resource(f->target->profile, "get");
	const struct response *response;
	struct connection c;
	int r = ask(&c, &f->g, f->dialer, f->target, q->method, path, q->field, f->timeout,
		    &response, NULL);

	if (r == 0 && response && q->fits(response))
		(void)profile_add_resource(f->target->profile, q->name, path);
	connection_release(&c);
	return r;
}

static bool is_not_found(const struct response *r)
{
	return r->status == 404;
}

static bool is_ok(const struct response *r)
{
	return r->status == 200;
}

static bool has_validators(const struct response *r)
{
	return r->status == 200 && response_field_count(r, "ETag") == 1 &&
	       response_field_count(r, "Last-Modified") == 1;
}

static bool has_allow(const struct response *r)
{
	return r->status / 100 == 2 && response_field_count(r, "Allow") > 0;
}

/* Range cases need at least 1 KiB. */
static bool is_range(const struct response *r)
{
	struct http_content_range range;
	struct slice value;

	return r->status == 206 && response_field(r, "Content-Range", &value) &&
	       http_content_range_parse(value, &range) == 0 && range.has_length &&
	       range.length >= 1024;
}

static bool is_trace(const struct response *r)
{
	struct slice type;

	return r->status == 200 && response_field(r, "Content-Type", &type) &&
	       slice_is_nocase(slice_sub(type, 0, strlen("message/http")), "message/http");
}

int probe_resources(struct dialer *d, struct target *t, usec timeout)
{
	static const struct question questions[] = {
		{ "GET", NOWHERE, "", "missing", is_not_found },
		{ "GET", NULL, "", "static", has_validators },
		{ "GET", NULL, "Range: bytes=0-0\r\n", "range", is_range },
		{ "HEAD", NULL, "", "head", is_ok },
		{ "OPTIONS", NULL, "", "options", has_allow },
		{ "TRACE", NULL, "", "trace", is_trace },
	};
	struct discovery f = { .dialer = d, .target = t, .timeout = timeout };
	int r = 0;

	ground_init(&f.g);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && r == 0; i++)
		r = discover(&f, &questions[i]);
	ground_release(&f.g);
	return r;
}

int probe_all(struct dialer *d, struct target *t, usec timeout, bool anyway, struct probed *ret,
	      struct problem *reterr)
{
	int r = probe_answers(d, t, timeout, reterr);

	*ret = (struct probed){ .discerns = true };
	if (r == -EPROTO && anyway)
		r = 0;
	else if (r == 0)
		r = probe_serial(d, t, &ret->serial);
	if (r == 0)
		r = probe_discerns(d, t, timeout, &ret->discerns);
	if (r == 0 && !t->has_profile)
		r = probe_resources(d, t, timeout);
	return r;
}
