#ifndef HTTPCHECK_BASE_FILE_H
#define HTTPCHECK_BASE_FILE_H

#include "base/buffer.h"
#include "base/problem.h"

/* Appends the whole content of a regular file to |out|, at most |most| bytes. A
 * FIFO, a device or a folder is refused at once, never waited for. 0 or a negative
 * errno with |reterr| set: -EFBIG above |most|, -EINVAL where it is no regular file. */
int file_read(const char *path, size_t most, struct buffer *out, struct problem *reterr);

#endif
