#ifndef HTTPCHECK_BASE_SLICE_H
#define HTTPCHECK_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns. Not terminated, may hold NUL; an empty slice
 * may have a null pointer. */
struct slice {
	const char *at;
	size_t len;
};

#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

static inline struct slice slice_of(const void *bytes, size_t len)
{
	return (struct slice){ bytes, len };
}

static inline struct slice slice_str(const char *s)
{
	return (struct slice){ s, s ? strlen(s) : 0 };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *s)
{
	return slice_eq(a, slice_str(s));
}

/* ASCII letters compare without case; all other bytes as they are. |len| is > 0. */
bool slice_bytes_eq_nocase(const char *a, const char *b, size_t len);

static inline bool slice_eq_nocase(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || slice_bytes_eq_nocase(a.at, b.at, a.len));
}

/* Mostly the case is that of |s|, too, and of a constant |s| that is known at once. */
static inline bool slice_is_nocase(struct slice a, const char *s)
{
	struct slice b = slice_str(s);

	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.at, b.at, a.len) == 0 || slice_eq_nocase(a, b));
}

static inline bool slice_starts(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.at, prefix.at, prefix.len) == 0);
}

bool slice_ends(struct slice s, struct slice suffix);

/* The offset of the first |byte| or of the first occurrence of |needle|;
 * s.len where there is none. */
static inline size_t slice_find(struct slice s, char byte)
{
	const char *hit = s.len ? (const char *)memchr(s.at, byte, s.len) : NULL;

	return hit ? (size_t)(hit - s.at) : s.len;
}

size_t slice_find_slice(struct slice s, struct slice needle);

/* True if |byte| is one of |set|. A NUL is not, though strchr(3) finds the one at the end. */
static inline bool byte_is_one_of(char byte, const char *set)
{
	return byte && strchr(set, byte);
}

/* The part from |from| (inclusive) to |to| (exclusive); both are cut to s.len. */
static inline struct slice slice_sub(struct slice s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return from == 0 ? (struct slice){ s.at, to } : (struct slice){ s.at + from, to - from };
}

/* Without the first |n| bytes (all of them where n > s.len). */
static inline struct slice slice_skip(struct slice s, size_t n)
{
	return slice_sub(s, n, s.len);
}

/* Without SP and HTAB at both ends (OWS, RFC 9110 section 5.6.3). */
static inline struct slice slice_trim(struct slice s)
{
	while (s.len && (s.at[0] == ' ' || s.at[0] == '\t')) {
		s.at++;
		s.len--;
	}
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

#endif
