#include "reference-server/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORD_MAX = 1024 };             /* octets of one quoted part: the rest is cut */

struct peer peer_of(int fd)
{
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(from);
	const struct sockaddr_in *v4 = (const void *)&from;
	const struct sockaddr_in6 *v6 = (const void *)&from;
	struct peer p = { .family = AF_UNSPEC };

	if (getpeername(fd, (void *)&from, &len) < 0)
		return p;
	p.family = from.ss_family;
	if (p.family == AF_INET)
		memcpy(p.address, &v4->sin_addr, sizeof(v4->sin_addr));
	if (p.family == AF_INET6)
		memcpy(p.address, &v6->sin6_addr, sizeof(v6->sin6_addr));
	return p;
}

static int add_peer(struct buffer *out, const struct peer *p)
{
	char text[INET6_ADDRSTRLEN];

	if (p->family != AF_INET && p->family != AF_INET6)
		return buffer_add_str(out, "unix:");
	return buffer_add_str(out, inet_ntop(p->family, p->address, text, sizeof(text)));
}

static int add_time(struct buffer *out, time_t when)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	(void)gmtime_r(&when, &tm);
	return buffer_printf(out, " - - [%02d/%.3s/%d:%02d:%02d:%02d +0000] ", tm.tm_mday,
			     months + (ptrdiff_t)3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour,
			     tm.tm_min, tm.tm_sec);
}

static int add_octet(struct buffer *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char escaped[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

	if (c >= 0x20 && c <= 0x7e && c != '"' && c != '\\')
		return buffer_add_byte(out, (char)c);
	return buffer_add(out, escaped, sizeof(escaped));
}

/* The results of many appends are joined by "|": each is 0 or negative. */
static int add_quoted(struct buffer *out, struct slice word)
{
	int r = buffer_add_byte(out, '"');

	if (word.len == 0)
		r |= buffer_add_byte(out, '-');
	word = slice_sub(word, 0, word.len < WORD_MAX ? word.len : WORD_MAX);
	for (size_t i = 0; i < word.len; i++)
		r |= add_octet(out, (unsigned char)word.at[i]);
	return r | buffer_add_byte(out, '"');
}

/* What should be a line, as far as it goes. */
static struct slice broken_line(struct slice begin)
{
	size_t len = 0;

	while (len < begin.len && begin.at[len] != '\r' && begin.at[len] != '\n')
		len++;
	return slice_sub(begin, 0, len);
}

static struct slice value_of(const struct request *r, const char *name)
{
	struct slice value = SLICE("");

	(void)request_field(r, name, &value);
	return value;
}

void log_add(struct buffer *lines, const struct log_entry *e)
{
	const struct request *q = e->request;
	size_t len = lines->len;
	int r = add_peer(lines, e->peer) | add_time(lines, e->when) |
		add_quoted(lines, q->line.len ? q->line : broken_line(e->begin)) |
		buffer_printf(lines, " %d ", e->status);

	r |= e->octets ? buffer_printf(lines, "%zu ", e->octets) : buffer_add_str(lines, "- ");
	r |= add_quoted(lines, value_of(q, "Referer")) | buffer_add_byte(lines, ' ') |
	     add_quoted(lines, value_of(q, "User-Agent")) | buffer_add_byte(lines, '\n');
	if (r < 0)
		buffer_truncate(lines, len);
}

void log_flush(struct buffer *lines, int fd)
{
	static _Atomic bool said;
	struct slice rest = buffer_slice(lines);
	ssize_t n = 0;

	while (rest.len && (n >= 0 || errno == EINTR)) {
		n = write(fd, rest.at, rest.len);
		rest = slice_skip(rest, n > 0 ? (size_t)n : 0);
	}
	if (n < 0 && !atomic_exchange(&said, true))
		(void)fprintf(stderr, "httpcheck-server: cannot write the access log: %s\n",
			      strerror(errno));
	buffer_clear(lines);
}
