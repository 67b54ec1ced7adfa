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

/* A file beside the one to be replaced: without a name for as long as it is not whole,
 * where the file system has that (O_TMPFILE), so that nothing is left behind whatever happens. */
struct beside {
	const char *place;            /* the path without symbolic links */
	struct buffer name;           /* empty: none yet */
	int fd;
};

/* The folder of "out/report.xml", "out/"; "." of "report.xml". */
static int folder_of(const char *place, struct buffer *ret)
{
	const char *slash = strrchr(place, '/');

	return slash ? buffer_add(ret, place, (size_t)(slash + 1 - place)) : buffer_add_str(ret, ".");
}

/* "out/report.xml" to "out/.httpcheck-1234-0.tmp": short, so that no name is too long
 * only for being temporary. */
static int next_name(struct beside *b)
{
	const char *slash = strrchr(b->place, '/');
	size_t folder = slash ? (size_t)(slash + 1 - b->place) : 0;

	static unsigned count;

	buffer_clear(&b->name);
	return buffer_printf(&b->name, "%.*s.httpcheck-%ld-%u.tmp", (int)folder, b->place,
			     (long)getpid(), count++);
}

/* Tries |take| with one name after the other while it says -EEXIST. */
static int take_name(struct beside *b, int (*take)(struct beside *b))
{
	enum { TRIES = 100 };
	int r = -EEXIST;

	for (int i = 0; i < TRIES && r == -EEXIST; i++) {
		r = next_name(b);
		if (r == 0)
			r = take(b);
	}
	return r;
}

static int create_named(struct beside *b)
{
	b->fd = open(buffer_str(&b->name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return b->fd < 0 ? -errno : 0;
}

static int link_nameless(struct beside *b)
{
	char self[32];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", b->fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, buffer_str(&b->name), AT_SYMLINK_FOLLOW) < 0 ? -errno
											     : 0;
}

static int create_nameless(struct beside *b)
{
	CLEANUP(buffer_release) struct buffer folder = BUFFER_INIT(1 << 16);
	int r = folder_of(b->place, &folder);

	if (r < 0)
		return r;
	b->fd = open(buffer_str(&folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	return b->fd < 0 ? -errno : 0;
}

/* Mode as any new file has it, or that of the file it will replace. */
static int create_beside(struct beside *b, const struct stat *old)
{
	int r = create_nameless(b);

	if (r == -EOPNOTSUPP || r == -EISDIR)
		r = take_name(b, create_named);
	if (r == 0 && old)
		(void)fchmod(b->fd, old->st_mode & 0777);
	return r;
}

/* Whole on the disk, and with a name. */
static int settle(struct beside *b)
{
	if (fsync(b->fd) < 0)
		return -errno;
	return b->name.len ? 0 : take_name(b, link_nameless);
}

static int write_beside(const struct saving *s, struct beside *b)
{
	int r = write_all(s, b->fd);

	if (r == 0) {
		r = settle(b);
		if (r < 0)
			(void)fail(s->reterr, r, "write", s->what, s->path);
	}
	r = close_checked(s, b->fd, r);
	if (r == 0 && rename(buffer_str(&b->name), b->place) < 0)
		r = fail(s->reterr, -errno, "write", s->what, s->path);
	return r;
}

static int save_by_rename(const struct saving *s, const char *place, const struct stat *old)
{
	struct beside b = { .place = place, .name = BUFFER_INIT(1 << 16) };
	int r = create_beside(&b, old);

	if (r < 0)
		r = fail(s->reterr, r, "create a file beside", s->what, s->path);
	else
		r = write_beside(s, &b);
	if (r < 0 && b.name.len)
		(void)unlink(buffer_str(&b.name));
	buffer_release(&b.name);
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

	if (bytes->len)
		(void)fwrite(bytes->at, 1, bytes->len, out);
	return 0;
}

int save_file(struct slice bytes, const char *path, const char *what, struct problem *reterr)
{
	return save_written(write_slice, &bytes, path, what, reterr);
}
