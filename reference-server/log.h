#ifndef HTTPCHECK_SERVER_LOG_H
#define HTTPCHECK_SERVER_LOG_H

#include "base/buffer.h"
#include "reference-server/request.h"

#include <sys/socket.h>
#include <time.h>

/* The access log, a line for each final answer, in the combined format that Apache and
 * nginx write and that tools read:
 *   ADDRESS - - [03/Jul/2024:09:46:40 +0000] "REQUEST-LINE" STATUS OCTETS "REFERER" "USER-AGENT"
 * Of what a client sent only 0x20 to 0x7e stands there as it came, without " and \: nothing
 * can begin a line or move a terminal's cursor (CVE-2009-4487 and its kin). */

/* Who is at the other end, as small as can be: every idle connection has one. */
struct peer {
	sa_family_t family;           /* AF_INET, AF_INET6; others are written as "unix:" */
	unsigned char address[16];
};

struct peer peer_of(int fd);

struct log_entry {
	const struct peer *peer;
	time_t when;
	const struct request *request;
	struct slice begin;           /* what there is of the request where its line is not whole */
	int status;
	size_t octets;                /* of content; 0 is written as "-" */
};

/* Appends the line; one that does not fit is left out. */
void log_add(struct buffer *lines, const struct log_entry *e);

/* Writes all lines in one write(2), so that those of several processes do not mix, and
 * empties |lines|. What cannot be written is lost, and said on stderr once. */
void log_flush(struct buffer *lines, int fd);

/* Lines that may wait for log_flush(). */
#define LOG_ROOM ((size_t)256 * 1024)

#endif
