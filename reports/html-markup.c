#include "reports/html-markup.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "reports/finding.h"
#include "reports/html/embedded.h"
#include "reports/visible.h"

#include <openssl/evp.h>

enum { MOST = 1 << 24 }; /* bytes of one text; events are cut far below */

void html_init(struct html *h, FILE *out)
{
	*h = (struct html){ .out = out, .text = BUFFER_INIT(MOST) };
}

void html_release(struct html *h)
{
	buffer_release(&h->text);
}

void html_keep(struct html *h, int error)
{
	if (error < 0 && h->error == 0)
		h->error = error;
}

/* ---- text: the only place where it is escaped ---- */

static void put_char(FILE *out, char c)
{
	switch (c) {
	case '&':
		(void)fputs("&amp;", out);
		break;
	case '<':
		(void)fputs("&lt;", out);
		break;
	case '>':
		(void)fputs("&gt;", out);
		break;
	case '"':
		(void)fputs("&#34;", out);
		break;
	case '\'':
		(void)fputs("&#39;", out);
		break;
	default:
		(void)fputc(c, out);
	}
}

static void put_text(FILE *out, struct slice text, enum visible_breaks breaks)
{
	struct visible v;

	while (visible_next(&text, breaks, &v))
		for (size_t i = 0; i < v.len; i++)
			put_char(out, v.text[i]);
}

/* Writes the argument of one conversion; returns what follows it in the format. */
static const char *put_argument(FILE *out, const char *at, va_list *args)
{
	switch (*at) {
	case 's':
		put_text(out, slice_str(va_arg(*args, const char *)), BREAKS_SPELT);
		return at + 1;
	case 'z': /* %zu */
		(void)fprintf(out, "%zu", va_arg(*args, size_t));
		return at + 2;
	case 'u':
		(void)fprintf(out, "%u", va_arg(*args, unsigned));
		return at + 1;
	case 'd':
		(void)fprintf(out, "%d", va_arg(*args, int));
		return at + 1;
	default:
		(void)fputc('%', out);
		return at + 1;
	}
}

void html(struct html *h, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (const char *at = format; *at;) {
		size_t literal = strcspn(at, "%");

		(void)fwrite(at, 1, literal, h->out);
		at += literal;
		if (*at)
			at = put_argument(h->out, at + 1, &args);
	}
	va_end(args);
}

void html_slice(struct html *h, struct slice text)
{
	put_text(h->out, text, BREAKS_SPELT);
}

/* Lines stay lines, but a CR is no end of one: what it would overwrite is to be seen. */
void html_prose(struct html *h, const char *text)
{
	struct slice rest = slice_str(text);

	while (rest.len) {
		struct slice part = slice_sub(rest, 0, slice_find(rest, '\r'));

		put_text(h->out, part, BREAKS_KEPT);
		rest = slice_skip(rest, part.len);
		put_text(h->out, slice_sub(rest, 0, 1), BREAKS_SPELT);
		rest = slice_skip(rest, 1);
	}
}

void html_bytes(struct html *h, struct slice bytes)
{
	while (bytes.len > 0) {
		size_t lf = slice_find(bytes, '\n');
		struct slice line = slice_sub(bytes, 0, lf < bytes.len ? lf + 1 : lf);

		bytes = slice_skip(bytes, line.len);
		buffer_clear(&h->text);
		html_keep(h, text_escape(&h->text, line));
		put_text(h->out, buffer_slice(&h->text), BREAKS_SPELT);
		if (bytes.len > 0)
			(void)fputc('\n', h->out);
	}
}

void html_ms(struct html *h, usec t)
{
	usec tenths = (t + USEC_PER_MS / 20) / (USEC_PER_MS / 10);

	/* No %f: its point is the locale's. */
	(void)fprintf(h->out, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

/* ---- links ---- */

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       byte_is_one_of(c, "-._/");
}

void html_anchor(struct html *h, const char *name)
{
	for (; *name; name++) {
		if (is_plain(*name))
			(void)fputc(*name, h->out);
		else
			(void)fprintf(h->out, "~%02x", (unsigned char)*name);
	}
}

void html_clause_link(struct html *h, const char *id)
{
	CLEANUP(draft_release) struct draft link = DRAFT_INIT;

	finding_link(&link, id);
	html_keep(h, link.error);
	if (*draft_str(&link))
		html(h, "<a href=\"%s\">%s</a>", draft_str(&link), id);
	else
		html(h, "%s", id);
}

/* ---- the frame ---- */

/* The digest of all that stands between the tags, as a policy names it (CSP3, 2.3.1). */
static void policy_source(struct html *h, const char *directive, struct slice content)
{
	unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_Digest(content.at, content.len, digest, &len, EVP_sha256(), NULL) != 1) {
		html_keep(h, -ENOMEM);
		return;
	}
	(void)EVP_EncodeBlock(base64, digest, (int)len);
	(void)fprintf(h->out, "; %s 'sha256-%s'", directive, (const char *)base64);
}

static struct slice between(const char *from, const char *to)
{
	return slice_of(from, (size_t)(to - from));
}

static void embed(struct html *h, struct slice content)
{
	(void)fwrite(content.at, 1, content.len, h->out);
}

void html_begin(struct html *h, const char *title, bool scripted)
{
	struct slice style = between(html_style, html_style_end);

	h->scripted = scripted;
	html(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'");
	policy_source(h, "style-src", style);
	if (scripted)
		policy_source(h, "script-src", between(html_script, html_script_end));
	html(h,
	     "; base-uri 'none'; form-action 'none'\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	     "<meta name=\"color-scheme\" content=\"light dark\">\n"
	     "<meta name=\"referrer\" content=\"no-referrer\">\n"
	     "<title>%s</title>\n<style>",
	     title);
	embed(h, style);
	html(h, "</style>\n</head>\n<body>\n");
}

void html_end(struct html *h)
{
	if (h->scripted) {
		html(h, "<script>");
		embed(h, between(html_script, html_script_end));
		html(h, "</script>\n");
	}
	html(h, "</body>\n</html>\n");
}
