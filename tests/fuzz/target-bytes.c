/* Texts of cases: variables put in, durations added up. */

#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/bytes.h"

#include <errno.h>

static const struct variable list[] = {
	{ "get", SLICE("/") },
	{ "status", SLICE("/status/{code}") },
	{ "torn", SLICE("/a}b{c") },
	{ "timeouts.idle", SLICE("3s") },
	{ "limits.fields", SLICE("8KiB") },
	{ "again", SLICE("${get}") },
	{ "empty", { NULL, 0 } },
};
static const struct variables variables = { list, ARRAY_SIZE(list), NULL };

static int ignore(void *arg, struct slice name)
{
	(void)name;
	++*(size_t *)arg;
	return 0;
}

static void expand_text(const struct text *t)
{
	struct buffer out = BUFFER_INIT(1 << 12);
	struct problem problem = { .text = "" };
	size_t n = 0;
	int walked = text_each_variable(t, ignore, &n);
	int r = text_expand(t, &variables, &out, &problem);

	MUST(r == 0 || r == -EINVAL || r == -ENOSPC);
	MUST(r == 0 || problem.text[0]);
	MUST(r != 0 || walked == 0);
	MUST(r != 0 || n || out.len <= t->raw.len);
	buffer_release(&out);
}

static void expand_bytes(const struct text *t, unsigned kind, struct text times)
{
	struct text texts[2] = { *t, { .raw = { 0 } } };
	struct part part = { .kind = kind % 3 == 0   ? PART_TEXT
				     : kind % 3 == 1 ? PART_REPEAT
						     : PART_BASE64,
			     .texts = texts,
			     .ntexts = 1,
			     .times = times };
	struct bytes bytes = { .parts = &part, .nparts = 1 };
	struct buffer out = BUFFER_INIT(1 << 14);
	struct problem problem = { .text = "" };
	int r = bytes_expand(&bytes, &variables, &out, &problem);

	MUST(out.len <= 1 << 14);
	MUST(r == 0 || problem.text[0]);
	buffer_release(&out);
}

static void expand_duration(const struct text *t)
{
	struct duration d = { *t };
	struct problem problem = { .text = "" };
	usec got = -1;
	int r = duration_expand(&d, &variables, &got, &problem);

	if (duration_check(&d, &problem) < 0)
		MUST(r < 0);
	MUST(r < 0 || got >= 0);
}

void fuzz_input(struct slice in)
{
	struct slice copy;
	unsigned kind = take_byte(&in), first = take_byte(&in);
	struct text times, text = { .place = { "f", 1, 1 }, .utf8 = kind & 4 };
	char *number = string_copy(take(&in, first % 16));
	int64_t duration;
	uint64_t size;

	times = text;
	times.raw = slice_str(number);
	copy = exact_copy(in);
	text.raw = copy;
	(void)text_duration(copy, &duration);
	(void)text_size(copy, &size);
	expand_text(&text);
	expand_bytes(&text, kind, times);
	expand_duration(&text);
	free(number);
	free((void *)(uintptr_t)copy.at);
}
