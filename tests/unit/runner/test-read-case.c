#include "read-suite.h"

#include "runner/bytes.h"
#include "tests/unit/edge.h"

#include <sys/stat.h>

/* ---- a file and its cases, field by field ---- */

static const char whole[] =
	"httpcheck: 1\n"
	"suite: Host header field\n"
	"spec: RFC9112-3.2\n"
	"needs: [get]\n"
	"tags: framing\n"
	"timeout: 3s\n"
	"control:\n"
	"  - send: \"GET ${get} HTTP/1.1\\r\\nHost: ${host}\\r\\n\\r\\n\"\n"
	"  - expect: {status: 2xx}\n"
	"cases:\n"
	"  - id: missing\n"
	"    title: a request without Host\n"
	"    requirement: [RFC9112-3.2-6, RFC9112-9.5-1]\n"
	"    why: They can be played off.\n"
	"    tags: [security, framing]\n"
	"    needs: [post, timeouts.idle]\n"
	"    role: [origin, proxy]\n"
	"    exclusive: true\n"
	"    hostile: true\n"
	"    timeout: 700ms\n"
	"    steps:\n"
	"      - send: \"GET ${get} HTTP/1.1\\r\\n\\r\\n\"\n"
	"      - expect: {status: 400}\n"
	"    proof:\n"
	"      refuses: [silence]\n"
	"      accepts: [close]\n"
	"  - id: b2-c\n"
	"    title: another\n"
	"    requirement: RFC9112-6.3-5\n"
	"    control: none\n"
	"    exclusive: by-name\n"
	"    steps: [alive]\n"
	"    proof: {refuses: [close]}\n"
	"  - id: third\n"
	"    title: of a section\n"
	"    requirement: RFC9112-3.2\n"
	"    level: SHOULD\n"
	"    control: [alive]\n"
	"    steps: [alive]\n"
	"    proof: {refuses: [close]}\n"
	"  - id: fourth\n"
	"    title: of nothing\n"
	"    level: MAY\n"
	"    steps: [alive]\n"
	"    proof: {refuses: [close]}\n";

static void file_fields(void **state)
{
	struct suite *s = read_suite_ok(*state, whole);

	assert_string_equal(s->path, "suite/file.yaml");
	assert_string_equal(s->title, "Host header field");
	assert_string_equal(s->spec, "RFC9112-3.2");
	assert_int_equal(s->ncases, 4);
	suite_free(s);
	suite_free(NULL);
}

static void case_fields(void **state)
{
	struct suite *s = read_suite_ok(*state, whole);
	const struct test_case *c = &s->cases[0];

	assert_string_equal(c->id, "suite/missing");
	assert_string_equal(c->theme, "suite");
	assert_string_equal(c->title, "a request without Host");
	assert_string_equal(c->why, "They can be played off.");
	assert_string_equal(c->place.file, "suite/file.yaml");
	assert_int_equal(c->place.line, 11);
	assert_int_equal(c->place.column, 5);
	assert_int_equal(c->nclauses, 2);
	assert_string_equal(c->clauses[0].id, "RFC9112-3.2-6");
	assert_string_equal(c->clauses[0].keyword, "MUST");
	assert_string_equal(c->clauses[0].text, "A server MUST respond with a 400.");
	assert_int_equal(c->clauses[1].level, LEVEL_MAY);
	assert_int_equal(c->level, LEVEL_MUST);
	assert_int_equal(c->ntags, 2);
	assert_string_equal(c->tags[0], "framing");
	assert_string_equal(c->tags[1], "security");
	assert_int_equal(c->nneeds, 3);
	assert_string_equal(c->needs[0], "get");
	assert_string_equal(c->needs[1], "post");
	assert_string_equal(c->needs[2], "timeouts.idle");
	assert_int_equal(c->roles, ROLE_ORIGIN | ROLE_PROXY);
	assert_true(c->exclusive);
	assert_null(c->lane);
	assert_false(c[1].exclusive);
	assert_string_equal(c[1].lane, "by-name");
	assert_false(c[1].apart);                     /* alive makes a connection */
	assert_true(c->hostile);
	assert_int_equal(c->timeout, 700 * USEC_PER_MS);
	assert_int_equal(c->nsteps, 2);
	assert_int_equal(c->steps[0].verb, STEP_SEND);
	assert_int_equal(c->nrefuses, 1);
	assert_int_equal(c->naccepts, 1);
	assert_int_equal(c->connections, 1);
	assert_int_equal(c->nbindings, 0);
	suite_free(s);
}

static void what_the_file_says_for_all(void **state)
{
	struct suite *s = read_suite_ok(*state, whole);
	const struct test_case *c = s->cases;

	assert_int_equal(c[0].ncontrol, 2);           /* the file's */
	assert_int_equal(c[0].control[1].verb, STEP_EXPECT);
	assert_int_equal(c[1].ncontrol, 0);           /* control: none */
	assert_int_equal(c[2].ncontrol, 1);           /* its own */
	assert_int_equal(c[2].control[0].verb, STEP_ALIVE);
	assert_int_equal(c[3].ncontrol, 2);
	assert_int_equal(c[1].timeout, 3 * USEC_PER_SEC);
	assert_int_equal(c[1].ntags, 1);
	assert_int_equal(c[1].nneeds, 1);
	assert_int_equal(c[1].roles, 0);
	assert_null(c[1].why);
	assert_int_equal(c[1].connections, 0);        /* alive uses one of its own */
	suite_free(s);
}

static void levels(void **state)
{
	static const struct {
		const char *requirement;
		enum level want;
	} row[] = {
		{ "requirement: RFC9112-3.2-7", LEVEL_MUST },
		{ "requirement: RFC9112-6.3-5", LEVEL_SHOULD },
		{ "requirement: RFC9112-9.5-1", LEVEL_MAY },
		{ "requirement: RFC9112-9.5-2", LEVEL_MAY },
		{ "requirement: [RFC9112-9.5-2, RFC9112-6.3-5]", LEVEL_SHOULD },
		{ "requirement: [RFC9112-9.5-1, RFC9112-3.2-6, RFC9112-3.2-7]", LEVEL_MUST },
		{ "requirement: [RFC9112-3.2, RFC9112-6.3-5]", LEVEL_SHOULD },
		{ "requirement: RFC9112-3.2\n   level: MUST", LEVEL_MUST },
		{ "level: SHOULD", LEVEL_SHOULD },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);

		(void)buffer_printf(&yaml, FILE_HEAD " - id: a\n   title: t\n   %s\n" CASE_STEPS
					   CASE_PROOF, row[i].requirement);

		struct suite *s = read_suite_ok(*state, buffer_str(&yaml));

		print_message("  %s\n", row[i].requirement);
		assert_int_equal(s->cases[0].level, row[i].want);
		suite_free(s);
	}
}

static void sections_take_the_level_of_the_case(void **state)
{
	struct suite *s = read_suite_ok(*state, whole);
	const struct clause *clause = &s->cases[2].clauses[0];

	assert_string_equal(clause->id, "RFC9112-3.2");
	assert_string_equal(clause->keyword, "");
	assert_string_equal(clause->text, "");
	assert_int_equal(clause->level, LEVEL_SHOULD);
	assert_int_equal(s->cases[3].nclauses, 0);
	suite_free(s);
}

/* ---- the theme is the folder ---- */

static void themes(void **state)
{
	static const struct {
		const char *path, *want;
	} row[] = {
		{ "cases/host/x.yaml", "host/a" },
		{ "host/x.yaml", "host/a" },
		{ "/host/x.yaml", "host/a" },
		{ "./host/x.yaml", "host/a" },
		{ "/tmp/./x.yaml", "tmp/a" },
		{ "/usr/lib/../x.yaml", "usr/a" },
		{ "/x.yaml", "/a" },
	};
	char *here = getcwd(NULL, 0);

	assert_int_equal(chdir("/tmp"), 0);
	for (size_t i = 0; i <= ARRAY_SIZE(row); i++) {
		const char *path = i < ARRAY_SIZE(row) ? row[i].path : "x.yaml";
		const char *want = i < ARRAY_SIZE(row) ? row[i].want : "tmp/a";
		struct problems problems = PROBLEMS_INIT(1);
		struct suite *s = NULL;

		assert_int_equal(suite_read_memory(path, SLICE(FILE_HEAD CASE_HEAD CASE_STEPS
							       CASE_PROOF),
						   *state, &s, &problems), 0);
		assert_string_equal(s->cases[0].id, want);
		suite_free(s);
	}
	assert_int_equal(chdir(here), 0);
	free(here);
}

/* ---- one case over a list ---- */

static void expect_ids(const struct catalogue *c, const char *each, const char *title,
		       const char *want)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(1024 * 1024);
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(1024 * 1024);

	(void)buffer_printf(&yaml, FILE_HEAD " - id: a\n   title: %s\n   level: MAY\n   each: %s\n"
				   CASE_STEPS CASE_PROOF, title, each);

	struct suite *s = read_suite_ok(c, buffer_str(&yaml));

	for (size_t i = 0; i < s->ncases; i++)
		(void)buffer_printf(&got, "%s | %s\n", s->cases[i].id, s->cases[i].title);
	assert_string_equal(buffer_str(&got), want);
	suite_free(s);
}

static void each_row_is_a_case(void **state)
{
	expect_ids(*state, "{value: [\"+5\", 5x, \"\"]}", "v ${value} v",
		   "suite/a[+5] | v +5 v\n"
		   "suite/a[5x] | v 5x v\n"
		   "suite/a[] | v  v\n");
	expect_ids(*state, "{x: [1, 2], y: [a, b, c]}", "${x}${y}",
		   "suite/a[1,a] | 1a\nsuite/a[1,b] | 1b\nsuite/a[1,c] | 1c\n"
		   "suite/a[2,a] | 2a\nsuite/a[2,b] | 2b\nsuite/a[2,c] | 2c\n");
	expect_ids(*state,
		   "{v: [\"\\r\\n\", \"\\0\", \"\\xff\", {hex: '1b'}, "
		   "[a, {repeat: b, times: 3}]]}",
		   "${v} $${v} \xc3\xa9",
		   "suite/a[\\r\\n] | \\r\\n ${v} \xc3\xa9\n"
		   "suite/a[\\x00] | \\x00 ${v} \xc3\xa9\n"
		   "suite/a[\\xff] | \\xff ${v} \xc3\xa9\n"
		   "suite/a[\\x1b] | \\x1b ${v} \xc3\xa9\n"
		   "suite/a[abbb] | abbb ${v} \xc3\xa9\n");
}

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void long_values_are_cut(void **state)
{
	expect_ids(*state, "{v: [" A40 "12345678, " A40 "1234567890, " A40 "123456789, x, x]}",
		   "t${v}",
		   "suite/a[" A40 "12345678] | t" A40 "12345678\n"
		   "suite/a[" A40 "12345678#2] | t" A40 "12345678 ... (2 bytes more)\n"
		   "suite/a[" A40 "12345678#3] | t" A40 "12345678 ... (1 bytes more)\n"
		   "suite/a[x] | tx\n"
		   "suite/a[x#2] | tx\n");
	/* never inside an escape: \x00 has four bytes */
	expect_ids(*state, "{v: [\"" A40 "12345\\0\"], w: [z]}", "${v}${w}",
		   "suite/a[" A40 "12345,z] | " A40 "12345\\x00z\n");
}

static void bindings(void **state)
{
	struct suite *s = read_suite_ok(
		*state, FILE_HEAD " - id: a\n   title: t\n   level: MAY\n"
				  "   each: {x: [1, {repeat: \"\\0\", times: 2}], y: [b]}\n"
				  "   steps: [{send: \"${x}${y}\"}]\n" CASE_PROOF);

	assert_int_equal(s->ncases, 2);
	assert_int_equal(s->cases[1].nbindings, 2);
	assert_string_equal(s->cases[1].bindings[0].name, "x");
	assert_int_equal(s->cases[1].bindings[0].value.len, 2);
	assert_memory_equal(s->cases[1].bindings[0].value.at, "\0\0", 2);
	assert_true(slice_is(s->cases[1].bindings[1].value, "b"));
	assert_ptr_equal(s->cases[0].steps, s->cases[1].steps);
	suite_free(s);
}

/* ---- what is wrong with a file ---- */

static void bad_files(void **state)
{
	static const struct bad_row row[] = {
		{ "no mapping", "[a]", "1:1: a case file must be a mapping of keys to values" },
		{ "nothing of it", "{}",
		  "1:1: a case file needs 'httpcheck'\n"
		  "1:1: a case file needs 'suite'\n"
		  "1:1: a case file needs 'cases'" },
		{ "another version", "httpcheck: 2\nsuite: S\ncases:\n" CASE_HEAD CASE_STEPS
				     CASE_PROOF,
		  "1:12: only version 1 of the language is known" },
		{ "no version",
		  "httpcheck: yes\nsuite: S\ncases:\n" CASE_HEAD CASE_STEPS CASE_PROOF,
		  "1:12: 'httpcheck' must be a number, not 'yes'" },
		{ "a misspelt key", "tasg: a\n" FILE_HEAD CASE_HEAD CASE_STEPS CASE_PROOF,
		  "1:1: unknown key 'tasg' in a case file, did you mean 'tags'?" },
		{ "no case", "httpcheck: 1\nsuite: S\ncases: []",
		  "3:8: 'cases' without a case" },
		{ "cases that are no list", "httpcheck: 1\nsuite: S\ncases: {a: b}",
		  "3:8: 'cases' must be a list" },
		{ "a case that is none", "httpcheck: 1\nsuite: S\ncases: [a]",
		  "3:9: a case must be a mapping of keys to values" },
		{ "spec that is nowhere",
		  "spec: RFC9112-3.3\n" FILE_HEAD CASE_HEAD CASE_STEPS CASE_PROOF,
		  "1:7: unknown requirement 'RFC9112-3.3', did you mean 'RFC9112-3.2-6'?" },
		{ "an id twice",
		  FILE_HEAD CASE_HEAD CASE_STEPS CASE_PROOF CASE_HEAD CASE_STEPS CASE_PROOF,
		  "9:8: id 'a' is already there in line 4" },
		{ "a file control with variables of nobody",
		  "control: [{send: '${post}'}]\n" FILE_HEAD CASE_HEAD CASE_STEPS CASE_PROOF,
		  "1:18: uses ${post} but does not need 'post'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		read_suite_bad(*state, row[i].why, row[i].yaml, row[i].want);
}

/* ---- what is wrong with a case: its keys behind "- id: a", from line 5 on ---- */

static void bad_cases(void **state)
{
	static const struct bad_row row[] = {
		{ "nothing of it", "   x: y\n",
		  "4:4: a case needs 'title'\n"
		  "4:4: a case needs 'steps'\n"
		  "4:4: a case needs 'proof'\n"
		  "4:4: a case needs 'requirement' or 'level'\n"
		  "5:4: unknown key 'x' in a case" },
		{ "an empty title", "   title:\n   level: MAY\n" CASE_STEPS CASE_PROOF,
		  "5:10: 'title' is empty" },
		{ "a title with a variable of the profile",
		  "   title: ${get}\n   level: MAY\n" CASE_STEPS CASE_PROOF,
		  "5:11: 'title' can hold variables of 'each' only" },
		{ "an unclosed variable in a title",
		  "   title: ${get\n   level: MAY\n" CASE_STEPS CASE_PROOF,
		  "5:11: 'title' can hold variables of 'each' only" },
		{ "an unknown requirement",
		  "   title: t\n   requirement: RFC9112-3.2-66\n" CASE_STEPS CASE_PROOF,
		  "6:17: unknown requirement 'RFC9112-3.2-66', did you mean 'RFC9112-3.2-6'?" },
		{ "one of two unknown",
		  "   title: t\n   requirement: [RFC9112-3.2-6, nonsense]\n" CASE_STEPS CASE_PROOF,
		  "6:33: unknown requirement 'nonsense'" },
		{ "MUST and SHOULD",
		  "   title: t\n   requirement: [RFC9112-6.3-5, RFC9112-3.2-7]\n" CASE_STEPS
		  CASE_PROOF,
		  "6:18: a MUST and a SHOULD in one case: split the case, "
		  "or nobody knows what its failure means" },
		{ "a level beside a row",
		  "   title: t\n   requirement: RFC9112-3.2-6\n   level: MUST\n" CASE_STEPS
		  CASE_PROOF,
		  "7:11: 'level' is only for a case without a row of the catalogue" },
		{ "a section without a level",
		  "   title: t\n   requirement: RFC9112-3.2\n" CASE_STEPS CASE_PROOF,
		  "4:4: a case that cites only sections needs 'level'" },
		{ "a level that is none", "   title: t\n   level: OUGHT\n" CASE_STEPS CASE_PROOF,
		  "4:4: a case needs 'requirement' or 'level'\n"
		  "6:11: 'level' must be MUST, SHOULD or MAY, not 'OUGHT'" },
		{ "an unknown need",
		  "   title: t\n   level: MAY\n   needs: [get, psot, timeouts.foo]\n" CASE_STEPS
		  CASE_PROOF,
		  "7:17: unknown need 'psot', did you mean 'post'?\n"
		  "7:23: unknown need 'timeouts.foo', did you mean 'timeouts.body'?" },
		{ "a tag in capitals", "   title: t\n   level: MAY\n   tags: Security\n" CASE_STEPS
		  CASE_PROOF,
		  "7:10: 'tags' must be of lower case letters, digits and hyphens, "
		  "not 'Security'" },
		{ "a flag that is none",
		  "   title: t\n   level: MAY\n   hostile: yes\n" CASE_STEPS CASE_PROOF,
		  "7:13: 'hostile' must be true or false, not 'yes'" },
		{ "a role of nobody",
		  "   title: t\n   level: MAY\n   role: tunnel\n" CASE_STEPS CASE_PROOF,
		  "7:10: 'role' must be origin, gateway or proxy, not 'tunnel'" },
		{ "no time", "   title: t\n   level: MAY\n   timeout: 0s\n" CASE_STEPS CASE_PROOF,
		  "7:13: 'timeout' must be more than nothing" },
		{ "a time without a unit",
		  "   title: t\n   level: MAY\n   timeout: 5\n" CASE_STEPS CASE_PROOF,
		  "7:13: 'timeout' must be a duration such as 300ms or 2s, not '5'" },
		{ "no steps", "   title: t\n   level: MAY\n   steps: []\n" CASE_PROOF,
		  "7:11: 'steps' without a step" },
		{ "a control of nothing",
		  "   title: t\n   level: MAY\n   control: []\n" CASE_STEPS CASE_PROOF,
		  "7:13: 'control' without a step" },
		{ "a control that is a word",
		  "   title: t\n   level: MAY\n   control: no\n" CASE_STEPS CASE_PROOF,
		  "7:13: 'control' must be a list" },
		{ "each that is a list",
		  "   title: t\n   level: MAY\n   each: [a]\n" CASE_STEPS CASE_PROOF,
		  "7:10: 'each' must be a mapping of keys to values" },
		{ "each of nothing",
		  "   title: t ${v}\n   level: MAY\n   each: {v: []}\n" CASE_STEPS
		  CASE_PROOF,
		  "7:14: 'v' of 'each' without a value" },
		{ "each with a single value",
		  "   title: t\n   level: MAY\n   each: {v: a}\n" CASE_STEPS CASE_PROOF,
		  "7:14: 'v' must be a list" },
		{ "each that nobody uses",
		  "   title: t\n   level: MAY\n   each: {v: [a]}\n" CASE_STEPS CASE_PROOF,
		  "7:11: 'v' of 'each' is never used" },
		{ "each of a profile's name",
		  "   title: ${get}\n   level: MAY\n   each: {get: [a]}\n" CASE_STEPS CASE_PROOF,
		  "7:11: 'get' is already a variable of the profile" },
		{ "a value with a variable",
		  "   title: ${v}\n   level: MAY\n   each: {v: ['${get}']}\n" CASE_STEPS CASE_PROOF,
		  "7:15: a value of 'each': unknown variable 'get'" },
		{ "a value that is too long",
		  "   title: ${v}\n   level: MAY\n   each: {v: [{repeat: a, times: 65MiB}]}\n"
		  CASE_STEPS CASE_PROOF,
		  "7:15: a value of 'each': more than 67108864 bytes" },
		{ "each of a name in capitals",
		  "   title: t\n   level: MAY\n   each: {V: [a]}\n" CASE_STEPS CASE_PROOF,
		  "7:11: 'each' must be of lower case letters, digits and hyphens, not 'V'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);

		(void)buffer_printf(&yaml, FILE_HEAD " - id: a\n%s", row[i].yaml);
		read_suite_bad(*state, row[i].why, buffer_str(&yaml), row[i].want);
	}
}

static void bad_ids(void **state)
{
	static const char *const ids[] = { "A", "a_b", "a b", "-a", "a-", "a/b", "a[1]", "a.b",
					   "\xc3\xa9" };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);
		struct problems problems = PROBLEMS_INIT(3);
		struct suite *s = NULL;

		(void)buffer_printf(&yaml, FILE_HEAD " - id: '%s'\n   title: t\n   level: MAY\n"
					   CASE_STEPS CASE_PROOF, ids[i]);
		assert_int_equal(suite_read_memory("suite/file.yaml", buffer_slice(&yaml), *state,
						   &s, &problems),
				 -EINVAL);
		assert_int_equal(problems.count, 1);
		assert_non_null(strstr(problems.list[0].text,
				       "'id' must be of lower case letters, digits and hyphens"));
		assert_int_equal(problems.list[0].place.line, 4);
		assert_int_equal(problems.list[0].place.column, 8);
		problems_release(&problems);
	}
}

/* All are told, in the order of the file, and not one twice. */
static void all_problems_are_told(void **state)
{
	read_suite_bad(*state, "many",
		       "httpcheck: 3\n"
		       "suite: S\n"
		       "needs: [pots]\n"
		       "cases:\n"
		       "  - id: A\n"
		       "    title: t\n"
		       "    requirement: RFC9112-3.2-8\n"
		       "    steps:\n"
		       "      - sned: x\n"
		       "      - send: \"${get} ${body} ${body} ${xyzzy}\"\n"
		       "      - expect: {stauts: 400, status: 4000}\n"
		       "    proof: {refuses: [], acepts: [close]}\n"
		       "  - id: b\n"
		       "    title: t\n"
		       "    level: MAY\n"
		       "    steps: [alive]\n",
		       "1:12: only version 1 of the language is known\n"
		       "3:9: unknown need 'pots', did you mean 'post'?\n"
		       "5:9: 'id' must be of lower case letters, digits and hyphens, not 'A'\n"
		       "7:18: unknown requirement 'RFC9112-3.2-8', did you mean 'RFC9112-3.2-6'?\n"
		       "9:9: unknown step 'sned', did you mean 'send'?\n"
		       "10:15: uses ${body} but does not need 'body'\n"
		       "10:15: unknown variable 'xyzzy'\n"
		       "11:18: unknown key 'stauts' in an outcome, did you mean 'status'?\n"
		       "11:39: '4000' is not a status such as 400, 2xx or not 5xx\n"
		       "12:22: 'refuses' without an answer\n"
		       "12:26: unknown key 'acepts' in 'proof', did you mean 'accepts'?\n"
		       "13:5: a case needs 'proof'");
}

static void yaml_problems_are_told_too(void **state)
{
	read_suite_bad(*state, "YAML's own and the language's",
		       "httpcheck: 1\nsuite: &s S\nsuite: T\n<<: {a: b}\ncases: *s\nx: y\n",
		       "2:8: anchors are not supported: write the value out\n"
		       "3:1: key 'suite' is already there in line 2\n"
		       "4:1: merge keys are not supported: write the keys out\n"
		       "5:8: aliases are not supported: write the value out\n"
		       "6:1: unknown key 'x' in a case file");
	read_suite_bad(*state, "broken YAML", "httpcheck: 1\nsuite: [\n",
		       "3:1: not YAML: did not find expected node content "
		       "while parsing a flow node that began in line 3");
}

/* ---- bounds ---- */

static void at_most_1000_rows(void **state)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(100000);

	(void)buffer_add_str(&yaml, FILE_HEAD " - id: a\n   title: ${x}${y}\n   level: MAY\n"
						CASE_STEPS CASE_PROOF "   each:\n     x: [");
	for (int i = 0; i < 100; i++)
		(void)buffer_printf(&yaml, "%d,", i);
	(void)buffer_add_str(&yaml, "]\n     y: [0,1,2,3,4,5,6,7,8,9");

	size_t enough = yaml.len;

	(void)buffer_add_str(&yaml, "]\n");

	struct suite *s = read_suite_ok(*state, buffer_str(&yaml));

	assert_int_equal(s->ncases, 1000);
	assert_string_equal(s->cases[999].id, "suite/a[99,9]");
	suite_free(s);
	buffer_truncate(&yaml, enough);
	(void)buffer_add_str(&yaml, ",10]\n");
	read_suite_bad(*state, "1100 rows", buffer_str(&yaml),
		       "10:6: 'each' stands for more than 1000 cases");
}

static void at_most_10000_cases(void **state)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(YAML_MAX_FILE);
	struct problems problems = PROBLEMS_INIT(3);
	struct suite *s = NULL;

	(void)buffer_add_str(&yaml, "httpcheck: 1\nsuite: S\ncases:\n");
	for (int i = 0; i < 13; i++) {
		(void)buffer_printf(&yaml, "- {id: a%d, title: '${x}', level: MAY, steps: [alive], "
					   "proof: {refuses: [close]}, each: {x: [", i);
		for (int k = 0; k < 1000; k++)
			(void)buffer_printf(&yaml, "%d,", k);
		(void)buffer_add_str(&yaml, "]}}\n");
	}
	assert_int_equal(suite_read_memory("suite/file.yaml", buffer_slice(&yaml), *state, &s,
					   &problems), -EINVAL);
	check_problems("13000 cases", &problems, "14:3: more than 10000 cases");
	problems_release(&problems);
}

/* ---- hostile and broken input ---- */

static void every_truncation(void **state)
{
	for (size_t len = 0; len < sizeof(whole); len++) {
		struct edge e = edge_copy(whole, len);
		struct problems problems = PROBLEMS_INIT(3);
		struct suite *s = NULL;
		int r = suite_read_memory("suite/file.yaml", e.bytes, *state, &s, &problems);

		assert_true((r == 0) == (problems.count == 0));
		assert_true((r == 0) == (s != NULL));
		suite_free(s);
		problems_release(&problems);
		edge_free(e);
	}
}

/* Every byte to something that means something else to YAML. */
static void every_byte_changed(void **state)
{
	static const char bytes[] = "\n :-[{,\"'&*\xff";
	char text[sizeof(whole)];

	for (size_t i = 0; i + 1 < sizeof(whole); i++) {
		for (size_t b = 0; b + 1 < sizeof(bytes); b++) {
			struct problems problems = PROBLEMS_INIT(3);
			struct suite *s = NULL;

			memcpy(text, whole, sizeof(whole));
			text[i] = bytes[b];

			int r = suite_read_memory("suite/file.yaml",
						  slice_of(text, sizeof(text) - 1), *state, &s,
						  &problems);

			assert_true((r == 0) == (problems.count == 0));
			suite_free(s);
			problems_release(&problems);
		}
	}
}

static void no_file(void **state)
{
	struct problems problems = PROBLEMS_INIT(3);
	struct suite *s = NULL;

	assert_int_equal(suite_read("/nowhere/x.yaml", *state, &s, &problems), -ENOENT);
	check_problems("no file", &problems,
		       "cannot read '/nowhere/x.yaml': No such file or directory");
	problems_release(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_fields),
		cmocka_unit_test(case_fields),
		cmocka_unit_test(what_the_file_says_for_all),
		cmocka_unit_test(levels),
		cmocka_unit_test(sections_take_the_level_of_the_case),
		cmocka_unit_test(themes),
		cmocka_unit_test(each_row_is_a_case),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(bindings),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(bad_cases),
		cmocka_unit_test(bad_ids),
		cmocka_unit_test(all_problems_are_told),
		cmocka_unit_test(yaml_problems_are_told_too),
		cmocka_unit_test(at_most_1000_rows),
		cmocka_unit_test(at_most_10000_cases),
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
