/* Report writers: a run whose every string is a stranger's. Each format is read back by who
 * would read it, or by its rules; nothing in it is a control character. */

#include "fuzz.h"

#include "base/cleanup.h"
#include "reports/report.h"
#include "tests/unit/reports/sample.h"

#include <jansson.h>
#include <libxml/parser.h>

enum { RESULTS = 3, STRINGS = 8 };

struct strange {
	char *string[RESULTS][STRINGS];
	struct event events[RESULTS];
	struct clause clauses[RESULTS];
	struct result results[RESULTS];
	struct run run;
};

static void fill_result(struct strange *s, size_t i, struct slice *in)
{
	static const char *const ids[RESULTS] = { "a/a", "a/b", "rules/c" };
	char **text = s->string[i];
	unsigned dice = take_byte(in);

	for (size_t k = 0; k < STRINGS; k++) {
		size_t n = take_byte(in);

		text[k] = string_copy(take(in, n));
	}
	s->events[i] = (struct event){ (enum event_kind)(dice % (EVENT_NOTE + 1)),
				       text[0],
				       5,
				       slice_str(text[1]),
				       dice,
				       text[2] };
	s->clauses[i] = (struct clause){ "RFC9112-3.2-6", text[3], text[4], LEVEL_MUST };
	s->results[i] = (struct result){
		.id = ids[i],
		.theme = i == 2 ? "rules" : "a",
		.title = text[5],
		.why = text[6],
		.place = { i == 2 ? NULL : "cases/a.yaml", 1, 1 },
		.clauses = &s->clauses[i],
		.nclauses = 1,
		.level = (enum level)(dice % 3),
		.verdict = (enum verdict)(dice / 3 % VERDICTS),
		.reason = text[7],
		.expected = text[0],
		.seen = text[1],
		.replay = text[2],
		.attempts = 1,
		.times_seen = i == 2,
		.events = &s->events[i],
		.nevents = 1,
		.known = dice & 64 ? text[3] : NULL,
	};
}

static void fill(struct strange *s, struct slice in)
{
	for (size_t i = 0; i < RESULTS; i++)
		fill_result(s, i, &in);
	s->run = (struct run){ .program = "httpcheck",
			       .libraries = "",
			       .target = s->string[0][5],
			       .target_note = s->string[0][6],
			       .profile = s->string[0][7],
			       .cases_path = "cases/",
			       .results = s->results,
			       .count = RESULTS,
			       .suite = "",
			       .options = (const char *const *)s->string[1],
			       .noptions = STRINGS };
}

static void release(struct strange *s)
{
	for (size_t i = 0; i < RESULTS; i++)
		for (size_t k = 0; k < STRINGS; k++)
			free(s->string[i][k]);
}

/* ---- what must hold of each format ---- */

/* For terminals and pages; JSON is for programs: RFC 8259 leaves DEL and C1 as they are. */
static void no_controls(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		MUST((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t');
		MUST(c != 0xc2 || i + 1 == text.len || (unsigned char)text.at[i + 1] >= 0xa0);
	}
}

static void is_xml(struct slice text)
{
	no_controls(text);

	xmlDoc *doc = xmlReadMemory(text.at, (int)text.len, "report.xml", NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	MUST(doc);
	xmlFreeDoc(doc);
}

static void is_json(struct slice text)
{
	json_t *value = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				   NULL);

	MUST(value);
	json_decref(value);
}

static void is_jsonl(struct slice text)
{
	while (text.len) {
		struct slice line = take(&text, slice_find(text, '\n'));

		is_json(line);
		text = slice_skip(text, 1);
	}
}

/* Lines of TAP are ours; what others said stands behind a "#" or in indented YAML. */
static void is_tap(struct slice text)
{
	size_t tests = 0;

	no_controls(text);
	while (text.len) {
		struct slice line = take(&text, slice_find(text, '\n'));
		bool test = slice_starts(line, SLICE("ok ")) ||
			    slice_starts(line, SLICE("not ok "));

		tests += test;
		MUST(test || line.len == 0 || line.at[0] == '#' || line.at[0] == ' ' ||
		     slice_is(line, "TAP version 14") || slice_starts(line, SLICE("1..")) ||
		     slice_is(line, "Bail out! no case came to a verdict"));
		text = slice_skip(text, 1);
	}
	MUST(tests == RESULTS);
}

/* Commands to the runner of a job begin with "::"; ours are annotations only. */
static void is_github(struct slice text)
{
	no_controls(text);
	while (text.len) {
		struct slice line = take(&text, slice_find(text, '\n'));

		MUST(!slice_starts(line, SLICE("##[")));
		MUST(!slice_starts(line, SLICE("::")) || slice_starts(line, SLICE("::error ")) ||
		     slice_starts(line, SLICE("::warning ")) ||
		     slice_starts(line, SLICE("::notice ")) ||
		     slice_starts(line, SLICE("::error::")) ||
		     slice_starts(line, SLICE("::warning::")) ||
		     slice_starts(line, SLICE("::notice::")));
		text = slice_skip(text, 1);
	}
}

/* The name of a tag with its "<", "</" or "<!"; quotes in it are in pairs. */
static struct slice next_tag(struct slice *page)
{
	struct slice tag;
	size_t n = 1, quotes = 0;

	*page = slice_skip(*page, slice_find(*page, '<'));
	while (n < page->len && !strchr(" >\n", page->at[n]))
		n++;
	tag = slice_sub(*page, 0, n);
	for (; n < page->len && (page->at[n] != '>' || quotes % 2); n++)
		quotes += page->at[n] == '"';
	MUST(quotes % 2 == 0);
	if (slice_is(tag, "<script") ||
	    slice_is(tag, "<style")) /* the page's own: see the policy */
		n = slice_find_slice(*page, slice_is(tag, "<style") ? SLICE("</style")
								    : SLICE("</script"));
	*page = slice_skip(*page, n);
	return tag;
}

static struct slice sample_page(void)
{
	static char *text;
	static size_t len;

	if (!text) {
		FILE *out = open_memstream(&text, &len);

		MUST(out && report_format_find("html")->write(&sample_run, out) == 0);
		MUST(fclose(out) == 0);
	}
	return slice_of(text, len);
}

static bool is_among(const struct slice list[], size_t n, struct slice s)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(list[i], s))
			return true;
	return false;
}

static bool knows_tag(struct slice tag)
{
	static struct slice known[200];
	static size_t n;

	if (n == 0) {
		struct slice page = sample_page();

		for (struct slice t; (t = next_tag(&page)).len;) {
			MUST(n < ARRAY_SIZE(known));
			if (n == 0 || !is_among(known, n, t))
				known[n++] = t;
		}
	}
	return is_among(known, n, tag);
}

/* A stranger's words open no tag that a page of ours does not have. */
static void is_html(struct slice page)
{
	struct slice tag;

	no_controls(page);
	while ((tag = next_tag(&page)).len)
		MUST(knows_tag(tag));
}

static const struct {
	const char *name;
	void (*check)(struct slice text);
} formats[] = {
	{ "junit", is_xml },	     { "junit-strict", is_xml }, { "json", is_json },
	{ "jsonl", is_jsonl },	     { "tap", is_tap },		 { "github", is_github },
	{ "markdown", no_controls }, { "sarif", is_json },	 { "html", is_html },
};

static void check_format(const struct report_format *f, const struct run *run)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(out && f->write(run, out) == 0 && fclose(out) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i].name, f->name) == 0)
			formats[i].check(slice_of(text, len));
	free(text);
}

static void check_console(const struct run *run)
{
	static const struct console_options how = { .verbose = true, .columns = 80 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(out && console_write(run, &how, out) == 0 && fclose(out) == 0);
	no_controls(slice_of(text, len));
	free(text);
}

void fuzz_input(struct slice in)
{
	struct strange s = { 0 };

	fill(&s, in);
	for (const struct report_format *f = report_formats; f->name; f++)
		check_format(f, &s.run);
	check_console(&s.run);
	release(&s);
}
