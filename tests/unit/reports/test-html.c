#include "reports/html.h"

#include "base/buffer.h"
#include "reports/html-markup.h"
#include "reports/html/embedded.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/hostile.h"
#include "tests/unit/reports/sample.h"

#include <libxml/HTMLparser.h>
#include <openssl/evp.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

enum { MOST = 1 << 26 };

static char *written(const struct run *run)
{
	return written_by(html_write, run);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static void assert_holds(const char *page, const char *what)
{
	print_message("  %s\n", what);
	assert_non_null(strstr(page, what));
}

/* ---- what the sample shows ---- */

static void a_finding_says_all(void **state)
{
	(void)state;
	CLEANUP(freep) char *page = written(&sample_run);

	assert_holds(page, "<details class=\"fail\" data-level=\"MUST\">");
	assert_holds(page, "<dt>expected</dt><dd>status 400</dd>");
	assert_holds(page, "<dt>seen</dt><dd>status 200</dd>");
	assert_holds(page, "href=\"https://www.rfc-editor.org/rfc/rfc9112#section-3.2\"");
	assert_holds(page, "<p class=\"why\">Two parties that guess");
	assert_holds(page, "<code>GET / HTTP/1.1\\r\\n\n\\r\\n</code>");
	assert_holds(page, "failed at <code>cases/host/host.yaml:23:9</code>");
	assert_holds(page, "<code>httpcheck run cases/host/host.yaml:17 --target");
	assert_holds(page, "the target reset the connection (RST)");
	assert_holds(page, "<i>4999.0 ms pass</i>");
	assert_holds(page, "69971 more bytes not shown");
	assert_holds(page, "; 1 known to the baseline <span>exit 3</span>");
	assert_holds(page, "applied to 12 responses");
	assert_holds(page, "<td>TRACE is refused with 405</td>");
	assert_holds(page, " failed: http://127.0.0.1:8080 - httpcheck</title>");
}

/* Without style, script and their digests: those are files of their own. */
static void golden_page(void **state)
{
	(void)state;
	CLEANUP(freep) char *page = written(&sample_run);

	golden_cut(page, "style-src 'sha256-", "'");
	golden_cut(page, "script-src 'sha256-", "'");
	golden_cut(page, "<style>", "</style>");
	golden_cut(page, "<script>", "</script>");
	assert_golden(page, GOLDEN "html.html");
}

static void each_result_is_there_once(void **state)
{
	(void)state;
	CLEANUP(freep) char *page = written(&sample_run);

	assert_int_equal(count(page, "<summary><span class=\"verdict\">"), sample_run.count);
	for (size_t i = 0; i < sample_run.count; i++) {
		CLEANUP(buffer_release) struct buffer id = BUFFER_INIT(MOST);

		assert_int_equal(buffer_printf(&id, "id=\"%s\"", sample_results[i].id), 0);
		assert_int_equal(count(page, buffer_str(&id)), 1);
	}
}

static void what_a_run_may_have(void **state)
{
	(void)state;
	static const char *const by[] = { "host/missing" };
	static const struct covered coverage[] = {
		{ clause_host, COVERAGE_COVERED, "", by, 1 },
		{ clause_both, COVERAGE_MISSING, "", NULL, 0 },
		{ clause_date, COVERAGE_UNTESTABLE, "nobody sees the clock", NULL, 0 },
	};
	static const struct stale_entry stale[] = {
		{ "host/accepted", { "known.yaml", 3, 1 }, "passes now" },
	};
	static const char *const options[] = { "--strict", "cases/" };
	struct run run = sample_run;

	run.coverage = coverage;
	run.ncoverage = ARRAY_SIZE(coverage);
	run.stale = stale;
	run.nstale = ARRAY_SIZE(stale);
	run.options = options;
	run.noptions = ARRAY_SIZE(options);
	run.shard = 2;
	run.shards = 3;

	CLEANUP(freep) char *page = written(&run);

	assert_holds(page, "1 covered, 1 missing, 1 untestable");
	assert_holds(page, "<b>RFC9112</b> <small>1 covered, 1 missing, 0 untestable</small>");
	assert_holds(page, "nobody sees the clock");
	assert_holds(page, "<a href=\"#host/missing\">host/missing</a>");
	assert_holds(page, "<code>host/accepted</code> passes now <small>known.yaml:3</small>");
	assert_holds(page, "<code>--strict cases/</code>");
	assert_holds(page, "<dd>2 of 3</dd>");
}

static void a_run_of_nothing(void **state)
{
	(void)state;
	struct run run = sample_run;

	run.count = 0;

	CLEANUP(freep) char *page = written(&run);

	assert_holds(page, "Nothing ran");
	assert_null(strstr(page, "<form"));
	assert_holds(page, "</html>\n");
}

/* ---- links ---- */

static char *emitted(void (*emit)(struct html *h, const char *text), const char *text)
{
	char *page = NULL;
	size_t len;
	FILE *out = open_memstream(&page, &len);
	CLEANUP(html_release) struct html h;

	html_init(&h, out);
	emit(&h, text);
	assert_int_equal(fclose(out), 0);
	return page;
}

static void only_clauses_are_links(void **state)
{
	(void)state;
	static const struct {
		const char *id, *section;
	} row[] = {
		{ "RFC9112-3.2-6", "rfc9112#section-3.2\"" },
		{ "RFC6265-4.1.1", "rfc6265#section-4.1.1\"" },
		{ "RFC9110-15.5.6-1", "rfc9110#section-15.5.6\"" },
		{ "RFC9112", NULL },
		{ "RFC-1", NULL },
		{ "RFC9112-", NULL },
		{ "RFC9112x-1", NULL },
		{ "", NULL },
		{ "javascript:alert(1)", NULL },
		{ "RFC9112-\"><b>", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(freep) char *text = emitted(html_clause_link, row[i].id);

		print_message("  %s\n", row[i].id);
		assert_int_equal(count(text, "<a href"), row[i].section != NULL);
		assert_int_equal(count(text, "<"), row[i].section ? 2 : 0);
		if (row[i].section)
			assert_non_null(strstr(text, row[i].section));
	}
}

/* Any name becomes a fragment that needs no escaping, and no two the same. */
static void anchors_are_plain_and_differ(void **state)
{
	(void)state;
	CLEANUP(freep) char *brackets = emitted(html_anchor, "host/invalid[a b]");
	CLEANUP(freep) char *spelt = emitted(html_anchor, "~5b");
	CLEANUP(freep) char *bracket = emitted(html_anchor, "[");

	assert_string_equal(brackets, "host/invalid~5ba~20b~5d");
	assert_string_equal(bracket, "~5b");
	assert_string_equal(spelt, "~7e5b");
}

/* ---- the policy ---- */

static void assert_digest(const char *page, const char *directive, const char *from, const char *to)
{
	CLEANUP(buffer_release) struct buffer want = BUFFER_INIT(MOST);
	unsigned char digest[32], base64[64];
	unsigned len;

	assert_int_equal(EVP_Digest(from, (size_t)(to - from), digest, &len, EVP_sha256(), NULL),
			 1);
	(void)EVP_EncodeBlock(base64, digest, (int)len);
	assert_int_equal(buffer_printf(&want, "; %s 'sha256-%s'", directive, (char *)base64), 0);
	assert_holds(page, buffer_str(&want));
}

/* The one between two tags, and there is but one such pair. */
static void find_between(const char *page, const char *open, const char *close, const char **from,
			 const char **to)
{
	assert_int_equal(count(page, open), 1);
	assert_int_equal(count(page, close), 1);
	*from = strstr(page, open) + strlen(open);
	*to = strstr(*from, close);
	assert_non_null(*to);
}

static void policy_names_what_is_in_the_page(void **state)
{
	(void)state;
	CLEANUP(freep) char *page = written(&sample_run);
	const char *from, *to;

	assert_holds(page, "content=\"default-src 'none'; style-src 'sha256-");
	assert_holds(page, "base-uri 'none'; form-action 'none'\">");
	find_between(page, "<style>", "</style>", &from, &to);
	assert_digest(page, "style-src", from, to);
	assert_memory_equal(from, html_style, (uintptr_t)html_style_end - (uintptr_t)html_style);
	find_between(page, "<script>", "</script>", &from, &to);
	assert_digest(page, "script-src", from, to);
}

/* ---- hostile content: a page of the same elements and attributes, whatever the texts ---- */

static void print_shape(struct buffer *out, const xmlNode *node)
{
	for (; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		assert_int_equal(buffer_printf(out, "<%s", (const char *)node->name), 0);
		for (const xmlAttr *a = node->properties; a; a = a->next)
			assert_int_equal(buffer_printf(out, " %s", (const char *)a->name), 0);
		assert_int_equal(buffer_add_str(out, ">"), 0);
		print_shape(out, node->children);
		assert_int_equal(buffer_add_str(out, "</>"), 0);
	}
}

static void shape_of(const char *page, struct buffer *ret)
{
	htmlDocPtr doc = htmlReadMemory(page, (int)strlen(page), NULL, "utf-8",
					HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
						HTML_PARSE_NONET);

	assert_non_null(doc);
	print_shape(ret, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
}

enum {
	CLAUSE_ID,
	KEYWORD,
	SENTENCE,
	TAG,
	CONNECTION,
	BYTES_SENT,
	BYTES_RECEIVED,
	NOTE,
	ID,
	TITLE,
	WHY,
	PLACE,
	REASON,
	EXPECTED,
	SEEN,
	KNOWN,
	REPLAY,
	TEXTS
};

struct texts {
	char at[TEXTS][96];
	struct clause clause;
	const char *tags[1];
	struct event events[4];
};

/* The result has a text in each place that can have one; |fill| says which. */
static struct result result_of(struct texts *t, void (*fill)(char *, size_t, uint64_t *),
			       uint64_t *seed)
{
	struct slice sent = slice_of(t->at[BYTES_SENT], 90);
	struct slice received = slice_of(t->at[BYTES_RECEIVED], 90);
	const char *connection = t->at[CONNECTION], *note = t->at[NOTE];

	for (size_t i = 0; i < TEXTS; i++)
		fill(t->at[i], sizeof(t->at[i]), seed);
	t->clause = (struct clause){ t->at[CLAUSE_ID], t->at[KEYWORD], t->at[SENTENCE],
				     LEVEL_MUST };
	t->tags[0] = t->at[TAG];
	t->events[0] = (struct event){ EVENT_SENT, connection, 0, sent, 3, "" };
	t->events[1] = (struct event){ EVENT_RECEIVED, "b", 1, received, 0, "" };
	t->events[2] = (struct event){ EVENT_NOTE, connection, 2, { 0 }, 0, note };
	t->events[3] = (struct event){ EVENT_FIN, "b", 3, { 0 }, 0, note };
	return (struct result){
		.id = t->at[ID],
		.theme = "theme",
		.title = t->at[TITLE],
		.why = t->at[WHY],
		.place = { t->at[PLACE], 1, 2 },
		.failed_at = { t->at[PLACE], 3, 4 },
		.clauses = &t->clause,
		.nclauses = 1,
		.level = LEVEL_MUST,
		.tags = t->tags,
		.ntags = 1,
		.verdict = VERDICT_FAIL,
		.reason = t->at[REASON],
		.expected = t->at[EXPECTED],
		.seen = t->at[SEEN],
		.known = t->at[KNOWN],
		.replay = t->at[REPLAY],
		.attempts = 2,
		.events = t->events,
		.nevents = ARRAY_SIZE(t->events),
	};
}

static void fill_tame(char *out, size_t room, uint64_t *seed)
{
	memset(out, 'a', room - 1);
	out[0] = (char)('a' + (*seed)++ % 26); /* no two the same: equal ones are not shown twice */
	out[room - 1] = '\0';
}

/* Markup that closes what is open, random bytes; no NUL, for most are C strings. */
static void fill_hostile(char *out, size_t room, uint64_t *seed)
{
	static const char *const markup[] = {
		"</code><script>alert(1)</script>",
		"\"><img src=x onerror=alert(1)>",
		"</style>",
		"</title>",
		"' onclick='x",
		"<!--",
		"</details></section>",
		"&lt;",
		"<b>",
	};
	const char *piece = markup[next_random(seed) % ARRAY_SIZE(markup)];
	size_t len = strlen(piece);

	memset(out, 'a', room);
	memcpy(out, piece, len);
	(void)hostile_fill(seed, out + len, room - len - 1);
	for (size_t i = 0; i < room - 1; i++)
		out[i] = out[i] ? out[i] : 'n';
	out[room - 1] = '\0';
}

static char *page_of(void (*fill)(char *, size_t, uint64_t *), uint64_t *seed)
{
	struct texts texts;
	struct result r = result_of(&texts, fill, seed);
	char target[96], note[96];
	struct run run = sample_run;

	fill(target, sizeof(target), seed);
	fill(note, sizeof(note), seed);
	run.target = target;
	run.target_note = note;
	run.results = &r;
	run.count = 1;
	return written(&run);
}

static void texts_never_become_markup(void **state)
{
	(void)state;
	CLEANUP(buffer_release) struct buffer tame = BUFFER_INIT(MOST);
	uint64_t seed = 9112;
	CLEANUP(freep) char *page = page_of(fill_tame, &seed);

	shape_of(page, &tame);
	assert_non_null(strstr(buffer_str(&tame), "<section"));
	for (int i = 0; i < 500; i++) {
		CLEANUP(buffer_release) struct buffer shape = BUFFER_INIT(MOST);
		CLEANUP(freep) char *hostile_page = page_of(fill_hostile, &seed);

		shape_of(hostile_page, &shape);
		assert_string_equal(buffer_str(&shape), buffer_str(&tame));
		for (const char *c = hostile_page; *c; c++)
			assert_true((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t' ||
				    *c == '\r');
	}
}

/* ---- the writer itself ---- */

static void out_of_room_is_an_error(void **state)
{
	(void)state;
	FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	(void)html_write(&sample_run, full);

	bool seen = ferror(full);

	assert_true(fclose(full) != 0 || seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_page),
		cmocka_unit_test(a_finding_says_all),
		cmocka_unit_test(each_result_is_there_once),
		cmocka_unit_test(what_a_run_may_have),
		cmocka_unit_test(a_run_of_nothing),
		cmocka_unit_test(only_clauses_are_links),
		cmocka_unit_test(anchors_are_plain_and_differ),
		cmocka_unit_test(policy_names_what_is_in_the_page),
		cmocka_unit_test(texts_never_become_markup),
		cmocka_unit_test(out_of_room_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
