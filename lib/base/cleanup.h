#ifndef HTTPCHECK_BASE_CLEANUP_H
#define HTTPCHECK_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* CLEANUP(f) on a local variable calls f(&variable) where its scope ends, on
 * every path out of it. */
#define CLEANUP(f) __attribute__((cleanup(f)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void file_closep(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

static inline void dir_closep(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static inline void fd_closep(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* The descriptor is from now on its caller's, and fd_closep() leaves it open. */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
