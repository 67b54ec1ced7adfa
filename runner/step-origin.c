#include "runner/step-origin.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"
#include "net/task.h"
#include "runner/match.h"
#include "runner/origin.h"

#include <errno.h>

#define MAX_FORWARDED ((size_t)16 * 1024 * 1024)
#define MAX_WHY       ((size_t)1 << 16)

/* An `origin` under way. */
struct origin_watch {
	struct play *p;
	const struct step *s;
	const struct origin_spec *spec;
	struct script_cast cast;      /* the connections of the gateway */
	struct task_event came;       /* a request */
	uint64_t count;
	struct place failed_at;       /* of the first finding */
	const char *expected, *seen;  /* null: none */
};

/* ---- judging a request ---- */

struct request_line {
	struct slice method, target, version;
};

static bool read_request_line(struct slice bytes, struct request_line *ret, struct slice *ret_rest)
{
	size_t lf = slice_find(bytes, '\n');
	struct slice line = slice_sub(bytes, 0, lf && bytes.at[lf - 1] == '\r' ? lf - 1 : lf);
	size_t first = slice_find(line, ' ');
	size_t second = first + 1 + slice_find(slice_skip(line, first + 1), ' ');
	int major, minor;

	*ret = (struct request_line){ slice_sub(line, 0, first), slice_sub(line, first + 1, second),
				      slice_skip(line, second + 1) };
	*ret_rest = slice_skip(bytes, lf + 1);
	return http_is_token(ret->method) && ret->target.len && http_all(ret->target, HTTP_URI) &&
	       http_version_parse(ret->version, &major, &minor) == 0;
}

/* But for its first line a request is the same as a response (RFC 9112 section 2.1), so
 * the response reader reads it, strictly, behind a status line of ours. */
static bool read_message(struct response_reader *reader, struct slice version, struct slice rest,
			 struct response *ret)
{
	CLEANUP(buffer_release) struct buffer head = BUFFER_INIT(256);

	(void)buffer_printf(&head, "%.*s 200 OK\r\n", (int)version.len, version.at);
	(void)response_reader_feed(reader, buffer_slice(&head), 0);
	(void)response_reader_feed(reader, rest, 0);
	(void)response_reader_end(reader, false, 0);

	const struct response *r = response_take(reader);

	if (!r)
		return false;
	*ret = *r;
	if (ret->framing == RESPONSE_UNTIL_CLOSE)
		ret->framing = RESPONSE_NONE; /* RFC 9112 section 6.3, rule 7: no content */
	return true;
}

static bool line_fits(const struct judge *j, const struct forwarded *f,
		      const struct request_line *line, struct buffer *why)
{
	return (!f->method || match_value(j, f->method, line->method, "the method", why)) &&
	       (!f->target || match_value(j, f->target, line->target, "the request target", why));
}

static bool message_fits(const struct judge *j, const struct forwarded *f, struct response *message,
			 struct buffer *why)
{
	struct facts facts = { .response = message };

	if (message->nfaults && f->message.faults != FAULTS_ALLOWED) {
		(void)buffer_printf(why, "the request is malformed: %s (%s)",
				    message->faults[0].text, message->faults[0].requirement);
		return false;
	}
	message->nfaults = 0;
	return judge_outcome(j, &f->message, &facts, why) == JUDGED_HOLDS;
}

static bool request_fits(const struct judge *j, const struct forwarded *f, struct slice bytes,
			 struct buffer *why)
{
	struct response_reader *reader = response_reader_new();
	struct request_line line;
	struct response message;
	struct slice rest;
	bool fits = false;

	if (!read_request_line(bytes, &line, &rest))
		(void)buffer_add_str(why, "the request line is malformed");
	else if (!reader || !read_message(reader, line.version, rest, &message))
		(void)buffer_add_str(why, "the request can't be read");
	else
		fits = line_fits(j, f, &line, why) && message_fits(j, f, &message, why);
	response_reader_free(reader);
	return fits;
}

/* ---- findings ---- */

static const char *kept(struct origin_watch *w, struct buffer *text)
{
	return arena_str(w->p->arena, buffer_slice(text));
}

static void found(struct origin_watch *w, struct place place, const char *expected,
		  const char *seen)
{
	if (w->seen)
		return;
	w->failed_at = place;
	w->expected = expected;
	w->seen = seen;
}

static const char *how_many(struct origin_watch *w)
{
	unsigned long long from = w->spec->from, most = w->spec->at_most;
	struct arena *a = w->p->arena;

	if (most == 0)
		return "no request forwarded to the origin";
	if (from == most)
		return arena_printf(a, "%llu request%s forwarded to the origin", from,
				    from == 1 ? "" : "s");
	return arena_printf(a, "%llu to %llu requests forwarded to the origin", from, most);
}

static const char *so_many(struct origin_watch *w)
{
	return arena_printf(w->p->arena, "%llu", (unsigned long long)w->count);
}

static void describe(const struct forwarded *f, const struct variables *v, struct buffer *out)
{
	(void)buffer_add_str(out, "forwarded to the origin: a request");
	if (f->method)
		matcher_describe(out, ", method", f->method, v);
	if (f->target)
		matcher_describe(out, ", target", f->target, v);
	message_describe(&f->message, v, out);
}

static const struct forwarded *wanted(const struct origin_watch *w)
{
	static const struct forwarded anything;
	size_t n = w->spec->nrequests;

	if (n == 0)
		return &anything;
	return &w->spec->requests[w->count < n ? w->count : n - 1];
}

static void judge_request(struct origin_watch *w, struct slice bytes)
{
	CLEANUP(buffer_release) struct buffer expected = BUFFER_INIT(MAX_WHY);
	CLEANUP(buffer_release) struct buffer why = BUFFER_INIT(MAX_WHY);
	const struct forwarded *f = wanted(w);
	struct judge j = play_judge(w->p);

	if (request_fits(&j, f, bytes, &why))
		return;
	describe(f, j.variables, &expected);
	found(w, f->message.place.file ? f->message.place : w->s->place, kept(w, &expected),
	      kept(w, &why));
}

/* ---- what comes and what goes ---- */

/* 200, then the connection ends: no gateway keeps anything of it for the next case. */
static const struct answer *plain_answer(void)
{
	static struct text text = {
		.raw = SLICE("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
			     "Content-Length: 2\r\nCache-Control: no-store\r\n"
			     "Connection: close\r\n\r\nok")
	};
	static struct part part = { .kind = PART_TEXT, .texts = &text, .ntexts = 1 };
	static struct answer_part parts[] = {
		{ .kind = ANSWER_BYTES, .bytes = { .parts = &part, .nparts = 1 } },
		{ .kind = ANSWER_CLOSE },
	};
	static const struct answer plain = { parts, ARRAY_SIZE(parts) };

	return &plain;
}

static const struct answer *answer_to(const struct origin_watch *w, uint64_t index)
{
	size_t n = w->spec->nanswers;

	return n ? &w->spec->answers[index < n ? index : n - 1] : plain_answer();
}

static const struct answer *request_came(void *arg, const char *name,
					 const struct sent_request *request)
{
	struct origin_watch *w = arg;
	uint64_t index = w->count;

	transcript_bytes(w->p->transcript, EVENT_RECEIVED, name, task_now(), request->bytes);
	judge_request(w, request->bytes);
	w->count++;
	if (w->count > w->spec->at_most)
		found(w, w->s->place, how_many(w), so_many(w));
	task_wake(&w->came);
	return answer_to(w, index);
}

static void answer_wrote(void *arg, struct slice bytes)
{
	struct origin_watch *w = arg;

	transcript_bytes(w->p->transcript, EVENT_SENT, "origin", task_now(), bytes);
}

/* In a proof the scripted gateway forwards at once. */
static int take_scripted(struct origin_watch *w, struct dialer *d)
{
	CLEANUP(buffer_release) struct buffer bytes = BUFFER_INIT(MAX_FORWARDED);
	const struct answer *a = d->forwards(d);
	struct sent_request request;
	struct sent sent;
	int r = 0;

	for (size_t i = 0; a && i < a->nparts && r == 0; i++)
		if (a->parts[i].kind == ANSWER_BYTES)
			r = bytes_expand(&a->parts[i].bytes, &w->p->captures, &bytes,
					 &w->p->problem);
	sent_init(&sent, w->p->scratch);
	if (r == 0)
		r = sent_add(&sent, buffer_slice(&bytes));
	for (size_t i = 0; r == 0 && sent_request(&sent, i, &request) && request.whole; i++)
		(void)request_came(w, "origin", &request);
	sent_release(&sent);
	return r;
}

/* ---- the step, and its end ---- */

enum play_end step_origin(struct play *p, const struct step *s, struct connection *c)
{
	enum play_end end = origin_settle(p, PLAY_HELD);
	struct dialer *d = p->stage->dialer;
	struct origin_watch *w = arena_alloc(p->scratch, sizeof(*w));
	int r = 0;

	(void)c;
	if (end != PLAY_HELD)
		return end;
	*w = (struct origin_watch){ .p = p, .s = s, .spec = s->origin };
	script_cast_init(&w->cast, task_loop(), &p->captures, request_came, w);
	w->cast.wrote = answer_wrote;
	w->cast.continues = true;
	p->origin = w;
	p->was_origin = true;
	if (d->forwards)
		r = take_scripted(w, d);
	else
		origin_attend(p->stage->origin, &w->cast);
	return r < 0 ? play_error(p, r, s->place) : PLAY_HELD;
}

/* 0 when enough have come, or one that is a finding; or as task_wait(). */
static int wait_for_the_rest(struct origin_watch *w)
{
	usec deadline = task_now() + play_timeout(w->p);
	int r = 0;

	while (r == 0 && w->count < w->spec->from && !w->seen)
		r = task_wait(&w->came, deadline);
	return r;
}

/* What a gateway forwarded before it answered its client is in the kernel by then: one turn
 * of the loop accepts the connection, the next ones read from it. Without that, a request
 * too many would be seen now and then. */
static int take_what_came(void)
{
	int r = 0;

	for (int turn = 0; turn < 3 && r == 0; turn++)
		r = task_sleep(task_now());
	return r;
}

enum play_end origin_settle(struct play *p, enum play_end end)
{
	struct origin_watch *w = p->origin;

	if (!w)
		return end;

	int r = end == PLAY_HELD ? wait_for_the_rest(w) : 0;

	if (r == 0 && end == PLAY_HELD)
		r = take_what_came();

	if (p->stage->origin)
		origin_attend(p->stage->origin, NULL);
	script_cast_end(&w->cast);
	p->origin = NULL;
	if (r == -ETIMEDOUT)
		found(w, w->s->place, how_many(w), so_many(w));
	else if (r < 0)
		return play_error(p, r, w->s->place);
	if (w->seen && end != PLAY_CANCELLED && end != PLAY_UNUSABLE)
		return play_broken(p, w->failed_at, w->expected, w->seen);
	return end;
}
