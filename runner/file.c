#include "runner/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0)
		return false;
	return folder[len - 1] == '/' || path[len] == '/';
}

/* What asprintf() leaves behind when it fails is undefined. */
static char *path_in(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

int file_read_beside(const char *beside, const char *name, size_t most, struct buffer *out,
		     struct problem *reterr)
{
	CLEANUP(freep) char *folder = folder_of(beside);
	CLEANUP(freep) char *path = folder ? path_in(folder, name) : NULL;

	if (!path)
		return problem_errno(reterr, ENOMEM, "read", name);
	if (name[0] == '/')
		return problem_set(reterr, -EPERM, "'%s' is not beside the case file", name);

	CLEANUP(freep) char *real_folder = realpath(folder, NULL);
	CLEANUP(freep) char *real_path = realpath(path, NULL);

	if (!real_folder || !real_path)
		return problem_errno(reterr, errno, "read", name);
	if (!lies_in(real_path, real_folder))
		return problem_set(reterr, -EPERM, "'%s' is not beside the case file", name);
	return file_read(real_path, most, out, reterr);
}
