#include "reference-server/resources/coding.h"

#include "reference-server/resources/weight.h"

#include <errno.h>
#include <stdint.h>
#define ZLIB_CONST                    /* the input is only read */
#include <zlib.h>

/* "x-gzip" is gzip (section 8.4.1.3). Without the field any coding would do, but
 * nobody has asked for one. The plain content needs no mention to be acceptable. */
enum coding coding_choose(const struct request *r)
{
	int gzip = choice_weight(r, "Accept-Encoding", "gzip", "x-gzip", 0);
	int plain = choice_weight(r, "Accept-Encoding", "identity", NULL, -1);

	if (gzip > 0 && gzip >= plain)
		return CODING_GZIP;
	return plain == 0 ? CODING_REFUSED : CODING_NONE;
}

int coding_gzip(struct slice plain, struct buffer *out)
{
	enum { GZIP_WINDOW = 15 + 16, MEMORY = 8 };
	z_stream z = { 0 };
	uLong most;
	char *to;
	int r;

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	most = deflateBound(&z, plain.len);
	to = buffer_reserve(out, most);
	if (!to) {
		(void)deflateEnd(&z);
		return -errno;
	}
	z.next_in = (const Bytef *)plain.at;
	z.avail_in = (uInt)plain.len;
	z.next_out = (Bytef *)to;
	z.avail_out = (uInt)most;
	r = deflate(&z, Z_FINISH);
	buffer_grew(out, z.total_out);
	(void)deflateEnd(&z);
	return r == Z_STREAM_END ? 0 : -ENOMEM;
}
