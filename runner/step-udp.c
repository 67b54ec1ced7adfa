#include "runner/step-udp.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "net/sock.h"
#include "net/task.h"
#include "runner/match.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#define MAX_DATAGRAM   ((size_t)65535)
#define DEFAULT_WITHIN USEC_PER_SEC

struct exchange {
	struct play *p;
	const struct step *s;
	const struct udp_spec *spec;
	struct sockaddr_in to; /* .sin_family 0: a connected socket */
	int fd;
	usec within, again; /* the latter 0: never */
	uint64_t count;	   /* of answers */
	struct buffer why; /* the first answer that does not fit */
};

/* ---- where to ---- */

/* The host of "http://HOST:PORT/"; a unix socket is on this host, too. */
static struct slice host_of(const struct endpoint *where)
{
	const char *behind = strstr(where->url, "://");
	const char *host = behind ? behind + 3 : where->url;

	return slice_of(host, strcspn(host, ":/"));
}

static bool parse_host(struct slice host, struct in_addr *ret)
{
	char text[INET_ADDRSTRLEN + 1];

	if (slice_is(host, "localhost"))
		host = SLICE("127.0.0.1");
	if (host.len >= sizeof(text))
		return false;
	(void)snprintf(text, sizeof(text), "%.*s", (int)host.len, host.at);
	return inet_pton(AF_INET, text, ret) == 1;
}

static int find_address(struct exchange *e)
{
	CLEANUP(buffer_release) struct buffer to = BUFFER_INIT(256);
	struct problem *problem = &e->p->problem;
	struct slice host = host_of(e->p->stage->dialer->where);
	int r = e->spec->to.raw.at ? text_expand(&e->spec->to, &e->p->captures, &to, problem) : 0;
	bool broadcast = to.len && slice_is(buffer_slice(&to), "broadcast");

	if (r < 0)
		return r;
	if (to.len && !broadcast)
		host = buffer_slice(&to);
	if (!parse_host(host, &e->to.sin_addr) && !broadcast)
		return problem_set(problem, -EINVAL,
				   "'%.*s' is no IPv4 address to send a "
				   "datagram to",
				   (int)host.len, host.at);
	if (broadcast)
		e->to.sin_addr.s_addr = ntohl(e->to.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET
						? htonl(0x7fffffff)
						: htonl(INADDR_BROADCAST);
	return 0;
}

static int find_port(struct exchange *e)
{
	CLEANUP(buffer_release) struct buffer port = BUFFER_INIT(256);
	uint64_t n = 0;
	int r = text_expand(&e->spec->port, &e->p->captures, &port, &e->p->problem);

	if (r < 0)
		return r;
	if (text_count(buffer_slice(&port), &n) < 0 || n < 1 || n > 65535)
		return problem_set(&e->p->problem, -EINVAL, "'%s' is no port", buffer_str(&port));
	e->to.sin_port = htons((uint16_t)n);
	return 0;
}

static int open_socket(struct exchange *e)
{
	struct dialer *d = e->p->stage->dialer;
	int one = 1, r = find_address(e);

	if (r == 0)
		r = find_port(e);
	if (r < 0)
		return r;
	if (d->datagrams) {
		e->fd = d->datagrams(d, "udp");
		return e->fd < 0 ? e->fd : 0;
	}
	e->to.sin_family = AF_INET;
	e->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (e->fd < 0 || setsockopt(e->fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) < 0)
		return -errno;
	return 0;
}

/* ---- to and fro ---- */

static int send_query(struct exchange *e)
{
	CLEANUP(buffer_release) struct buffer query = BUFFER_INIT(MAX_DATAGRAM);
	int r = bytes_expand(&e->spec->send, &e->p->captures, &query, &e->p->problem);

	if (r < 0)
		return r;
	if (sendto(e->fd, query.at, query.len, MSG_NOSIGNAL,
		   e->to.sin_family ? (const struct sockaddr *)&e->to : NULL,
		   e->to.sin_family ? sizeof(e->to) : 0) < 0)
		return problem_errno(&e->p->problem, -errno, "send", "a datagram");
	transcript_bytes(e->p->transcript, EVENT_SENT, "udp", task_now(), buffer_slice(&query));
	return 0;
}

static void check_answer(struct exchange *e, struct slice answer)
{
	struct judge j = play_judge(e->p);

	for (size_t i = 0; i < e->spec->nanswers && e->why.len == 0; i++)
		(void)match_content(&j, &e->spec->answers[i], answer, &e->why);
}

/* Nothing can change any more. */
static bool is_decided(const struct exchange *e)
{
	return e->why.len || e->count > e->spec->at_most ||
	       (e->spec->at_most == UINT64_MAX && e->count >= e->spec->from);
}

/* When the query is sent again, as datagrams get lost: until something has come. */
static usec send_next(const struct exchange *e, usec deadline)
{
	usec next = task_now() + e->again;

	return e->again && e->count == 0 && next < deadline ? next : deadline;
}

static int wait_answer(void *what, usec deadline)
{
	return task_wait_fd(*(int *)what, LOOP_READ, NULL, deadline);
}

static int take_answers(struct exchange *e)
{
	CLEANUP(freep) char *bytes = malloc(MAX_DATAGRAM);
	usec deadline = task_now() + e->within;

	if (!bytes)
		return -ENOMEM;
	while (!is_decided(e)) {
		usec next = send_next(e, deadline);
		int r = idler_wait(e->p->idler, wait_answer, &e->fd, next);

		if (r == -ETIMEDOUT && next < deadline)
			r = send_query(e);
		else if (r == -ETIMEDOUT)
			return 0;
		if (r < 0)
			return r;

		ssize_t n = recv(e->fd, bytes, MAX_DATAGRAM, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			continue;
		if (n < 0)
			return -errno;
		e->count++;
		transcript_bytes(e->p->transcript, EVENT_RECEIVED, "udp", task_now(),
				 slice_of(bytes, (size_t)n));
		check_answer(e, slice_of(bytes, (size_t)n));
	}
	return 0;
}

/* ---- judging ---- */

static const char *expected(const struct exchange *e)
{
	const struct udp_spec *u = e->spec;
	const char *most = u->at_most == UINT64_MAX ? " or more"
						    : arena_printf(e->p->arena, " to %llu",
								   (unsigned long long)u->at_most);
	const char *pattern = u->nanswers ? arena_printf(e->p->arena, ", each with /%s/",
							 u->answers[0].pattern)
					  : "";

	if (u->at_most == 0)
		return arena_printf(e->p->arena, "no datagram within %lld ms",
				    (long long)(e->within / USEC_PER_MS));
	return arena_printf(e->p->arena, "%llu%s datagrams within %lld ms%s",
			    (unsigned long long)u->from, most, (long long)(e->within / USEC_PER_MS),
			    pattern);
}

static enum play_end judge(struct exchange *e)
{
	const char *seen = arena_printf(e->p->arena, "%llu datagrams%s%s",
					(unsigned long long)e->count, e->why.len ? ": " : "",
					e->why.len ? buffer_str(&e->why) : "");

	e->p->answered = seen;
	if (e->why.len || e->count < e->spec->from || e->count > e->spec->at_most)
		return play_broken(e->p, e->s->place, expected(e), seen);
	return PLAY_HELD;
}

enum play_end step_udp(struct play *p, const struct step *s, struct connection *unused)
{
	struct exchange e = { .p = p,
			      .s = s,
			      .spec = s->udp,
			      .fd = -1,
			      .within = play_bound(p, &s->udp->within,
					     patient(DEFAULT_WITHIN, p->stage->patience)),
			      .again = play_duration(p, &s->udp->again, 0),
			      .why = BUFFER_INIT(1 << 16) };
	int r = open_socket(&e);

	(void)unused;
	if (r == 0)
		r = send_query(&e);
	if (r == 0)
		r = take_answers(&e);
	if (e.fd >= 0)
		(void)close(e.fd);

	enum play_end end = r < 0 ? play_error(p, r, s->place) : judge(&e);

	buffer_release(&e.why);
	return end;
}
