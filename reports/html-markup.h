#ifndef HTTPCHECK_REPORTS_HTML_MARKUP_H
#define HTTPCHECK_REPORTS_HTML_MARKUP_H

#include "base/buffer.h"
#include "base/clock.h"

#include <stdio.h>

/* The one door through which an HTML page is written. Markup comes from format
 * strings, and those are literals of ours (the compiler sees to it); everything else
 * goes through visible.h and is escaped, whether it becomes text or the value of a
 * quoted attribute. So no byte of a target can become markup, style or script. */
struct html {
	FILE *out;	    /* keeps its own errors */
	struct buffer text; /* scratch */
	bool scripted;	    /* report.js stands in the page */
	int error;	    /* the first one, a negative errno */
};

void html_init(struct html *h, FILE *out);
void html_release(struct html *h);

/* Keeps a negative errno if it is the first one. */
void html_keep(struct html *h, int error);

/* As printf() with %s (null is empty), %zu, %u, %d and %% alone. */
void html(struct html *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As %s, for text that no NUL ends. */
void html_slice(struct html *h, struct slice text);

/* |text| with its line breaks, where html() spells them: for what an author wrote. */
void html_prose(struct html *h, const char *text);

/* Bytes of the target as text_escape() shows them, a line break behind each LF. From
 * this text, report.js finds the bytes again. */
void html_bytes(struct html *h, struct slice bytes);

/* A name of ours or of a case as an id and the fragment of a link to it: what is
 * not a letter, a digit or one of - . _ / becomes ~XX. */
void html_anchor(struct html *h, const char *name);

/* An id as a link to its section at the RFC Editor; as text where finding_link() has none. */
void html_clause_link(struct html *h, const char *id);

/* Milliseconds with one decimal. */
void html_ms(struct html *h, usec t);

/* From the doctype to the start of the body, and from its end on. The policy lets
 * in nothing but the style and the script that stand in the page, by their digests. */
void html_begin(struct html *h, const char *title, bool scripted);
void html_end(struct html *h);

#endif
