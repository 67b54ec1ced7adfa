#ifndef HTTPCHECK_TESTS_FUZZ_PROBLEMS_H
#define HTTPCHECK_TESTS_FUZZ_PROBLEMS_H

#include "fuzz.h"

#include "base/problem.h"

/* What every reader of files promises: it reads the file, or says where it is wrong, in one
 * line that no terminal takes for a command. */
static inline void must_be_told(int r, const struct problems *p)
{
	MUST((r == 0) == (p->count == 0));
	for (size_t i = 0; i < p->kept; i++) {
		const char *text = p->list[i].text;

		MUST(*text && p->list[i].place.file);
		MUST(p->list[i].place.line >= 0 && p->list[i].place.column >= 0);
		for (; *text; text++)
			MUST((unsigned char)*text >= 0x20 && *text != 0x7f);
	}
}

#endif
