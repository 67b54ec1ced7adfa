#include "reports/report.h"

#include "base/cleanup.h"
#include "base/save.h"
#include "reports/github.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/jsonl.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/sarif.h"
#include "reports/tap.h"

#include <errno.h>

const struct report_format report_formats[] = {
	{ "junit", "JUnit XML with file, line and properties", junit_write },
	{ "junit-strict", "JUnit XML that keeps to Jenkins' junit-10 schema", junit_strict_write },
	{ "json", "all there is, for 'httpcheck report', 'merge' and programs", json_write },
	{ "jsonl", "events, one a line, written while the run goes on", jsonl_write },
	{ "tap", "TAP 14 with YAML diagnostics", tap_write },
	{ "markdown", "a summary for a job's page on GitHub or GitLab", markdown_write },
	{ "github", "annotations of GitHub Actions, for standard output", github_write },
	{ "sarif", "SARIF 2.1.0, for code scanning", sarif_write },
	{ "html", "one page to read: filters, transcripts, links into the RFCs", html_write },
	{ NULL, NULL, NULL },
};

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* ---- the bytes of a report ---- */

struct text {
	char *at;                     /* malloc */
	size_t len;
};

static void text_release(struct text *t)
{
	free(t->at);
}

/* In memory first: a writer that fails leaves no trace, and a write that fails is
 * seen with its own errno, which stdio forgets until the last flush. */
static int render(const struct report_format *f, const struct run *run, struct text *ret)
{
	FILE *out = open_memstream(&ret->at, &ret->len);

	if (!out)
		return -errno;

	int r = f->write(run, out);
	bool failed = ferror(out);

	if (fclose(out) != 0 || failed)
		return r < 0 ? r : -ENOMEM;
	return r;
}

int report_save(const struct report_format *f, const struct run *run, const char *path,
		struct problem *reterr)
{
	CLEANUP(text_release) struct text text = { 0 };
	int r = render(f, run, &text);

	if (r < 0)
		return problem_errno(reterr, r, "make report", path);

	struct slice bytes = { text.at, text.len };

	return strcmp(path, "-") == 0 ? save_to_stdout(bytes, "report", reterr)
				      : save_file(bytes, path, "report", reterr);
}
