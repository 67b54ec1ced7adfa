#include "reports/json.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "reports/json-find.h"
#include "reports/json-read.h"
#include "tests/unit/reports/hostile.h"
#include "tests/unit/reports/sample.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#define GOLDEN "tests/unit/reports/golden/run.json"

/* ---- a run with something in every member ---- */

static const char *const words[] = { "cases/", "--target", TARGET, "--shard=2/3" };
static const char *const all_ids[] = { "host/accepted", "host/missing", "host/two" };
static const char *const by[] = { "host/missing", "rules/date-present" };

static const struct covered covered[] = {
	{ clause_host, COVERAGE_COVERED, "", by, ARRAY_SIZE(by) },
	{ clause_date, COVERAGE_MISSING, "", NULL, 0 },
	{ clause_method, COVERAGE_UNTESTABLE, "nobody can see it", NULL, 0 },
};

static const struct stale_entry stale[] = {
	{ "host/two", { "baseline.txt", 3, 1 }, "passes now" },
	{ "host/gone", { 0 }, "no such case" },
};

static struct result full_results[ARRAY_SIZE(sample_results)];

static struct run full_run(void)
{
	struct run run = sample_run;

	memcpy(full_results, sample_results, sizeof(sample_results));
	full_results[5].known = "issue 12";
	full_results[5].began = 123456;
	full_results[12].times_broken = 3;
	full_results[12].first_case = "host/missing";
	run.results = full_results;
	run.libraries = "libcurl/7.88.1";
	run.target_note = "gestartet von \xc2\xabM\xc3\xbcller\xc2\xbb";
	run.profile = "server.yaml";
	run.options = words;
	run.noptions = ARRAY_SIZE(words);
	run.suite = "0123456789abcdef";
	run.fail_on = FAIL_ON_SHOULD;
	run.strict_baseline = true;
	run.interrupted = 15;
	run.shard = 2;
	run.shards = 3;
	run.chosen = all_ids;
	run.nchosen = ARRAY_SIZE(all_ids);
	run.coverage = covered;
	run.ncoverage = ARRAY_SIZE(covered);
	run.stale = stale;
	run.nstale = ARRAY_SIZE(stale);
	return run;
}

/* ---- a run whose lines and columns the tests below name ---- */

static const struct event small_events[] = { SENT(0, "GET / HTTP/1.1\r\n\r\n") };

static const struct result small_results[] = {
	{ .id = "a/a", .theme = "a", .verdict = VERDICT_PASS, .events = small_events, .nevents = 1 },
	{ .id = "a/b", .theme = "a", .verdict = VERDICT_FAIL },
	{ .id = "rules/x", .theme = "rules" },
};

static const struct run small_run = {
	.program = "httpcheck", .target = "http://a", .serial = true, .started = 1769851800,
	.duration = 1000, .results = small_results, .count = ARRAY_SIZE(small_results),
};

/* ---- writing and reading ---- */

struct text {
	char *at;
	size_t len;
};

static void text_release(struct text *t)
{
	free(t->at);
}

static struct text write_run(const struct run *run)
{
	struct text t = { 0 };
	FILE *out = open_memstream(&t.at, &t.len);

	assert_non_null(out);
	assert_int_equal(json_write(run, out), 0);
	assert_int_equal(fclose(out), 0);
	return t;
}

static int read_back(struct slice text, struct arena *a, struct run *ret, char *error, size_t room)
{
	struct problem problem = { 0 };
	int r = json_read_text(text, "run.json", a, ret, &problem);

	error[0] = '\0';
	if (r < 0)
		problem_format(&problem, error, room);
	return r;
}

/* Written, read and written again gives the same bytes; the run read is |*ret|. */
static void assert_round_trip(const struct run *run, struct arena *a, struct run *ret)
{
	CLEANUP(text_release) struct text first = write_run(run);
	char error[1024];

	if (read_back(slice_of(first.at, first.len), a, ret, error, sizeof(error)) < 0)
		fail_msg("%s", error);

	CLEANUP(text_release) struct text second = write_run(ret);

	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.at, second.at, first.len);
}

static void the_sample_is_the_golden_file(void **state)
{
	CLEANUP(text_release) struct text got = write_run(&sample_run);
	static char want[1 << 16];

	(void)state;
	if (getenv("HTTPCHECK_UPDATE_GOLDEN")) {
		CLEANUP(file_closep) FILE *out = fopen(GOLDEN, "we");

		assert_non_null(out);
		assert_int_equal(fwrite(got.at, 1, got.len, out), got.len);
		return;
	}

	CLEANUP(file_closep) FILE *in = fopen(GOLDEN, "re");

	assert_non_null(in);
	want[fread(want, 1, sizeof(want) - 1, in)] = '\0';
	assert_string_equal(got.at, want);
}

static void what_is_read_is_what_was_written(void **state)
{
	struct run run = full_run(), back;
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_round_trip(&run, &a, &back);
	assert_string_equal(back.target, TARGET);
	assert_string_equal(back.profile, "server.yaml");
	assert_int_equal(back.noptions, ARRAY_SIZE(words));
	assert_string_equal(back.options[3], "--shard=2/3");
	assert_int_equal(back.started, sample_run.started);
	assert_true(back.serial);
	assert_int_equal(back.fail_on, FAIL_ON_SHOULD);
	assert_int_equal(back.interrupted, 15);
	assert_int_equal(back.shards, 3);
	assert_string_equal(back.chosen[2], "host/two");
	assert_int_equal(back.count, ARRAY_SIZE(sample_results));
	assert_string_equal(back.results[5].known, "issue 12");
	assert_int_equal(back.results[5].began, 123456);
	assert_int_equal(back.results[5].failed_at.line, 23);
	assert_null(back.results[0].known);
	assert_null(back.results[0].failed_at.file);
	assert_int_equal(back.results[12].times_broken, 3);
	assert_string_equal(back.results[12].first_case, "host/missing");
	assert_int_equal(back.results[1].nclauses, 2);
	assert_string_equal(back.results[1].tags[1], "smuggling");
	assert_int_equal(back.coverage[2].state, COVERAGE_UNTESTABLE);
	assert_string_equal(back.coverage[0].clause->id, "RFC9112-3.2-6");
	assert_string_equal(back.coverage[0].by[1], "rules/date-present");
	assert_string_equal(back.stale[0].place.file, "baseline.txt");
	arena_release(&a);
}

static void bytes_come_back_as_they_were(void **state)
{
	struct run run = full_run(), back;
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_round_trip(&run, &a, &back);
	assert_int_equal(back.results[1].nevents, ARRAY_SIZE(framing_both));
	for (size_t i = 0; i < ARRAY_SIZE(framing_both); i++) {
		const struct event *got = &back.results[1].events[i];

		assert_int_equal(got->kind, framing_both[i].kind);
		assert_int_equal(got->at, framing_both[i].at);
		assert_int_equal(got->omitted, framing_both[i].omitted);
		assert_string_equal(got->connection, framing_both[i].connection);
		assert_string_equal(got->note, framing_both[i].note);
		assert_true(slice_eq(got->bytes, framing_both[i].bytes));
	}
	arena_release(&a);
}

/* Nothing that a server or an author can put into a string gets lost or breaks the file. */
static void hostile_strings_come_back_as_they_were(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char reason[200], bytes[200], tag[50];
		size_t len = hostile_fill(&seed, bytes, sizeof(bytes));
		const char *tags[] = { tag };
		struct event event = { EVENT_RECEIVED, "main", i, { bytes, len }, 0, reason };
		struct result result = sample_results[5];
		struct run run = sample_run, back;
		struct arena a;

		reason[hostile_fill(&seed, reason, sizeof(reason) - 1)] = '\0';
		tag[hostile_fill(&seed, tag, sizeof(tag) - 1)] = '\0';
		result.reason = result.seen = reason;
		result.known = tag;
		result.tags = tags;
		result.ntags = 1;
		result.events = &event;
		result.nevents = 1;
		run.results = &result;
		run.count = 1;
		run.target_note = tag;
		arena_init(&a);
		assert_round_trip(&run, &a, &back);
		assert_string_equal(back.results[0].reason, reason);
		assert_string_equal(back.results[0].known, tag);
		assert_string_equal(back.results[0].tags[0], tag);
		assert_true(slice_eq(back.results[0].events[0].bytes, event.bytes));
		arena_release(&a);
	}
}

static void all_of_it_is_ascii_in_lines(void **state)
{
	struct run run = full_run();
	CLEANUP(text_release) struct text text = write_run(&run);

	(void)state;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\n' && (text.at[i] < ' ' || text.at[i] > '~'))
			fail_msg("byte %02x at %zu", (unsigned char)text.at[i], i);
	assert_non_null(strstr(text.at, "\n{\"id\":\"host/missing\",\"verdict\":\"fail\","));
}

/* ---- what is refused ---- */

static const struct {
	const char *why, *from, *to, *error;
} bad_row[] = {
	{ "another version", "\"schema\":1", "\"schema\":2",
	  "run.json:2:10: schema is not 1, the only one that this httpcheck reads" },
	{ "no version", "\"schema\":1,", "",
	  "run.json:1:1: the report has no 'schema': is it one of httpcheck?" },
	{ "a member that is not there", "\"profile\":null,\n", "",
	  "run.json:1:1: the report has no 'profile'" },
	{ "a member that is not known", "\"serial\":true", "\"serial\":true,\"x\\u001b\":1",
	  "run.json:1:1: the report has a member 'x\\x1b', which is not known" },
	{ "a member twice", "\"serial\":true", "\"serial\":true,\"serial\":true",
	  "run.json:9:22: not JSON: duplicate object key near '\"serial\"'" },
	{ "a word that is none", "\"verdict\":\"fail\"", "\"verdict\":\"failed\"",
	  "run.json:25:23: results[1].verdict is none of the words from 'pass' to 'error'" },
	{ "a string for a number", "\"duration_us\":1000,", "\"duration_us\":\"5012000\",",
	  "run.json:17:15: duration_us is no number from 0 to 1000000000000000" },
	{ "below the range", "\"duration_us\":1000,", "\"duration_us\":-1,",
	  "run.json:17:15: duration_us is no number from 0 to 1000000000000000" },
	{ "above the range", "\"duration_us\":1000,", "\"duration_us\":1000000000000001,",
	  "run.json:17:15: duration_us is no number from 0 to 1000000000000000" },
	{ "no integer", "\"duration_us\":1000,", "\"duration_us\":1.5,",
	  "run.json:17:15: duration_us is no number from 0 to 1000000000000000" },
	{ "more than 64 bits", "\"duration_us\":1000,", "\"duration_us\":99999999999999999999,",
	  "run.json:17:34: not JSON: too big integer near '99999999999999999999'" },
	{ "a signal there is not", "\"interrupted\":0", "\"interrupted\":65",
	  "run.json:20:15: interrupted is no number from 0 to 64" },
	{ "null for a string", "\"target\":\"http://a\"", "\"target\":null",
	  "run.json:7:10: target is no string" },
	{ "null for a flag", "\"serial\":true", "\"serial\":null",
	  "run.json:9:10: serial is neither true nor false" },
	{ "a string for a list", "\"options\":[]", "\"options\":\"\"",
	  "run.json:11:11: options is no array" },
	{ "an object for a list of objects", "\"stale\":[]", "\"stale\":{}",
	  "run.json:21:9: stale is no array" },
	{ "a string for an object", "\"stale\":[]", "\"stale\":[ \"a\" ]",
	  "run.json:21:11: stale[0] is no object" },
	{ "half a time", "2026-01-31T09:30:00Z", "2026-01-31T09:30Z",
	  "run.json:16:11: started is no time such as 2026-01-31T09:30:00Z" },
	{ "a time that is not there", "2026-01-31T09:30:00Z", "2026-02-31T09:30:00Z",
	  "run.json:16:11: started is no time such as 2026-01-31T09:30:00Z" },
	{ "no base64", "\"base64\":\"R0VUIC8gSFRUUC8xLjENCg0K\"", "\"base64\":\"R0VUI\"",
	  "run.json:24:422: results[0].events[0].bytes.base64 is no base64" },
	{ "base64 with line ends", "\"base64\":\"R0VUIC8gSFRUUC8xLjENCg0K\"",
	  "\"base64\":\"R0VUIC8gSFRUUC8xLjE\\n\\n\\n\\n\"",
	  "run.json:24:422: results[0].events[0].bytes.base64 is no base64" },
	{ "bits behind the last byte", "\"base64\":\"R0VUIC8gSFRUUC8xLjENCg0K\"",
	  "\"base64\":\"R0VUIC8gSFRUUC8xLjENCg1=\"",
	  "run.json:24:422: results[0].events[0].bytes.base64 is no base64" },
	{ "bytes without text", "\"bytes\":{\"text\":", "\"bytes\":{\"texts\":",
	  "run.json:24:376: results[0].events[0].bytes has not just 'text' and 'base64', both "
	  "strings" },
	{ "a NUL in a string", "\"target\":\"", "\"target\":\"\\u0000",
	  "run.json:7:25: not JSON: \\u0000 is not allowed without JSON_ALLOW_NUL near "
	  "'\"\\u0000http://a\"'" },
	{ "a NUL in a string of bytes", "\"target\":\"http://a\"",
	  "\"target\":{\"text\":\"\",\"base64\":\"AAAA\"}",
	  "run.json:7:10: target holds a NUL" },
	{ "results out of order", "\"id\":\"a/b\"", "\"id\":\"Z\"",
	  "run.json:25:1: results[1] does not come behind the one before it by its id" },
	{ "a result twice", "\"id\":\"a/b\"", "\"id\":\"a/a\"",
	  "run.json:25:1: results[1] does not come behind the one before it by its id" },
	{ "a rule before the cases", "\"theme\":\"a\"", "\"theme\":\"rules\"",
	  "run.json:25:1: results[1] does not come behind the one before it by its id" },
	{ "a shard beyond the last", "\"shard\":0", "\"shard\":1",
	  "run.json:14:9: shard is not from 1 to 'shards'" },
	{ "a shard without number", "\"shards\":0", "\"shards\":2",
	  "run.json:14:9: shard is not from 1 to 'shards'" },
	{ "chosen cases out of order", "\"chosen\":[]", "\"chosen\":[\"b\",\"a\"]",
	  "run.json:22:15: chosen[1] does not come behind the one before it" },
	{ "a rule that was chosen", "\"chosen\":[]", "\"chosen\":[\"rules/x\"]",
	  "run.json:22:11: chosen[0] is a rule, and no case" },
	{ "no UTF-8", "http://a", "\xff\x1b[2J",
	  "run.json:7:10: not JSON: unable to decode byte 0xff near '\"'" },
};

/* |text| with |to| in place of the first |from|. */
static struct buffer replaced(struct text text, const char *from, const char *to)
{
	struct buffer b = BUFFER_INIT(1 << 20);
	const char *hit = strstr(text.at, from);

	assert_non_null(hit);
	assert_int_equal(buffer_add(&b, text.at, (size_t)(hit - text.at)), 0);
	assert_int_equal(buffer_add_str(&b, to), 0);
	assert_int_equal(buffer_add_str(&b, hit + strlen(from)), 0);
	return b;
}

static void bad_reports_are_refused_where_they_are_bad(void **state)
{
	CLEANUP(text_release) struct text good = write_run(&small_run);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_row); i++) {
		CLEANUP(buffer_release)
		struct buffer bad = replaced(good, bad_row[i].from, bad_row[i].to);
		struct run run;
		struct arena a;
		char error[1024];

		print_message("  %s\n", bad_row[i].why);
		arena_init(&a);
		(void)read_back(buffer_slice(&bad), &a, &run, error, sizeof(error));
		assert_string_equal(error, bad_row[i].error);
		arena_release(&a);
	}
}

static void a_part_of_a_report_is_none(void **state)
{
	CLEANUP(text_release) struct text good = write_run(&sample_run);
	char error[1024];

	(void)state;
	for (size_t len = 0; len < good.len - 2; len += 13) {
		CLEANUP(freep) char *part = malloc(len + 1);  /* so that ASan sees its end */
		struct run run;
		struct arena a;

		assert_non_null(part);
		memcpy(part, good.at, len);
		arena_init(&a);
		assert_int_equal(read_back(slice_of(part, len), &a, &run, error, sizeof(error)),
				 -EINVAL);
		assert_memory_equal(error, "run.json:", strlen("run.json:"));
		arena_release(&a);
	}
}

/* Whatever a byte is changed to: an error with its place, or a run that writes well. */
static void changed_bytes_do_no_harm(void **state)
{
	struct run full = full_run();
	CLEANUP(text_release) struct text text = write_run(&full);
	static const char odd[] = "\"\\{}[]:,0-9eE.tfn/= \n\x80\xff";
	uint64_t seed = 60;
	int refused = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char *at = &text.at[next_random(&seed) % text.len], was = *at, error[1024];
		struct run run;
		struct arena a;

		*at = odd[next_random(&seed) % (sizeof(odd) - 1)];
		arena_init(&a);
		if (read_back(slice_of(text.at, text.len), &a, &run, error, sizeof(error)) == 0) {
			CLEANUP(text_release) struct text again = write_run(&run);

			assert_true(again.len > 0);
		} else {
			assert_memory_equal(error, "run.json:", strlen("run.json:"));
			refused++;
		}
		arena_release(&a);
		*at = was;
	}
	assert_true(refused > 1500);
}

static void depth_and_number_are_bounded(void **state)
{
	static char text[2 * JSON_READ_VALUES + 16];
	struct run run;
	struct arena a;
	char error[1024];

	(void)state;
	arena_init(&a);
	memset(text, '[', 1000000);
	assert_int_equal(read_back(slice_of(text, 1000000), &a, &run, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "not JSON: maximum parsing depth reached"));
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "0,", 2);
	assert_int_equal(read_back(slice_of(text, sizeof(text)), &a, &run, error, sizeof(error)),
			 -EFBIG);
	arena_release(&a);
}

static void files_that_are_none(void **state)
{
	struct problem problem = { 0 };
	struct run run;
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_int_equal(json_read("no/such/file", &a, &run, &problem), -ENOENT);
	assert_string_equal(problem.text, "cannot read 'no/such/file': No such file or directory");
	assert_int_equal(json_read("tests", &a, &run, &problem), -EINVAL);
	assert_int_equal(json_read(GOLDEN, &a, &run, &problem), 0);
	assert_int_equal(run.count, sample_run.count);
	arena_release(&a);
}

/* ---- where a value stands ---- */

static const struct {
	const char *text;
	const char *key;              /* of the root; null: |index| */
	size_t index;
	int line, column;
} find_row[] = {
	{ "{\"a\":1,\"b\":2}", "b", 0, 1, 12 },
	{ " { \"a\" : { \"b\" : 7 } ,\n \"b\" : [ ] }", "b", 0, 2, 8 },
	{ "{\"x\":\"\\\"b\\\":\",\"b\":true}", "b", 0, 1, 19 },
	{ "{\"x\":\"{[\",\"y\":{\"b\":[[],{}]},\"b\":0}", "b", 0, 1, 33 },
	{ "{\"a\":1}", "b", 0, 1, 1 },
	{ "[10, [1,2], \"a,b\",\n{}]", NULL, 3, 2, 1 },
	{ "[10, [1,2], \"a,b\",\n{}]", NULL, 0, 1, 2 },
	{ "[10, [1,2], \"a,b\",\n{}]", NULL, 2, 1, 13 },
};

static void values_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(find_row); i++) {
		struct json_path root = { 0 }, path = { &root, find_row[i].key, find_row[i].index };
		struct place place = { 0 };

		print_message("  %s\n", find_row[i].text);
		json_find(slice_str(find_row[i].text), &path, &place);
		assert_int_equal(place.line, find_row[i].line);
		assert_int_equal(place.column, find_row[i].column);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_the_golden_file),
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(bytes_come_back_as_they_were),
		cmocka_unit_test(hostile_strings_come_back_as_they_were),
		cmocka_unit_test(all_of_it_is_ascii_in_lines),
		cmocka_unit_test(bad_reports_are_refused_where_they_are_bad),
		cmocka_unit_test(a_part_of_a_report_is_none),
		cmocka_unit_test(changed_bytes_do_no_harm),
		cmocka_unit_test(depth_and_number_are_bounded),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(values_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
