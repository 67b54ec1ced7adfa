/* The server's side of a connection: octets come and go in any order and size, time goes
 * by, the client hangs up. Whatever came in, what goes out is read by the checker as
 * responses without fault, one for each line of the access log. */

#include "fuzz.h"
#include "read-back.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reference-server/exchange.h"

enum { STEPS = 400 }; /* of one input */

struct wire {
	struct settings settings;
	struct flights flights;
	struct exchange x;
	struct instant now;
	struct buffer out;
};

static struct settings *common_settings(void)
{
	static struct settings settings;

	if (!settings.store) {
		settings = SETTINGS_DEFAULT;
		settings.access_log = 1; /* lines are only gathered: models flush them */
		MUST(resources_open(&settings) == 0);
	}
	return &settings;
}

static void open_wire(struct wire *w, unsigned tight)
{
	*w = (struct wire){ .settings = *common_settings(),
			    .out = BUFFER_INIT(64 << 20),
			    .now = { 1000 * USEC_PER_SEC, 1720000000 } };
	if (tight % 4 == 0)
		w->settings.limits = (struct limits){ .request_line = 64,
						      .fields = 128,
						      .field_count = 4,
						      .content = 16,
						      .requests = 3,
						      .connections = 1 };
	flights_init(&w->flights, &w->settings);
	exchange_init(&w->x, &w->flights, w->now);
	w->x.secure = tight & 4;
}

static void close_wire(struct wire *w)
{
	exchange_release(&w->x);
	flights_release(&w->flights);
	buffer_release(&w->out);
}

static void write_some(struct wire *w, size_t most)
{
	struct slice out = slice_sub(exchange_output(&w->x), 0, most ? most : SIZE_MAX);

	MUST(out.len > 0);
	MUST(buffer_add_slice(&w->out, out) == 0);
	exchange_sent(&w->x, out.len, w->now);
}

static void read_some(struct wire *w, struct slice *in, size_t most)
{
	char *to;
	size_t room = exchange_room(&w->x, &to);
	struct slice piece = take(in, most < room ? most : room);

	MUST(room > 0);
	if (piece.len)
		memcpy(to, piece.at, piece.len);
	exchange_fed(&w->x, piece.len, w->now);
}

static void wait_late(struct wire *w)
{
	usec due = exchange_deadline(&w->x);

	if (due == USEC_FOREVER)
		return;
	w->now.mono = due > w->now.mono ? due : w->now.mono;
	exchange_late(&w->x, w->now);
}

static void hang_up(struct wire *w)
{
	char *to;

	MUST(exchange_room(&w->x, &to) > 0);
	exchange_hung_up(&w->x, w->now);
}

/* One thing happens, as far as the exchange allows it. False: the connection is over. */
static bool step(struct wire *w, struct slice *in, unsigned dice)
{
	size_t size = dice >> 3 == 31 ? 4096 : 1 + (dice >> 3);

	if (dice % 8 == 7 && dice >> 3 == 30)
		exchange_drain(&w->x, w->now);
	switch (exchange_wants(&w->x)) {
	case WANT_READ:
		if (in->len)
			read_some(w, in, size);
		else if (dice & 1)
			wait_late(w);
		else
			hang_up(w);
		return true;
	case WANT_WRITE:
		if (dice % 8 == 6 && dice >> 3 == 30)
			wait_late(w);
		else
			write_some(w, dice % 8 == 5 ? size : 0);
		return true;
	case WANT_PAUSE:
		MUST(exchange_deadline(&w->x) != USEC_FOREVER);
		wait_late(w);
		return true;
	case WANT_HALF_CLOSE:
		exchange_half_closed(&w->x, w->now);
		return true;
	case WANT_CLOSE:
		break;
	}
	return false;
}

/* "1.2.3.4 - - [...] "HEAD / HTTP/1.0" 200 ...": the request-line of the next line. */
static bool next_logged(struct slice *log, struct slice *ret_line, int *ret_status)
{
	struct slice line = take(log, slice_find(*log, '\n') + 1);

	*ret_line = line;
	if (line.len == 0)
		return false;
	line = slice_skip(line, slice_find(line, '"') + 1);
	*ret_line = take(&line, slice_find(line, '"'));
	*ret_status = atoi(line.at + 2);
	return true;
}

static enum read_back_state next_response(struct read_back *r, struct slice line, int *status)
{
	size_t first = slice_find(line, ' '); /* none: the method was not readable */
	struct slice content, method = slice_sub(line, 0, first < line.len ? first : 0);
	bool http10 = slice_ends(line, SLICE(" HTTP/1.0"));
	enum read_back_state s;

	do
		s = read_back_next(r, method, http10, status, &content);
	while (s == READ_BACK_INTERIM);
	return s;
}

/* The last response may be cut: the time of its client was over, or the input was. */
static void check_output(const struct wire *w)
{
	struct read_back *r = read_back_new();
	struct slice log = buffer_slice(&w->flights.log), line;
	int logged, status;
	enum read_back_state s = READ_BACK_FINAL;

	read_back_feed(r, buffer_slice(&w->out));
	while (s == READ_BACK_FINAL && next_logged(&log, &line, &logged)) {
		s = next_response(r, line, &status);
		if (read_back_fault(r))
			(void)fprintf(stderr, "fault: %s\n", read_back_fault(r));
		MUST(s != READ_BACK_FAULTY);
		MUST(s == READ_BACK_MORE || status == logged);
	}
	MUST(s != READ_BACK_FINAL || !read_back_begun(r));
	read_back_free(r);
}

void fuzz_input(struct slice in)
{
	unsigned tight = take_byte(&in), ndice = take_byte(&in);
	struct slice dice = take(&in, ndice);
	struct wire w;
	bool open = true;

	open_wire(&w, tight);
	for (size_t i = 0; open && i < STEPS; i++) {
		unsigned d = dice.len ? (unsigned char)dice.at[i % dice.len] : 0xf8;

		open = step(&w, &in, d);
	}
	check_output(&w);
	close_wire(&w);
}
