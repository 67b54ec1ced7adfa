#include "reports/junit.h"

#include "base/buffer.h"
#include "reports/visible.h"
#include "tests/unit/reports/sample.h"
#include "tests/unit/reports/strange.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* Schemas are read from the root of the project, where the tests run. */
static const struct flavour {
	const char *schema;
	int (*write)(const struct run *run, FILE *out);
} junit = { "reports/junit.rng", junit_write },
  junit_strict = { "reports/junit-strict.rng", junit_strict_write };

static const struct flavour *const flavours[] = { &junit, &junit_strict };

/* Neither the writer nor a schema may make libxml2 complain. */
__attribute__((format(printf, 2, 3)))
static void complaint(void *context, const char *format, ...)
{
	va_list args;
	char text[512];

	(void)context;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print_error("libxml2: %s", text);
}

static char *written(const struct flavour *f, const struct run *run)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(f->write(run, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static void doc_freep(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

static void xml_freep(xmlChar **text)
{
	xmlFree(*text);
}

static xmlDoc *parsed(const struct flavour *f, const struct run *run)
{
	CLEANUP(freep) char *text = written(f, run);
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL,
				    XML_PARSE_NONET | XML_PARSE_HUGE);

	assert_non_null(doc);
	return doc;
}

static bool validates(xmlDoc *doc, const char *schema_path)
{
	xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt(schema_path);
	xmlRelaxNG *schema = xmlRelaxNGParse(parser);

	assert_non_null(schema);

	xmlRelaxNGValidCtxt *context = xmlRelaxNGNewValidCtxt(schema);
	int r = xmlRelaxNGValidateDoc(context, doc);

	xmlRelaxNGFreeValidCtxt(context);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(parser);
	assert_true(r >= 0);
	return r == 0;
}

/* The value of an XPath expression as a number or a string. */
static double number(xmlDoc *doc, xmlNode *at, const char *expression)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);

	context->node = at ? at : xmlDocGetRootElement(doc);

	xmlXPathObject *object = xmlXPathEval((const xmlChar *)expression, context);

	assert_non_null(object);

	double value = xmlXPathCastToNumber(object);

	xmlXPathFreeObject(object);
	xmlXPathFreeContext(context);
	return value;
}

static xmlChar *string(xmlDoc *doc, const char *expression)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *object = xmlXPathEval((const xmlChar *)expression, context);

	assert_non_null(object);

	xmlChar *value = xmlXPathCastToString(object);

	xmlXPathFreeObject(object);
	xmlXPathFreeContext(context);
	return value;
}

static void assert_xpath(xmlDoc *doc, const char *expression, const char *want)
{
	CLEANUP(xml_freep) xmlChar *got = string(doc, expression);

	print_message("  %s\n", expression);
	assert_string_equal((const char *)got, want);
}

/* The case of that name, in an XPath expression. */
#define OF(id) "//testsuite/testcase[@name='" id "'][@classname!='httpcheck.baseline']"
#define STALE(id) "//testcase[@name='" id "'][@classname='httpcheck.baseline']"

/* ---- the sample ---- */

static void valid_by_the_schema(void **state)
{
	(void)state;
	struct run strict = sample_strict_run(), empty = sample_run;

	empty.count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(flavours); i++) {
		const struct run *const runs[] = { &sample_run, &strict, &empty };

		for (size_t k = 0; k < ARRAY_SIZE(runs); k++) {
			CLEANUP(doc_freep) xmlDoc *doc = parsed(flavours[i], runs[k]);

			assert_true(validates(doc, flavours[i]->schema));
		}
	}
}

/* The schemas can say no: each refuses the other flavour, and the faults below. */
static const struct {
	const char *why, *from, *to;
} fault[] = {
	{ "failure and skipped at once", "</failure>",
	  "</failure><skipped type=\"a\" message=\"b\"/>" },
	{ "time with two decimals",      "time=\"5.012\"", "time=\"5.01\"" },
	{ "time with a comma",           "time=\"5.012\"", "time=\"5,012\"" },
	{ "timestamp with a zone",       "T09:30:00\"", "T09:30:00Z\"" },
	{ "no counter",                  " errors=\"1\"", "" },
	{ "no name",                     "testcase name=\"host/missing\"", "testcase" },
	{ "an element of another kind",  "<system-out>", "<system-out/><flaky/><system-out>" },
};

static xmlDoc *with_fault(const struct flavour *f, size_t i)
{
	CLEANUP(freep) char *text = written(f, &sample_run);
	CLEANUP(buffer_release) struct buffer broken = BUFFER_INIT(1 << 20);
	const char *at = strstr(text, fault[i].from);

	assert_non_null(at);
	assert_int_equal(buffer_add(&broken, text, (size_t)(at - text)), 0);
	assert_int_equal(buffer_add_str(&broken, fault[i].to), 0);
	assert_int_equal(buffer_add_str(&broken, at + strlen(fault[i].from)), 0);

	xmlDoc *doc = xmlReadMemory(broken.at, (int)broken.len, NULL, NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	return doc;
}

__attribute__((format(printf, 2, 3)))
static void quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static void schemas_refuse(void **state)
{
	(void)state;
	xmlSetGenericErrorFunc(NULL, quiet);
	for (size_t k = 0; k < ARRAY_SIZE(flavours); k++) {
		CLEANUP(doc_freep) xmlDoc *doc = parsed(flavours[k], &sample_run);

		assert_false(validates(doc, flavours[1 - k]->schema));
		for (size_t i = 0; i < ARRAY_SIZE(fault); i++) {
			CLEANUP(doc_freep) xmlDoc *broken = with_fault(flavours[k], i);

			print_message("  %s: %s\n", flavours[k]->schema, fault[i].why);
			assert_false(validates(broken, flavours[k]->schema));
		}
	}
	xmlSetGenericErrorFunc(NULL, complaint);
}

static void counters_count(void **state)
{
	(void)state;
	static const char *const claims[] = {
		"@tests = count(.//testcase)", "@failures = count(.//failure)",
		"@errors = count(.//error)",
	};
	struct run strict = sample_strict_run();
	const struct run *const runs[] = { &sample_run, &strict };

	for (size_t k = 0; k < ARRAY_SIZE(runs); k++) {
		CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, runs[k]);
		xmlNode *root = xmlDocGetRootElement(doc);

		for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
			assert_true(number(doc, root, claims[i]) == 1);
			for (xmlNode *suite = xmlFirstElementChild(root); suite;
			     suite = xmlNextElementSibling(suite))
				assert_true(number(doc, suite, claims[i]) == 1);
		}
		assert_true(number(doc, root, "@skipped = count(.//skipped)") == 1);
		assert_true(number(doc, root, "count(testsuite) = 7") == 1);
		assert_true(number(doc, root, "count(.//testcase) = 17") == 1);
	}
}

struct claim {
	const char *xpath, *want;
};

static const struct claim of_the_sample[] = {
	/* each verdict */
	{ "count(" OF("host/accepted") "/*[self::failure or self::error or self::skipped])", "0" },
	{ "string(" OF("host/missing") "/failure/@message)",
	  "no outcome of the expectation holds: expected status 400, seen status 200" },
	{ "string(" OF("host/missing") "/failure/@type)", "RFC9112-3.2-6" },
	{ "substring-before(" OF("host/missing") "/failure, ': ')", "cases/host/host.yaml:23:9" },
	{ "count(" OF("framing/both-lengths") "/error)", "1" },
	{ "string(" OF("ranges/first-bytes") "/skipped/@message)",
	  "the profile has no resource 'range'" },
	{ "string(" OF("framing/chunk-extension") "/skipped)",
	  "inconclusive: the control: chunked content without extension was answered with 411" },
	{ "count(" OF("methods/unknown") "/failure)", "0" },
	{ "string(" OF("methods/unknown") "//property[@name='verdict']/@value)", "warn" },
	{ "contains(" OF("methods/unknown") "/system-out, "
	  "'warn: cases/methods/unknown.yaml:14:9: expected status 501, seen status 405')",
	  "true" },
	{ "contains(" OF("methods/trace") "/system-out, 'TRACE is refused with 405')", "true" },

	{ "count(" OF("host/accepted") "/flakyFailure)", "1" },
	{ "count(//flakyFailure)", "1" },

	/* what the baseline knows, and what it should no longer say */
	{ "string(" OF("host/two") "/skipped/@type)", "known" },
	{ "string(" OF("host/two") "/skipped/@message)",
	  "known (issue 12: the old parser takes the first one): no outcome of the expectation "
	  "holds: expected status 400, seen status 200" },
	{ "string(" OF("host/two") "//property[@name='known']/@value)",
	  "issue 12: the old parser takes the first one" },
	{ "string(//testsuite[last()]/@name)", "baseline [bundled httpcheck-server, model iterative]" },
	{ "string(" STALE("methods/gone") "/skipped/@message)", "stale: no such case" },
	{ "string(" STALE("methods/gone") "/@file)", "baseline.yaml" },
	{ "string(" STALE("methods/gone") "/@line)", "9" },

	/* what readers look for */
	{ "string(/testsuites/@time)", "5.012" },
	{ "string(//testsuite[1]/@timestamp)", "2026-01-31T09:30:00" },
	{ "string(//testsuite[1]//property[@name='server-model']/@value)", "serial" },
	{ "string(//testsuite[3]/@name)", "host [bundled httpcheck-server, model iterative]" },
	{ "string(//testsuite[last() - 1]/@name)", "rules [bundled httpcheck-server, model iterative]" },
	{ "string(" OF("host/missing") "/@time)", "0.002" },
	{ "string(" OF("host/missing") "/@classname)", "httpcheck.host" },
	{ "string(" OF("host/missing") "/@file)", "cases/host/host.yaml" },
	{ "string(" OF("host/missing") "/@line)", "17" },
	{ "string(" OF("framing/both-lengths") "/@assertions)", "3" },
	{ "string(" OF("framing/both-lengths") "//property[@name='req'][1]/@value)",
	  "RFC9112-6.1-13" },
	{ "string(" OF("framing/both-lengths") "//property[@name='level']/@value)", "MUST" },
	{ "count(" OF("framing/both-lengths") "//property[@name='tag'])", "2" },
	{ "string(" OF("rules/date-present") "/@assertions)", "12" },
	{ "count(" OF("rules/date-present") "/@file)", "0" },
	{ "contains(" OF("host/missing") "/system-out, '0 ms  > GET / HTTP/1.1\\r\\n')", "true" },
};

static const struct claim of_a_strict_run[] = {
	{ "string(" OF("methods/unknown") "/failure/@message)",
	  "expected status 501, seen status 405" },
	{ "string(" OF("methods/unknown") "//property[@name='verdict']/@value)", "warn" },
	{ "count(" OF("methods/unknown") "/system-out)", "0" },
	{ "string(" OF("framing/chunk-extension") "/failure/@message)",
	  "inconclusive: the control: chunked content without extension was answered with 411" },
	{ "count(" OF("host/two") "/skipped)", "1" },
	{ "string(" STALE("methods/gone") "/failure/@type)", "stale" },
	{ "string(/testsuites/@failures)", "7" },
};

static void assert_claims(xmlDoc *doc, const struct claim *claims, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_xpath(doc, claims[i].xpath, claims[i].want);
}

static void claims(void **state)
{
	(void)state;
	struct run strict_run = sample_strict_run();
	CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &sample_run);
	CLEANUP(doc_freep) xmlDoc *strict = parsed(&junit, &strict_run);

	assert_claims(doc, of_the_sample, ARRAY_SIZE(of_the_sample));
	assert_claims(strict, of_a_strict_run, ARRAY_SIZE(of_a_strict_run));

	CLEANUP(doc_freep) xmlDoc *jenkins = parsed(&junit_strict, &sample_run);

	assert_xpath(jenkins, "count(//flakyFailure)", "1");
}

/* What the baseline knows is never red. */
static void what_is_known_is_skipped(void **state)
{
	(void)state;
	static const struct {
		enum verdict verdict;
		enum fail_on fail_on;
		const char *skipped;
	} row[] = {
		{ VERDICT_FAIL, FAIL_ON_MUST, "1" }, { VERDICT_ERROR, FAIL_ON_MUST, "1" },
		{ VERDICT_WARN, FAIL_ON_SHOULD, "0" }, { VERDICT_INCONCLUSIVE, FAIL_ON_ANY, "1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct result r = plain_result();
		struct run run = run_of(&r, 1);

		r.verdict = row[i].verdict;
		r.known = "issue 12";
		run.fail_on = row[i].fail_on;
		CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &run);

		assert_xpath(doc, "count(//failure | //error)", "0");
		assert_xpath(doc, "count(//skipped[@type='known'])", row[i].skipped);
		r.known = NULL;
		CLEANUP(doc_freep) xmlDoc *unknown = parsed(&junit, &run);

		assert_xpath(unknown, "count(//failure | //error)", "1");
	}
}

static void timestamp_is_utc(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "NPT-5:45", 1), 0);
	tzset();

	CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &sample_run);

	assert_xpath(doc, "string(//testsuite[1]/@timestamp)", "2026-01-31T09:30:00");
	assert_int_equal(unsetenv("TZ"), 0);
}

/* ---- strange content ---- */

static void line_ends_in_attributes(void **state)
{
	(void)state;
	struct result r = plain_result();
	struct run run = run_of(&r, 1);

	r.reason = "a\rb\nc\td\x1b";
	CLEANUP(freep) char *text = written(&junit, &run);

	assert_non_null(strstr(text, "message=\"a&#13;b&#10;c&#9;d\\x1b\""));

	CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &run);

	assert_xpath(doc, "string(//failure/@message)", "a\rb\nc\td\\x1b");
	assert_xpath(doc, "string(//failure)", "a\rb\nc\td\\x1b\n");
}

/* GitLab and Jenkins make a link of it. */
static void no_attachment_of_the_target(void **state)
{
	(void)state;
	struct event e = { EVENT_RECEIVED, "main", 0, SLICE("[[ATTACHMENT|/etc/passwd]]"), 0, "" };
	struct result r = plain_result();
	struct run run = run_of(&r, 1);

	r.verdict = VERDICT_WARN;
	r.seen = "[[[ATTACHMENT|a]] [[ATTACHMENT|b]]";
	r.events = &e;
	r.nevents = 1;

	CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &run);

	assert_xpath(doc, "contains(//system-out, '[[ATTACHMENT')", "false");
	assert_xpath(doc, "contains(//system-out, "
			  "'[\\x5b[ATTACHMENT|a]] \\x5b[ATTACHMENT|b]]')", "true");
	assert_xpath(doc, "contains(//system-out, '< \\x5b[ATTACHMENT|/etc/passwd]]')", "true");
}

/* ---- the bytes that a transcript shows, read back out of it ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char hex_pair(const char *s)
{
	return (char)(hex_digit(s[0]) * 16 + hex_digit(s[1]));
}

/* The byte that the escape behind a backslash stands for; |*s| moves behind it. */
static char escaped(const char **s)
{
	char letter = *(*s)++;

	switch (letter) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'x':
		*s += 2;
		return hex_pair(*s - 2);
	default:
		return letter;
	}
}

static void unescape(const char *s, const char *end, struct buffer *out)
{
	while (s < end) {
		char byte = *s++;

		assert_int_equal(buffer_add_byte(out, byte == '\\' ? escaped(&s) : byte), 0);
	}
}

static bool is_hex_row(const char *s, const char *end)
{
	for (int i = 0; i < 4; i++)
		if (end - s < 6 || hex_digit(s[i]) < 0)
			return false;
	return s[4] == ':' && s[5] == ' ';
}

/* "0010: 1f8b 08                    ..." */
static void unhex(const char *s, struct buffer *out)
{
	for (int i = 0; i < 16; i++) {
		const char *pair = s + 6 + i * 2 + i / 2;

		if (hex_digit(pair[0]) < 0)
			return;
		assert_int_equal(buffer_add_byte(out, hex_pair(pair)), 0);
	}
}

enum { LEAD = 9 + 2 };                /* in front of the mark where there is one connection */

static void read_back(const char *transcript, struct buffer *out)
{
	buffer_clear(out);
	for (const char *line = transcript; *line;) {
		const char *end = strchr(line, '\n');

		assert_non_null(end);
		assert_true(end - line > LEAD + 1);
		assert_int_equal(line[LEAD], '<');
		line += LEAD + 2;
		if (is_hex_row(line, end))
			unhex(line, out);
		else
			unescape(line, end, out);
		line = end + 1;
	}
}

/* Ten documents of a thousand cases each, every string of them random. */
enum { DOCUMENTS = 10, CASES = 1000 };

static xmlNode *child(xmlNode *of, const char *name)
{
	for (xmlNode *n = xmlFirstElementChild(of); n; n = xmlNextElementSibling(n))
		if (strcmp((const char *)n->name, name) == 0)
			return n;
	return NULL;
}

static xmlChar *get(xmlNode *of, const char *attribute)
{
	return xmlGetProp(of, (const xmlChar *)attribute);
}

static void assert_case_reads_back(xmlNode *testcase, const struct strange *s)
{
	CLEANUP(buffer_release) struct buffer want = BUFFER_INIT(1 << 16);
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(1 << 16);
	xmlNode *property = xmlFirstElementChild(child(testcase, "properties"));
	CLEANUP(xml_freep) xmlChar *title = get(property, "value");
	CLEANUP(xml_freep) xmlChar *message = get(child(testcase, "failure"), "message");
	CLEANUP(xml_freep) xmlChar *output = xmlNodeGetContent(child(testcase, "system-out"));

	assert_int_equal(visible_add(&want, s->title, BREAKS_KEPT), 0);
	assert_string_equal((const char *)title, buffer_str(&want));
	buffer_clear(&want);
	assert_int_equal(visible_add(&want, s->seen, BREAKS_KEPT), 0);
	if (want.len)
		assert_int_equal(strncmp((const char *)message, want.at, want.len), 0);

	/* The title may hold line ends: the transcript begins behind it. */
	const char *transcript = strstr((const char *)output, "     0 ms  < ");

	if (s->event.bytes.len == 0)
		return;
	assert_non_null(transcript);
	read_back(transcript, &got);
	assert_int_equal(got.len, s->event.bytes.len);
	assert_memory_equal(got.at, s->bytes, got.len);
}

static void random_strings(void **state)
{
	(void)state;
	static struct strange strange[CASES];
	static struct result results[CASES];
	struct run run = run_of(results, CASES);
	uint64_t seed = 7;

	for (int d = 0; d < DOCUMENTS; d++) {
		for (size_t i = 0; i < CASES; i++)
			fill_strange(&strange[i], &results[i], &seed);

		CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &run);
		CLEANUP(doc_freep) xmlDoc *strict = parsed(&junit_strict, &run);
		size_t i = 0;

		assert_true(validates(doc, junit.schema));
		assert_true(validates(strict, junit_strict.schema));

		xmlNode *suite = child(xmlDocGetRootElement(doc), "testsuite");

		for (xmlNode *n = child(suite, "testcase"); n; n = xmlNextElementSibling(n))
			assert_case_reads_back(n, &strange[i++]);
		assert_int_equal(i, CASES);
	}
}

static void every_byte(void **state)
{
	(void)state;
	char all[256], text[256];
	struct event e = { EVENT_RECEIVED, "main", 0, slice_of(all, sizeof(all)), 0, "" };
	struct result r = plain_result();
	struct run run = run_of(&r, 1);
	CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(1 << 16);

	for (int c = 0; c < 256; c++)
		all[c] = (char)c;
	memcpy(text, all + 1, 255);
	text[255] = '\0';
	r.title = "title";
	r.reason = r.seen = r.expected = r.why = r.replay = r.id = text;
	r.events = &e;
	r.nevents = 1;

	CLEANUP(doc_freep) xmlDoc *doc = parsed(&junit, &run);
	CLEANUP(xml_freep) xmlChar *output = string(doc, "string(//system-out)");

	read_back(strchr((const char *)output, '\n') + 1, &got);
	assert_int_equal(got.len, 256);
	assert_memory_equal(got.at, all, 256);
}

int main(void)
{
	xmlSetGenericErrorFunc(NULL, complaint);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_by_the_schema),
		cmocka_unit_test(schemas_refuse),
		cmocka_unit_test(counters_count),
		cmocka_unit_test(claims),
		cmocka_unit_test(what_is_known_is_skipped),
		cmocka_unit_test(timestamp_is_utc),
		cmocka_unit_test(line_ends_in_attributes),
		cmocka_unit_test(no_attachment_of_the_target),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(every_byte),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	xmlRelaxNGCleanupTypes();
	xmlCleanupParser();
	return failed;
}
