#include "runner/selection.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/read-case.h"

#include <errno.h>
#include <fnmatch.h>
#include <strings.h>
#include <sys/stat.h>

struct load {
	struct selection *s;
	struct problems *problems;
	char **files;
	size_t nfiles, nfolders;
};

/* ---- which files ---- */

static void add_file(struct load *l, const char *path)
{
	*(char **)arena_push(&l->s->arena, &l->files, &l->nfiles,
			     sizeof(char *)) = arena_str(&l->s->arena, slice_str(path));
}

static bool is_case_file(const char *name)
{
	return slice_ends(slice_str(name), SLICE(".yaml")) ||
	       slice_ends(slice_str(name), SLICE(".yml"));
}

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Folders that hold cases hold nothing else in YAML, but for the list of rows that
 * can't be tested and profiles at the top: those are no case files. */
static bool is_other_yaml(const char *name)
{
	return strcmp(name, "untestable.yaml") == 0 || strcmp(name, "profile.yaml") == 0;
}

/* A folder and those it lies in. Symbolic links are followed, so there may be no end to
 * them, and few of them make many paths. */
struct folder {
	const char *path;
	dev_t dev;
	ino_t ino;
	const struct folder *in;
	int depth;
};

enum { DEEPEST = 16, MOST_FOLDERS = 10000 };

static const struct folder *same_above(const struct folder *f)
{
	const struct folder *up = f->in;

	while (up && (up->dev != f->dev || up->ino != f->ino))
		up = up->in;
	return up;
}

/* Null: none. */
static const char *folder_fault(struct load *l, const struct folder *f)
{
	const struct folder *same = same_above(f);

	if (same)
		return arena_printf(&l->s->arena, "it is '%s' again", same->path);
	if (f->depth == DEEPEST)
		return "too deep";
	return ++l->nfolders > MOST_FOLDERS ? "too many of them" : NULL;
}

static void add_folder(struct load *l, const struct folder *f);

static void add_entry(struct load *l, const struct folder *in, const char *name)
{
	CLEANUP(freep) char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s%s%s", in->path,
		     slice_ends(slice_str(in->path), SLICE("/")) ? "" : "/", name) < 0)
		return;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add_folder(l, &(struct folder){ path, st.st_dev, st.st_ino, in, in->depth + 1 });
	else if (is_case_file(path) && !is_other_yaml(name))
		add_file(l, path);
}

static void add_folder(struct load *l, const struct folder *f)
{
	struct dirent **entries = NULL;
	const char *fault = folder_fault(l, f);
	int n = fault ? -1 : scandir(f->path, &entries, not_hidden, alphasort);

	if (n < 0)
		problems_add(l->problems, (struct place){ 0 }, "cannot read the folder '%s': %s",
			     f->path, fault ? fault : strerror(errno));
	for (int i = 0; i < n; i++) {
		if (l->nfolders <= MOST_FOLDERS)
			add_entry(l, f, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/* "FILE:LINE": the line, or 0, and the path without it in |path|. */
static int split_line(char *path)
{
	char *colon = strrchr(path, ':');
	struct stat st;
	uint64_t line;

	if (!colon || stat(path, &st) == 0 || text_count(slice_str(colon + 1), &line) < 0)
		return 0;
	*colon = '\0';
	return line > INT32_MAX ? INT32_MAX : (int)line;
}

/* ---- the catalogue: requirements.tsv in the folder given or above it ---- */

static char *find_root(struct arena *a, const char *path)
{
	CLEANUP(freep) char *real = realpath(path, NULL);

	while (real && strlen(real) > 1) {
		char *candidate = arena_printf(a, "%s/requirements.tsv", real);

		if (access(candidate, R_OK) == 0)
			return arena_str(a, slice_str(real));
		*strrchr(real, '/') = '\0';
	}
	return NULL;
}

static int load_catalogue(struct load *l, const char *path)
{
	struct problem p = { 0 };

	l->s->root = find_root(&l->s->arena, path);
	if (!l->s->root) {
		problems_add(l->problems, (struct place){ 0 },
			     "there is no 'requirements.tsv' in or above '%s'", path);
		return -EINVAL;
	}
	if (catalogue_load(arena_printf(&l->s->arena, "%s/requirements.tsv", l->s->root),
			   &l->s->catalogue, &p) < 0) {
		problems_add(l->problems, p.place, "%s", p.text);
		return -EINVAL;
	}
	return 0;
}

/* ---- which cases ---- */

static bool is_like_any(const char *id, const char *const *globs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(globs[i], id) == 0 || fnmatch(globs[i], id, 0) == 0)
			return true;
	return false;
}

static bool is_any(const char *id, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], id) == 0)
			return true;
	return false;
}

static bool id_chosen(const struct selection_options *o, const char *id)
{
	return (o->nonly == 0 || is_any(id, o->only, o->nonly)) &&
	       (o->nfilters == 0 || is_like_any(id, o->filters, o->nfilters)) &&
	       !is_like_any(id, o->skips, o->nskips);
}

/* "RFC9112-3.2" is itself, its rows (RFC9112-3.2-6) and the sections below it. */
static bool is_or_lies_in(const char *id, const char *wanted)
{
	size_t len = strlen(wanted);

	return strncasecmp(id, wanted, len) == 0 &&
	       (id[len] == '\0' || id[len] == '-' || id[len] == '.');
}

static bool rests_on(const struct test_case *c, const char *wanted)
{
	for (size_t i = 0; i < c->nclauses; i++)
		if (is_or_lies_in(c->clauses[i].id, wanted))
			return true;
	return false;
}

static bool requirement_chosen(const struct selection_options *o, const struct test_case *c)
{
	for (size_t i = 0; i < o->nrequirements; i++)
		if (rests_on(c, o->requirements[i]))
			return true;
	return o->nrequirements == 0;
}

static bool level_chosen(const struct selection_options *o, enum level level)
{
	return level >= o->min_level &&
	       (!o->level || strcasecmp(o->level, level_name(level)) == 0);
}

/* The tag of rules, not of cases: alone it leaves all cases chosen. */
static const char application[] = "application";

static bool has_tag(const struct test_case *c, const char *tag)
{
	for (size_t i = 0; i < c->ntags; i++)
		if (strcmp(c->tags[i], tag) == 0)
			return true;
	return false;
}

static bool tag_chosen(const struct selection_options *o, const struct test_case *c)
{
	bool asked = false;

	for (size_t i = 0; i < o->ntags; i++) {
		if (has_tag(c, o->tags[i]))
			return true;
		asked |= strcmp(o->tags[i], application) != 0;
	}
	return !asked;
}

bool selection_judges_applications(const struct selection *s)
{
	return is_any(application, s->options->tags, s->options->ntags);
}

static bool chosen(const struct selection_options *o, const struct test_case *c)
{
	return id_chosen(o, c->id) && tag_chosen(o, c) && requirement_chosen(o, c) &&
	       level_chosen(o, c->level);
}

/* The line of the case that |line| of the file lies in: the last one begun before. */
static int case_line(const struct suite *s, int line)
{
	int best = 0;

	for (size_t i = 0; i < s->ncases; i++)
		if (s->cases[i].place.line <= line && s->cases[i].place.line > best)
			best = s->cases[i].place.line;
	return best;
}

static void choose_cases(struct load *l, const struct selection_options *o, const struct suite *s,
			 int line)
{
	struct selection *sel = l->s;
	int wanted = line ? case_line(s, line) : 0;

	sel->all += s->ncases;
	for (size_t i = 0; i < s->ncases; i++) {
		const struct test_case *c = &s->cases[i];

		if (chosen(o, c) && (!line || c->place.line == wanted))
			*(const struct test_case **)arena_push(&sel->arena, &sel->cases,
							       &sel->ncases, sizeof(c)) = c;
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct test_case *const *)a)->id,
		      (*(const struct test_case *const *)b)->id);
}

static void refuse_doubles(struct load *l)
{
	struct selection *s = l->s;

	if (s->ncases)
		qsort(s->cases, s->ncases, sizeof(*s->cases), by_id);
	for (size_t i = 1; i < s->ncases; i++)
		if (strcmp(s->cases[i - 1]->id, s->cases[i]->id) == 0)
			problems_add(l->problems, s->cases[i]->place,
				     "the id '%s' is used at %s:%d already", s->cases[i]->id,
				     s->cases[i - 1]->place.file, s->cases[i - 1]->place.line);
}

/* ---- what was asked for and is not there ---- */

static bool some_case_rests_on(const struct selection *s, const char *wanted)
{
	for (size_t i = 0; i < s->nsuites; i++)
		for (size_t k = 0; k < s->suites[i]->ncases; k++)
			if (rests_on(&s->suites[i]->cases[k], wanted))
				return true;
	return false;
}

static void refuse_unknown_requirements(struct load *l, const struct selection_options *o)
{
	for (size_t i = 0; l->s->catalogue && i < o->nrequirements; i++) {
		const char *wanted = o->requirements[i], *near;

		if (some_case_rests_on(l->s, wanted) || catalogue_find(l->s->catalogue, wanted) ||
		    catalogue_has_section(l->s->catalogue, wanted))
			continue;
		near = catalogue_nearest(l->s->catalogue, wanted);
		problems_add(l->problems, (struct place){ 0 }, "unknown requirement '%s'%s%s%s",
			     wanted, near ? ", did you mean '" : "", near ? near : "",
			     near ? "'?" : "");
	}
}

bool selection_knows(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->nsuites; i++)
		for (size_t k = 0; k < s->suites[i]->ncases; k++)
			if (strcmp(s->suites[i]->cases[k].id, id) == 0)
				return true;
	return false;
}

bool selection_wants_rule(const struct selection *s, const char *id, enum level level)
{
	return level >= s->options->min_level &&
	       !is_like_any(id, s->options->skips, s->options->nskips);
}

/* ---- all of it ---- */

static bool is_same(const char *path, const char *real)
{
	CLEANUP(freep) char *its = realpath(path, NULL);

	return its && strcmp(its, real) == 0;
}

static void load_path(struct load *l, const struct selection_options *o, const char *given)
{
	char *path = arena_str(&l->s->arena, slice_str(given));
	int line = split_line(path);
	size_t first = l->nfiles;
	struct stat st;

	l->s->narrowed |= line > 0;
	if (stat(path, &st) < 0) {
		problems_add(l->problems, (struct place){ 0 }, "cannot read '%s': %s", path,
			     strerror(errno));
		return;
	}
	if (!l->s->catalogue && load_catalogue(l, path) < 0)
		return;
	l->s->complete |= l->s->root && is_same(path, l->s->root);
	if (S_ISDIR(st.st_mode))
		add_folder(l, &(struct folder){ path, st.st_dev, st.st_ino, NULL, 0 });
	else
		add_file(l, path);
	if (l->nfiles == first && l->problems->count == 0)
		problems_add(l->problems, (struct place){ 0 },
			     "there is no case file (*.yaml) in '%s'", path);
	for (size_t i = first; i < l->nfiles; i++) {
		struct suite *suite = NULL;

		if (suite_read(l->files[i], l->s->catalogue, &suite, l->problems) < 0)
			continue;
		*(struct suite **)arena_push(&l->s->arena, &l->s->suites, &l->s->nsuites,
					     sizeof(suite)) = suite;
		choose_cases(l, o, suite, line);
	}
}

int selection_load(const struct selection_options *options, struct selection *ret,
		   struct problems *problems)
{
	struct load l = { .s = ret, .problems = problems };

	*ret = (struct selection){ .narrowed = options->nfilters || options->ntags ||
					       options->nskips || options->nonly ||
					       options->nrequirements ||
					       options->level || options->min_level > LEVEL_MAY,
				   .options = options };
	arena_init(&ret->arena);
	for (size_t i = 0; i < options->npaths; i++)
		load_path(&l, options, options->paths[i]);
	refuse_doubles(&l);
	refuse_unknown_requirements(&l, options);
	return problems->count ? -EINVAL : 0;
}

void selection_release(struct selection *s)
{
	for (size_t i = 0; i < s->nsuites; i++)
		suite_free(s->suites[i]);
	catalogue_free(s->catalogue);
	arena_release(&s->arena);
}
