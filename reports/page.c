#include "reports/page.h"

#include "reports/visible.h"

#include <stdarg.h>

/* The 16 colours that every theme of a terminal keeps readable. */
void page_style(struct page *p, enum style s)
{
	static const char *const sgr[] = {
		[STYLE_PLAIN] = "0", [STYLE_BOLD] = "1", [STYLE_DIM] = "2",
		[STYLE_GREEN] = "1;32", [STYLE_YELLOW] = "1;33", [STYLE_RED] = "1;31",
		[STYLE_MAGENTA] = "1;35", [STYLE_CYAN] = "1;36",
		[STYLE_SENT] = "36", [STYLE_FACT] = "33",
	};

	if (p->colour)
		(void)fprintf(p->out, "\033[%sm", sgr[s]);
}

void page_newline(struct page *p)
{
	(void)fputc('\n', p->out);
	p->at = p->indent = p->blanks = 0;
	memset(p->last, 0, sizeof(p->last));
}

static void blanks(struct page *p, size_t n)
{
	(void)fprintf(p->out, "%*s", (int)n, "");
	p->at += n;
}

void page_to(struct page *p, size_t column)
{
	p->blanks = 0;
	if (column > p->at)
		blanks(p, column - p->at);
}

static void put_blanks(struct page *p)
{
	blanks(p, p->blanks);
	p->blanks = 0;
}

static void wrap(struct page *p)
{
	size_t indent = p->indent;

	page_newline(p);
	p->indent = indent;
	page_to(p, indent);
}

static void remember(struct page *p, char c)
{
	if (c == ' ' && p->last[1] == 0)
		return;
	p->last[0] = p->last[1];
	p->last[1] = c;
}

/* A runner of GitHub Actions takes a line that begins with "::", and "##[" wherever it
 * stands, for a command to it (actions/runner, ActionCommand.cs). */
static bool begins_command(const struct page *p, const struct visible *v)
{
	return (v->text[0] == ':' && p->last[1] == 0) ||
	       (v->text[0] == '[' && p->last[0] == '#' && p->last[1] == '#');
}

static void put(struct page *p, const struct visible *v)
{
	if (begins_command(p, v)) {
		p->at += (size_t)fprintf(p->out, "\\x%02x", v->text[0]);
	} else {
		(void)fwrite(v->text, 1, v->len, p->out);
		p->at += v->columns;
	}
	remember(p, v->text[v->len - 1]);
}

void page_chars(struct page *p, struct slice text)
{
	struct visible v;

	put_blanks(p);
	while (visible_next(&text, BREAKS_SPELT, &v)) {
		if (p->at + v.columns > p->columns && p->at > p->indent)
			wrap(p);
		put(p, &v);
	}
}

static void put_word(struct page *p, struct slice word)
{
	size_t width = visible_columns(word);

	bool fits_here = p->at + p->blanks + width <= p->columns;
	bool fits_below = p->indent + width <= p->columns;

	if (!fits_here && p->at > p->indent && (fits_below || p->at + p->blanks >= p->columns))
		wrap(p);
	page_chars(p, word);
}

void page_word(struct page *p, const char *text)
{
	put_word(p, slice_str(text));
}

void page_words(struct page *p, const char *text)
{
	struct slice rest = slice_str(text);

	while (rest.len) {
		size_t len = slice_find(rest, ' ');

		if (len)
			put_word(p, slice_sub(rest, 0, len));
		if (len < rest.len)
			p->blanks++;
		rest = slice_skip(rest, len + 1);
	}
}

void page_styled(struct page *p, enum style s, const char *text)
{
	page_style(p, s);
	page_words(p, text);
	page_style(p, STYLE_PLAIN);
}

void page_whole(struct page *p, const char *text)
{
	struct slice rest = slice_str(text);
	struct visible v;

	put_blanks(p);
	while (visible_next(&rest, BREAKS_SPELT, &v))
		put(p, &v);
}

void page_cut(struct page *p, const char *text)
{
	struct slice rest = slice_str(text);
	struct visible v;

	put_blanks(p);

	size_t room = p->columns > p->at ? p->columns - p->at : 0;
	bool fits = visible_columns(rest) <= room;

	if (!fits)
		room = room > 3 ? room - 3 : 0;
	while (visible_next(&rest, BREAKS_SPELT, &v) && v.columns <= room) {
		room -= v.columns;
		put(p, &v);
	}
	if (!fits)
		page_whole(p, "...");
}

void page_print(struct page *p, const char *format, ...)
{
	va_list args;

	put_blanks(p);
	va_start(args, format);
	int len = vfprintf(p->out, format, args);

	va_end(args);
	if (len > 0)
		p->at += (size_t)len;
	remember(p, '.');
}
