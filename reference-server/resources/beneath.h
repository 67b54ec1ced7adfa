#ifndef HTTPCHECK_SERVER_BENEATH_H
#define HTTPCHECK_SERVER_BENEATH_H

#include "base/slice.h"

#include <sys/stat.h>

/* Opens a regular file below the folder |root|, and nothing else: no "..", no symbolic
 * link that leads out, no FIFO that would hang, no device. |path| is relative, without
 * escapes. Returns the descriptor, the caller's, and fills |ret|; or
 *   -ENOENT   there is no such file, or it is not to be had
 *   others    EMFILE and the like */
int beneath_open(int root, const char *path, struct stat *ret);

/* The walk that does not need openat2(2): link after link is opened, none is followed.
 * For kernels before 5.6, and where a sandbox forbids the call. */
int beneath_walk(int root, const char *path);

#endif
