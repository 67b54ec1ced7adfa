#ifndef HTTPCHECK_TESTS_REPORTS_HOSTILE_H
#define HTTPCHECK_TESTS_REPORTS_HOSTILE_H

#include "base/cleanup.h"
#include "base/slice.h"

#include <stdint.h>

/* What a server might send to harm who reads the report of it. */
static const struct slice hostile[] = {
	SLICE("\x1b[2J\x1b[31m"), SLICE("\x1b]0;title\a"), SLICE("\x1b]8;;http://x\x1b\\"),
	SLICE("\x1bP+q544e\x1b\\"), SLICE("\x9b" "2J"), SLICE("\xc2\x9b" "2J"), SLICE("\xc2\x85"),
	SLICE("\b\b\b\b"), SLICE("\r"), SLICE("\n"), SLICE("\t"), SLICE("\x7f"),
	SLICE("\xe2\x80\xae"), SLICE("\xe2\x81\xa6"), SLICE("\xe2\x80\xa8"), SLICE("\xef\xbb\xbf"),
	SLICE("\xef\xbf\xbe"), SLICE("\xef\xbf\xbf"), SLICE("\xed\xa0\x80"), SLICE("\xc0\x80"),
	SLICE("\xf4\x90\x80\x80"), SLICE("\xe2\x80"), SLICE("\xff\xfe"),
	SLICE("]]>"), SLICE("<![CDATA["), SLICE("&#27;"), SLICE("&amp;"), SLICE("<!--"),
	SLICE("-->"), SLICE("</failure>"), SLICE("<?xml?>"), SLICE("\"'"),
	SLICE("[[ATTACHMENT|/etc/passwd]]"),
	SLICE("::error::"), SLICE("::error file=a,line=1::b"), SLICE("##[error]"), SLICE("%0A::"),
	SLICE("%25"), SLICE("|"), SLICE("`"), SLICE("```"), SLICE("](http://x)"), SLICE("[a"),
	SLICE("<script>"), SLICE("</details>"), SLICE("# SKIP"), SLICE(" # TODO "), SLICE("\\"),
	SLICE("**"), SLICE("http://a.b"), SLICE("www.a.b"), SLICE("a@b.c"), SLICE("\\x1b"), SLICE("\xc3\xa9"),
	SLICE("\xf0\x9f\x98\x80"), SLICE("   "),
};

/* Small, seeded, the same on every machine: splitmix64. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Fills |out| with a mixture of random bytes, random letters and the pieces above,
 * and returns how many of the |room| bytes it used. */
static inline size_t hostile_fill(uint64_t *state, char *out, size_t room)
{
	size_t want = next_random(state) % (room + 1), len = 0;

	while (len < want) {
		uint64_t dice = next_random(state);
		const struct slice *piece = &hostile[(dice >> 8) % ARRAY_SIZE(hostile)];

		if (dice % 4 == 0 && piece->len <= want - len) {
			memcpy(out + len, piece->at, piece->len);
			len += piece->len;
		} else {
			out[len++] = dice % 4 == 1 ? (char)(dice >> 16)
						   : (char)(' ' + (dice >> 16) % 95);
		}
	}
	return len;
}

#endif
