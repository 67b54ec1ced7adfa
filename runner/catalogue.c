#include "runner/catalogue.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "runner/file.h"

#include <errno.h>

#define CATALOGUE_MAX_FILE ((size_t)4 * 1024 * 1024)

struct catalogue {
	struct arena arena;
	struct requirement *rows;     /* as the file has them */
	const struct clause **sorted; /* of the rows, by id */
	const char **ids;             /* of |sorted|, for text_nearest() */
	size_t count;
};

enum column { COLUMN_ID, COLUMN_LEVEL, COLUMN_BINDS, COLUMN_TESTABLE, COLUMN_NEEDS, COLUMN_TEXT,
	      COLUMNS };

static const struct {
	const char *keyword;
	enum level level;
} keywords[] = {
	{ "MUST", LEVEL_MUST },       { "MUST NOT", LEVEL_MUST }, { "SHOULD", LEVEL_SHOULD },
	{ "SHOULD NOT", LEVEL_SHOULD }, { "MAY", LEVEL_MAY },     { "OUGHT", LEVEL_MAY },
};

static bool level_of(struct slice keyword, enum level *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (!slice_is(keyword, keywords[i].keyword))
			continue;
		*ret = keywords[i].level;
		return true;
	}
	return false;
}

static size_t split(struct slice line, struct slice column[COLUMNS])
{
	size_t n = 0;

	for (;;) {
		size_t tab = slice_find(line, '\t');

		if (n < COLUMNS)
			column[n] = slice_sub(line, 0, tab);
		n++;
		if (tab == line.len)
			return n;
		line = slice_skip(line, tab + 1);
	}
}

static int read_row(struct catalogue *c, struct slice line, struct place place,
		    struct problem *reterr)
{
	struct slice column[COLUMNS];
	enum level level;
	size_t n = split(line, column);

	if (n != COLUMNS)
		return problem_at(reterr, place, -EINVAL, "%zu columns instead of %d", n, COLUMNS);
	if (column[COLUMN_ID].len == 0)
		return problem_at(reterr, place, -EINVAL, "a requirement without an id");
	if (!level_of(column[COLUMN_LEVEL], &level))
		return problem_at(reterr, place, -EINVAL, "unknown level '%.*s'",
				  (int)column[COLUMN_LEVEL].len, column[COLUMN_LEVEL].at);

	struct requirement *row = arena_push(&c->arena, &c->rows, &c->count, sizeof(*row));

	*row = (struct requirement){
		.clause = { .id = arena_str(&c->arena, column[COLUMN_ID]),
			    .keyword = arena_str(&c->arena, column[COLUMN_LEVEL]),
			    .text = arena_str(&c->arena, column[COLUMN_TEXT]),
			    .level = level },
		.binds = arena_str(&c->arena, column[COLUMN_BINDS]),
		.testable = arena_str(&c->arena, column[COLUMN_TESTABLE]),
		.needs = arena_str(&c->arena, column[COLUMN_NEEDS]),
	};
	return 0;
}

static int read_rows(struct catalogue *c, const char *path, struct slice text,
		     struct problem *reterr)
{
	struct place place = { .file = path };

	while (text.len) {
		size_t end = slice_find(text, '\n');
		struct slice line = slice_sub(text, 0, end);

		place.line++;
		if (place.line == 1) {
			if (!slice_is(line, "id\tlevel\tbinds\ttestable\tneeds\ttext"))
				return problem_at(reterr, place, -EINVAL,
						  "not a catalogue of requirements");
		} else {
			int r = read_row(c, line, place, reterr);

			if (r < 0)
				return r;
		}
		text = slice_skip(text, end + 1);
	}
	if (c->count == 0)
		return problem_at(reterr, place, -EINVAL, "a catalogue without requirements");
	return 0;
}

/* The rows follow the line of the head, one a line. */
static int line_of(const struct catalogue *c, const struct clause *clause)
{
	for (size_t i = 0; i < c->count; i++)
		if (&c->rows[i].clause == clause)
			return (int)i + 2;
	return 0;
}

/* Rows of one id as they come. */
static int compare_rows(const void *a, const void *b)
{
	const struct clause *x = *(const struct clause *const *)a;
	const struct clause *y = *(const struct clause *const *)b;
	int order = strcmp(x->id, y->id);

	return order ? order : (x > y) - (x < y);
}

static int sort_rows(struct catalogue *c, const char *path, struct problem *reterr)
{
	c->sorted = arena_alloc(&c->arena, c->count * sizeof(*c->sorted));
	for (size_t i = 0; i < c->count; i++)
		c->sorted[i] = &c->rows[i].clause;
	qsort(c->sorted, c->count, sizeof(*c->sorted), compare_rows);
	c->ids = arena_alloc(&c->arena, c->count * sizeof(*c->ids));
	for (size_t i = 0; i < c->count; i++) {
		c->ids[i] = c->sorted[i]->id;
		if (i && strcmp(c->ids[i], c->ids[i - 1]) == 0)
			return problem_at(reterr,
					  (struct place){ .file = path,
							  .line = line_of(c, c->sorted[i]) },
					  -EINVAL, "two requirements are called '%s'", c->ids[i]);
	}
	return 0;
}

int catalogue_load(const char *path, struct catalogue **ret, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(CATALOGUE_MAX_FILE + 16384);
	int r = file_read(path, CATALOGUE_MAX_FILE, &text, reterr);

	if (r < 0)
		return r;

	struct catalogue *c = calloc(1, sizeof(*c));

	if (!c)
		return problem_errno(reterr, ENOMEM, "read", path);
	arena_init(&c->arena);
	r = read_rows(c, path, buffer_slice(&text), reterr);
	if (r == 0)
		r = sort_rows(c, path, reterr);
	if (r < 0) {
		catalogue_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void catalogue_free(struct catalogue *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	free(c);
}

/* The index of the first row whose id is not before |id|. */
static size_t lower_bound(const struct catalogue *c, const char *id)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(c->sorted[middle]->id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct clause *catalogue_find(const struct catalogue *c, const char *id)
{
	size_t at = lower_bound(c, id);

	return at < c->count && strcmp(c->sorted[at]->id, id) == 0 ? c->sorted[at] : NULL;
}

size_t catalogue_all(const struct catalogue *c, const struct requirement **ret)
{
	*ret = c->rows;
	return c->count;
}

/* '-' and '.' sort before digits: a row of the section or of one below it, if there
 * is one, comes before those of "RFC9112-3.20" when "RFC9112-3.2" is looked for. */
bool catalogue_has_section(const struct catalogue *c, const char *id)
{
	size_t at = lower_bound(c, id), len = strlen(id);

	if (at == c->count || strncmp(c->sorted[at]->id, id, len) != 0)
		return false;
	if (!strchr(id, '-'))
		return false;         /* "RFC9112" is no section */
	return c->sorted[at]->id[len] == '-' || c->sorted[at]->id[len] == '.';
}

const char *catalogue_nearest(const struct catalogue *c, const char *id)
{
	return text_nearest(id, c->ids, c->count);
}
