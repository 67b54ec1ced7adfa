#include "reports/jsonl.h"

#include "tests/unit/reports/hostile.h"
#include "tests/unit/reports/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

struct lines {
	char *text;
	size_t len;
	json_t *list;                 /* one object a line */
};

/* Each line is one flat object with a time and an action. */
static json_t *parse(char *text)
{
	json_t *list = json_array();

	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		json_t *o = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, NULL);
		const char *key;
		json_t *value;

		assert_true(json_is_object(o));
		assert_non_null(json_object_get(o, "Time"));
		assert_non_null(json_object_get(o, "Action"));
		json_object_foreach(o, key, value)
			assert_false(json_is_object(value));
		assert_int_equal(json_array_append_new(list, o), 0);
	}
	return list;
}

static struct lines write_lines(const struct run *run)
{
	struct lines l = { 0 };
	FILE *out = open_memstream(&l.text, &l.len);

	assert_non_null(out);
	assert_int_equal(jsonl_write(run, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(l.text[l.len - 1], '\n');
	l.list = parse(l.text);
	return l;
}

static void lines_release(struct lines *l)
{
	free(l->text);
	json_decref(l->list);
}

static bool has(const json_t *o, const char *key, const char *value)
{
	const char *is = json_string_value(json_object_get(o, key));

	return is && strcmp(is, value) == 0;
}

static const json_t *find(const struct lines *l, const char *action, const char *id)
{
	size_t i;
	json_t *o;

	json_array_foreach(l->list, i, o)
		if (has(o, "Action", action) && (!id || has(o, "id", id)))
			return o;
	return NULL;
}

static int64_t number(const json_t *o, const char *key)
{
	assert_true(json_is_integer(json_object_get(o, key)));
	return json_integer_value(json_object_get(o, key));
}

static void a_run_begins_and_ends(void **state)
{
	CLEANUP(lines_release) struct lines l = write_lines(&sample_run);
	const json_t *start = json_array_get(l.list, 0);
	const json_t *end = json_array_get(l.list, json_array_size(l.list) - 1);

	(void)state;
	assert_true(has(start, "Action", "start"));
	assert_true(has(start, "Time", "2026-01-31T09:30:00Z"));
	assert_int_equal(number(start, "schema"), JSONL_SCHEMA);
	assert_true(has(start, "target", TARGET));
	assert_true(has(end, "Action", "end"));
	assert_true(has(end, "Time", "2026-01-31T09:30:05.012000Z"));
	assert_int_equal(number(end, "total"), ARRAY_SIZE(sample_results));
	assert_int_equal(number(end, "exit_code"), run_exit_code(&sample_run));
}

static void every_result_has_its_verdict(void **state)
{
	CLEANUP(lines_release) struct lines l = write_lines(&sample_run);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sample_results); i++)
		assert_non_null(find(&l, verdict_name(sample_results[i].verdict),
				     sample_results[i].id));
	assert_null(find(&l, "run", "conditional/if-match-stale"));
	assert_null(find(&l, "run", "rules/date-present"));
}

static void a_failure_says_all(void **state)
{
	CLEANUP(lines_release) struct lines l = write_lines(&sample_run);
	const json_t *run = find(&l, "run", "host/missing"), *fail = find(&l, "fail", "host/missing");

	(void)state;
	assert_non_null(run);
	assert_non_null(fail);
	assert_int_equal(number(run, "line"), 17);
	assert_true(has(fail, "file", "cases/host/host.yaml"));
	assert_int_equal(number(fail, "line"), 23);
	assert_true(has(fail, "level", "MUST"));
	assert_true(has(fail, "expected", "status 400"));
	assert_true(has(fail, "seen", "status 200"));
	assert_int_equal(number(fail, "attempt"), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(fail, "reqs"), 0)),
			    "RFC9112-3.2-6");
	assert_non_null(strstr(l.text, "\"Elapsed\":0.002345,"));
}

static void a_rule_says_how_often(void **state)
{
	CLEANUP(lines_release) struct lines l = write_lines(&sample_run);
	const json_t *fail = find(&l, "fail", "rules/date-present");

	(void)state;
	assert_int_equal(number(fail, "times_seen"), 12);
	assert_int_equal(number(fail, "times_broken"), 9);
	assert_true(has(fail, "first_case", "host/missing"));
}

/* The bytes of findings come with them, in the order of time; those of a pass do not. */
static void findings_have_their_transcript(void **state)
{
	CLEANUP(lines_release) struct lines l = write_lines(&sample_run);
	size_t i, n = 0;
	json_t *o;

	(void)state;
	json_array_foreach(l.list, i, o)
		if (has(o, "Action", "output") && has(o, "id", "framing/both-lengths")) {
			assert_true(has(o, "kind", event_name(framing_both[n].kind)));
			assert_true(has(o, "connection", framing_both[n].connection));
			n++;
		}
	assert_int_equal(n, ARRAY_SIZE(framing_both));
	assert_non_null(strstr(l.text, "\"text\":\"GET / HTTP/1.1\\\\r\\\\n\\\\r\\\\n\","
				       "\"base64\":\"R0VUIC8gSFRUUC8xLjENCg0K\""));
	assert_non_null(strstr(l.text, "\"note\":\"no response within 5 s\""));
	assert_non_null(strstr(l.text, "\"omitted\":69971"));
	assert_null(find(&l, "output", "host/accepted"));
}

static void hostile_bytes_stay_in_their_line(void **state)
{
	uint64_t seed = 9;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char reason[200], bytes[200];
		struct event event = { EVENT_RECEIVED, "main", i, { bytes, 0 }, 0, reason };
		struct result result = sample_results[5];
		struct run run = sample_run;

		event.bytes.len = hostile_fill(&seed, bytes, sizeof(bytes));
		reason[hostile_fill(&seed, reason, sizeof(reason) - 1)] = '\0';
		result.verdict = VERDICT_FAIL;
		result.reason = result.seen = reason;
		result.events = &event;
		result.nevents = 1;
		run.results = &result;
		run.count = 1;

		CLEANUP(lines_release) struct lines l = write_lines(&run);

		assert_int_equal(json_array_size(l.list), 5);
		for (size_t k = 0; k < l.len; k++) {
			unsigned char c = (unsigned char)l.text[k];

			assert_true(c == '\n' || (c >= ' ' && c < 0x80));
		}
	}
}

static void a_full_disk_is_an_error(void **state)
{
	CLEANUP(file_closep) FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	assert_int_equal(jsonl_begin(&sample_run, full), -ENOSPC);
}

/* Who reads along sees each line as soon as it happened. */
static void lines_are_there_at_once(void **state)
{
	int ends[2];
	char got[4096];

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);

	FILE *out = fdopen(ends[1], "w");

	assert_non_null(out);
	assert_int_equal(jsonl_case_started(&sample_run, &sample_results[5], out), 0);

	ssize_t n = read(ends[0], got, sizeof(got));

	assert_true(n > 0);
	assert_int_equal(got[n - 1], '\n');
	assert_int_equal(jsonl_case_ended(&sample_run, &sample_results[0], out), 0);
	n = read(ends[0], got, sizeof(got));
	assert_true(n > 0);
	assert_int_equal(got[n - 1], '\n');
	(void)fclose(out);
	(void)close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_begins_and_ends),
		cmocka_unit_test(every_result_has_its_verdict),
		cmocka_unit_test(a_failure_says_all),
		cmocka_unit_test(a_rule_says_how_often),
		cmocka_unit_test(findings_have_their_transcript),
		cmocka_unit_test(hostile_bytes_stay_in_their_line),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(lines_are_there_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
