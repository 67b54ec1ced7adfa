#include "reports/html-parts.h"

#include "base/cleanup.h"

const enum verdict html_worst_first[VERDICTS] = {
	VERDICT_ERROR, VERDICT_FAIL, VERDICT_WARN, VERDICT_INCONCLUSIVE,
	VERDICT_INFO,  VERDICT_PASS, VERDICT_SKIP,
};

bool html_is_finding(enum verdict v)
{
	return v == VERDICT_ERROR || v == VERDICT_FAIL || v == VERDICT_WARN ||
	       v == VERDICT_INCONCLUSIVE;
}

enum { PITCH = 10, PER_ROW = 16, SIDE = 10 }; /* pixels, marks */

/* A shape of its own for each, so that colour is not all that tells them apart: the
 * path goes on from the mark's upper left corner and fits SIDE x SIDE. */
static const char *const shape[VERDICTS] = {
	[VERDICT_ERROR] = "m2 0l3 3l3-3l2 2l-3 3l3 3l-2 2l-3-3l-3 3l-2-2l3-3l-3-3z",
	[VERDICT_FAIL] = "h9v9h-9z",
	[VERDICT_WARN] = "m4.5 0l5 9h-10z",
	[VERDICT_INCONCLUSIVE] = "m1 1h7v7h-7zm2 2v3h3v-3z",
	[VERDICT_INFO] = "m1 4.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
	[VERDICT_PASS] = "m1 1h7v7h-7z",
	[VERDICT_SKIP] = "m2 4h5v1h-5z",
};

/* The marks of one verdict, from the |at|th place on, as one path. */
static void put_marks(struct html *h, enum verdict v, size_t n, size_t at)
{
	if (n == 0)
		return;
	html(h, "<path class=\"%s\" d=\"", verdict_name(v));
	for (size_t end = at + n; at < end; at++)
		html(h, "M%zu %zu%s", at % PER_ROW * PITCH, at / PER_ROW * PITCH, shape[v]);
	html(h, "\"><title>%zu %s</title></path>", n, verdict_name(v));
}

static void put_names(struct html *h, const struct tally *t)
{
	for (size_t i = 0, n = 0; i < VERDICTS; i++) {
		enum verdict v = html_worst_first[i];

		if (t->of[v])
			html(h, "%s%zu %s", n++ ? ", " : "", t->of[v], verdict_name(v));
	}
}

void html_marks(struct html *h, const struct tally *t)
{
	size_t columns = t->total < PER_ROW ? t->total : PER_ROW;
	size_t rows = (t->total + PER_ROW - 1) / PER_ROW, at = 0;

	if (t->total == 0)
		return;
	html(h, "<svg role=\"img\" width=\"%zu\" height=\"%zu\" aria-label=\"", columns * PITCH,
	     rows * PITCH);
	put_names(h, t);
	html(h, "\">");
	for (size_t i = 0; i < VERDICTS; i++) {
		enum verdict v = html_worst_first[i];

		put_marks(h, v, t->of[v], at);
		at += t->of[v];
	}
	html(h, "</svg>");
}

void html_mark(struct html *h, enum verdict v)
{
	html(h,
	     "<svg aria-hidden=\"true\" width=\"%d\" height=\"%d\"><path class=\"%s\" "
	     "d=\"M0 0%s\"/></svg>",
	     SIDE, SIDE, verdict_name(v), shape[v]);
}
