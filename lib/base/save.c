#include "base/save.h"

#include "base/buffer.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* "cannot VERB WHAT 'SUBJECT': ..." */
static int fail(struct problem *reterr, int error, const char *verb, const char *what,
		const char *subject)
{
	char doing[64];

	(void)snprintf(doing, sizeof(doing), "%s %s", verb, what);
	return problem_errno(reterr, error, doing, subject);
}

static int write_fully(int fd, struct slice bytes)
{
	for (size_t at = 0; at < bytes.len;) {
		ssize_t n = write(fd, bytes.at + at, bytes.len - at);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Some file systems tell of a full disk only here. Not called again on an error:
 * Linux has closed it (close(2)). */
static int close_checked(int fd)
{
	return close(fd) == 0 ? 0 : -errno;
}

/* ---- standard output, a device, a pipe: there is nothing to rename ---- */

int save_to_stdout(struct slice bytes, const char *what, struct problem *reterr)
{
	int r = fflush(stdout) == 0 ? write_fully(STDOUT_FILENO, bytes) : -errno;

	return r < 0 ? problem_set(reterr, r, "cannot write %s to 'standard output': %s",
					   what, strerror(-r)) : 0;
}

static int save_directly(struct slice bytes, const char *path, const char *what,
			 struct problem *reterr)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(reterr, errno, "open", what, path);

	int r = write_fully(fd, bytes);
	int closed = close_checked(fd);

	if (r == 0)
		r = closed;
	return r < 0 ? fail(reterr, r, "write", what, path) : 0;
}

/* ---- a file: written beside its place and renamed ---- */

/* "out/report.xml" to "out/.httpcheck-1234.tmp": short, so that no name is too long
 * only for being temporary. */
static int temporary_name(const char *path, struct buffer *ret)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash + 1 - path) : 0;

	static unsigned count;

	buffer_clear(ret);
	return buffer_printf(ret, "%.*s.httpcheck-%ld-%u.tmp", (int)folder, path, (long)getpid(),
			     count++);
}

/* Mode as any new file has it, or that of the file it will replace. */
static int create_temporary(const char *path, const struct stat *old, struct buffer *name)
{
	enum { TRIES = 100 };

	for (int i = 0; i < TRIES; i++) {
		int r = temporary_name(path, name);

		if (r < 0)
			return r;

		int fd = open(buffer_str(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

		if (fd >= 0 && old)
			(void)fchmod(fd, old->st_mode & 0777);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -EEXIST;
}

static int write_and_close(int fd, struct slice bytes)
{
	int r = write_fully(fd, bytes);

	if (r == 0 && fsync(fd) < 0)
		r = -errno;

	int closed = close_checked(fd);

	return r < 0 ? r : closed;
}

static int save_by_rename(struct slice bytes, const char *path, const struct stat *old,
			  const char *what, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer name = BUFFER_INIT(1 << 16);
	int fd = create_temporary(path, old, &name);

	if (fd < 0)
		return fail(reterr, fd, "create a file beside", what, path);

	int r = write_and_close(fd, bytes);

	if (r == 0 && rename(buffer_str(&name), path) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlink(buffer_str(&name));
	return fail(reterr, r, "write", what, path);
}

int save_file(struct slice bytes, const char *path, const char *what, struct problem *reterr)
{
	struct stat old;

	if (stat(path, &old) < 0)
		return save_by_rename(bytes, path, NULL, what, reterr);
	if (!S_ISREG(old.st_mode))
		return save_directly(bytes, path, what, reterr);

	/* Through a symbolic link, so that the link stays one. */
	CLEANUP(freep) char *real = realpath(path, NULL);

	return save_by_rename(bytes, real ? real : path, &old, what, reterr);
}
