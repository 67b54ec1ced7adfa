#ifndef HTTPCHECK_TESTS_EDGE_H
#define HTTPCHECK_TESTS_EDGE_H

#include "base/slice.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A copy of some bytes that ends where an unreadable page begins: a reader that
 * looks one byte too far dies by SIGSEGV. */
struct edge {
	char *map;
	size_t map_len;
	struct slice bytes;
};

static inline struct edge edge_copy(const void *bytes, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (len / page + 1) * page;
	char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE) < 0)
		abort();
	if (len)
		memcpy(map + room - len, bytes, len);
	return (struct edge){ map, room + page, { map + room - len, len } };
}

static inline void edge_free(struct edge e)
{
	(void)munmap(e.map, e.map_len);
}

#endif
