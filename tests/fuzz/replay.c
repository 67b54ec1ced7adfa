/* Runs a target over inputs that are there, without libFuzzer: files and folders named
 * on the command line, or standard input, as AFL++ gives it. */

#include "fuzz.h"

#include "base/cleanup.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { MOST = 1 << 20 }; /* as libFuzzer's -max_len, and more */

static size_t count;

static int run(FILE *in, const char *name)
{
	static char bytes[MOST];
	size_t len = fread(bytes, 1, sizeof(bytes), in);

	if (ferror(in)) {
		(void)fprintf(stderr, "cannot read '%s'\n", name);
		return -1;
	}

	struct slice copy = exact_copy(slice_of(bytes, len));

	(void)LLVMFuzzerTestOneInput((const uint8_t *)copy.at, copy.len);
	free((void *)(uintptr_t)copy.at);
	count++;
	return 0;
}

static int run_file(const char *path)
{
	CLEANUP(file_closep) FILE *in = fopen(path, "re");

	if (!in) {
		(void)fprintf(stderr, "cannot open '%s'\n", path);
		return -1;
	}
	return run(in, path);
}

static int run_path(const char *path);

static int run_folder(const char *path)
{
	CLEANUP(dir_closep) DIR *d = opendir(path);
	int r = d ? 0 : -1;

	for (struct dirent *e; r == 0 && (e = readdir(d));) {
		CLEANUP(freep) char *inner = NULL;

		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&inner, "%s/%s", path, e->d_name) < 0)
			abort();
		r = run_path(inner);
	}
	return r;
}

static int run_path(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode) ? run_folder(path) : run_file(path);
}

/* AFL++ gives one input after the other to the same process, where its compiler is used. */
#ifndef __AFL_LOOP
#define __AFL_LOOP(most) (count < 1)
#endif

static int run_stdin(void)
{
	int r = 0;

	(void)setvbuf(stdin, NULL, _IONBF, 0);
	while (r == 0 && __AFL_LOOP(10000)) {
		clearerr(stdin);
		r = run(stdin, "standard input");
	}
	return r;
}

int main(int argc, char **argv)
{
	int r = argc < 2 ? run_stdin() : 0;

	for (int i = 1; i < argc && r == 0; i++)
		r = run_path(argv[i]);
	if (argc > 1)
		(void)printf("%zu inputs\n", count);
	return r < 0;
}
