#include "runner/catalogue.h"

#include "problems.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define HEAD "id\tlevel\tbinds\ttestable\tneeds\ttext\n"

/* ---- a catalogue out of a text ---- */

static char path[64];

static int load(const char *text, struct catalogue **ret, struct problem *reterr)
{
	(void)snprintf(path, sizeof(path), "/tmp/httpcheck-catalogue-XXXXXX");

	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);

	int r = catalogue_load(path, ret, reterr);

	assert_int_equal(unlink(path), 0);
	return r;
}

static int setup(void **state)
{
	static const char text[] = HEAD
		"RFC9112-3.20-1\tMUST\tserver\tyes\t\tThree twenty.\n"
		"RFC9112-3.2-10\tSHOULD NOT\tserver\tyes\t\tTen.\n"
		"RFC9112-3.2-6\tMUST\tserver\tyes\t\tA server MUST respond with 400.\n"
		"RFC9112-3.2-7\tMUST NOT\tserver\tyes\tother\tSeven.\n"
		"RFC9110-9.3.1-1\tSHOULD\tserver\tyes\t\tDeep.\n"
		"RFC9110-5.1-1\tMAY\tclient\tno\t\tMay.\n"
		"RFC9110-5.1-2\tOUGHT\tclient\tno\t\tOught.\n";

	return load(text, (struct catalogue **)state, NULL);
}

static int teardown(void **state)
{
	catalogue_free(*state);
	return 0;
}

/* ---- rows ---- */

static void rows_are_found(void **state)
{
	static const struct {
		const char *id, *keyword;
		enum level level;
	} row[] = {
		{ "RFC9112-3.2-6", "MUST", LEVEL_MUST },
		{ "RFC9112-3.2-7", "MUST NOT", LEVEL_MUST },
		{ "RFC9110-9.3.1-1", "SHOULD", LEVEL_SHOULD },
		{ "RFC9112-3.2-10", "SHOULD NOT", LEVEL_SHOULD },
		{ "RFC9110-5.1-1", "MAY", LEVEL_MAY },
		{ "RFC9110-5.1-2", "OUGHT", LEVEL_MAY },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const struct clause *c = catalogue_find(*state, row[i].id);

		assert_non_null(c);
		assert_string_equal(c->id, row[i].id);
		assert_string_equal(c->keyword, row[i].keyword);
		assert_int_equal(c->level, row[i].level);
	}
	assert_string_equal(catalogue_find(*state, "RFC9112-3.2-6")->text,
			    "A server MUST respond with 400.");
}

static void no_row(void **state)
{
	static const char *const ids[] = { "",		     "RFC9112-3.2",  "RFC9112-3.2-",
					   "RFC9112-3.2-66", "rfc9112-3.2-6", "RFC9110",
					   "Z",		     "RFC9112-3.2-6 " };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_null(catalogue_find(*state, ids[i]));
}

static void sections(void **state)
{
	static const struct {
		const char *id;
		bool want;
	} row[] = {
		{ "RFC9112-3.2", true },     { "RFC9112-3", true },   { "RFC9112-3.20", true },
		{ "RFC9110-9.3.1", true },   { "RFC9110-9.3", true }, { "RFC9110-9", true },
		{ "RFC9112-3.2-6", false },  { "RFC9112-3.", false }, { "RFC9112-3.1", false },
		{ "RFC9112-3.200", false },  { "RFC9112-2", false },  { "RFC9112", false },
		{ "RFC9110-9.3.1.1", false }, { "RFC", false },	      { "", false },
		{ "RFC9113-1", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (catalogue_has_section(*state, row[i].id) != row[i].want)
			fail_msg("'%s' should be %s", row[i].id,
				 row[i].want ? "a section" : "none");
}

static void nearest(void **state)
{
	assert_string_equal(catalogue_nearest(*state, "RFC9112-3.2-16"), "RFC9112-3.2-10");
	assert_string_equal(catalogue_nearest(*state, "RFC9112-3.2.6"), "RFC9112-3.2-6");
	assert_string_equal(catalogue_nearest(*state, "rfc9110-9.3.1-1"), "RFC9110-9.3.1-1");
	assert_null(catalogue_nearest(*state, "missing"));
}

/* ---- files that are none ---- */

static void bad_files(void **state)
{
	static const struct {
		const char *why, *text;
		int line;
		const char *want;
	} row[] = {
		{ "nothing", "", 0, "a catalogue without requirements" },
		{ "another table", "a\tb\n", 1, "not a catalogue of requirements" },
		{ "the head alone", HEAD, 1, "a catalogue without requirements" },
		{ "too few columns", HEAD "RFC1-1-1\tMUST\tx\tyes\tx\n", 2,
		  "5 columns instead of 6" },
		{ "too many columns", HEAD "RFC1-1-1\tMUST\tx\tyes\tx\ty\tz\n", 2,
		  "7 columns instead of 6" },
		{ "an empty line", HEAD "RFC1-1-1\tMUST\tx\tyes\t\ty\n\n", 3,
		  "1 columns instead of 6" },
		{ "no id", HEAD "\tMUST\tx\tyes\t\ty\n", 2, "a requirement without an id" },
		{ "an unknown level", HEAD "RFC1-1-1\tmust\tx\tyes\t\ty\n", 2,
		  "unknown level 'must'" },
		{ "an id twice",
		  HEAD "RFC1-1-1\tMUST\tx\tyes\t\ty\nRFC1-1-1\tMAY\tx\tyes\t\tz\n", 3,
		  "two requirements are called 'RFC1-1-1'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct catalogue *c = NULL;
		struct problem p = { .text = "" };

		print_message("  %s\n", row[i].why);
		assert_int_equal(load(row[i].text, &c, &p), -EINVAL);
		assert_null(c);
		assert_string_equal(p.text, row[i].want);
		assert_ptr_equal(p.place.file, path);
		assert_int_equal(p.place.line, row[i].line);
	}
}

static void no_file(void **state)
{
	struct catalogue *c = NULL;
	struct problem p;

	(void)state;
	assert_int_equal(catalogue_load("/nowhere/x.tsv", &c, &p), -ENOENT);
	assert_string_equal(p.text, "cannot read '/nowhere/x.tsv': No such file or directory");
	assert_int_equal(catalogue_load("/dev/zero", &c, &p), -EINVAL);
	assert_string_equal(p.text, "cannot read '/dev/zero': not a regular file");
	catalogue_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found),
		cmocka_unit_test(no_row),
		cmocka_unit_test(sections),
		cmocka_unit_test(nearest),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
