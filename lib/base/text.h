#ifndef HTTPCHECK_BASE_TEXT_H
#define HTTPCHECK_BASE_TEXT_H

#include "base/buffer.h"

/* Bytes of a stranger, made safe to print anywhere: 0x20 to 0x7e as they are, CR
 * LF TAB and backslash as \r \n \t \\, every other byte as \xNN. Returns like
 * buffer_add(). */
int text_escape(struct buffer *out, struct slice bytes);

/* As above, and cut to |most| bytes of input with " ... (N bytes more)" behind. */
int text_escape_cut(struct buffer *out, struct slice bytes, size_t most);

/* The edit distance of two words (insert, delete, replace, swap of neighbours),
 * without case; words above 64 bytes are SIZE_MAX apart. */
size_t text_distance(const char *a, const char *b);

/* The nearest of |n| words if it is near enough to be a misspelling (at most a
 * third of its letters wrong, rounded up), else null; the first of several. */
const char *text_nearest(const char *word, const char *const *known, size_t n);

/* "300ms" or "2s" to microseconds, "64KiB", "1MiB", "17" to bytes, "20" to a
 * count. 0, -EINVAL when it is not of that form, -ERANGE when it is too big. */
int text_duration(struct slice s, int64_t *ret_usec);
int text_size(struct slice s, uint64_t *ret_bytes);
int text_count(struct slice s, uint64_t *ret);

#endif
