#include "reference-server/profile.h"

#include "reference-server/resources/resources.h"

#include <inttypes.h>

static void print_resources(FILE *out)
{
	(void)fprintf(out, "resources:\n");
	for (const struct capability *c = capabilities; c->name; c++)
		(void)fprintf(out, "  %s: \"%s\"\n", c->name, c->path);
}

/* A double-quoted scalar of YAML, behind |before|. */
static void print_quoted(const char *text, const char *before, FILE *out)
{
	(void)fprintf(out, "%s\"", before);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			(void)fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			(void)fprintf(out, "\\x%02x", c);
		else
			(void)fputc(c, out);
	}
	(void)fputc('"', out);
}

static int64_t ms(usec t)
{
	return t / USEC_PER_MS;
}

void profile_print(const struct settings *s, FILE *out)
{
	const struct timeouts *t = &s->timeouts;
	const struct limits *l = &s->limits;

	(void)fprintf(out, "role: origin\n");
	print_resources(out);
	(void)fprintf(out, "credentials: ");
	print_quoted(s->user, "{user: ", out);
	print_quoted(s->password, ", password: ", out);
	(void)fprintf(out, "}\n");
	if (s->discovers && s->discovery) /* which port is free shows only when it is taken */
		(void)fprintf(out, "discovery: {port: %" PRIu64 "}\n", s->discovery);
	(void)fprintf(out, "timeouts: {header: %" PRId64 "ms, body: %" PRId64 "ms", ms(t->header),
		      ms(t->body));
	(void)fprintf(out, ", idle: %" PRId64 "ms}\n", ms(t->idle));
	(void)fprintf(out, "limits: {request-line: %" PRIu64 ", fields: %" PRIu64, l->request_line,
		      l->fields);
	(void)fprintf(out, ", content: %" PRIu64 "}\n", l->content);
}
