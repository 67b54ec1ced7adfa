#ifndef HTTPCHECK_TESTS_SERVER_ASK_H
#define HTTPCHECK_TESTS_SERVER_ASK_H

#include "feed.h"

#include "reference-server/exchange.h"

/* 2024-07-03 09:46:40 UTC: after the date of every document. */
#define ASK_NOW ((time_t)1720000000)

/* What the asked server has beside the defaults: the stores are the same for all who
 * ask, as one request may depend on another. A test may change it. */
static struct settings ask_settings = SETTINGS_DEFAULT;
static bool ask_secure;               /* over TLS */

/* One request to the server and its answer, taken apart. */
struct asked {
	struct settings settings;
	struct flights flights;
	struct exchange x;
	struct buffer out;
	int status;
	struct slice head, content;
};

static inline void ask(struct asked *a, struct slice request)
{
	struct instant now = { USEC_PER_SEC, ASK_NOW };
	char *to;

	if (!ask_settings.store)
		assert_int_equal(resources_open(&ask_settings), 0);
	*a = (struct asked){ .settings = ask_settings, .out = BUFFER_INIT(4 << 20) };
	flights_init(&a->flights, &a->settings);
	exchange_init(&a->x, &a->flights, now);
	a->x.secure = ask_secure;
	assert_true(exchange_room(&a->x, &to) >= request.len);
	memcpy(to, request.at, request.len);
	exchange_fed(&a->x, request.len, now);
	assert_int_equal(exchange_wants(&a->x), WANT_WRITE);
	assert_int_equal(buffer_add_slice(&a->out, exchange_output(&a->x)), 0);
	exchange_sent(&a->x, a->out.len, now);

	size_t end = slice_find_slice(buffer_slice(&a->out), SLICE("\r\n\r\n"));

	a->head = slice_sub(buffer_slice(&a->out), 0, end + 2);
	a->content = slice_skip(buffer_slice(&a->out), end + 4);
	a->status = atoi(a->out.at + strlen("HTTP/1.1 "));
}

static inline void ask_done(struct asked *a)
{
	exchange_release(&a->x);
	flights_release(&a->flights);
	buffer_release(&a->out);
}

/* The same, with the request as a format. */
__attribute__((format(printf, 2, 3))) static inline void askf(struct asked *a,
							      const char *format, ...)
{
	CLEANUP(freep) char *request = NULL;
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&request, format, args) > 0);
	va_end(args);
	ask(a, slice_str(request));
}

/* The value of a field; empty where it is not there. */
static inline struct slice ask_field(const struct asked *a, const char *name)
{
	CLEANUP(freep) char *begin = NULL;

	assert_true(asprintf(&begin, "\r\n%s: ", name) > 0);

	struct slice rest = slice_skip(a->head, slice_find_slice(a->head, slice_str(begin)));

	rest = slice_skip(rest, strlen(begin));
	return slice_sub(rest, 0, slice_find(rest, '\r'));
}

/* Does the head have this line? */
static inline bool ask_has(const struct asked *a, const char *line)
{
	CLEANUP(freep) char *whole = NULL;

	assert_true(asprintf(&whole, "\r\n%s\r\n", line) > 0);
	return slice_find_slice(a->head, slice_str(whole)) < a->head.len;
}

/* Does it have a field of this name (as the server spells it)? */
static inline bool ask_has_field(const struct asked *a, const char *name)
{
	CLEANUP(freep) char *begin = NULL;

	assert_true(asprintf(&begin, "\r\n%s:", name) > 0);
	return slice_find_slice(a->head, slice_str(begin)) < a->head.len;
}

#endif
