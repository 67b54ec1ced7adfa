#ifndef HTTPCHECK_REPORTS_DRAFT_H
#define HTTPCHECK_REPORTS_DRAFT_H

#include "reports/visible.h"

#include <stdio.h>

/* A text that a writer puts together. It keeps its first error (-ENOMEM, -ENOSPC) and
 * takes nothing after it, so that a writer reads straight down; who hands the text on
 * asks for the error. */
struct draft {
	struct buffer text;
	int error;
};

#define DRAFT_INIT ((struct draft){ .text = BUFFER_INIT(1 << 26) })

void draft_release(struct draft *d);
void draft_clear(struct draft *d);            /* the text; an error stays */
const char *draft_str(const struct draft *d);

/* Our own words. */
void draft_print(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Anybody's words, made visible (null is empty). */
void draft_add(struct draft *d, const char *text, enum visible_breaks breaks);

/* The same where a format gives some characters a meaning: |instead| holds what stands
 * for each of the 128 of ASCII, null where it stands for itself. */
void draft_escape(struct draft *d, const char *text, enum visible_breaks breaks,
		  const char *const instead[static 128]);

/* Cuts the text to |most| bytes, at the end of a character, with "..." behind. */
void draft_cut(struct draft *d, size_t most);

/* Appends what the other one holds, and its error. */
void draft_append(struct draft *d, const struct draft *other);

/* Writes the text to |out| (stdio keeps its errors) and returns the error or 0. */
int draft_write(const struct draft *d, FILE *out);

#endif
