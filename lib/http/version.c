#include "http/grammar.h"

#include "http/bytes.h"

#include <errno.h>

int http_version_parse(struct slice s, int *ret_major, int *ret_minor)
{
	if (s.len != 8 || !slice_starts(s, SLICE("HTTP/")) || s.at[6] != '.' ||
	    !http_is(s.at[5], HTTP_DIGIT) || !http_is(s.at[7], HTTP_DIGIT))
		return -EINVAL;
	*ret_major = s.at[5] - '0';
	*ret_minor = s.at[7] - '0';
	return 0;
}
