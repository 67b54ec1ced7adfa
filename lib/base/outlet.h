#ifndef HTTPCHECK_BASE_OUTLET_H
#define HTTPCHECK_BASE_OUTLET_H

#include <stdbool.h>
#include <stdio.h>

/* Output of a program that must not stand still because its reader does: a pager, a paused
 * terminal, a collector of logs. What the reader doesn't take is held in memory, and handed
 * on with what is written next, at the latest by fclose(), which waits. Only beyond so many
 * bytes the writer waits as well. */
#define OUTLET_HOLDS ((size_t)16 * 1024 * 1024)

/* A stream onto |fd|, which stays the caller's and stays open. Each fflush() is one write(2)
 * where a file takes all of it. An error of |fd| is one of the stream, with its errno. Null
 * with errno where there is no memory. */
FILE *outlet_open(int fd);

/* True where |fd| takes something now, be it an error. */
bool outlet_ready(int fd);

#endif
