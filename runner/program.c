#include "runner/program.h"

#include <string.h>
#include <unistd.h>

const char *program_folder(struct arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return ".";
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	return arena_printf(a, "%s", self);
}

const char *program_share(struct arena *a)
{
	const char *folder = program_folder(a), *last = strrchr(folder, '/');

	if (!last)
		return "../share/httpcheck";
	return arena_printf(a, "%.*s/share/httpcheck", (int)(last - folder), folder);
}
