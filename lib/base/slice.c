#include "base/slice.h"

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + ('a' - 'A')) : u;
}

bool slice_bytes_eq_nocase(const char *a, const char *b, size_t len)
{
	if (memcmp(a, b, len) == 0)   /* as mostly */
		return true;
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool slice_ends(struct slice s, struct slice suffix)
{
	return s.len >= suffix.len && slice_eq(slice_skip(s, s.len - suffix.len), suffix);
}

size_t slice_find_slice(struct slice s, struct slice needle)
{
	if (needle.len == 0)
		return 0;
	const char *hit = s.len ? memmem(s.at, s.len, needle.at, needle.len) : NULL;

	return hit ? (size_t)(hit - s.at) : s.len;
}
