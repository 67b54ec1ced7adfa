#include "runner/connection.h"

#include "http/grammar.h"
#include "net/task.h"

#include <errno.h>

void connection_init(struct connection *c, const char *name, size_t number, struct arena *arena,
		     struct transcript *transcript)
{
	*c = (struct connection){ .name = name,
				  .number = number,
				  .arena = arena,
				  .transcript = transcript,
				  .reader = response_reader_new() };
	c->last_record = &c->records;
	sent_init(&c->sent, arena);
}

void connection_release(struct connection *c)
{
	connection_close(c, false);
	response_reader_free(c->reader);
	sent_release(&c->sent);
}

static void note(struct connection *c, enum event_kind kind, const char *text)
{
	transcript_note(c->transcript, kind, c->name, task_now(), text);
}

int connection_open(struct connection *c, struct dialer *d, const struct wire_how *how,
		    usec deadline, struct problem *reterr)
{
	int r = doorway_enter(c->doorway, c, &deadline);

	if (r == 0)
		r = d->open(d, how, deadline, &c->wire, reterr);
	if (r == 0)
		note(c, EVENT_CONNECTED, "");
	else
		doorway_leave(c->doorway, c);
	return r;
}

/* ---- receiving ---- */

static void ended(struct connection *c, enum ended how)
{
	const struct wire_kind *kind = c->wire->kind;

	c->ended = how;
	c->ended_at = task_now();
	c->cut = how == ENDED_FIN && kind->is_cut && kind->is_cut(c->wire);
	note(c, how == ENDED_FIN ? EVENT_FIN : EVENT_RESET, "");
	if (c->cut)
		note(c, EVENT_NOTE, "without close_notify");
}

/* Tells the reader what it is about to read: the answer to the next request. */
static void tell_reader(struct connection *c)
{
	struct sent_request r;

	if (c->told_reader)
		return;
	if (sent_request(&c->sent, c->finals, &r))
		response_reader_expect(c->reader, r.method, r.valid && r.minor == 0);
	else
		response_reader_expect(c->reader, SLICE("GET"), false);
	c->told_reader = true;
}

/* Reads what is there without waiting. 1 something (bytes or the end) came, 0 not. */
static int read_now(struct connection *c, char *bytes, size_t room, size_t *ret_len)
{
	ssize_t n = c->wire->kind->recv(c->wire, bytes, room);

	*ret_len = 0;
	if (n == -EAGAIN)
		return 0;
	if (c->received == 0)
		doorway_leave(c->doorway, c);
	if (n <= 0) {
		ended(c, n == 0 ? ENDED_FIN : ENDED_RESET);
		return 1;
	}
	c->received += (uint64_t)n;
	c->at_once += (size_t)n;
	*ret_len = (size_t)n;
	transcript_bytes(c->transcript, EVENT_RECEIVED, c->name, task_now(),
			 slice_of(bytes, (size_t)n));
	return 1;
}

static int wait_wire(void *what, usec deadline)
{
	struct wire *w = what;

	return w->kind->wait(w, LOOP_READ, deadline);
}

static int wait_readable(struct connection *c, usec deadline)
{
	return deadline == CONNECTION_NO_WAIT ? -ETIMEDOUT
					      : idler_wait(c->idler, wait_wire, c->wire, deadline);
}

/* A slow reader (`read:`) takes so many bytes at once, and then none for a while. */
static size_t read_room(const struct connection *c, size_t room)
{
	return c->read_rate && c->read_rate < room ? (size_t)c->read_rate : room;
}

static int wait_for_turn(struct connection *c, usec deadline)
{
	usec now = task_now(), next = c->read_next;

	if (!c->read_every)
		return 0;
	if (next > now) {
		int r = task_sleep(next < deadline ? next : deadline);

		if (r < 0 || next > deadline)
			return r < 0 ? r : -ETIMEDOUT;
	}
	c->read_next = task_now() + c->read_every;
	return 0;
}

/* So that many connections at once don't fill the memory, and a response in tiny chunks
 * is read no longer than any other. */
static int wait_for_room(struct connection *c, usec *deadline)
{
	usec before = *deadline;

	if (response_reader_overflowed(c->reader) || c->received >= INTAKE_ALONE)
		return -EMSGSIZE;

	int r = intake_wait(c->intake, deadline);

	c->held_up += *deadline - before;
	return r;
}

/* A target that sends without a pause must not keep others from their turn, nor keep
 * this one from its deadline. */
#define AT_ONCE ((size_t)128 * 1024)

static int give_way(struct connection *c, usec deadline)
{
	if (c->at_once < AT_ONCE)
		return 0;
	c->at_once = 0;
	return c->wire->kind->wait(c->wire, LOOP_READ, deadline);
}

static enum response_state feed(struct connection *c, struct slice bytes)
{
	tell_reader(c);

	enum response_state state = response_reader_feed(c->reader, bytes, task_now());

	intake_holds(c->intake, &c->held, response_reader_size(c->reader));
	return state;
}

static int receive(struct connection *c, usec *deadline, enum response_state *ret_state)
{
	char bytes[16384];
	size_t len;

	*ret_state = RESPONSE_WANTS_MORE;
	if (c->ended || !c->wire)
		return 0;

	int r = wait_for_turn(c, *deadline);

	if (r == 0)
		r = wait_for_room(c, deadline);
	if (r == 0)
		r = give_way(c, *deadline);
	while (r == 0 && !read_now(c, bytes, read_room(c, sizeof(bytes)), &len)) {
		c->at_once = 0;
		r = wait_readable(c, *deadline);
	}
	if (r == 0 && len)
		*ret_state = feed(c, slice_of(bytes, len));
	return r;
}

int connection_receive(struct connection *c, usec deadline)
{
	enum response_state state;

	return receive(c, &deadline, &state);
}

static void record(struct connection *c, const struct response *response, bool interim)
{
	struct exchange_record *e = arena_alloc(c->arena, sizeof(*e));

	e->has_request = sent_request(&c->sent, c->finals, &e->request);
	e->response = response;
	e->interim = interim;
	e->connection = c->number;
	e->wall = time(NULL);
	*c->last_record = e;
	c->last_record = &e->next;
	if (interim)
		return;

	struct slice connection;

	c->answered_close = response_field(response, "Connection", &connection) &&
			    http_list_has(connection, "close");
	c->said_close = c->answered_close || (e->has_request && e->request.close);
	c->tunnel = response->framing == RESPONSE_TUNNEL;
	c->finals++;
	c->told_reader = false;
	c->sent_at_last_final = c->sent.bytes.len;
}

int connection_read_response(struct connection *c, usec deadline, enum response_state *ret_state,
			     const struct response **ret)
{
	enum response_state state;

	tell_reader(c);
	state = response_reader_feed(c->reader, (struct slice){ 0 }, task_now());
	while (state == RESPONSE_WANTS_MORE) {
		int r = receive(c, &deadline, &state);

		if (r < 0)
			return r;
		if (state == RESPONSE_WANTS_MORE && (c->ended || !c->wire)) {
			state = response_reader_end(c->reader, c->ended == ENDED_RESET, task_now());
			break;
		}
	}
	*ret_state = state;
	*ret = NULL;
	if (state != RESPONSE_WANTS_MORE) {
		*ret = response_take(c->reader);
		record(c, *ret, state == RESPONSE_INTERIM);
	}
	return 0;
}

bool connection_has_rest(const struct connection *c)
{
	return response_reader_begun(c->reader);
}

bool connection_has_excess(const struct connection *c)
{
	static const char name[] = "HTTP/";
	struct slice rest = response_reader_rest(c->reader);

	while (rest.len && (rest.at[0] == '\r' || rest.at[0] == '\n'))
		rest = slice_skip(rest, 1);
	rest = slice_sub(rest, 0, sizeof(name) - 1);
	return c->answered_close && !slice_eq_nocase(rest, slice_of(name, rest.len));
}

bool connection_all_answered(struct connection *c)
{
	struct sent_request r;

	return !sent_request(&c->sent, c->finals, &r);
}

/* ---- sending ---- */

static int took_no_more(struct connection *c)
{
	if (!c->send_failed)
		note(c, EVENT_NOTE, "the target took no more of what was sent");
	c->send_failed = true;
	return -EPIPE;
}

/* The peer's receive window is full: it may be waiting for us to read. */
static int wait_writable(struct connection *c, usec *deadline)
{
	if (c->ended == ENDED_RESET)
		return took_no_more(c);

	int r = c->ended ? 0 : wait_for_room(c, deadline);

	if (r == 0)
		r = c->wire->kind->wait(c->wire, c->ended ? LOOP_WRITE : LOOP_READ | LOOP_WRITE,
					*deadline);

	if (r < 0 || c->ended)
		return r;

	char bytes[16384];
	size_t len;

	if (read_now(c, bytes, sizeof(bytes), &len) && len)
		(void)feed(c, slice_of(bytes, len));
	return 0;
}

int connection_send(struct connection *c, struct slice bytes, usec deadline)
{
	struct slice rest = bytes;
	int r = 0;

	if (!c->wire)
		return took_no_more(c);
	while (rest.len && r == 0) {
		ssize_t n = c->wire->kind->send(c->wire, rest.at, rest.len);

		if (n > 0)
			rest = slice_skip(rest, (size_t)n);
		else
			r = n == -EAGAIN ? wait_writable(c, &deadline) : took_no_more(c);
	}

	struct slice went = slice_sub(bytes, 0, bytes.len - rest.len);

	if (went.len) {
		(void)sent_add(&c->sent, went);
		transcript_bytes(c->transcript, EVENT_SENT, c->name, task_now(), went);
	}
	return r;
}

/* ---- ending ---- */

void connection_hold_last(struct connection *c)
{
	if (c->wire && c->wire->kind->hold_last)
		c->wire->kind->hold_last(c->wire);
}

void connection_half_close(struct connection *c)
{
	if (!c->wire)
		return;
	c->wire->kind->half_close(c->wire);
	note(c, EVENT_HALF_CLOSED, "");
}

void connection_close(struct connection *c, bool abort)
{
	if (!c->wire)
		return;
	c->wire->kind->close(c->wire, abort);
	c->wire = NULL;
	note(c, abort ? EVENT_ABORTED : EVENT_CLOSED, "");
}
