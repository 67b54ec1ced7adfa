#include "base/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* open(2) takes the lowest number that is free, and those below are not. */
static int fill(int fd)
{
	int wrong_way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

	if (fcntl(fd, F_GETFD) >= 0)
		return 0;
	return open("/dev/null", wrong_way) == fd ? 0 : -errno;
}

int standard_fill(void)
{
	int r = 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && r == 0; fd++)
		r = fill(fd);
	return r;
}
