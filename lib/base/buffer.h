#ifndef HTTPCHECK_BASE_BUFFER_H
#define HTTPCHECK_BASE_BUFFER_H

#include "base/slice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>

/* Bytes that grow up to a hard maximum. What is in it is at.len bytes from
 * at.at; a terminating NUL always follows once anything was added. Appending
 * may move the bytes: a slice of a buffer dies with the next append. */
struct buffer {
	char *at;
	size_t len;
	size_t room;                  /* bytes allocated, the NUL included */
	size_t max;                   /* len never goes above it */
};

#define BUFFER_INIT(maximum) ((struct buffer){ NULL, 0, 0, (maximum) })

void buffer_init(struct buffer *b, size_t max);
void buffer_release(struct buffer *b);

/* Each of these returns 0, -ENOSPC when the maximum would be passed or -ENOMEM;
 * in both cases the buffer is left as it was. */
static inline int buffer_add(struct buffer *b, const void *bytes, size_t len);
static inline int buffer_add_slice(struct buffer *b, struct slice s);
int buffer_add_str(struct buffer *b, const char *s);
int buffer_add_byte(struct buffer *b, char byte);
int buffer_add_repeated(struct buffer *b, struct slice s, uint64_t times);
int buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
int buffer_vprintf(struct buffer *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Makes room for |len| more bytes and returns where they go (null with errno
 * ENOSPC or ENOMEM); buffer_grew() says how many of them were written. */
static inline char *buffer_reserve(struct buffer *b, size_t len);
static inline void buffer_grew(struct buffer *b, size_t len);

/* Drops the first |len| bytes; the rest moves to the front. */
void buffer_consume(struct buffer *b, size_t len);
static inline void buffer_truncate(struct buffer *b, size_t len)
{
	if (!b->at || len > b->len)
		return;
	b->len = len;
	b->at[len] = '\0';
}

static inline void buffer_clear(struct buffer *b)
{
	buffer_truncate(b, 0);
}

static inline struct slice buffer_slice(const struct buffer *b)
{
	return (struct slice){ b->at, b->len };
}

/* The bytes as a C string; "" where nothing was added. Lives as long as they do. */
static inline const char *buffer_str(const struct buffer *b)
{
	return b->at ? b->at : "";
}

/* Hands the bytes over to the caller, who frees them; null when out of memory.
 * The buffer is empty afterwards. */
char *buffer_take(struct buffer *b);

/* ---- what is called for each word of an answer ---- */

/* Makes room for |more| bytes and a NUL: 0, -ENOSPC or -ENOMEM. */
__attribute__((cold)) int buffer_grow(struct buffer *b, size_t more);

static inline int buffer_ensure(struct buffer *b, size_t more)
{
	int r = more < b->room - b->len ? 0 : buffer_grow(b, more);

	if (r < 0)
		return r;
	if (!b->at)
		__builtin_unreachable();   /* there is room for a NUL at least */
	return 0;
}

static inline void buffer_grew(struct buffer *b, size_t len)
{
	b->len += len;
	b->at[b->len] = '\0';
}

static inline char *buffer_reserve(struct buffer *b, size_t len)
{
	int r = buffer_ensure(b, len);

	if (r < 0) {
		errno = -r;
		return NULL;
	}
	return b->at + b->len;
}

static inline int buffer_add(struct buffer *b, const void *bytes, size_t len)
{
	int r = buffer_ensure(b, len);

	if (r < 0)
		return r;
	if (len)
		memcpy(b->at + b->len, bytes, len);
	buffer_grew(b, len);
	return 0;
}

static inline int buffer_add_slice(struct buffer *b, struct slice s)
{
	return buffer_add(b, s.at, s.len);
}

#endif
