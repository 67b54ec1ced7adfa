#include "reports/compare-write.h"

#include "base/cleanup.h"
#include "base/save.h"

#include <errno.h>

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

int compare_save(const struct compare_format *f, const struct comparison *c, const char *path,
		 struct problem *reterr)
{
	CLEANUP(freep) char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r = out ? f->write(c, out) : -errno;

	if (out && fclose(out) != 0)
		r = r < 0 ? r : -ENOMEM;
	if (r < 0)
		return problem_errno(reterr, r, "make comparison", path);
	if (strcmp(path, "-") == 0)
		return save_to_stdout(slice_of(text, len), "comparison", reterr);
	return save_file(slice_of(text, len), path, "comparison", reterr);
}
