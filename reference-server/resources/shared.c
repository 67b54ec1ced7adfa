#include "reference-server/resources/shared.h"

#include <errno.h>
#include <sys/mman.h>

void *shared_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void shared_free(void *p, size_t size)
{
	if (p)
		(void)munmap(p, size);
}

int shared_lock_init(pthread_mutex_t *lock)
{
	pthread_mutexattr_t how;
	int r = pthread_mutexattr_init(&how);

	if (r)
		return -r;
	(void)pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	(void)pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
	r = pthread_mutex_init(lock, &how);
	(void)pthread_mutexattr_destroy(&how);
	return -r;
}

bool shared_lock(pthread_mutex_t *lock)
{
	if (pthread_mutex_lock(lock) != EOWNERDEAD)
		return false;
	(void)pthread_mutex_consistent(lock);
	return true;
}

void shared_unlock(pthread_mutex_t *lock)
{
	(void)pthread_mutex_unlock(lock);
}
