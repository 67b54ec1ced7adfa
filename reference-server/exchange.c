#include "reference-server/exchange.h"

#include "reference-server/misbehave.h"
#include "reference-server/route.h"

#include <stdlib.h>

/* So much output may pile up before pipelined requests have to wait. */
#define HIGH_WATER ((size_t)64 * 1024)

/* Octets a second that buy a client more time, be it for content it sends or for an
 * answer it reads. */
#define RATE_FLOOR 500

/* Most that is read and dropped behind the last answer: a client that sends all before
 * it reads gets to the end of an upload of this size, and so to the answer. */
#define LINGER_MAX ((uint64_t)16 * 1024 * 1024)

static const struct settings *settings(const struct exchange *x)
{
	return x->flights->settings;
}

static bool has_output(const struct exchange *x)
{
	return x->flight && x->flight->sent < x->flight->out.len;
}

/* Neither may a client stand still for |timeout|, however much it moved before, nor
 * may it crawl on for ever with an octet now and then. */
static usec rate_deadline(usec since, usec now, usec timeout, uint64_t octets)
{
	usec bought = (usec)(octets * (uint64_t)USEC_PER_SEC / RATE_FLOOR);

	return (since + bought < now ? since + bought : now) + timeout;
}

static void enter(struct exchange *x, enum phase phase, usec now, usec timeout)
{
	x->phase = phase;
	x->since = now;
	x->deadline = now + timeout;
}

/* ---- borrowed memory ---- */

/* A part of a head is kept apart while the rest is awaited, if it is small, and read from
 * its beginning again then: thousands of clients that never end their heads hold some
 * octets each, and not a flight. */
enum { KEPT_MAX = 1024 };

static bool can_keep(const struct exchange *x)
{
	const struct flight *f = x->flight;

	return x->phase == PHASE_HEAD && f->sent == f->out.len && f->to - f->from <= KEPT_MAX &&
	       !settings(x)->misbehave;
}

static bool keep_part(struct exchange *x)
{
	struct flight *f = x->flight;
	size_t len = f->to - f->from;

	x->kept = malloc(len);
	if (!x->kept)
		return false;
	memcpy(x->kept, f->in + f->from, len);
	x->kept_len = (unsigned)len;
	return true;
}

static void forget_part(struct exchange *x)
{
	free(x->kept);
	x->kept = NULL;
}

static bool borrow(struct exchange *x)
{
	if (x->flight)
		return true;
	x->flight = flight_borrow(x->flights);
	if (!x->flight)
		return false;
	if (x->kept) {
		memcpy(x->flight->in, x->kept, x->kept_len);
		x->flight->to = x->kept_len;
		forget_part(x);
	}
	return true;
}

static bool is_empty(const struct flight *f)
{
	return f->from == f->to && f->sent == f->out.len;
}

/* Between requests nothing needs to be kept; a head that has begun, content, and an
 * answer that waits do. */
static void give_back(struct exchange *x)
{
	bool kept = x->phase == PHASE_BODY || x->phase == PHASE_PAUSE ||
		    x->phase == PHASE_STREAM || x->phase == PHASE_WEBSOCKET;

	if (!x->flight || kept)
		return;
	if (!is_empty(x->flight) && !(can_keep(x) && keep_part(x)))
		return;
	flight_return(x->flights, x->flight);
	x->flight = NULL;
}

static struct slice unread(const struct flight *f)
{
	return slice_of(f->in + f->from, f->to - f->from);
}

/* ---- the end of a connection ---- */

static void gone(struct exchange *x)
{
	flight_return(x->flights, x->flight);
	x->flight = NULL;
	forget_part(x);
	x->phase = PHASE_GONE;
	x->deadline = USEC_FOREVER;
}

/* What is in |out| is the last that leaves; then a close_notify of TLS has its time. */
static void last(struct exchange *x, usec now)
{
	if (x->flight)
		x->flight->from = x->flight->to = 0;
	forget_part(x);
	enter(x, PHASE_LAST, now, settings(x)->timeouts.linger);
	give_back(x);
}

/* ---- answers ---- */

/* The client's time to take the output runs from its first octet. */
static void output_begins(struct exchange *x, usec now)
{
	if (has_output(x))
		return;
	x->moved = 0;
	x->write_since = now;
	x->write_deadline = now + settings(x)->timeouts.body;
}

static void next_request(struct exchange *x, usec now)
{
	x->begun = false;
	request_init(&x->flight->request, x->flight->fields);
	enter(x, PHASE_HEAD, now, settings(x)->timeouts.idle);
}

static void upgrade(struct exchange *x, usec now)
{
	websocket_begin(&x->flight->websocket);
	enter(x, PHASE_WEBSOCKET, now, settings(x)->timeouts.idle);
}

/* Where the client has said that this was its last request, and all of it has come, no reset
 * can overtake the answer: there is nothing that would have to be read and dropped. TLS has
 * something to say before the end. */
static void end(struct exchange *x, usec now)
{
	const struct flight *f = x->flight;

	x->parted = x->last_request && f->from == f->to && body_is_whole(&f->body) && !x->secure;
	last(x, now);
}

/* The answer is in the output: to the next request, or to the end. */
static void answer_whole(struct exchange *x, usec now)
{
	x->answered++;
	if (x->flight->answer.websocket)
		upgrade(x, now);
	else if (x->persist)
		next_request(x, now);
	else
		end(x, now);
}

static struct answer_to answer_goes_to(struct exchange *x, time_t now)
{
	const struct flight *f = x->flight;

	flights_date(x->flights, now);
	return (struct answer_to){
		.head = f->request.method == HTTP_HEAD,
		.http10 = f->request.minor == 0,
		.persist = x->persist || f->answer.websocket,
		.common = x->flights->common,
	};
}

/* The next piece of an answer that is fetched while it leaves. Its length was
 * promised: if there is less, the end of the connection tells that it is not whole. */
static void stream(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	int r = answer_more(&f->answer, answer_goes_to(x, now.wall), &f->out);

	if (r < 0)
		gone(x);
	else if (r == 0)
		answer_whole(x, now.mono);
}

static void log_answer(struct exchange *x, struct answer_to to, time_t now)
{
	const struct flight *f = x->flight;

	if (settings(x)->access_log < 0)
		return;

	bool none = to.head || f->answer.status == 204 || f->answer.status == 304;
	struct log_entry e = {
		.peer = &x->peer,
		.when = now,
		.request = &f->request,
		.begin = unread(f),
		.status = f->answer.status,
		.octets = none ? 0 : (size_t)answer_length(&f->answer),
	};

	log_add(&x->flights->log, &e);
}

/* The answer goes to the output, and the connection on to its next request or end. */
static void send_answer(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	struct answer_to to = answer_goes_to(x, now.wall);

	output_begins(x, now.mono);
	if (answer_write(&f->answer, to, &f->out) < 0) {
		gone(x);
		return;
	}
	log_answer(x, to, now.wall);
	if (!f->answer.source.read || to.head) {
		answer_end_source(&f->answer);
		answer_whole(x, now.mono);
		return;
	}
	x->phase = PHASE_STREAM;
	x->deadline = USEC_FOREVER;
	stream(x, now);
}

/* After a refusal nothing on this connection can be trusted to be a request. */
static void refuse_request(struct exchange *x, const struct refusal *why, struct instant now)
{
	x->persist = x->last_request = false;
	answer_refusal(&x->flight->answer, why);
	send_answer(x, now);
}

static void run_handler(struct exchange *x, time_t now)
{
	struct flight *f = x->flight;
	struct call call = {
		.request = &f->request,
		.content = buffer_slice(&f->content),
		.trailers = buffer_slice(&f->trailers),
		.content_octets = f->body.received,
		.below = slice_skip(f->path, f->resource->path.len),
		.settings = settings(x),
		.secure = x->secure,
		.now = now,
	};

	resource_handle(f->resource, &call, &f->answer);
	if (f->answer.failed) {
		x->persist = false;
		answer_error(&f->answer, 500, "the answer does not fit into memory");
	}
}

/* The request is whole. */
static void respond(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;

	if (f->resource)
		run_handler(x, now.wall);
	if (f->answer.pause)
		enter(x, PHASE_PAUSE, now.mono, f->answer.pause);
	else
		send_answer(x, now);
}

/* ---- what is to become of a request whose head is whole ---- */

/* RFC 9112 section 9.3. */
static bool may_persist(const struct exchange *x)
{
	const struct flight *f = x->flight;

	return !x->last_request && !x->draining && !x->hung_up && !f->body.ambiguous &&
	       x->answered + 1 < settings(x)->limits.requests && f->request.method != HTTP_CONNECT;
}

/* A client that says so sends no other request (RFC 9112 section 9.6). */
static bool is_last_request(const struct request *r)
{
	return request_has(r, "Connection", "close") ||
	       (r->minor == 0 && !request_has(r, "Connection", "keep-alive"));
}

/* Is the client likely to send no content before it has heard from us? */
static bool holds_back(const struct flight *f)
{
	return f->request.minor >= 1 && f->from == f->to &&
	       request_field_count(&f->request, "Expect") > 0;
}

static bool send_continue(struct exchange *x, usec now)
{
	if (!request_has(&x->flight->request, "Expect", "100-continue"))
		return true;
	output_begins(x, now);
	return buffer_add_slice(&x->flight->out, SLICE("HTTP/1.1 100 Continue\r\n\r\n")) == 0;
}

/* A client that holds its content back is told at once. If the answer is no, it may or
 * may not send the content then: nobody can tell, so the connection ends. */
static void await_content(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;

	if (holds_back(f) && !f->resource) {
		x->persist = false;
		send_answer(x, now);
	} else if (holds_back(f) && !send_continue(x, now.mono)) {
		gone(x);
	} else {
		enter(x, PHASE_BODY, now.mono, settings(x)->timeouts.body);
	}
}

static enum parse check_scheme(const struct exchange *x, struct refusal *reterr)
{
	if (!x->flight->request.where.https || x->secure)
		return PARSE_DONE;
	return refuse(reterr, 421, "RFC9110-7.4-2",
		      "an https resource, asked for over a connection that is not secured");
}

static void head_whole(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	struct refusal why;

	f->from += f->request.head_len;
	f->body_at = f->from;
	buffer_clear(&f->content);
	buffer_clear(&f->trailers);
	if (check_scheme(x, &why) == PARSE_BAD ||
	    body_init(&f->body, &f->request, &settings(x)->limits, &why) == PARSE_BAD) {
		refuse_request(x, &why, now);
		return;
	}
	x->last_request = is_last_request(&f->request);
	x->persist = may_persist(x);
	route_request(f);
	if (f->body.kind == BODY_NONE)
		respond(x, now);
	else
		await_content(x, now);
}

/* ---- reading ---- */

/* Each step returns false when it needs more octets or the caller's attention. */
static bool read_head(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	struct refusal why;

	if (f->from == f->to)
		return false;
	switch (request_read(&f->request, unread(f), &settings(x)->limits, &why)) {
	case PARSE_PARTIAL:
		if (!x->begun && request_begun(&f->request)) {
			x->begun = true;
			enter(x, PHASE_HEAD, now.mono, settings(x)->timeouts.header);
		}
		return false;
	case PARSE_BAD:
		refuse_request(x, &why, now);
		return false;
	case PARSE_DONE:
		head_whole(x, now);
	}
	return true;
}

static bool read_body(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	bool keeps = f->resource && f->resource->keeps_content;
	struct body_sink sink = { keeps ? &f->content : NULL, keeps ? &f->trailers : NULL };
	struct refusal why;
	size_t used;
	enum parse p = body_read(&f->body, unread(f), sink, &settings(x)->limits, &used, &why);

	f->from += used;
	x->deadline = rate_deadline(x->since, now.mono, settings(x)->timeouts.body,
				    f->body.received);
	if (p == PARSE_BAD)
		refuse_request(x, &why, now);
	else if (p == PARSE_DONE)
		respond(x, now);
	return p == PARSE_DONE;
}

static bool read_websocket(struct exchange *x, usec now)
{
	struct flight *f = x->flight;
	size_t used;
	enum websocket_outcome how;

	output_begins(x, now);
	how = websocket_read(&f->websocket, unread(f), &used, &f->out);
	f->from += used;
	if (used)
		enter(x, PHASE_WEBSOCKET, now, settings(x)->timeouts.idle);
	if (how == WEBSOCKET_END)
		last(x, now);
	return how == WEBSOCKET_MORE;
}

static void leave_websocket(struct exchange *x, usec now)
{
	output_begins(x, now);
	websocket_add_close(WEBSOCKET_GOING_AWAY, &x->flight->out);
	last(x, now);
}

/* Goes on as far as the octets reach. Pipelined requests are answered one behind the
 * other into the same output, so that all answers to one read leave in one write. */
static void advance(struct exchange *x, struct instant now)
{
	bool more = true;

	while (more && x->flight && x->flight->out.len < HIGH_WATER) {
		if (x->phase == PHASE_HEAD)
			more = read_head(x, now);
		else if (x->phase == PHASE_BODY)
			more = read_body(x, now);
		else if (x->phase == PHASE_WEBSOCKET)
			more = read_websocket(x, now.mono);
		else
			more = false;
	}
	if (x->draining && exchange_idle(x))
		last(x, now.mono);
	give_back(x);
}

/* ---- the outside ---- */

void exchange_init(struct exchange *x, struct flights *flights, struct instant now)
{
	*x = (struct exchange){ .flights = flights };
	enter(x, PHASE_HEAD, now.mono, settings(x)->timeouts.header);
	if (settings(x)->misbehave == MISBEHAVE_CLOSE)
		gone(x);
	else if (settings(x)->misbehave)
		x->deadline = USEC_FOREVER;
}

void exchange_release(struct exchange *x)
{
	gone(x);
}

void exchange_refuse(struct exchange *x, struct instant now)
{
	if (x->phase == PHASE_GONE)
		return;
	x->persist = false;
	if (!borrow(x)) {
		gone(x);
		return;
	}
	answer_error(&x->flight->answer, 503, "this server has as many connections as it may");
	send_answer(x, now);
}

bool exchange_idle(const struct exchange *x)
{
	return x->phase == PHASE_HEAD && !x->begun && !has_output(x);
}

enum want exchange_wants(const struct exchange *x)
{
	if (has_output(x))
		return WANT_WRITE;
	switch (x->phase) {
	case PHASE_PAUSE:
		return WANT_PAUSE;
	case PHASE_LAST:
		return x->hung_up || x->parted ? WANT_CLOSE : WANT_HALF_CLOSE;
	case PHASE_GONE:
		return WANT_CLOSE;
	default:
		return WANT_READ;
	}
}

usec exchange_deadline(const struct exchange *x)
{
	return has_output(x) ? x->write_deadline : x->deadline;
}

static void too_late(struct exchange *x, const char *what, struct instant now)
{
	struct refusal why;

	(void)refuse(&why, 408, "RFC9112-8-1", what);
	refuse_request(x, &why, now);
}

/* A part of a head that was kept is read again, as the answer depends on its method. */
static bool read_part_again(struct exchange *x)
{
	struct refusal ignored;

	if (!borrow(x))
		return false;
	(void)request_read(&x->flight->request, unread(x->flight), &settings(x)->limits, &ignored);
	return true;
}

static void head_too_late(struct exchange *x, struct instant now)
{
	if (read_part_again(x))
		too_late(x, "the header section did not come in time", now);
	else
		gone(x);
}

void exchange_late(struct exchange *x, struct instant now)
{
	if (has_output(x)) {
		gone(x);              /* the client does not take the answer */
		return;
	}
	switch (x->phase) {
	case PHASE_HEAD:
		if (x->begun)
			head_too_late(x, now);
		else
			last(x, now.mono);
		break;
	case PHASE_BODY:
		too_late(x, "the content did not come in time", now);
		break;
	case PHASE_WEBSOCKET:
		leave_websocket(x, now.mono);
		break;
	case PHASE_PAUSE:
		send_answer(x, now);
		advance(x, now);
		break;
	default:
		gone(x);
	}
}

/* ---- input ---- */

/* Moves the octets not read yet to where the next read finds most room: to the front,
 * or behind the head that an answer may need. */
static void make_room(struct flight *f, size_t at)
{
	if (f->from > at)
		memmove(f->in + at, f->in + f->from, f->to - f->from);
	f->to -= f->from - at;
	f->from = at;
}

size_t exchange_room(struct exchange *x, char **ret)
{
	struct flight *f;

	if (!borrow(x))
		return 0;
	f = x->flight;
	if (x->phase == PHASE_BODY) {
		make_room(f, f->body_at);
	} else if (x->phase == PHASE_WEBSOCKET) {
		make_room(f, 0);
	} else if (f->from > 0) {
		make_room(f, 0);
		request_init(&f->request, f->fields);   /* its slices have moved: read it again */
	}
	*ret = f->in + f->to;
	/* While a head is read, room for a read of its content stays behind it. */
	return (x->phase == PHASE_HEAD ? f->room - FLIGHT_READ : f->room) - f->to;
}

static void misbehave_fed(struct exchange *x, struct instant now)
{
	struct flight *f = x->flight;
	size_t used;

	output_begins(x, now.mono);
	flights_date(x->flights, now.wall);
	if (!misbehave(settings(x)->misbehave, unread(f), x->flights->date,
		       (uint64_t)now.mono, &used, &f->out))
		last(x, now.mono);
	f->from += used;
	if (unread(f).len > FLIGHT_READ)
		f->from = f->to;      /* no empty line in all of it: forget it */
	give_back(x);
}

void exchange_fed(struct exchange *x, size_t n, struct instant now)
{
	if (x->phase == PHASE_LINGER) {
		x->moved += n;
		if (x->moved > LINGER_MAX)
			gone(x);
		give_back(x);
		return;
	}
	x->flight->to += n;
	if (n == 0)
		give_back(x);
	else if (settings(x)->misbehave)
		misbehave_fed(x, now);
	else
		advance(x, now);
}

static void cut_off(struct exchange *x, struct instant now)
{
	struct refusal why;

	(void)refuse(&why, 400, "RFC9112-8-1", "the connection ended in the midst of a request");
	refuse_request(x, &why, now);
}

void exchange_hung_up(struct exchange *x, struct instant now)
{
	x->hung_up = true;
	if (x->phase == PHASE_BODY || (x->phase == PHASE_HEAD && x->begun && read_part_again(x)))
		cut_off(x, now);
	else
		gone(x);
}

/* ---- output ---- */

struct slice exchange_output(const struct exchange *x)
{
	const struct flight *f = x->flight;

	return slice_of(f->out.at + f->sent, f->out.len - f->sent);
}

void exchange_sent(struct exchange *x, size_t n, struct instant now)
{
	struct flight *f = x->flight;

	f->sent += n;
	x->moved += n;
	x->write_deadline = rate_deadline(x->write_since, now.mono, settings(x)->timeouts.body,
					  x->moved);
	if (has_output(x))
		return;
	buffer_clear(&f->out);
	f->sent = 0;
	if (x->phase == PHASE_LAST)
		x->deadline = now.mono + settings(x)->timeouts.linger;
	if (x->phase == PHASE_STREAM)
		stream(x, now);
	if (x->phase == PHASE_GONE || has_output(x))
		return;
	if (settings(x)->misbehave) {
		give_back(x);
		return;
	}
	if (exchange_idle(x))
		enter(x, PHASE_HEAD, now.mono, settings(x)->timeouts.idle);
	advance(x, now);
}

void exchange_half_closed(struct exchange *x, struct instant now)
{
	x->moved = 0;
	enter(x, PHASE_LINGER, now.mono, settings(x)->timeouts.linger);
}

void exchange_drain(struct exchange *x, struct instant now)
{
	x->draining = true;
	x->persist = false;
	if (exchange_idle(x))
		last(x, now.mono);
	else if (x->phase == PHASE_WEBSOCKET)
		x->deadline = 0;      /* late at once: it is closed with a reason */
}
