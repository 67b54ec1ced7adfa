#include "reports/draft.h"

static void keep(struct draft *d, int error)
{
	if (error < 0 && d->error == 0)
		d->error = error;
}

void draft_release(struct draft *d)
{
	buffer_release(&d->text);
}

void draft_clear(struct draft *d)
{
	buffer_clear(&d->text);
}

const char *draft_str(const struct draft *d)
{
	return buffer_str(&d->text);
}

void draft_print(struct draft *d, const char *format, ...)
{
	va_list args;

	if (d->error)
		return;
	va_start(args, format);
	keep(d, buffer_vprintf(&d->text, format, args));
	va_end(args);
}

void draft_add(struct draft *d, const char *text, enum visible_breaks breaks)
{
	if (d->error == 0)
		keep(d, visible_add(&d->text, text, breaks));
}

static void add_byte(struct draft *d, unsigned char byte, const char *const instead[static 128])
{
	const char *other = byte < 128 ? instead[byte] : NULL;

	keep(d, other ? buffer_add_str(&d->text, other) : buffer_add_byte(&d->text, (char)byte));
}

void draft_escape(struct draft *d, const char *text, enum visible_breaks breaks,
		  const char *const instead[static 128])
{
	struct slice rest = slice_str(text);
	struct visible v;

	while (d->error == 0 && visible_next(&rest, breaks, &v))
		for (size_t i = 0; i < v.len; i++)
			add_byte(d, (unsigned char)v.text[i], instead);
}

void draft_cut(struct draft *d, size_t most)
{
	if (d->text.len <= most)
		return;
	while (most > 0 && ((unsigned char)d->text.at[most] & 0xc0) == 0x80)
		most--;
	buffer_truncate(&d->text, most);
	draft_print(d, "...");
}

void draft_append(struct draft *d, const struct draft *other)
{
	keep(d, other->error);
	if (d->error == 0)
		keep(d, buffer_add_slice(&d->text, buffer_slice(&other->text)));
}

int draft_write(const struct draft *d, FILE *out)
{
	if (d->error == 0 && d->text.len)
		(void)fwrite(d->text.at, 1, d->text.len, out);
	return d->error;
}
