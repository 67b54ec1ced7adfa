#include "http/tables.h"

/* clang-format off */

/* Short names for the columns of the table. */
#define L HTTP_FIELD_LIST
#define S HTTP_FIELD_SINGLETON
#define Q HTTP_FIELD_REQUEST
#define R HTTP_FIELD_RESPONSE
#define N HTTP_FIELD_NO_TRAILER
#define H HTTP_FIELD_HOP

struct row {
	struct slice name;
	unsigned traits;
};

#define ROW(name, traits) { SLICE(name), (traits) }

/* https://www.iana.org/assignments/http-fields, what servers and clients really
 * send of it, in the order of the alphabet, with the RFC or specification where
 * it is not 9110, 9111 or 9112.
 *
 * L and S by the field's ABNF: a field without "#" must not occur twice (RFC 9110
 * section 5.3); Set-Cookie is neither. N: framing, routing, authentication,
 * request modifiers, response controls, content format (section 6.5.1), unless
 * the field's definition allows trailers. H: the list of section 7.6.1. */
static const struct row rows[] = {
	ROW("A-IM", L | Q),                                /* 3229 */
	ROW("Accept", L),
	ROW("Accept-CH", L | R),                           /* 8942 */
	ROW("Accept-Charset", L | Q),
	ROW("Accept-Encoding", L),
	ROW("Accept-Language", L | Q),
	ROW("Accept-Patch", L | R),                        /* 5789 */
	ROW("Accept-Post", L | R),                         /* Linked Data Platform */
	ROW("Accept-Ranges", L | R),
	ROW("Access-Control-Allow-Credentials", S | R),    /* Fetch */
	ROW("Access-Control-Allow-Headers", L | R),        /* Fetch */
	ROW("Access-Control-Allow-Methods", L | R),        /* Fetch */
	ROW("Access-Control-Allow-Origin", S | R),         /* Fetch */
	ROW("Access-Control-Expose-Headers", L | R),       /* Fetch */
	ROW("Access-Control-Max-Age", S | R),              /* Fetch */
	ROW("Access-Control-Request-Headers", L | Q),      /* Fetch */
	ROW("Access-Control-Request-Method", S | Q),       /* Fetch */
	ROW("Age", S | R | N),
	ROW("Allow", L | R),
	ROW("ALPN", L | Q | N),                            /* 7639 */
	ROW("Alt-Svc", L | R),                             /* 7838 */
	ROW("Alt-Used", S | Q | N),                        /* 7838 */
	ROW("Authentication-Info", L | R),
	ROW("Authorization", S | Q | N),
	ROW("Cache-Control", L | N),
	ROW("Cache-Status", L | R),                        /* 9211 */
	ROW("CDN-Cache-Control", L | R | N),               /* 9213 */
	ROW("CDN-Loop", L | Q | N),                        /* 8586 */
	ROW("Clear-Site-Data", L | R),                     /* Clear Site Data */
	ROW("Connection", L | N | H),
	ROW("Content-Digest", L),                          /* 9530 */
	ROW("Content-Disposition", S),                     /* 6266 */
	ROW("Content-Encoding", L | N),
	ROW("Content-Language", L | N),
	ROW("Content-Length", S | N),
	ROW("Content-Location", S | N),
	ROW("Content-Range", S | N),
	ROW("Content-Security-Policy", L | R),             /* CSP3 */
	ROW("Content-Security-Policy-Report-Only", L | R), /* CSP3 */
	ROW("Content-Type", S | N),
	ROW("Cookie", S | Q | N),                          /* 6265 */
	ROW("Cross-Origin-Embedder-Policy", S | R),        /* HTML */
	ROW("Cross-Origin-Opener-Policy", S | R),          /* HTML */
	ROW("Cross-Origin-Resource-Policy", S | R),        /* Fetch */
	ROW("Date", S | N),
	ROW("DAV", L),                                     /* 4918 */
	ROW("Delta-Base", S | R),                          /* 3229 */
	ROW("Depth", S | Q),                               /* 4918 */
	ROW("Destination", S | Q | N),                     /* 4918 */
	ROW("Early-Data", S | Q | N),                      /* 8470 */
	ROW("ETag", S | R),
	ROW("Expect", L | Q | N),
	ROW("Expires", S | R | N),
	ROW("Forwarded", L | Q | N),                       /* 7239 */
	ROW("From", S | Q),
	ROW("Host", S | Q | N),
	ROW("HTTP2-Settings", S | Q | N | H),              /* 7540 */
	ROW("If", S | Q | N),                              /* 4918 */
	ROW("If-Match", L | Q | N),
	ROW("If-Modified-Since", S | Q | N),
	ROW("If-None-Match", L | Q | N),
	ROW("If-Range", S | Q | N),
	ROW("If-Unmodified-Since", S | Q | N),
	ROW("IM", L | R),                                  /* 3229 */
	ROW("Keep-Alive", L | N | H),                      /* 2068 */
	ROW("Last-Modified", S | R),
	ROW("Link", L),                                    /* 8288 */
	ROW("Location", S | R | N),
	ROW("Lock-Token", S),                              /* 4918 */
	ROW("Max-Forwards", S | Q | N),
	ROW("MIME-Version", S),
	ROW("Origin", S | Q | N),                          /* 6454 */
	ROW("Overwrite", S | Q),                           /* 4918 */
	ROW("Permissions-Policy", L | R),                  /* Permissions Policy */
	ROW("Pragma", L | N),
	ROW("Prefer", L | Q | N),                          /* 7240 */
	ROW("Preference-Applied", L | R),                  /* 7240 */
	ROW("Priority", L),                                /* 9218 */
	ROW("Proxy-Authenticate", L | R | N),
	ROW("Proxy-Authentication-Info", L | R),
	ROW("Proxy-Authorization", S | Q | N),
	ROW("Proxy-Connection", L | N | H),
	ROW("Proxy-Status", L | R),                        /* 9209 */
	ROW("Range", S | Q | N),
	ROW("Referer", S | Q),
	ROW("Referrer-Policy", L | R),                     /* Referrer Policy */
	ROW("Repr-Digest", L),                             /* 9530 */
	ROW("Retry-After", S | R | N),
	ROW("Sec-Fetch-Dest", S | Q),                      /* Fetch Metadata */
	ROW("Sec-Fetch-Mode", S | Q),                      /* Fetch Metadata */
	ROW("Sec-Fetch-Site", S | Q),                      /* Fetch Metadata */
	ROW("Sec-Fetch-User", S | Q),                      /* Fetch Metadata */
	ROW("Sec-WebSocket-Accept", S | R | N),            /* 6455 */
	ROW("Sec-WebSocket-Extensions", L | N),            /* 6455 */
	ROW("Sec-WebSocket-Key", S | Q | N),               /* 6455 */
	ROW("Sec-WebSocket-Protocol", L | N),              /* 6455 */
	ROW("Sec-WebSocket-Version", L | N),               /* 6455 */
	ROW("Server", S | R),
	ROW("Server-Timing", L | R),                       /* Server Timing */
	ROW("Set-Cookie", R | N),                          /* 6265 */
	ROW("Signature", L),                               /* 9421 */
	ROW("Signature-Input", L),                         /* 9421 */
	ROW("Strict-Transport-Security", S | R),           /* 6797 */
	ROW("Sunset", S | R),                              /* 8594 */
	ROW("TE", L | Q | N | H),
	ROW("Timeout", L | Q),                             /* 4918 */
	ROW("Timing-Allow-Origin", L | R),                 /* Resource Timing */
	ROW("Trailer", L | N),
	ROW("Transfer-Encoding", L | N | H),
	ROW("Upgrade", L | N | H),
	ROW("Upgrade-Insecure-Requests", S | Q),           /* UIR */
	ROW("User-Agent", S | Q),
	ROW("Vary", L | R | N),
	ROW("Via", L),
	ROW("Want-Content-Digest", L),                     /* 9530 */
	ROW("Want-Repr-Digest", L),                        /* 9530 */
	ROW("Warning", L | N),
	ROW("WWW-Authenticate", L | R | N),
	ROW("X-Content-Type-Options", R),                  /* Fetch */
	ROW("X-Frame-Options", R),                         /* 7034 */
};

/* clang-format on */

/* A negative number, 0 or a positive one, as strncasecmp(3) has it, which heeds
 * the locale. */
static int compare(struct slice a, struct slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.at[i], y = (unsigned char)b.at[i];

		x |= x >= 'A' && x <= 'Z' ? 0x20 : 0;
		y |= y >= 'A' && y <= 'Z' ? 0x20 : 0;
		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.len < b.len ? -1 : a.len > b.len;
}

unsigned http_field_traits(struct slice name)
{
	size_t low = 0, high = sizeof(rows) / sizeof(rows[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = compare(name, rows[middle].name);

		if (r == 0)
			return rows[middle].traits;
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}
