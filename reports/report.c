#include "reports/report.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "reports/junit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

const struct report_format report_formats[] = {
	{ "junit", "JUnit XML with file, line and properties", junit_write },
	{ "junit-strict", "JUnit XML that keeps to Jenkins' junit-10 schema", junit_strict_write },
	{ NULL, NULL, NULL },
};

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* ---- the bytes of a report ---- */

struct text {
	char *at;                     /* malloc */
	size_t len;
};

static void text_release(struct text *t)
{
	free(t->at);
}

/* In memory first: a writer that fails leaves no trace, and a write that fails is
 * seen with its own errno, which stdio forgets until the last flush. */
static int render(const struct report_format *f, const struct run *run, struct text *ret)
{
	FILE *out = open_memstream(&ret->at, &ret->len);

	if (!out)
		return -errno;

	int r = f->write(run, out);
	bool failed = ferror(out);

	if (fclose(out) != 0 || failed)
		return r < 0 ? r : -ENOMEM;
	return r;
}

static int write_fully(int fd, struct text text)
{
	for (size_t at = 0; at < text.len;) {
		ssize_t n = write(fd, text.at + at, text.len - at);

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

static int save_to_stdout(struct text text, struct problem *reterr)
{
	int r = fflush(stdout) == 0 ? write_fully(STDOUT_FILENO, text) : -errno;

	return r < 0 ? problem_errno(reterr, r, "write report to", "standard output") : 0;
}

static int save_directly(struct text text, const char *path, struct problem *reterr)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return problem_errno(reterr, errno, "open report", path);

	int r = write_fully(fd, text);
	int closed = close_checked(fd);

	if (r == 0)
		r = closed;
	return r < 0 ? problem_errno(reterr, r, "write report", path) : 0;
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

/* Mode as any new file has it, or that of the report it will replace. */
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

static int write_and_close(int fd, struct text text)
{
	int r = write_fully(fd, text);

	if (r == 0 && fsync(fd) < 0)
		r = -errno;

	int closed = close_checked(fd);

	return r < 0 ? r : closed;
}

static int save_by_rename(struct text text, const char *path, const struct stat *old,
			  struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer name = BUFFER_INIT(1 << 16);
	int fd = create_temporary(path, old, &name);

	if (fd < 0)
		return problem_errno(reterr, fd, "create a file beside report", path);

	int r = write_and_close(fd, text);

	if (r == 0 && rename(buffer_str(&name), path) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlink(buffer_str(&name));
	return problem_errno(reterr, r, "write report", path);
}

static int save_to_file(struct text text, const char *path, struct problem *reterr)
{
	struct stat old;

	if (stat(path, &old) < 0)
		return save_by_rename(text, path, NULL, reterr);
	if (!S_ISREG(old.st_mode))
		return save_directly(text, path, reterr);

	/* Through a symbolic link, so that the link stays one. */
	CLEANUP(freep) char *real = realpath(path, NULL);

	return save_by_rename(text, real ? real : path, &old, reterr);
}

int report_save(const struct report_format *f, const struct run *run, const char *path,
		struct problem *reterr)
{
	CLEANUP(text_release) struct text text = { 0 };
	int r = render(f, run, &text);

	if (r < 0)
		return problem_errno(reterr, r, "make report", path);
	return strcmp(path, "-") == 0 ? save_to_stdout(text, reterr)
				      : save_to_file(text, path, reterr);
}
