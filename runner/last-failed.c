#include "runner/last-failed.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/random.h"
#include "base/save.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { MOST = 1 << 20, PATH_MOST = 1 << 16 };

/* ---- where ---- */

/* The folder must be absolute (XDG Base Directory Specification). */
static int state_folder(struct buffer *out)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		return buffer_printf(out, "%s/httpcheck", state);
	if (home && home[0] == '/')
		return buffer_printf(out, "%s/.local/state/httpcheck", home);
	return -ENOENT;
}

static int state_file(struct buffer *out)
{
	CLEANUP(freep) char *here = getcwd(NULL, 0);
	int r = here ? state_folder(out) : -ENOENT;

	return r < 0 ? r
		     : buffer_printf(out, "/last-failed-%016" PRIx64, random_hash(slice_str(here)));
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

/* ---- what ---- */

struct ids {
	const char **list;
	size_t count;
};

static void add(struct arena *a, struct ids *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (strcmp(ids->list[i], id) == 0)
			return;
	*(const char **)arena_push(a, &ids->list, &ids->count, sizeof(id)) = id;
}

const char **last_failed_load(struct arena *a, size_t *ret_count)
{
	CLEANUP(buffer_release) struct buffer path = BUFFER_INIT(PATH_MOST);
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(2 * MOST);
	struct ids ids = { 0 };

	if (state_file(&path) == 0 && file_read(buffer_str(&path), MOST, &text, NULL) == 0) {
		for (struct slice rest = buffer_slice(&text); rest.len;) {
			size_t len = slice_find(rest, '\n');

			if (len)
				add(a, &ids, arena_str(a, slice_sub(rest, 0, len)));
			rest = slice_skip(rest, len + 1);
		}
	}
	*ret_count = ids.count;
	return ids.list;
}

static bool failed(const struct run *run, const struct result *r)
{
	return run_fails_by(run, r) || (r->verdict == VERDICT_ERROR && !r->known);
}

/* False for what was skipped, too: it did not run. */
static bool ran(const struct run *run, const char *id)
{
	const struct result *r = run_find(run, id);

	return r && r->verdict != VERDICT_SKIP;
}

static struct ids failed_now(struct arena *a, const struct run *run)
{
	struct ids now = { 0 }, before = { 0 };

	before.list = last_failed_load(a, &before.count);
	for (size_t i = 0; i < before.count; i++)
		if (!ran(run, before.list[i]))
			add(a, &now, before.list[i]);
	for (size_t i = 0; i < run->count; i++) {
		const struct result *r = &run->results[i];

		if (failed(run, r) && (!result_is_rule(r) || r->first_case))
			add(a, &now, result_is_rule(r) ? r->first_case : r->id);
	}
	return now;
}

void last_failed_save(const struct run *run)
{
	CLEANUP(buffer_release) struct buffer path = BUFFER_INIT(PATH_MOST);
	CLEANUP(buffer_release) struct buffer text = BUFFER_INIT(MOST);
	struct arena arena;
	struct ids now;
	int r = state_file(&path);

	if (r < 0)
		return;
	arena_init(&arena);
	now = failed_now(&arena, run);
	for (size_t i = 0; r == 0 && i < now.count; i++)
		r = buffer_printf(&text, "%s\n", now.list[i]);
	arena_release(&arena);
	make_folders(path.at);
	if (r == 0)
		(void)save_file(buffer_slice(&text), buffer_str(&path), "state", NULL);
}
