#include "read-suite.h"

#include "runner/bytes.h"

#include <sys/stat.h>

/* Byte strings, variables and needs of the case reader, through a case that sends them. */

static void make_case(struct buffer *yaml, const char *keys, const char *send)
{
	(void)buffer_printf(yaml, FILE_HEAD " - id: a\n   title: t\n   level: MAY\n%s"
				  CASE_PROOF "   steps:\n   - send: %s\n", keys, send);
}

static const struct variable profile_list[] = {
	{ "get", SLICE("/") },
	{ "host", SLICE("h") },
	{ "post", SLICE("/p") },
	{ "status", SLICE("/s/{c}") },
	{ "limits.fields", SLICE("3") },
};

static const struct variables profile = { profile_list, ARRAY_SIZE(profile_list), NULL };

static void expect_sent(const struct catalogue *c, const char *send, struct slice want)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(2000000);
	struct problem p = { .text = "" };

	print_message("  %s\n", send);
	make_case(&yaml, "   needs: [post, status, limits.fields]\n", send);

	struct suite *s = read_suite_ok(c, buffer_str(&yaml));

	if (bytes_expand(&s->cases[0].steps[0].send, &profile, &got, &p) < 0)
		fail_msg("%s", p.text);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(buffer_str(&got), want.at, want.len);
	suite_free(s);
}

static void bytes(void **state)
{
	static const struct {
		const char *send;
		struct slice want;
	} row[] = {
		{ "\"a\\r\\n\\t\\0\\x0b\\\"\"", SLICE("a\r\n\t\0\x0b\"") },
		{ "\"\\x80\\xff\"", SLICE("\x80\xff") },
		{ "\xc3\xa9", SLICE("\xe9") },
		{ "\"\\u00e9\"", SLICE("\xe9") },
		{ "\"\"", SLICE("") },
		{ "a", SLICE("a") },
		{ "true", SLICE("true") },
		{ "'${get}'", SLICE("/") },
		{ "'$${get} ${status:404}'", SLICE("${get} /s/404") },
		{ "[a, b, '${host}']", SLICE("abh") },
		{ "[]", SLICE("") },
		{ "{utf8: \"\\u20ac\xc3\xa9 ${get}\"}", SLICE("\xe2\x82\xac\xc3\xa9 /") },
		{ "{hex: '0d 0a00Ff'}", SLICE("\r\n\0\xff") },
		{ "{hex: ''}", SLICE("") },
		{ "{base64: 'test:123\u00a3'}", SLICE("dGVzdDoxMjOj") },
		{ "{base64: ''}", SLICE("") },
		{ "{digest: Basic realm=x, method: GET, uri: /, user: a, password: b}",
		  SLICE("Digest") },
		{ "{repeat: ab, times: 2}", SLICE("abab") },
		{ "{repeat: a, times: '${limits.fields}'}", SLICE("aaa") },
		{ "{lines: [\"GET ${get}\", \"\"]}", SLICE("GET /\r\n\r\n") },
		{ "{chunk: hello}", SLICE("5\r\nhello\r\n") },
		{ "{chunk: '${post}', size: '5', ext: ;a}", SLICE("5;a\r\n/p\r\n") },
		{ "{last-chunk: []}", SLICE("0\r\n\r\n") },
		{ "{last-chunk: ['A: b']}", SLICE("0\r\nA: b\r\n\r\n") },
		{ "[a, {hex: '00'}, {lines: [b]}]", SLICE("a\0b\r\n") },
		{ "\"\\u00ff{utf8: }\"", SLICE("\xff{utf8: }") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		expect_sent(*state, row[i].send, row[i].want);
}

static void places(void **state)
{
	struct suite *s = read_suite_ok(*state,
					FILE_HEAD " - id: a\n   title: t\n   level: MAY\n" CASE_PROOF
						  "   steps:\n   - send: [a, {lines: [b]}]\n");
	const struct bytes *b = &s->cases[0].steps[0].send;

	assert_int_equal(b->place.line, 9);
	assert_int_equal(b->place.column, 12);
	assert_int_equal(b->parts[0].place.column, 13);
	assert_int_equal(b->parts[1].place.column, 16);
	assert_int_equal(b->parts[1].texts[0].place.column, 25);
	assert_int_equal(s->cases[0].steps[0].place.column, 6);
	assert_string_equal(b->place.file, "suite/file.yaml");
	suite_free(s);
}

/* ---- what is wrong; the value of send begins at 10:12 ---- */

static void bad_bytes(void **state)
{
	static const struct bad_row row[] = {
		{ "above U+00FF", "\"a\\u20ac\"",
		  "10:12: U+20AC is not one byte: write {utf8: ...} for text" },
		{ "four bytes of UTF-8", "\"\\U0001f600\"",
		  "10:12: U+1F600 is not one byte: write {utf8: ...} for text" },
		{ "an unknown part", "{utf: a}",
		  "10:13: unknown part 'utf' in a byte string, did you mean 'utf8'?" },
		{ "an empty part", "{}", "10:12: an empty part of a byte string" },
		{ "a list in a list", "[a, [b]]", "10:16: a list of parts cannot hold a list" },
		{ "odd hex", "{hex: '0'}",
		  "10:18: 'hex' must be pairs of hex digits such as 0d 0a 00, not '0'" },
		{ "hex in other letters", "{hex: '0g'}",
		  "10:18: 'hex' must be pairs of hex digits such as 0d 0a 00, not '0g'" },
		{ "half a pair", "{hex: '0 0'}",
		  "10:18: 'hex' must be pairs of hex digits such as 0d 0a 00, not '0 0'" },
		{ "hex of a list", "{hex: [00]}", "10:18: 'hex' must be a single value" },
		{ "repeat without times", "{repeat: a}", "10:12: part 'repeat' needs 'times'" },
		{ "times that is none", "{repeat: a, times: many}",
		  "10:31: 'times' must be a size such as 17, 64KiB or 1MiB, not 'many'" },
		{ "times of a variable of nobody", "{repeat: a, times: '${xyzzy}'}",
		  "10:31: unknown variable 'xyzzy'" },
		{ "lines that are none", "{lines: a}", "10:20: 'lines' must be a list" },
		{ "a line that is a list", "{lines: [[a]]}",
		  "10:21: 'lines' must be a single value" },
		{ "a misspelt sibling", "{chunk: a, exxt: b}",
		  "10:23: unknown key 'exxt' in part 'chunk', did you mean 'ext'?" },
		{ "two parts in one", "{hex: '00', utf8: a}",
		  "10:13: unknown key 'hex' in part 'utf8'" },
		{ "no file", "{file: nowhere.bin}",
		  "10:19: cannot read 'nowhere.bin': No such file or directory" },
		{ "an absolute file", "{file: /etc/passwd}",
		  "10:19: '/etc/passwd' is not beside the case file" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

		make_case(&yaml, "   tags: []\n", row[i].yaml);
		read_suite_bad(*state, row[i].why, buffer_str(&yaml), row[i].want);
	}
}

/* ---- variables and needs ---- */

static void bad_variables(void **state)
{
	static const struct {
		const char *why, *keys, *send, *want;
	} row[] = {
		{ "of nobody", "", "${xyzzy}", "unknown variable 'xyzzy'" },
		{ "misspelt", "", "${hots}", "unknown variable 'hots', did you mean 'host'?" },
		{ "misspelt of each", "each: {value: [a]}", "${vlaue}${value}",
		  "unknown variable 'vlaue', did you mean 'value'?" },
		{ "empty", "", "${}", "unknown variable ''" },
		{ "never closed", "", "${get",
		  "'${' without '}': a literal '${' is written '$${'" },
		{ "a resource not needed", "", "${post}",
		  "uses ${post} but does not need 'post'" },
		{ "told once", "", "${post}${post}", "uses ${post} but does not need 'post'" },
		{ "another one needed", "needs: [body]", "${post}",
		  "uses ${post} but does not need 'post'" },
		{ "a timeout not needed", "", "${timeouts.idle}",
		  "uses ${timeouts.idle} but does not need 'timeouts.idle'" },
		{ "a limit not needed", "needs: [limits.fields]", "${limits.content}",
		  "uses ${limits.content} but does not need 'limits.content'" },
		{ "credentials not needed", "", "${credentials.user}",
		  "uses ${credentials.user} but does not need 'credentials'" },
		{ "a template without an argument", "needs: status", "${status}",
		  "${status} wants an argument: ${status:...}" },
		{ "an argument for none", "", "${get:5}", "${get} has no argument" },
		{ "an argument for one of each", "each: {value: [a]}", "${value}${value:5}",
		  "unknown variable 'value:5', did you mean 'value'?" },
		{ "an argument for host", "", "${host:5}",
		  "unknown variable 'host:5', did you mean 'host'?" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);
		CLEANUP(buffer_release) struct buffer want = BUFFER_INIT(65536);

		(void)buffer_printf(&yaml, FILE_HEAD " - id: a\n   title: t\n   level: MAY\n   %s\n"
					   CASE_PROOF "   steps:\n   - send: '%s'\n",
				    row[i].keys, row[i].send);
		(void)buffer_printf(&want, "10:12: %s", row[i].want);
		read_suite_bad(*state, row[i].why, buffer_str(&yaml), buffer_str(&want));
	}
}

static void good_variables(void **state)
{
	static const struct {
		const char *keys, *send;
	} row[] = {
		{ "", "${get} ${host}" },
		{ "needs: post", "${post}" },
		{ "needs: [status, delay]", "${status:404} ${delay:30}" },
		{ "needs: [timeouts.idle, limits.content]", "${timeouts.idle}${limits.content}" },
		{ "needs: auth-basic", "${auth-basic} ${credentials.user}" },
		{ "needs: [auth-digest]", "${auth-digest} ${credentials.password}" },
		{ "needs: [credentials]", "${credentials.password}" },
		{ "each: {value: [a], v2: [b]}", "${value}${v2}" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

		(void)buffer_printf(&yaml, FILE_HEAD " - id: a\n   title: t\n   level: MAY\n   %s\n"
					   CASE_PROOF "   steps:\n   - send: '%s'\n",
				    row[i].keys, row[i].send);
		suite_free(read_suite_ok(*state, buffer_str(&yaml)));
	}
}

/* The file's needs hold for all its cases, a case's own for it alone. */
static void needs_of_file_and_case(void **state)
{
	read_suite_bad(*state, "the next case must say it again",
		       "needs: [post]\n" FILE_HEAD CASE_HEAD CASE_PROOF
		       "   needs: [body]\n"
		       "   steps: [{send: '${post}${body}'}]\n"
		       " - id: b\n   title: t\n   requirement: RFC9112-3.2-6\n" CASE_PROOF
		       "   steps: [{send: '${post}${body}'}]\n",
		       "15:19: uses ${body} but does not need 'body'");
}

/* ---- files beside the case file ---- */

struct folder {
	const struct catalogue *catalogue;
	char path[64], inner[96], file[96], yaml[96];
};

static void make_file(const char *path, const char *text, off_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(ftruncate(fileno(f), size), 0);
	assert_int_equal(fclose(f), 0);
}

static void folder_make(struct folder *f)
{
	(void)snprintf(f->path, sizeof(f->path), "/tmp/httpcheck-files-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	(void)snprintf(f->inner, sizeof(f->inner), "%s/suite", f->path);
	(void)snprintf(f->yaml, sizeof(f->yaml), "%s/suite/a.yaml", f->path);
	(void)snprintf(f->file, sizeof(f->file), "%s/suite/body.bin", f->path);
	assert_int_equal(mkdir(f->inner, 0700), 0);
}

static void folder_remove(struct folder *f)
{
	(void)unlink(f->file);
	(void)rmdir(f->inner);
	(void)rmdir(f->path);
}

static void expect_file(struct folder *f, const char *name, const char *want_bytes,
			const char *want_problem)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);
	CLEANUP(buffer_release) struct buffer send = BUFFER_INIT(256);
	struct problems problems = PROBLEMS_INIT(3);
	struct suite *s = NULL;

	(void)buffer_printf(&send, "{file: %s}", name);
	make_case(&yaml, "", buffer_str(&send));

	int r = suite_read_memory(f->yaml, buffer_slice(&yaml), f->catalogue, &s, &problems);

	if (want_problem) {
		assert_int_equal(r, -EINVAL);
		assert_int_equal(problems.count, 1);
		assert_non_null(strstr(problems.list[0].text, want_problem));
		problems_release(&problems);
		return;
	}
	assert_int_equal(r, 0);
	assert_true(slice_is(s->cases[0].steps[0].send.parts[0].texts[0].raw, want_bytes));
	suite_free(s);
}

static void files(void **state)
{
	struct folder f = { .catalogue = *state };

	folder_make(&f);
	expect_file(&f, "body.bin", NULL, "No such file or directory");
	make_file(f.file, "a${b}", 5);
	expect_file(&f, "body.bin", "a${b}", NULL);
	expect_file(&f, "./body.bin", "a${b}", NULL);
	expect_file(&f, "../suite/body.bin", "a${b}", NULL);
	make_file(f.file, "", 1024 * 1024 + 1);
	expect_file(&f, "body.bin", NULL, "it is larger than 1048576 bytes");
	assert_int_equal(unlink(f.file), 0);
	assert_int_equal(mkfifo(f.file, 0600), 0);
	expect_file(&f, "body.bin", NULL, "not a regular file");
	assert_int_equal(unlink(f.file), 0);
	expect_file(&f, ".", NULL, "not beside the case file");
	folder_remove(&f);
}

static void files_elsewhere(void **state)
{
	struct folder f = { .catalogue = *state };
	char outside[96];

	folder_make(&f);
	(void)snprintf(outside, sizeof(outside), "%s/body.bin", f.path);
	make_file(outside, "x", 1);
	expect_file(&f, "../body.bin", NULL, "'../body.bin' is not beside the case file");
	expect_file(&f, outside, NULL, "is not beside the case file");
	assert_int_equal(symlink(outside, f.file), 0);
	expect_file(&f, "body.bin", NULL, "'body.bin' is not beside the case file");
	assert_int_equal(unlink(outside), 0);
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes),
		cmocka_unit_test(places),
		cmocka_unit_test(bad_bytes),
		cmocka_unit_test(bad_variables),
		cmocka_unit_test(good_variables),
		cmocka_unit_test(needs_of_file_and_case),
		cmocka_unit_test(files),
		cmocka_unit_test(files_elsewhere),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
