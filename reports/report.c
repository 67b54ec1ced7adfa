#include "reports/report.h"

#include "base/save.h"
#include "reports/github.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/jsonl.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/sarif.h"
#include "reports/tap.h"

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

struct writing {
	const struct report_format *format;
	const struct run *run;
};

static int write_report(void *arg, FILE *out)
{
	const struct writing *w = arg;

	return w->format->write(w->run, out);
}

int report_save(const struct report_format *f, const struct run *run, const char *path,
		struct problem *reterr)
{
	struct writing w = { f, run };

	return save_written(write_report, &w, path, "report", reterr);
}
