#include "runner/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0)
		return false;
	return folder[len - 1] == '/' || path[len] == '/';
}

int file_read_beside(const char *beside, const char *name, size_t most, struct buffer *out,
		     struct problem *reterr)
{
	CLEANUP(freep) char *folder = folder_of(beside);
	CLEANUP(freep) char *path = NULL;

	if (!folder || asprintf(&path, "%s/%s", folder, name) < 0)
		return problem_errno(reterr, ENOMEM, "read", name);
	if (name[0] == '/')
		return problem_set(reterr, -EPERM, "'%s' is not beside the case file", name);

	CLEANUP(freep) char *real_folder = realpath(folder, NULL);
	CLEANUP(freep) char *real_path = realpath(path, NULL);

	if (!real_folder || !real_path)
		return problem_errno(reterr, errno, "read", name);
	if (!lies_in(real_path, real_folder))
		return problem_set(reterr, -EPERM, "'%s' is not beside the case file", name);
	return file_read(real_path, most, out, reterr);
}
