#ifndef HTTPCHECK_BASE_SAVE_H
#define HTTPCHECK_BASE_SAVE_H

#include "base/problem.h"
#include "base/slice.h"

#include <stdio.h>

/* Files that are there whole, or not at all. |what| names the thing in messages:
 * "report", "baseline". Both return 0, or a negative errno with *reterr set. A program
 * that ignores SIGPIPE and SIGXFSZ gets a closed pipe and a full quota as errors here. */

/* Writes all that is to be saved; 0 or a negative errno. What |out| can't take is found by
 * who saves. */
typedef int save_writer(void *arg, FILE *out);

/* Writes to a temporary file beside |path|, flushes it to disk and renames it, so that
 * a reader sees the old file or the whole new one; on failure the old one stays and the
 * temporary file is gone. What is there and no regular file (/dev/full, a pipe) is written
 * to directly, and so is standard output, "-", behind what stdio has printed. */
int save_written(save_writer *write, void *arg, const char *path, const char *what,
		 struct problem *reterr);

/* The same of bytes that are there already. */
int save_file(struct slice bytes, const char *path, const char *what, struct problem *reterr);

#endif
