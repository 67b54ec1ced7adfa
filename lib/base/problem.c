#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 0)))
static void fill(struct problem *p, struct place place, const char *format, va_list args)
{
	p->place = place;
	int len = vsnprintf(p->text, sizeof(p->text), format, args);

	if (len >= (int)sizeof(p->text))
		memcpy(p->text + sizeof(p->text) - 4, "...", 4);
}

int problem_set(struct problem *p, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (p)
		fill(p, (struct place){ 0 }, format, args);
	va_end(args);
	return error;
}

int problem_at(struct problem *p, struct place place, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (p)
		fill(p, place, format, args);
	va_end(args);
	return error;
}

int problem_errno(struct problem *p, int error, const char *what, const char *subject)
{
	error = abs(error);
	return problem_set(p, -error, "cannot %s '%s': %s", what, subject, strerror(error));
}

void problems_release(struct problems *ps)
{
	free(ps->list);
	*ps = PROBLEMS_INIT(ps->max);
}

void problems_add(struct problems *ps, struct place place, const char *format, ...)
{
	ps->count++;
	if (ps->kept >= ps->max)
		return;

	struct problem *list = reallocarray(ps->list, ps->kept + 1, sizeof(*list));

	if (!list)
		return;
	ps->list = list;

	va_list args;

	va_start(args, format);
	fill(&list[ps->kept++], place, format, args);
	va_end(args);
}

void problem_format(const struct problem *p, char *out, size_t room)
{
	if (!p->place.file)
		(void)snprintf(out, room, "%s", p->text);
	else if (!p->place.line)
		(void)snprintf(out, room, "%s: %s", p->place.file, p->text);
	else if (!p->place.column)
		(void)snprintf(out, room, "%s:%d: %s", p->place.file, p->place.line, p->text);
	else
		(void)snprintf(out, room, "%s:%d:%d: %s", p->place.file, p->place.line,
			       p->place.column, p->text);
}
