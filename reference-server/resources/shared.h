#ifndef HTTPCHECK_SERVER_SHARED_H
#define HTTPCHECK_SERVER_SHARED_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Memory that all processes and threads of the server see, whichever model serves: made
 * before the first fork(2), zeroed, backed by pages only where it is used. */
void *shared_new(size_t size);                /* null: no memory */
void shared_free(void *p, size_t size);       /* null is fine */

/* A lock inside such memory. */
int shared_lock_init(pthread_mutex_t *lock);  /* 0 or -errno */

/* True if the one that held the lock died, so that what it guards may be torn. */
bool shared_lock(pthread_mutex_t *lock);
void shared_unlock(pthread_mutex_t *lock);

#endif
