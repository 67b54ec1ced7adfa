#ifndef HTTPCHECK_RUNNER_FILE_H
#define HTTPCHECK_RUNNER_FILE_H

#include "base/file.h"

/* file_read() for the file |name| in the folder of |beside| or below it; a name or a
 * symbolic link that leads out of that folder is refused with -EPERM. */
int file_read_beside(const char *beside, const char *name, size_t most, struct buffer *out,
		     struct problem *reterr);

#endif
