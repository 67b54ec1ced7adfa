#include "runner/yaml.h"

#include "base/clock.h"
#include "problems.h"
#include "tests/unit/edge.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

/* ---- a tree as text: scalars in <>, with places where asked for ---- */

static void show(const struct node *n, bool places, struct buffer *out)
{
	size_t items = n->kind == NODE_MAPPING ? 2 * n->count : n->count;

	if (places)
		(void)buffer_printf(out, "%d:%d ", n->place.line, n->place.column);
	if (n->kind == NODE_REFUSED)
		(void)buffer_add_str(out, "-");
	if (n->kind == NODE_SCALAR) {
		(void)buffer_add_str(out, "<");
		(void)buffer_add_slice(out, n->scalar);
		(void)buffer_add_str(out, ">");
	}
	if (n->kind == NODE_SCALAR || n->kind == NODE_REFUSED)
		return;
	(void)buffer_add_str(out, n->kind == NODE_SEQUENCE ? "[" : "{");
	for (size_t i = 0; i < items; i++) {
		if (i)
			(void)buffer_add_str(out, n->kind == NODE_MAPPING && i % 2 ? ": " : ", ");
		show(&n->items[i], places, out);
	}
	(void)buffer_add_str(out, n->kind == NODE_SEQUENCE ? "]" : "}");
}

struct reading {
	struct arena arena;
	struct node root;
	struct problems problems;
	int r;
};

static struct reading *read_yaml(struct reading *got, struct slice yaml)
{
	memset(got, 0, sizeof(*got));
	arena_init(&got->arena);
	got->problems = PROBLEMS_INIT(20);
	got->r = yaml_read_memory("suite/file.yaml", yaml, &got->arena, &got->root, &got->problems);
	return got;
}

static void reading_end(struct reading *got)
{
	arena_release(&got->arena);
	problems_release(&got->problems);
}

/* ---- what is read ---- */

static void trees(void **state)
{
	static const struct {
		const char *why;
		struct slice yaml;
		struct slice want;
	} row[] = {
		{ "a scalar", SLICE("a"), SLICE("<a>") },
		{ "a mapping", SLICE("a: b\nc: d\n"), SLICE("{<a>: <b>, <c>: <d>}") },
		{ "a list", SLICE("- a\n- b\n"), SLICE("[<a>, <b>]") },
		{ "nested", SLICE("a: [b, {c: d}]\ne:\n  - f: g\n    h: i\n"),
		  SLICE("{<a>: [<b>, {<c>: <d>}], <e>: [{<f>: <g>, <h>: <i>}]}") },
		{ "empty ones", SLICE("a: {}\nb: []\nc:\nd: ''\n"),
		  SLICE("{<a>: {}, <b>: [], <c>: <>, <d>: <>}") },
		{ "nothing has a type", SLICE("[1, true, ~, 0x10, 1e3, null]"),
		  SLICE("[<1>, <true>, <~>, <0x10>, <1e3>, <null>]") },
		{ "escapes", SLICE("\"\\r\\n\\t\\x41\\\"\""), SLICE("<\r\n\tA\">") },
		{ "NUL counts", SLICE("\"a\\0b\""), SLICE("<a\0b>") },
		{ "U+00FF comes as UTF-8", SLICE("\"\\xff\""), SLICE("<\xc3\xbf>") },
		{ "a block scalar", SLICE("a: |\n  b\n  c\n"), SLICE("{<a>: <b\nc\n>}") },
		{ "comments", SLICE("# x\na: b # y\n"), SLICE("{<a>: <b>}") },
		{ "an explicit document", SLICE("---\na: b\n...\n"), SLICE("{<a>: <b>}") },
		{ "a byte order mark of UTF-8", SLICE("\xef\xbb\xbf" "a: b"), SLICE("{<a>: <b>}") },
		{ "CRLF", SLICE("a: b\r\nc: d\r\n"), SLICE("{<a>: <b>, <c>: <d>}") },
		{ "'<<' in a value is a text", SLICE("a: <<"), SLICE("{<a>: <<<>}") },
		{ "'%' in a value is a text", SLICE("a: '%b'"), SLICE("{<a>: <%b>}") },
		{ "keys may differ in case", SLICE("a: b\nA: c"), SLICE("{<a>: <b>, <A>: <c>}") },
		{ "equal keys of two mappings", SLICE("[{a: b}, {a: c}]"),
		  SLICE("[{<a>: <b>}, {<a>: <c>}]") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(4096);
		struct edge e = edge_copy(row[i].yaml.at, row[i].yaml.len);
		struct reading got;

		print_message("  %s\n", row[i].why);
		assert_int_equal(read_yaml(&got, e.bytes)->r, 0);
		edge_free(e);         /* the tree holds nothing of the text */
		show(&got.root, false, &out);
		assert_int_equal(out.len, row[i].want.len);
		assert_memory_equal(out.at, row[i].want.at, out.len);
		assert_int_equal(got.problems.count, 0);
		reading_end(&got);
	}
}

static void places_count_from_one(void **state)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(4096);
	struct reading got;

	(void)state;
	assert_int_equal(read_yaml(&got, SLICE("a: b\nc:\n  - d\n  - \xc3\xa9: {e: f}\n"))->r, 0);
	show(&got.root, true, &out);
	assert_string_equal(buffer_str(&out), "1:1 {1:1 <a>: 1:4 <b>, 2:1 <c>: "
					      "3:3 [3:5 <d>, 4:5 {4:5 <\xc3\xa9>: "
					      "4:8 {4:9 <e>: 4:12 <f>}}]}");
	assert_string_equal(got.root.place.file, "suite/file.yaml");
	reading_end(&got);
}

static void keys_are_found(void **state)
{
	struct reading got;

	(void)state;
	assert_int_equal(read_yaml(&got, SLICE("a: b\nc: [d]\n"))->r, 0);
	assert_true(slice_is(node_find(&got.root, "a")->scalar, "b"));
	assert_int_equal(node_find(&got.root, "c")->kind, NODE_SEQUENCE);
	assert_null(node_find(&got.root, "b"));
	assert_null(node_find(node_find(&got.root, "c"), "d"));
	assert_null(node_find(node_find(&got.root, "a"), "b"));
	reading_end(&got);
}

/* ---- what is reported, and reading goes on ---- */

static void reported(void **state)
{
	static const struct {
		const char *why, *yaml, *want, *tree;
	} row[] = {
		{ "an anchor", "a: &x b\nc: d",
		  "1:4: anchors are not supported: write the value out",
		  "{<a>: <b>, <c>: <d>}" },
		{ "an anchor of a list", "a: &x [b]",
		  "1:4: anchors are not supported: write the value out", "{<a>: [<b>]}" },
		{ "an anchor of a mapping", "a: &x {b: c}",
		  "1:4: anchors are not supported: write the value out", "{<a>: {<b>: <c>}}" },
		{ "an alias", "a: &x b\nc: *x",
		  "1:4: anchors are not supported: write the value out\n"
		  "2:4: aliases are not supported: write the value out",
		  "{<a>: <b>, <c>: -}" },
		{ "an alias inside its own anchor", "a: &x [*x]",
		  "1:4: anchors are not supported: write the value out\n"
		  "1:8: aliases are not supported: write the value out",
		  "{<a>: [-]}" },
		{ "an alias as a key", "*x : b",
		  "1:1: aliases are not supported: write the value out", "{-: <b>}" },
		{ "a merge key", "a: b\n<<: {c: d}",
		  "2:1: merge keys are not supported: write the keys out",
		  "{<a>: <b>, -: {<c>: <d>}}" },
		{ "a tag", "a: !!int 5\nb: !x [c]\nd: !y {}",
		  "1:4: tags are not supported: the key decides the type\n"
		  "2:4: tags are not supported: the key decides the type\n"
		  "3:4: tags are not supported: the key decides the type",
		  "{<a>: <5>, <b>: [<c>], <d>: {}}" },
		{ "the tag that is none", "a: ! b",
		  "1:4: tags are not supported: the key decides the type", "{<a>: <b>}" },
		{ "a duplicate key", "a: b\nc: d\na: e",
		  "3:1: key 'a' is already there in line 1", "{<a>: <b>, <c>: <d>, -: <e>}" },
		{ "a key three times", "a: b\n'a': c\n\"a\": d",
		  "2:1: key 'a' is already there in line 1\n"
		  "3:1: key 'a' is already there in line 1",
		  "{<a>: <b>, -: <c>, -: <d>}" },
		{ "a duplicate key with a NUL", "{\"a\\0b\": 1, \"a\\0c\": 2, \"a\\0b\": 3}",
		  "1:24: key 'a\\x00b' is already there in line 1",
		  NULL },
		{ "duplicate keys further in", "a:\n - b: 1\n   b: 2",
		  "3:4: key 'b' is already there in line 2", "{<a>: [{<b>: <1>, -: <2>}]}" },
		{ "a list as a key", "? [a]\n: b", "1:3: a key must be a text", "{-: <b>}" },
		{ "a mapping as a key", "? {a: b}\n: c", "1:3: a key must be a text", "{-: <c>}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_INIT(4096);
		struct reading got;

		print_message("  %s\n", row[i].why);
		assert_int_equal(read_yaml(&got, slice_str(row[i].yaml))->r, 0);
		check_problems(row[i].why, &got.problems, row[i].want);
		show(&got.root, false, &out);
		if (row[i].tree)
			assert_string_equal(buffer_str(&out), row[i].tree);
		reading_end(&got);
	}
}

/* ---- what ends the reading ---- */

static void refused(void **state)
{
	static const struct {
		const char *why;
		struct slice yaml;
		const char *want;
	} row[] = {
		{ "nothing", SLICE(""), "1:1: the file holds no YAML document" },
		{ "comments only", SLICE("# a\n"), "2:1: the file holds no YAML document" },
		{ "a second document", SLICE("a: b\n---\nc: d\n"),
		  "2:1: a second document: a file holds only one" },
		{ "a second document that is broken", SLICE("a\n--- [\n"),
		  "2:1: a second document: a file holds only one" },
		{ "UTF-16, little end first", SLICE("\xff\xfe" "a\0"),
		  "1:1: the file is UTF-16, it must be UTF-8" },
		{ "UTF-16, big end first", SLICE("\xfe\xff\0a"),
		  "1:1: the file is UTF-16, it must be UTF-8" },
		{ "UTF-16 without a mark", SLICE("a\0:\0 \0b\0"),
		  "1:2: not YAML in UTF-8: control characters are not allowed" },
		{ "NUL", SLICE("a: b\nc: d\0\n"),
		  "2:5: not YAML in UTF-8: control characters are not allowed" },
		{ "a control character", SLICE("a: \x1b[2J"),
		  "1:4: not YAML in UTF-8: control characters are not allowed" },
		{ "no UTF-8", SLICE("a: \xe9 b"),
		  "1:5: not YAML in UTF-8: invalid trailing UTF-8 octet" },
		{ "a surrogate", SLICE("a: \xed\xa0\x80"),
		  "1:4: not YAML in UTF-8: invalid Unicode character" },
		{ "columns are characters", SLICE("\xc3\xa9\xe2\x82\xac: \0"),
		  "1:5: not YAML in UTF-8: control characters are not allowed" },
		{ "cut UTF-8", SLICE("a: \xe2\x82"),
		  "1:4: not YAML in UTF-8: incomplete UTF-8 octet sequence" },
		{ "a list never closed", SLICE("a: [b, c\n"),
		  "2:1: not YAML: did not find expected ',' or ']' "
		  "while parsing a flow sequence that began in line 1" },
		{ "a quote never closed", SLICE("a:\n  \"b\n"),
		  "3:1: not YAML: found unexpected end of stream "
		  "while scanning a quoted scalar that began in line 2" },
		{ "a bad escape", SLICE("a: \"\\q\""),
		  "1:5: not YAML: found unknown escape character "
		  "while parsing a quoted scalar that began in line 1" },
		{ "a tab as indentation", SLICE("a:\n\tb: c"),
		  "2:1: not YAML: found character that cannot start any token "
		  "while scanning for the next token that began in line 2" },
		{ "indentation that does not fit", SLICE("a:\n    b: c\n  d: e\n"),
		  "3:3: not YAML: did not find expected key "
		  "while parsing a block mapping that began in line 1" },
		{ "a mapping where none may be", SLICE("a: b: c"),
		  "1:5: not YAML: mapping values are not allowed in this context" },
		{ "an unknown tag handle", SLICE("a: !x!y b"),
		  "1:4: not YAML: found undefined tag handle "
		  "while parsing a node that began in line 1" },
		{ "a directive", SLICE("%YAML 1.1\n---\na: b\n"),
		  "1:1: directives (%) are not supported" },
		{ "a directive behind a document", SLICE("a: b\n...\n%TAG ! x\n---\nc\n"),
		  "3:1: directives (%) are not supported" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].yaml.at, row[i].yaml.len);
		struct reading got;

		print_message("  %s\n", row[i].why);
		assert_int_equal(read_yaml(&got, e.bytes)->r, -EINVAL);
		check_problems(row[i].why, &got.problems, row[i].want);
		reading_end(&got);
		edge_free(e);
	}
}

/* ---- attacks: each is over at once ---- */

struct attack {
	const char *why, *head, *body;
	size_t times;
	const char *tail;
	int want;
	const char *problem;          /* the first */
};

static void make(const struct attack *a, struct buffer *out)
{
	assert_int_equal(buffer_add_str(out, a->head), 0);
	assert_int_equal(buffer_add_repeated(out, slice_str(a->body), a->times), 0);
	assert_int_equal(buffer_add_str(out, a->tail), 0);
}

/* The processor's time: that of a clock is the machine's, too. */
static usec spent(void)
{
	return (usec)clock() * USEC_PER_SEC / CLOCKS_PER_SEC;
}

static void attacks(void **state)
{
	static const struct attack row[] = {
		{ "depth 64", "", "[", 64,
		  "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 0, NULL },
		{ "depth 65", "", "[", 65, "", -EINVAL, "1:65: nested deeper than 64 levels" },
		{ "lists, 100000 deep", "", "[", 100000, "", -EINVAL,
		  "1:65: nested deeper than 64 levels" },
		{ "mappings, 100000 deep", "", "{a: ", 100000, "", -EINVAL,
		  "1:257: nested deeper than 64 levels" },
		{ "compact lists, deep", "", "- ", 100000, "a", -EINVAL,
		  "1:129: nested deeper than 64 levels" },
		{ "keys that are lists, deep", "", "? [", 100000, "", -EINVAL, NULL },
		{ "30000 anchors", "[", "&a b, ", 30000, "c]", 0,
		  "1:2: anchors are not supported: write the value out" },
		{ "30000 aliases", "[&a b, ", "*a, ", 30000, "c]", 0,
		  "1:2: anchors are not supported: write the value out" },
		{ "a tag line for each of 100000 lines", "", "%TAG !a! b\n", 90000, "--- a\n",
		  -EINVAL, "1:1: directives (%) are not supported" },
		{ "a scalar of 64 KiB", "", "a", 65536, "", 0, NULL },
		{ "a scalar of 64 KiB and one byte", "x: ", "a", 65537, "", -EINVAL,
		  "1:4: this text has 65537 bytes, at most 65536 are allowed: "
		  "use {repeat: ...} or {file: ...}" },
		{ "a file of 1 MiB", "[a] #", "x", 1048576 - 5, "", 0, NULL },
		{ "a file of 1 MiB and one byte", "[a] #", "x", 1048576 - 4, "", -EINVAL,
		  "the file has more than 1048576 bytes" },
		{ "100000 nodes", "[", "a,", 99999, "]", 0, NULL },
		{ "100001 nodes", "[", "a,", 100000, "]", -EINVAL,
		  "1:200000: more than 100000 keys and values" },
		{ "the same key 40000 times", "{", "a: b,", 40000, "}", 0,
		  "1:7: key 'a' is already there in line 1" },
		{ "30000 empty lines in a quote", "\"a", "\n", 30000, "\"", 0, NULL },
	};

	/* 100 ms is the promise; sanitizers get ten times that, tests/valgrind says what it needs */
	const char *slowdown = getenv("HTTPCHECK_SLOWDOWN");
	usec most = USEC_PER_SEC * (slowdown ? strtol(slowdown, NULL, 10) : 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(2 * 1024 * 1024);
		CLEANUP(buffer_release) struct buffer first = BUFFER_INIT(1024);
		struct reading got;
		usec began = spent();

		print_message("  %s\n", row[i].why);
		make(&row[i], &yaml);
		assert_int_equal(read_yaml(&got, buffer_slice(&yaml))->r, row[i].want);
		if (got.problems.kept)
			add_problem(&first, &got.problems.list[0]);
		if (row[i].problem)
			assert_string_equal(buffer_str(&first), row[i].problem);
		assert_true(spent() - began < most);
		reading_end(&got);
	}
}

/* Each level names the one before twice: 2^30 nodes for who follows aliases. */
static void alias_bomb(void **state)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(4096);
	struct reading got;

	(void)state;
	(void)buffer_add_str(&yaml, "a0: &a0 x\n");
	for (int i = 1; i <= 30; i++)
		(void)buffer_printf(&yaml, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
	assert_int_equal(read_yaml(&got, buffer_slice(&yaml))->r, 0);
	assert_int_equal(got.problems.count, 31 + 60);
	reading_end(&got);
}

static const char whole[] = "# a\nhttpcheck: 1\nlist: [a, \"b\\x00\\n\", {c: d}]\n"
			    "deep:\n  - e: |\n      f\n    g: >-\n      h\n  - 'i'\n"
			    "\xc3\xa9: \"\\u20ac\"\n";

static void every_truncation(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		struct edge e = edge_copy(whole, len);
		struct reading got;

		(void)read_yaml(&got, e.bytes);
		assert_true(got.r == 0 || got.problems.count > 0);
		reading_end(&got);
		edge_free(e);
	}
}

static void every_byte_changed(void **state)
{
	static const char bytes[] = "\0\n\t :-[]{},\"'|>&*!%#\\\x7f\x80\xff";
	char text[sizeof(whole)];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(whole); i++) {
		for (size_t b = 0; b + 1 < sizeof(bytes); b++) {
			struct reading got;

			memcpy(text, whole, sizeof(whole));
			text[i] = bytes[b];
			(void)read_yaml(&got, slice_of(text, sizeof(text) - 1));
			assert_true(got.r == 0 || got.problems.count > 0);
			reading_end(&got);
		}
	}
}

/* ---- files ---- */

struct folder {
	char path[64];
	struct reading got;
	char file[128];
};

static int folder_make(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "/tmp/httpcheck-yaml-XXXXXX");
	if (!mkdtemp(f->path)) {
		free(f);
		return -1;
	}
	(void)snprintf(f->file, sizeof(f->file), "%s/a.yaml", f->path);
	*state = f;
	return 0;
}

static int folder_remove(void **state)
{
	struct folder *f = *state;

	(void)unlink(f->file);
	(void)rmdir(f->file);
	(void)rmdir(f->path);
	free(f);
	return 0;
}

static int read_file(struct folder *f)
{
	memset(&f->got, 0, sizeof(f->got));
	arena_init(&f->got.arena);
	f->got.problems = PROBLEMS_INIT(4);
	return yaml_read(f->file, &f->got.arena, &f->got.root, &f->got.problems);
}

static void check_file(struct folder *f, int want, const char *problem)
{
	char text[256];

	assert_int_equal(read_file(f), want);
	(void)snprintf(text, sizeof(text), "cannot read '%s': %s", f->file, problem);
	assert_int_equal(f->got.problems.count, 1);
	assert_string_equal(f->got.problems.list[0].text, text);
	reading_end(&f->got);
}

static void write_file(const struct folder *f, const char *text, size_t size)
{
	FILE *out = fopen(f->file, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fflush(out), 0);
	assert_int_equal(ftruncate(fileno(out), (off_t)size), 0);
	assert_int_equal(fclose(out), 0);
}

static void files(void **state)
{
	struct folder *f = *state;

	check_file(f, -ENOENT, "No such file or directory");
	write_file(f, "a: b\n", 5);
	assert_int_equal(read_file(f), 0);
	assert_int_equal(f->got.root.kind, NODE_MAPPING);
	reading_end(&f->got);
	write_file(f, "a: b\n", YAML_MAX_FILE + 1);
	check_file(f, -EFBIG, "it is larger than 1048576 bytes");
}

static void no_regular_file(void **state)
{
	struct folder *f = *state;

	assert_int_equal(mkfifo(f->file, 0600), 0);
	check_file(f, -EINVAL, "not a regular file");
	assert_int_equal(unlink(f->file), 0);
	assert_int_equal(mkdir(f->file, 0700), 0);
	check_file(f, -EINVAL, "not a regular file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees),
		cmocka_unit_test(places_count_from_one),
		cmocka_unit_test(keys_are_found),
		cmocka_unit_test(reported),
		cmocka_unit_test(refused),
		cmocka_unit_test(attacks),
		cmocka_unit_test(alias_bomb),
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test_setup_teardown(files, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(no_regular_file, folder_make, folder_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
