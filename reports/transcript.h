#ifndef HTTPCHECK_REPORTS_TRANSCRIPT_H
#define HTTPCHECK_REPORTS_TRANSCRIPT_H

#include "reports/result.h"

/* What happened on the connections of a case, as lines to read:
 *
 *        0 ms  * connected
 *        0 ms  > GET / HTTP/1.1\r\n
 *              > \r\n
 *        4 ms  < HTTP/1.1 200 OK\r\n
 *
 * Lines of '>' (sent) and '<' (received) are the bytes and nothing else, cut behind
 * each LF and escaped like text_escape(); what is mostly odd bytes comes as hex.
 * All that is not bytes stands in a line of '*', so no byte can pass for a fact.
 * Sends and receipts that follow each other within a millisecond are shown as one. */

struct transcript_limits {
	size_t bytes, lines;          /* of one block of bytes; more is counted */
	size_t blocks;                /* more are left out in the middle, and counted */
	size_t hex;                   /* bytes in a row of hex, even */
};

struct transcript_line {
	struct slice lead;            /* "     4 ms  main"; blanks of that width further down */
	char mark;                    /* '>', '<' or '*' */
	struct slice text;            /* safe to print, see reports/visible.h */
};

/* Gets one line; slices live until it returns. A negative number ends the transcript. */
typedef int transcript_sink(void *to, const struct transcript_line *line);

/* Behind the last event that is shown as one with |e|. */
const struct event *transcript_block_end(const struct event *e, const struct event *end);

/* What an event says, "connected"; "" for a note. */
const char *transcript_fact(enum event_kind kind);

/* The width of the leads. */
size_t transcript_lead_columns(const struct result *r);

/* 0, -ENOMEM or what the sink returned. */
int transcript_write(const struct result *r, const struct transcript_limits *limits,
		     transcript_sink *sink, void *to);

#endif
