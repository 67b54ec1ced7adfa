#include "base/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* One byte more than |most| is asked for, so that a file which grows after fstat()
 * is seen to be too big. */
static int read_all(int fd, size_t most, struct buffer *out)
{
	size_t begin = out->len;

	for (;;) {
		char *at = buffer_reserve(out, 8192);

		if (!at)
			return -errno;

		ssize_t n = read(fd, at, 8192);

		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		buffer_grew(out, (size_t)n);
		if (out->len - begin > most)
			return -EFBIG;
	}
}

/* O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever. */
int file_read(const char *path, size_t most, struct buffer *out, struct problem *reterr)
{
	CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return problem_errno(reterr, errno, "read", path);
	if (!S_ISREG(st.st_mode))
		return problem_set(reterr, -EINVAL, "cannot read '%s': not a regular file", path);

	int r = (uint64_t)st.st_size > most ? -EFBIG : read_all(fd, most, out);

	if (r == -EFBIG)
		return problem_set(reterr, r, "cannot read '%s': it is larger than %zu bytes", path,
				   most);
	return r < 0 ? problem_errno(reterr, r, "read", path) : 0;
}
