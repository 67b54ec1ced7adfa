#include "reports/compare-write.h"

#include "base/save.h"

const struct compare_format compare_formats[] = {
	{ "markdown", compare_markdown_write },
	{ "html", compare_html_write },
	{ "json", compare_json_write },
	{ NULL, NULL },
};

const struct compare_format *compare_format_find(const char *name)
{
	for (const struct compare_format *f = compare_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

struct writing {
	const struct compare_format *format;
	const struct comparison *comparison;
};

static int write_comparison(void *arg, FILE *out)
{
	const struct writing *w = arg;

	return w->format->write(w->comparison, out);
}

int compare_save(const struct compare_format *f, const struct comparison *c, const char *path,
		 struct problem *reterr)
{
	struct writing w = { f, c };

	return save_written(write_comparison, &w, path, "comparison", reterr);
}
