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
	char doing[96];

	(void)snprintf(doing, sizeof(doing), "%s %s", verb, what);
	return problem_errno(reterr, error, doing, subject);
}

/* ---- what is to be written, and whether all of it was ---- */

struct saving {
	save_writer *write;
	void *arg;
	const char *path, *what;
	struct problem *reterr;
};

/* A stream that keeps the first error of its descriptor, which stdio forgets until the
 * last flush. */
struct sink {
	int fd, error;
};

static ssize_t sink_write(void *cookie, const char *bytes, size_t len)
{
	struct sink *s = cookie;

	for (size_t at = 0; at < len && s->error == 0;) {
		ssize_t n = write(s->fd, bytes + at, len - at);

		if (n < 0 && errno != EINTR)
			s->error = -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return s->error == 0 ? (ssize_t)len : 0;
}

static int write_all(const struct saving *s, int fd)
{
	struct sink sink = { .fd = fd };
	FILE *out = fopencookie(&sink, "w", (cookie_io_functions_t){ .write = sink_write });

	if (!out)
		return fail(s->reterr, -errno, "make", s->what, s->path);

	int made = s->write(s->arg, out);

	(void)fclose(out);
	if (sink.error < 0)
		return fail(s->reterr, sink.error, "write", s->what, s->path);
	return made < 0 ? fail(s->reterr, made, "make", s->what, s->path) : 0;
}

/* Some file systems tell of a full disk only here. Not called again on an error:
 * Linux has closed it (close(2)). */
static int close_checked(const struct saving *s, int fd, int r)
{
	return close(fd) == 0 || r < 0 ? r : fail(s->reterr, -errno, "write", s->what, s->path);
}

/* ---- standard output, a device, a pipe: there is nothing to rename ---- */

static int save_to_stdout(const struct saving *s)
{
	char what[64];
	struct saving named = *s;

	(void)snprintf(what, sizeof(what), "%s to", s->what);
	named.what = what;
	named.path = "standard output";
	if (fflush(stdout) != 0)
		return fail(s->reterr, -errno, "write", what, named.path);
	return write_all(&named, STDOUT_FILENO);
}

static int save_directly(const struct saving *s)
{
	int fd = open(s->path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? fail(s->reterr, errno, "open", s->what, s->path)
		      : close_checked(s, fd, write_all(s, fd));
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

static int write_and_close(const struct saving *s, int fd)
{
	int r = write_all(s, fd);

	if (r == 0 && fsync(fd) < 0)
		r = fail(s->reterr, -errno, "write", s->what, s->path);
	return close_checked(s, fd, r);
}

/* |place| is the path without symbolic links. */
static int save_by_rename(const struct saving *s, const char *place, const struct stat *old)
{
	CLEANUP(buffer_release) struct buffer name = BUFFER_INIT(1 << 16);
	int fd = create_temporary(place, old, &name);

	if (fd < 0)
		return fail(s->reterr, fd, "create a file beside", s->what, s->path);

	int r = write_and_close(s, fd);

	if (r == 0 && rename(buffer_str(&name), place) < 0)
		r = fail(s->reterr, -errno, "write", s->what, s->path);
	if (r < 0)
		(void)unlink(buffer_str(&name));
	return r;
}

int save_written(save_writer *write, void *arg, const char *path, const char *what,
		 struct problem *reterr)
{
	const struct saving s = { write, arg, path, what, reterr };
	struct stat old;

	if (strcmp(path, "-") == 0)
		return save_to_stdout(&s);
	if (stat(path, &old) < 0)
		return save_by_rename(&s, path, NULL);
	if (!S_ISREG(old.st_mode))
		return save_directly(&s);

	/* Through a symbolic link, so that the link stays one. */
	CLEANUP(freep) char *real = realpath(path, NULL);

	return save_by_rename(&s, real ? real : path, &old);
}

static int write_slice(void *arg, FILE *out)
{
	const struct slice *bytes = arg;

	(void)fwrite(bytes->at, 1, bytes->len, out);
	return 0;
}

int save_file(struct slice bytes, const char *path, const char *what, struct problem *reterr)
{
	return save_written(write_slice, &bytes, path, what, reterr);
}
