#include "runner/step-client.h"

#include "net/task.h"
#include "runner/client-transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#define MAX_CONTENT ((size_t)16 * 1024 * 1024)

/* As in step-expect.c: a bound of a case may lie behind its timeout. */
#define BEYOND_BOUND (500 * USEC_PER_MS)

/* ---- the client of a play ---- */

void client_close(struct play *p)
{
	struct client *c = p->client;

	if (!c)
		return;
	curl_easy_cleanup(c->easy);
	(void)curl_share_cleanup(c->cookies);
	curl_dialer_free(c->dialer);
	curl_slist_free_all(c->connect_to);
	curl_slist_free_all(c->fields);
	buffer_release(&c->content);
	free(c->own_url);
	free(c);
	p->client = NULL;
}

/* "::HOST:PORT": whatever a URL says, the connection goes there. */
static struct curl_slist *way_to(const char *url)
{
	struct slice authority = slice_skip(slice_str(url),
					    slice_find_slice(slice_str(url), SLICE("://")) + 3);
	char to[512];

	authority = slice_sub(authority, 0, slice_find(authority, '/'));
	(void)snprintf(to, sizeof(to), "::%.*s", (int)authority.len, authority.at);
	return curl_slist_append(NULL, to);
}

/* The URL of the target by the name that it is asked for, ${host}; |name| is that of TLS. */
static char *own_url(const struct play *p, const char *name)
{
	const char *url = p->stage->dialer->where->url;
	size_t scheme = slice_find_slice(slice_str(url), SLICE("://"));
	struct slice host = { 0 };
	char *own = NULL;

	if (name)
		host = slice_str(name);
	else
		(void)variables_find(&p->captures, SLICE("host"), NULL, &host);
	if (asprintf(&own, "%.*s://%.*s", (int)scheme, url, (int)host.len, host.at) < 0)
		return NULL;
	return own;
}

static struct client *client_open(struct play *p)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	p->client = c;
	c->world = p->stage->dialer;
	c->transcript = p->transcript;
	c->loop = task_loop();
	c->content = BUFFER_INIT(MAX_CONTENT);
	c->easy = curl_easy_init();
	c->cookies = curl_share_init();
	c->unix_path = c->world->where->unix_path;
	c->connect_to = way_to(c->unix_path ? "http://127.0.0.1/" : c->world->where->url);
	if (!c->easy || !c->cookies || !c->connect_to ||
	    curl_share_setopt(c->cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) != CURLSHE_OK ||
	    (c->world->streams && c->world->streams(c->world, "client", &c->unix_path) < 0) ||
	    curl_dialer_new(c->loop, c->world->where, &c->dialer) < 0) {
		client_close(p);
		return NULL;
	}
	return c;
}

/* ---- one transfer ---- */

struct performing {
	struct play *p;
	const struct step *s;
	const struct client_spec *spec;
	struct client *client;
	struct transfer transfer;
	usec began;
	enum client_error error;
	long version;	   /* CURL_HTTP_VERSION_1_1 */
	struct buffer why; /* the first thing that does not fit */
};

static usec later(usec a, usec b)
{
	return a > b ? a : b;
}

static usec deadline_of(const struct performing *f)
{
	usec timeout = play_timeout(f->p), most = timeout;

	for (size_t i = 0; i < f->spec->noutcomes; i++) {
		const struct outcome *o = &f->spec->outcomes[i].response;

		most = later(most, play_bound(f->p, &o->within, 0) + BEYOND_BOUND);
		most = later(most, play_duration(f->p, &o->after, 0) + timeout);
	}
	return f->began + most;
}

static const char *failure(const struct performing *f, int code)
{
	const char *error = f->client->error;

	return error[0] ? error : curl_easy_strerror((CURLcode)code);
}

/* What the end of the transfer means: 0 with f->error set, or a negative errno. */
static int classify(struct performing *f, int r, int code)
{
	const struct transfer *t = &f->transfer;
	struct problem *p = &f->p->problem;

	f->error = CLIENT_TIMEOUT;
	if (r == -ETIMEDOUT)
		return 0;
	if (r < 0)
		return r;
	if (t->beyond)
		return problem_set(p, -EMSGSIZE, "the target sends %s", t->beyond);
	f->error = CLIENT_REDIRECTS;
	if (t->refused)
		return 0;
	f->error = CLIENT_CUT; /* where libcurl is content with half a head */
	if (code == CURLE_OK && t->in_head)
		return 0;
	if (!client_error_of(code, t->begun, &f->error))
		return problem_set(p, -EIO, "libcurl: %s", failure(f, code));
	if (f->error != CLIENT_FINE)
		(void)buffer_add_str(&f->why, failure(f, code));
	return 0;
}

/* Nobody knows yet if a connection will be opened, or several. */
static int enter(struct performing *f)
{
	usec deadline = USEC_FOREVER;
	int r = doorway_enter(f->p->stage->doorway, f->client, &deadline);

	f->began = task_now();
	return r;
}

static int perform(struct performing *f)
{
	struct client *c = f->client;
	struct transfer *t = &f->transfer;
	int code = CURLE_OK;
	int r = client_set(c, f->spec, &f->p->captures, &f->p->problem);

	t->loop = c->loop;
	t->pace = (struct curl_pace){ .intake = f->p->intake, .idler = f->p->idler };
	t->own_url = c->own_url;
	t->target_url = c->world->where->url;
	t->most_redirects = f->spec->follow;
	if (r < 0)
		return r;
	if (!transfer_attach(t, c->easy))
		return -ENOMEM;
	r = enter(f);
	if (r == 0)
		r = curl_dialer_perform(c->dialer, c->easy, &t->pace, deadline_of(f), &code);
	doorway_leave(f->p->stage->doorway, c);
	play_keep(f->p, transfer_finish(t));
	(void)curl_easy_getinfo(c->easy, CURLINFO_HTTP_VERSION, &f->version);
	if (f->spec->method.raw.at && slice_is(f->spec->method.raw, "HEAD"))
		t->response.framing = RESPONSE_NONE;
	return classify(f, r, code);
}

/* ---- judging ---- */

static const struct {
	long version;
	int http;
	const char *name;
} versions[] = {
	{ CURL_HTTP_VERSION_1_0, 10, "HTTP/1.0" },
	{ CURL_HTTP_VERSION_1_1, 11, "HTTP/1.1" },
	{ CURL_HTTP_VERSION_2_0, 20, "HTTP/2" },
	{ 0, 0, "no HTTP" },
};

static size_t version_index(const struct performing *f)
{
	size_t i = 0;

	while (versions[i].version && versions[i].version != f->version)
		i++;
	return i;
}

static struct facts facts_of(const struct performing *f)
{
	const struct transfer *t = &f->transfer;

	return (struct facts){
		.response = &t->response,
		.interims = t->interims,
		.ninterims = t->ninterims,
		.waited = later(t->response.first_byte - f->began, 0),
	};
}

static bool transfer_fits(struct performing *f, const struct client_outcome *o, struct buffer *why)
{
	bool reused = f->client->opened == 0;

	uint64_t redirects = f->transfer.redirects;

	if (o->redirects != UINT64_MAX && o->redirects != redirects)
		(void)buffer_printf(why, "%llu redirects were followed",
				    (unsigned long long)redirects);
	else if (o->http && o->http != versions[version_index(f)].http)
		(void)buffer_printf(why, "it came over %s", versions[version_index(f)].name);
	else if (o->reused == REUSE_YES && !reused)
		(void)buffer_add_str(why, "a connection was opened for it");
	else if (o->reused == REUSE_NO && reused)
		(void)buffer_add_str(why, "no connection was opened for it");
	return why->len == 0;
}

static bool fits(struct performing *f, const struct client_outcome *o, struct buffer *why)
{
	struct judge j = play_judge(f->p);
	struct facts facts = facts_of(f);

	if (o->error != CLIENT_FINE)
		return o->error == f->error ||
		       (o->error == CLIENT_ANY_ERROR && f->error != CLIENT_FINE);
	return f->error == CLIENT_FINE &&
	       judge_outcome(&j, &o->response, &facts, why) == JUDGED_HOLDS &&
	       transfer_fits(f, o, why);
}

/* The first outcome that holds, or null. */
static const struct client_outcome *judge(struct performing *f)
{
	for (size_t i = 0; i < f->spec->noutcomes; i++) {
		struct buffer why = BUFFER_INIT(1 << 16);
		bool holds = fits(f, &f->spec->outcomes[i], &why);

		if (!holds && f->spec->noutcomes == 1 && why.len) {
			buffer_clear(&f->why);
			(void)buffer_add_slice(&f->why, buffer_slice(&why));
		}
		buffer_release(&why);
		if (holds)
			return &f->spec->outcomes[i];
	}
	return NULL;
}

/* ---- in words ---- */

static void describe_outcome(const struct performing *f, const struct client_outcome *o,
			     struct buffer *out)
{
	if (o->error != CLIENT_FINE) {
		(void)buffer_add_str(out, client_error_words(o->error));
		return;
	}
	outcome_describe(&o->response, &f->p->captures, out);
	if (o->redirects != UINT64_MAX)
		(void)buffer_printf(out, ", after %llu redirect%s",
				    (unsigned long long)o->redirects, o->redirects == 1 ? "" : "s");
	for (size_t i = 0; versions[i].version; i++)
		if (o->http == versions[i].http)
			(void)buffer_printf(out, ", over %s", versions[i].name);
	if (o->reused == REUSE_YES)
		(void)buffer_add_str(out, ", on a connection used before");
	if (o->reused == REUSE_NO)
		(void)buffer_add_str(out, ", on a new connection");
}

static void describe_seen(const struct performing *f, struct buffer *out)
{
	struct facts facts = facts_of(f);

	if (f->error == CLIENT_FINE)
		facts_describe(&facts, out);
	else
		(void)buffer_add_str(out, client_error_words(f->error));
	if (f->transfer.refused)
		(void)buffer_printf(out, ", number %llu, to '%.80s'",
				    (unsigned long long)f->transfer.redirects + 1,
				    f->transfer.refused);
}

static const char *keep(const struct performing *f, struct buffer *text)
{
	const char *kept = arena_str(f->p->arena, buffer_slice(text));

	buffer_release(text);
	return kept;
}

static enum play_end not_as_expected(struct performing *f)
{
	struct buffer expected = BUFFER_INIT(1 << 16), seen = BUFFER_INIT(1 << 16);

	for (size_t i = 0; i < f->spec->noutcomes; i++) {
		(void)buffer_add_str(&expected, i ? "; or " : "");
		describe_outcome(f, &f->spec->outcomes[i], &expected);
	}
	describe_seen(f, &seen);
	if (f->why.len) {
		(void)buffer_add_str(&seen, ": ");
		(void)buffer_add_slice(&seen, buffer_slice(&f->why));
	}

	const char *kept = keep(f, &expected);

	return play_broken(f->p, f->s->place, kept, keep(f, &seen));
}

static enum play_end as_expected(struct performing *f, const struct client_outcome *o)
{
	struct buffer seen = BUFFER_INIT(1 << 16);

	for (size_t i = 0; i < o->response.ncaptures; i++)
		play_capture(f->p, &o->response.captures[i], &f->transfer.response);
	if (o->response.by)
		f->p->allowed_by = o->response.by;
	if (o->response.choice)
		f->p->choice = o->response.choice;
	describe_seen(f, &seen);
	f->p->answered = keep(f, &seen);
	return PLAY_HELD;
}

/* No connection says nothing of the target, unless the case is about that. */
static bool no_way(const struct performing *f, const struct client_outcome *held)
{
	return !held && f->error == CLIENT_CONNECT;
}

static enum play_end judge_transfer(struct performing *f)
{
	const struct client_outcome *held = judge(f);

	if (no_way(f, held))
		return play_error(f->p,
				  problem_set(&f->p->problem, -ECONNREFUSED,
					      "no connection to '%s': %s",
					      f->client->world->where->url, f->client->error),
				  f->s->place);
	return held ? as_expected(f, held) : not_as_expected(f);
}

/* ---- the step ---- */

static int name_target(struct play *p, struct client *c, const struct client_spec *spec)
{
	free(c->own_url);
	c->own_url = own_url(p, spec->tls.name);
	return c->own_url ? 0 : -ENOMEM;
}

enum play_end step_client(struct play *p, const struct step *s, struct connection *unused)
{
	struct client *c = p->client ? p->client : client_open(p);
	struct performing f = { .p = p,
				.s = s,
				.spec = s->client,
				.client = c,
				.began = task_now(),
				.why = BUFFER_INIT(1 << 16) };

	(void)unused;
	if (!c || name_target(p, c, s->client) < 0)
		return play_error(p, -ENOMEM, s->place);
	transfer_init(&f.transfer, p->scratch, p->transcript);

	int r = perform(&f);
	enum play_end end = r < 0 ? play_error(p, r, s->place) : judge_transfer(&f);

	heads_append(&p->heads, f.transfer.heads);
	f.transfer.heads = NULL;
	transfer_release(&f.transfer);
	buffer_release(&f.why);
	return end;
}
