#include "read-suite.h"

#include "runner/bytes.h"

/* Proofs of the case reader. */

static struct suite *read_proof_ok(const struct catalogue *c, const char *proof)
{
	CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

	(void)buffer_printf(&yaml, FILE_HEAD CASE_HEAD
			    "   steps: [{send: a}, {send: b, on: b}, {connect: {as: cc}}]\n"
			    "   proof:\n%s", proof);
	return read_suite_ok(c, buffer_str(&yaml));
}

/* An answer as text: words, waits and bytes with a slash between them. */
static void show(const struct answer *a, struct buffer *out)
{
	static const char *const words[] = {
		[ANSWER_SILENCE] = "SILENCE",       [ANSWER_CLOSE] = "CLOSE",
		[ANSWER_CUT] = "CUT",
		[ANSWER_RESET] = "RESET",           [ANSWER_HALF_CLOSE] = "HALF-CLOSE",
	};

	for (size_t i = 0; i < a->nparts; i++) {
		const struct answer_part *p = &a->parts[i];

		if (i)
			(void)buffer_add_str(out, "/");
		if (p->kind == ANSWER_BYTES)
			assert_int_equal(bytes_expand(&p->bytes, NULL, out, NULL), 0);
		else if (p->kind == ANSWER_WAIT)
			(void)buffer_printf(out, "WAIT %s", p->wait.text.raw.at);
		else
			(void)buffer_add_str(out, words[p->kind]);
	}
}

static void show_item(const struct proof_item *item, struct buffer *out)
{
	for (size_t i = 0; i < item->non; i++) {
		const struct answers *a = &item->on[i];

		(void)buffer_printf(out, "%s%s%s:", i ? " " : "", a->connection,
				    a->each_exchange ? "*" : "");
		for (size_t k = 0; k < a->count; k++) {
			(void)buffer_add_str(out, k ? ", " : " ");
			show(&a->list[k], out);
		}
	}
}

static void items(void **state)
{
	static const struct {
		const char *item, *want;
	} row[] = {
		{ "silence", "main*: SILENCE" },
		{ "close", "main*: CLOSE" },
		{ "reset", "main*: RESET" },
		{ "half-close", "main*: HALF-CLOSE" },
		{ "cut", "main*: CUT" },
		{ "'close'", "main*: CLOSE" },        /* quoting never changes a meaning */
		{ "Close", "main*: Close" },
		{ "\"a\\x62\"", "main*: ab" },
		{ "\"\"", "main*: " },
		{ "{utf8: close}", "main*: close" },
		{ "{lines: [a, b]}", "main*: a\r\nb\r\n" },
		{ "{wait: 1s}", "main*: WAIT 1s" },
		{ "[a, {wait: 300ms}, {hex: '62'}, close]", "main*: a/WAIT 300ms/b/CLOSE" },
		{ "{script: [a, close]}", "main: a, CLOSE" },
		{ "{script: [[a, close], {hex: '62'}]}", "main: a/CLOSE, b" },
		{ "{script: a}", "main*: a" },
		{ "{script: [a], on: {b: [c, reset], cc: silence}}",
		  "main: a b: c, RESET cc*: SILENCE" },
		{ "{script: a, on: {alive: close}}", "main*: a alive*: CLOSE" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer proof = BUFFER_INIT(512);
		CLEANUP(buffer_release) struct buffer got = BUFFER_INIT(512);

		print_message("  %s\n", row[i].item);
		(void)buffer_printf(&proof, "     refuses: [silence]\n     accepts:\n     - %s\n",
				    row[i].item);

		struct suite *s = read_proof_ok(*state, buffer_str(&proof));

		assert_int_equal(s->cases[0].nrefuses, 1);
		assert_int_equal(s->cases[0].naccepts, 1);
		show_item(&s->cases[0].accepts[0], &got);
		assert_string_equal(buffer_str(&got), row[i].want);
		assert_int_equal(s->cases[0].accepts[0].place.line, 11);
		assert_int_equal(s->cases[0].accepts[0].place.column, 8);
		suite_free(s);
	}
}

static void variables(void **state)
{
	struct suite *s = read_suite_ok(*state, FILE_HEAD CASE_HEAD
					"   each: {v: [x]}\n"
					"   steps: [{expect: {capture: {e: status}}}]\n"
					"   proof: {refuses: ['${v} ${e} ${get} ${host}']}\n");

	suite_free(s);
	read_suite_bad(*state, "of nobody",
		       FILE_HEAD CASE_HEAD CASE_STEPS "   proof: {refuses: ['${xyzzy}']}\n",
		       "8:22: unknown variable 'xyzzy'");
}

/* ---- what is wrong; the value of proof begins at 8:11 ---- */

static void bad_proofs(void **state)
{
	static const struct bad_row row[] = {
		{ "no refuses", "{accepts: [close]}", "8:11: 'proof' needs 'refuses'" },
		{ "refuses nothing", "{refuses: []}", "8:21: 'refuses' without an answer" },
		{ "refuses a word", "{refuses: close}", "8:21: 'refuses' must be a list" },
		{ "a list", "[close]", "8:11: 'proof' must be a mapping of keys to values" },
		{ "a misspelt key", "{refuse: [close], refuses: [close]}",
		  "8:12: unknown key 'refuse' in 'proof', did you mean 'refuses'?" },
		{ "an empty answer", "{refuses: [[]]}",
		  "8:22: an answer without anything: write 'silence'" },
		{ "an empty script", "{refuses: [{script: []}]}",
		  "8:31: a script without an answer" },
		{ "on without a script", "{refuses: [{on: {b: [close]}}]}",
		  "8:22: an item of a proof needs 'script'\n"
		  "8:28: unknown connection 'b'" },
		{ "an unknown connection", "{refuses: [{script: [close], on: {bb: [close]}}]}",
		  "8:45: unknown connection 'bb'" },
		{ "main by its name", "{refuses: [{script: [close], on: {main: [close]}}]}",
		  "8:45: the script of main is 'script'" },
		{ "a misspelt key of an item", "{refuses: [{script: [close], no: {}}]}",
		  "8:40: unknown key 'no' in an item of a proof, did you mean 'on'?" },
		{ "an unknown part", "{refuses: [{wiat: 1s}]}",
		  "8:23: unknown part 'wiat' in an answer, did you mean 'wait'?" },
		{ "an empty part", "{refuses: [{}]}", "8:22: an empty part of an answer" },
		{ "a wait without a unit", "{refuses: [[a, {wait: 1}]]}",
		  "8:33: '1' is not a duration such as 300ms, 2s or ${timeouts.idle} + 500ms" },
		{ "a wait and more", "{refuses: [{wait: 1s, hex: '00'}]}",
		  "8:33: unknown key 'hex' in 'wait'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		CLEANUP(buffer_release) struct buffer yaml = BUFFER_INIT(65536);

		(void)buffer_printf(&yaml, FILE_HEAD CASE_HEAD CASE_STEPS "   proof: %s\n",
				    row[i].yaml);
		read_suite_bad(*state, row[i].why, buffer_str(&yaml), row[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items),
		cmocka_unit_test(variables),
		cmocka_unit_test(bad_proofs),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
