#ifndef HTTPCHECK_REPORTS_VISIBLE_H
#define HTTPCHECK_REPORTS_VISIBLE_H

#include "base/buffer.h"

/* Text made safe to show. A report's strings should be UTF-8 of ours, but a stranger's
 * bytes may have found their way in: what could steer a terminal or is no character
 * of XML 1.0 is spelt out. Printable characters stay; CR LF TAB become \r \n \t,
 * other control bytes and bytes that are no UTF-8 become \xNN; C1 controls, line and
 * paragraph separators, bidi controls, U+FEFF, tags and non-characters become \u{NNNN}. */

enum visible_breaks { BREAKS_SPELT, BREAKS_KEPT };    /* of CR, LF and TAB */

struct visible {
	char text[12];                /* not terminated */
	size_t len;
	size_t columns;               /* on a terminal: one a character, so approximate */
};

/* Takes the next character (or bad byte) off |*rest|; false when nothing is left. */
bool visible_next(struct slice *rest, enum visible_breaks breaks, struct visible *ret);

/* Appends all of |text| (null is empty). Returns like buffer_add(). */
int visible_add(struct buffer *out, const char *text, enum visible_breaks breaks);

/* The columns that |text| takes, breaks spelt. */
size_t visible_columns(struct slice text);

#endif
