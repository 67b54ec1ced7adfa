#ifndef HTTPCHECK_REPORTS_PAGE_H
#define HTTPCHECK_REPORTS_PAGE_H

#include "base/slice.h"

#include <stdio.h>

/* Text for a terminal of some width: wrapped with a hanging indent, coloured if that
 * is wanted, and made safe by reports/visible.h. Nothing else writes to the stream. */

enum style {
	STYLE_PLAIN, STYLE_BOLD, STYLE_DIM,
	STYLE_GREEN, STYLE_YELLOW, STYLE_RED, STYLE_MAGENTA, STYLE_CYAN,   /* bold */
	STYLE_SENT, STYLE_FACT,
};

struct page {
	FILE *out;
	size_t columns;
	bool colour;
	size_t at;                    /* columns written on this line */
	size_t blanks;                /* written before what comes next, unless the line ends */
	size_t indent;                /* where the lines that wrap go on */
	char last[2];                 /* characters on this line, blanks at its front not counted */
};

/* From here on; STYLE_PLAIN ends the one before. */
void page_style(struct page *p, enum style s);

void page_newline(struct page *p);    /* the indent is 0 afterwards */
void page_to(struct page *p, size_t column);   /* blanks up to it, none where it has passed */

/* Wraps at blanks, also between two calls; a word wider than a line is cut. */
void page_words(struct page *p, const char *text);

/* One word even where it has blanks. */
void page_word(struct page *p, const char *text);

/* Words in a style, plain behind them. */
void page_styled(struct page *p, enum style s, const char *text);

/* Not wrapped: for what one copies out of the terminal. */
void page_whole(struct page *p, const char *text);

/* Wraps wherever the line ends: for bytes. */
void page_chars(struct page *p, struct slice text);

/* Cut with "..." where the line ends. */
void page_cut(struct page *p, const char *text);

/* Our own numbers and words, not wrapped; printable ASCII only. */
void page_print(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
