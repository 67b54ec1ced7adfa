#include "reports/github.h"

#include "base/buffer.h"
#include "reports/visible.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/sample.h"
#include "tests/unit/reports/strange.h"

/* ---- a reader of workflow commands, by the rules of the runner: a line that begins with
 * "::" behind blanks, up to the next "::" the name and name=value pairs between commas,
 * behind it the data; some characters are escaped in both ---- */

enum { PAIRS = 4, VALUE = 1024, TEXT = 32768 };

struct command {
	char name[16], data[TEXT];
	struct {
		char name[16], value[VALUE];
	} pair[PAIRS];
	size_t npairs;
};

static const struct escape {
	const char *code;
	char means;
	bool in_data;
} escapes[] = {
	{ "%0D", '\r', true }, { "%0A", '\n', true }, { "%3A", ':', false },
	{ "%2C", ',', false }, { "%25", '%', true },
};

static void unescape(struct slice s, bool data, char *out, size_t room)
{
	size_t len = 0;

	while (s.len) {
		size_t skip = 1;
		char c = s.at[0];

		for (size_t i = 0; i < ARRAY_SIZE(escapes); i++)
			if ((escapes[i].in_data || !data) && s.len >= 3 &&
			    memcmp(s.at, escapes[i].code, 3) == 0) {
				c = escapes[i].means;
				skip = 3;
			}
		assert_true(len + 1 < room);
		out[len++] = c;
		s = slice_skip(s, skip);
	}
	out[len] = '\0';
}

static void copy(struct slice s, char *out, size_t room)
{
	assert_true(s.len < room);
	memcpy(out, s.at, s.len);
	out[s.len] = '\0';
}

static void read_pairs(struct slice s, struct command *ret)
{
	while (s.len) {
		size_t comma = slice_find(s, ',');
		struct slice pair = slice_sub(s, 0, comma);
		size_t equals = slice_find(pair, '=');

		assert_true(ret->npairs < PAIRS);
		assert_true(equals < pair.len);
		copy(slice_sub(pair, 0, equals), ret->pair[ret->npairs].name, 16);
		unescape(slice_skip(pair, equals + 1), false, ret->pair[ret->npairs++].value, VALUE);
		s = slice_skip(s, comma + 1);
	}
}

/* False where the line is none. */
static bool read_command(struct slice line, struct command *ret)
{
	*ret = (struct command){ 0 };
	line = slice_trim(line);
	if (!slice_starts(line, SLICE("::")))
		return false;
	line = slice_skip(line, 2);

	size_t end = slice_find_slice(line, SLICE("::"));

	if (end == line.len)
		return false;

	struct slice head = slice_sub(line, 0, end);
	size_t blank = slice_find(head, ' ');

	copy(slice_sub(head, 0, blank), ret->name, sizeof(ret->name));
	read_pairs(slice_skip(head, blank + 1), ret);
	unescape(slice_skip(line, end + 2), true, ret->data, TEXT);
	return true;
}

static const char *pair(const struct command *c, const char *name)
{
	for (size_t i = 0; i < c->npairs; i++)
		if (strcmp(c->pair[i].name, name) == 0)
			return c->pair[i].value;
	return "(none)";
}

enum { COMMANDS = 64 };

/* Every line is a command; how many there are. A CR would end a line, too. */
static size_t read_all(const char *text, struct command *list)
{
	struct slice rest = slice_str(text);
	size_t n = 0;

	assert_null(strchr(text, '\r'));
	while (rest.len) {
		size_t end = slice_find(rest, '\n');

		assert_true(n < COMMANDS);
		assert_true(read_command(slice_sub(rest, 0, end), &list[n++]));
		rest = slice_skip(rest, end + 1);
	}
	return n;
}

static struct command commands[COMMANDS];

static size_t commands_of(const struct run *run)
{
	CLEANUP(freep) char *text = written_by(github_write, run);

	return read_all(text, commands);
}

/* ---- what is annotated ---- */

static const struct {
	const char *kind, *file, *line, *col, *title;
} want[] = {
	{ "error", "cases/framing/both.yaml", "29", "9", "framing/both-lengths: error (MUST)" },
	{ "error", "cases/host/host.yaml", "23", "9", "host/missing: fail (MUST)" },
	{ "error", "cases/host/host.yaml", "17", "5", "rules/date-present: fail (MUST)" },
	{ "warning", "cases/methods/unknown.yaml", "14", "9", "methods/unknown: warn (SHOULD)" },
	{ "warning", "baseline.yaml", "4", "3", "host/accepted: stale in the baseline" },
	{ "warning", "baseline.yaml", "9", "3", "methods/gone: stale in the baseline" },
};

static void annotations_of_the_sample(void **state)
{
	(void)state;
	assert_int_equal(commands_of(&sample_run), ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_string_equal(commands[i].name, want[i].kind);
		assert_string_equal(pair(&commands[i], "file"), want[i].file);
		assert_string_equal(pair(&commands[i], "line"), want[i].line);
		assert_string_equal(pair(&commands[i], "col"), want[i].col);
		assert_string_equal(pair(&commands[i], "title"), want[i].title);
	}
}

/* What the run fails by is an error, and nothing else is. */
static void errors_are_what_fails_the_run(void **state)
{
	(void)state;
	struct run strict = sample_strict_run();
	size_t n = commands_of(&strict);

	assert_int_equal(n, 8);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(commands[i].name, "error");
}

/* ---- the limit of ten ---- */

enum { MANY = 60 };

static struct result many[MANY];
static char names[MANY][32];

/* |n| failures, |each| of them in a file; the files come in turns. */
static struct run run_of_many(size_t n, size_t each)
{
	static char files[MANY][40];
	size_t nfiles = (n + each - 1) / each;

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "a/case-%zu", i);
		(void)snprintf(files[i], sizeof(files[i]), "cases/%zu.yaml", i % nfiles);
		many[i] = plain_result();
		many[i].id = names[i];
		many[i].seen = "status 500";
		many[i].place = (struct place){ files[i], (int)i + 1, 1 };
	}
	return run_of(many, n);
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void ten_are_shown_alone(void **state)
{
	(void)state;
	struct run run = run_of_many(10, 5);

	assert_int_equal(commands_of(&run), 10);
	for (size_t i = 0; i < 10; i++)
		assert_non_null(strstr(pair(&commands[i], "title"), names[i]));
}

static void more_are_merged_by_file(void **state)
{
	(void)state;
	struct run run = run_of_many(30, 10);

	assert_int_equal(commands_of(&run), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(pair(&commands[i], "title"), "10 findings in one file");
		assert_int_equal(lines_of(commands[i].data), 10);
	}
	assert_string_equal(pair(&commands[1], "file"), "cases/1.yaml");
	assert_string_equal(pair(&commands[1], "line"), "2");
	assert_non_null(strstr(commands[1].data, "line 29: a/case-28: expected otherwise, seen "));
}

static void many_files_end_with_a_count(void **state)
{
	(void)state;
	struct run run = run_of_many(24, 2);

	assert_int_equal(commands_of(&run), 10);
	assert_string_equal(pair(&commands[8], "title"), "2 findings in one file");
	assert_string_equal(pair(&commands[9], "title"), "and 6 more findings");
	assert_string_equal(pair(&commands[9], "file"), "(none)");
}

static void one_in_each_of_many_files(void **state)
{
	(void)state;
	struct run run = run_of_many(11, 1);

	assert_int_equal(commands_of(&run), 10);
	assert_string_equal(pair(&commands[0], "title"), "a/case-0: fail (MUST)");
	assert_string_equal(pair(&commands[9], "title"), "and 2 more findings");
}

static void a_long_list_is_cut(void **state)
{
	(void)state;
	struct run run = run_of_many(MANY, MANY);

	assert_int_equal(commands_of(&run), 1);
	assert_int_equal(lines_of(commands[0].data), 21);
	assert_non_null(strstr(commands[0].data, "and 40 more\n"));
}

/* ---- strange content ---- */

static void assert_message_holds(const struct command *c, const struct strange *s)
{
	CLEANUP(buffer_release) struct buffer title = BUFFER_INIT(1 << 16);

	assert_int_equal(visible_add(&title, s->title, BREAKS_SPELT), 0);
	assert_int_equal(strcspn(c->data, "\n"), title.len);
	if (title.len)
		assert_memory_equal(c->data, title.at, title.len);
	assert_string_equal(c->name, "error");
	assert_string_equal(pair(c, "title"), "a/b: fail (MUST)");
	assert_int_equal(c->npairs, 1);
}

static void random_strings(void **state)
{
	(void)state;
	static struct strange strange[10];
	struct result results[10];
	struct run run = run_of(results, 10);
	uint64_t seed = 11;

	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < 10; i++)
			fill_strange(&strange[i], &results[i], &seed);
		assert_int_equal(commands_of(&run), 10);
		for (size_t i = 0; i < 10; i++)
			assert_message_holds(&commands[i], &strange[i]);
	}
}

/* Names and files come back as they were, but for what is spelt out. */
static void every_byte(void **state)
{
	(void)state;
	struct result r = plain_result();
	struct run run = run_of(&r, 1);
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(1 << 16);

	r.id = r.title = r.reason = r.expected = r.seen = r.why = r.replay = all_bytes();
	r.place = (struct place){ all_bytes(), 3, 4 };
	assert_int_equal(commands_of(&run), 1);
	assert_int_equal(visible_add(&shown, all_bytes(), BREAKS_SPELT), 0);
	assert_memory_equal(pair(&commands[0], "title"), shown.at, 250);
	assert_string_equal(pair(&commands[0], "line"), "3");
	assert_int_equal(strncmp(commands[0].data, shown.at, shown.len), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annotations_of_the_sample),
		cmocka_unit_test(errors_are_what_fails_the_run),
		cmocka_unit_test(ten_are_shown_alone),
		cmocka_unit_test(more_are_merged_by_file),
		cmocka_unit_test(many_files_end_with_a_count),
		cmocka_unit_test(one_in_each_of_many_files),
		cmocka_unit_test(a_long_list_is_cut),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
