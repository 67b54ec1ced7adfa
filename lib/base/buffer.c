#include "base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_init(struct buffer *b, size_t max)
{
	*b = BUFFER_INIT(max);
}

void buffer_release(struct buffer *b)
{
	free(b->at);
	*b = BUFFER_INIT(b->max);
}

/* Doubles, so that n appends cost O(n); starts small, as most texts are. */
int buffer_grow(struct buffer *b, size_t more)
{
	if (more > b->max - b->len)
		return -ENOSPC;

	size_t need = b->len + more + 1;

	if (need <= b->room)
		return 0;

	size_t room = b->room ? b->room : 64;

	while (room < need)
		room *= 2;
	if (room > b->max + 1)
		room = b->max + 1;

	char *at = realloc(b->at, room);

	if (!at)
		return -ENOMEM;
	b->at = at;
	b->room = room;
	return 0;
}

int buffer_add_str(struct buffer *b, const char *s)
{
	return buffer_add(b, s, strlen(s));
}

int buffer_add_byte(struct buffer *b, char byte)
{
	return buffer_add(b, &byte, 1);
}

int buffer_add_repeated(struct buffer *b, struct slice s, uint64_t times)
{
	if (s.len == 0)
		return 0;
	if (times > (b->max - b->len) / s.len)
		return -ENOSPC;

	int r = buffer_ensure(b, s.len * (size_t)times);

	if (r < 0)
		return r;
	for (uint64_t i = 0; i < times; i++)
		(void)buffer_add_slice(b, s);
	return 0;
}

int buffer_vprintf(struct buffer *b, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	int r = len < 0 ? -EINVAL : buffer_ensure(b, (size_t)len);

	if (r == 0) {
		(void)vsnprintf(b->at + b->len, (size_t)len + 1, format, again);
		b->len += (size_t)len;
	}
	va_end(again);
	return r;
}

int buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int r = buffer_vprintf(b, format, args);

	va_end(args);
	return r;
}

void buffer_consume(struct buffer *b, size_t len)
{
	if (len >= b->len) {
		buffer_truncate(b, 0);
		return;
	}
	memmove(b->at, b->at + len, b->len - len);
	buffer_truncate(b, b->len - len);
}

char *buffer_take(struct buffer *b)
{
	if (buffer_ensure(b, 0) < 0)
		return NULL;

	char *at = b->at;

	at[b->len] = '\0';
	*b = BUFFER_INIT(b->max);
	return at;
}
