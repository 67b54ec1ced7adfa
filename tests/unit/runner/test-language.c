#include "read-suite.h"

#include "runner/file.h"
#include "runner/profile.h"

/* The examples of docs/case-language.md are read with the reader of the suite and the
 * catalogue of the suite. */

#define PAGE "docs/case-language.md"

static int load_catalogue(void **state)
{
	return catalogue_load("cases/requirements.tsv", (struct catalogue **)state, NULL);
}

static void tell(const struct problems *problems, struct slice example)
{
	if (problems->count)
		fail_msg(PAGE ": %d:%d: %s\nin\n%.*s", problems->list[0].place.line,
			 problems->list[0].place.column, problems->list[0].text, (int)example.len,
			 example.at);
}

static void read_as_suite(const struct catalogue *c, struct slice yaml)
{
	struct problems problems = PROBLEMS_INIT(3);
	struct suite *s = NULL;

	(void)suite_read_memory("host/x.yaml", yaml, c, &s, &problems);
	tell(&problems, yaml);
	suite_free(s);
}

static void read_as_profile(struct slice yaml)
{
	struct problems problems = PROBLEMS_INIT(3);
	struct profile *p = NULL;

	(void)profile_read_memory("p.yaml", yaml, &p, &problems);
	tell(&problems, yaml);
	profile_free(p);
}

/* |example|, each line behind |indent|, between |head| and |tail|. */
static void read_wrapped(const struct catalogue *c, const char *head, const char *indent,
			 struct slice example, const char *tail)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

	(void)buffer_add_str(&yaml, head);
	while (example.len) {
		size_t end = slice_find(example, '\n');

		(void)buffer_add_str(&yaml, indent);
		(void)buffer_add_slice(&yaml, slice_sub(example, 0, end + 1));
		example = slice_skip(example, end + 1);
	}
	(void)buffer_add_str(&yaml, tail);
	read_as_suite(c, buffer_slice(&yaml));
}

static void read_example(const struct catalogue *c, struct slice example)
{
	if (slice_starts(example, SLICE("target:")))
		read_as_profile(example);
	else if (slice_starts(example, SLICE("httpcheck:")))
		read_as_suite(c, example);
	else if (slice_starts(example, SLICE("- id:")))
		read_wrapped(c, FILE_HEAD, "", example, "");
	else if (slice_starts(example, SLICE("- ")))
		read_wrapped(c, FILE_HEAD CASE_HEAD "   steps:\n", "   ", example, CASE_PROOF);
	else
		fail_msg("an example of nothing known:\n%.*s", (int)example.len, example.at);
}

static void examples(void **state)
{
	static const struct slice open = SLICE("\n```yaml\n"), close = SLICE("\n```\n");
	CLEANUP(buffer_release) struct buffer page = BUFFER_INIT(1024 * 1024);
	size_t count = 0;

	assert_int_equal(file_read(PAGE, 512 * 1024, &page, NULL), 0);

	struct slice rest = buffer_slice(&page);

	for (;;) {
		rest = slice_skip(rest, slice_find_slice(rest, open) + open.len);
		if (rest.len == 0)
			break;

		size_t end = slice_find_slice(rest, close);

		read_example(*state, slice_sub(rest, 0, end + 1));
		rest = slice_skip(rest, end);
		count++;
	}
	assert_true(count >= 7);
}

/* Every resource a case can need is told. */
static void resources(void **state)
{
	CLEANUP(buffer_release) struct buffer page = BUFFER_INIT(1024 * 1024);

	(void)state;
	assert_int_equal(file_read(PAGE, 512 * 1024, &page, NULL), 0);
	for (const struct resource_kind *k = resource_kinds; k->name; k++) {
		CLEANUP(buffer_release) struct buffer row = BUFFER_INIT(512);

		(void)buffer_printf(&row, "| `%s`%s | %s |", k->name,
				    k->argument ? " (with an argument)" : "", k->summary);
		if (!strstr(buffer_str(&page), buffer_str(&row)))
			fail_msg(PAGE " lacks this row:\n%s", buffer_str(&row));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples),
		cmocka_unit_test(resources),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
