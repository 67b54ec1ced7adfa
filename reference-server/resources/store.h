#ifndef HTTPCHECK_SERVER_STORE_H
#define HTTPCHECK_SERVER_STORE_H

#include "base/buffer.h"

#include <stdint.h>
#include <time.h>

/* What clients have put here: a bounded store in memory that all processes share. Each
 * change is whole or not at all, and names the state it was made for: whoever was
 * overtaken gets -EAGAIN and looks again, so nothing is locked while a request is
 * thought about. */
#define STORE_ITEMS   ((size_t)128)
#define STORE_NAME    ((size_t)128)
#define STORE_TYPE    ((size_t)128)
#define STORE_CONTENT ((size_t)64 * 1024)

struct item {
	uint64_t state;               /* another with each change, never one again; 0: absent */
	time_t modified;
	char name[STORE_NAME + 1];
	char type[STORE_TYPE + 1];
};

struct store;

struct store *store_new(void);            /* null: no memory */
void store_free(struct store *s);         /* null is fine */

/* The item of that name; its content is appended to |content|, which may be null. 0,
 * -ENOENT (then ret->state is 0), or what buffer_add() returns. */
int store_get(struct store *s, struct slice name, struct item *ret, struct buffer *content);

/* Makes or replaces it->name, if its state is still it->state; sets the new state. 0,
 * -EAGAIN overtaken, -ENOSPC no room for one more, -EFBIG content too long. */
int store_put(struct store *s, struct item *it, struct slice content);

int store_remove(struct store *s, const struct item *it);   /* 0 or -EAGAIN */

/* The names in turn: |*at| is 0 at first. False behind the last. */
bool store_next(struct store *s, size_t *at, struct item *ret);

#endif
