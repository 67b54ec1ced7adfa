#include "reference-server/resources/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* O_NONBLOCK: a FIFO without a writer would hold the server. */
#define FILE_FLAGS (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

/* The kernel says -EAGAIN when a rename somewhere makes it unsure. */
enum { TRIES = 16 };

static int open_beneath(int root, const char *path)
{
	struct open_how how = { .flags = FILE_FLAGS,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

	for (int i = 0; i < TRIES; i++) {
		long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -ENOENT;
}

int beneath_walk(int root, const char *path)
{
	char name[NAME_MAX + 1];
	int at = root;

	for (;;) {
		size_t n = strcspn(path, "/");
		bool last = path[n] == '\0';
		int next;

		if (n == 0 || n > NAME_MAX || strncmp(path, "..", n) == 0)   /* "." as well */
			next = -ENOENT;
		else {
			memcpy(name, path, n);
			name[n] = '\0';
			next = openat(at, name, O_NOFOLLOW | (last ? FILE_FLAGS
								   : O_PATH | O_DIRECTORY | O_CLOEXEC));
			next = next < 0 ? -errno : next;
		}
		if (at != root)
			(void)close(at);
		if (next < 0 || last)
			return next;
		at = next;
		path += n + 1;
	}
}

/* Out of descriptors is our trouble; everything else is as good as not there. */
static bool is_ours(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM;
}

int beneath_open(int root, const char *path, struct stat *ret)
{
	int fd = open_beneath(root, path);

	if (fd == -ENOSYS || fd == -EPERM)
		fd = beneath_walk(root, path);
	if (fd < 0)
		return is_ours(fd) ? fd : -ENOENT;
	if (fstat(fd, ret) == 0 && S_ISREG(ret->st_mode))
		return fd;
	(void)close(fd);
	return -ENOENT;
}
