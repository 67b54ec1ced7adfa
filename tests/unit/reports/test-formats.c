#include "reports/report.h"

#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample.h"

static const struct {
	const char *format, *path, *strict_path;
} row[] = {
	{ "junit", GOLDEN "junit.xml", GOLDEN "junit-gate.xml" },
	{ "junit-strict", GOLDEN "junit-strict.xml", NULL },
	{ "tap", GOLDEN "tap.tap", GOLDEN "tap-gate.tap" },
	{ "markdown", GOLDEN "markdown.md", GOLDEN "markdown-gate.md" },
	{ "github", GOLDEN "github.txt", GOLDEN "github-gate.txt" },
	{ "sarif", GOLDEN "sarif.json", GOLDEN "sarif-gate.json" },
	{ "jsonl", GOLDEN "events.jsonl", NULL },
};

static void golden_files(void **state)
{
	(void)state;
	struct run strict = sample_strict_run();

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const struct report_format *f = report_format_find(row[i].format);

		assert_non_null(f);

		CLEANUP(freep) char *text = written_by(f->write, &sample_run);
		CLEANUP(freep) char *strict_text = written_by(f->write, &strict);

		assert_golden(text, row[i].path);
		if (row[i].strict_path)
			assert_golden(strict_text, row[i].strict_path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
