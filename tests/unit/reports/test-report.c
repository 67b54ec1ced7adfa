#include "reports/report.h"

#include "tests/unit/reports/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const char old_report[] = "the old report\n";

/* ---- formats that a test can foretell ---- */

static int write_short(const struct run *run, FILE *out)
{
	(void)run;
	(void)fputs("the new report\n", out);
	return 0;
}

static int write_long(const struct run *run, FILE *out)
{
	(void)run;
	for (int i = 0; i < 100000; i++)
		(void)fputs("a line\n", out);
	return 0;
}

static int write_half(const struct run *run, FILE *out)
{
	(void)run;
	(void)fputs("half of", out);
	return -ENOMEM;
}

static const struct report_format short_format = { "short", "", write_short };
static const struct report_format long_format = { "long", "", write_long };
static const struct report_format failing_format = { "failing", "", write_half };

/* ---- a folder of its own for each test ---- */

struct place_to_write {
	char folder[64], path[96];
};

static int enter_folder(void **state)
{
	static struct place_to_write p;

	(void)snprintf(p.folder, sizeof(p.folder), "/tmp/httpcheck-report-XXXXXX");
	if (!mkdtemp(p.folder))
		return -1;
	(void)snprintf(p.path, sizeof(p.path), "%s/report.xml", p.folder);
	*state = &p;
	return 0;
}

/* How many files are in the folder. */
static size_t count_files(const char *folder, bool and_remove)
{
	CLEANUP(dir_closep) DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n++;
		if (and_remove)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	}
	return n;
}

static int leave_folder(void **state)
{
	struct place_to_write *p = *state;

	(void)chmod(p->folder, 0700);
	(void)count_files(p->folder, true);
	return rmdir(p->folder);
}

static void put_old_report(const char *path)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(old_report, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void assert_file(const char *path, const char *want)
{
	CLEANUP(file_closep) FILE *in = fopen(path, "re");
	char got[256] = "";

	assert_non_null(in);
	got[fread(got, 1, sizeof(got) - 1, in)] = '\0';
	assert_string_equal(got, want);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode;
}

static void assert_saved(const char *path)
{
	struct problem problem = { 0 };

	assert_int_equal(report_save(&short_format, &sample_run, path, &problem), 0);
	assert_file(path, "the new report\n");
}

static void assert_not_saved(const struct report_format *f, const char *path, int error,
			     const char *text)
{
	struct problem problem = { 0 };

	assert_int_equal(report_save(f, &sample_run, path, &problem), error);
	assert_string_equal(problem.text, text);
}

/* ---- it works ---- */

static void a_new_file(void **state)
{
	struct place_to_write *p = *state;
	mode_t mask = umask(027);

	assert_saved(p->path);
	(void)umask(mask);
	assert_int_equal(mode_of(p->path) & 0777, 0640);
	assert_int_equal(count_files(p->folder, false), 1);
}

static void an_old_file(void **state)
{
	struct place_to_write *p = *state;

	put_old_report(p->path);
	assert_int_equal(chmod(p->path, 0604), 0);
	assert_saved(p->path);
	assert_int_equal(mode_of(p->path) & 0777, 0604);
	assert_int_equal(count_files(p->folder, false), 1);
}

/* Who has the old report open goes on reading the old one. */
static void readers_see_one_or_the_other(void **state)
{
	struct place_to_write *p = *state;

	put_old_report(p->path);

	CLEANUP(file_closep) FILE *in = fopen(p->path, "re");
	char got[64] = "";

	assert_non_null(in);
	assert_saved(p->path);
	assert_non_null(fgets(got, sizeof(got), in));
	assert_string_equal(got, old_report);
}

static void a_link_stays_a_link(void **state)
{
	struct place_to_write *p = *state;
	char link[128];

	(void)snprintf(link, sizeof(link), "%s/link.xml", p->folder);
	put_old_report(p->path);
	assert_int_equal(symlink("report.xml", link), 0);
	assert_saved(link);
	assert_true(S_ISLNK(mode_of(link)));
	assert_file(p->path, "the new report\n");
}

/* In a folder that others may write to, they can foresee the temporary name. */
static void planted_links_are_not_followed(void **state)
{
	struct place_to_write *p = *state;
	char victim[128], link[128];

	(void)snprintf(victim, sizeof(victim), "%s/victim", p->folder);
	put_old_report(victim);
	for (int i = 0; i < 50; i++) {
		(void)snprintf(link, sizeof(link), "%s/.httpcheck-%ld-%d.tmp", p->folder,
			       (long)getpid(), i);
		assert_int_equal(symlink("victim", link), 0);
	}
	assert_saved(p->path);
	assert_true(S_ISREG(mode_of(p->path)));
	assert_file(victim, old_report);
}

static void a_name_without_folder(void **state)
{
	struct place_to_write *p = *state;
	char here[4096];

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(p->folder), 0);
	assert_saved("report.xml");
	assert_int_equal(chdir(here), 0);
}

static void a_pipe(void **state)
{
	(void)state;
	int fds[2];
	char path[32], got[64] = "";
	struct problem problem = { 0 };

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", fds[1]);
	assert_int_equal(report_save(&short_format, &sample_run, path, &problem), 0);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(read(fds[0], got, sizeof(got) - 1), strlen("the new report\n"));
	assert_string_equal(got, "the new report\n");
	assert_int_equal(close(fds[0]), 0);
}

/* ---- it fails, says so and leaves things as they were ---- */

static void assert_old_stays(const struct place_to_write *p)
{
	assert_file(p->path, old_report);
	assert_int_equal(count_files(p->folder, false), 1);
}

static void a_full_device(void **state)
{
	(void)state;
	assert_not_saved(&short_format, "/dev/full", -ENOSPC,
			 "cannot write report '/dev/full': No space left on device");
	assert_not_saved(&long_format, "/dev/full", -ENOSPC,
			 "cannot write report '/dev/full': No space left on device");
}

static void a_missing_folder(void **state)
{
	struct place_to_write *p = *state;
	char path[128], text[256];

	(void)snprintf(path, sizeof(path), "%s/missing/report.xml", p->folder);
	(void)snprintf(text, sizeof(text),
		       "cannot create a file beside report '%s': No such file or directory", path);
	assert_not_saved(&short_format, path, -ENOENT, text);
}

static void a_folder_in_its_place(void **state)
{
	struct place_to_write *p = *state;
	char text[256];

	(void)snprintf(text, sizeof(text), "cannot open report '%s': Is a directory", p->folder);
	assert_not_saved(&short_format, p->folder, -EISDIR, text);
}

static void a_writer_that_fails(void **state)
{
	struct place_to_write *p = *state;
	char text[256];

	put_old_report(p->path);
	(void)snprintf(text, sizeof(text), "cannot make report '%s': Cannot allocate memory",
		       p->path);
	assert_not_saved(&failing_format, p->path, -ENOMEM, text);
	assert_old_stays(p);
}

/* Runs |child| in a process of its own; it ends with 0 if all was as it should be. */
static void assert_in_child(int (*child)(const struct place_to_write *p),
			    const struct place_to_write *p)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child(p));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Root may write everywhere, so it becomes somebody else: 65534 is nobody. */
static int save_to_read_only_folder(const struct place_to_write *p)
{
	struct problem problem = { 0 };

	if (geteuid() == 0 && (chown(p->folder, 65534, 65534) < 0 || setuid(65534) < 0))
		return 2;
	return report_save(&short_format, &sample_run, p->path, &problem) == -EACCES &&
	       strstr(problem.text, "cannot create a file beside report '") == problem.text &&
	       strstr(problem.text, "Permission denied") ? 0 : 1;
}

static void a_read_only_folder(void **state)
{
	struct place_to_write *p = *state;

	put_old_report(p->path);
	assert_int_equal(chmod(p->folder, 0500), 0);
	assert_in_child(save_to_read_only_folder, p);
	assert_old_stays(p);
}

static int save_over_the_limit(const struct place_to_write *p)
{
	struct rlimit limit = { 1000, 1000 };
	struct problem problem = { 0 };

	(void)signal(SIGXFSZ, SIG_IGN);       /* as the program does */
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 2;
	return report_save(&long_format, &sample_run, p->path, &problem) == -EFBIG &&
	       strstr(problem.text, "File too large") ? 0 : 1;
}

static void a_size_limit(void **state)
{
	struct place_to_write *p = *state;

	put_old_report(p->path);
	assert_in_child(save_over_the_limit, p);
	assert_old_stays(p);
}

static int save_to_full_stdout(const struct place_to_write *p)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct problem problem = { 0 };

	(void)p;
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 2;
	return report_save(&short_format, &sample_run, "-", &problem) == -ENOSPC &&
	       strcmp(problem.text, "cannot write report to 'standard output': "
				    "No space left on device") == 0 ? 0 : 1;
}

static int save_to_closed_stdout(const struct place_to_write *p)
{
	struct problem problem = { 0 };

	(void)p;
	(void)close(STDOUT_FILENO);
	return report_save(&short_format, &sample_run, "-", &problem) == -EBADF ? 0 : 1;
}

static int save_to_gone_reader(const struct place_to_write *p)
{
	int fds[2];
	struct problem problem = { 0 };

	(void)p;
	(void)signal(SIGPIPE, SIG_IGN);       /* as the program does */
	if (pipe2(fds, O_CLOEXEC) < 0 || dup2(fds[1], STDOUT_FILENO) < 0 || close(fds[0]) < 0)
		return 2;
	return report_save(&short_format, &sample_run, "-", &problem) == -EPIPE ? 0 : 1;
}

/* What was printed before must come before: stdio has a buffer, the report has none. */
static int save_behind_what_was_printed(const struct place_to_write *p)
{
	int fd = open(p->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct problem problem = { 0 };

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 2;
	(void)fputs("first\n", stdout);
	return report_save(&short_format, &sample_run, "-", &problem) == 0 ? 0 : 1;
}

static void standard_output(void **state)
{
	struct place_to_write *p = *state;

	(void)fflush(stdout);         /* what cmocka has printed is not the child's to print */
	assert_in_child(save_to_full_stdout, p);
	assert_in_child(save_to_closed_stdout, p);
	assert_in_child(save_to_gone_reader, p);
	assert_in_child(save_behind_what_was_printed, p);
	assert_file(p->path, "first\nthe new report\n");
}

/* ---- the table ---- */

static void formats(void **state)
{
	(void)state;
	assert_string_equal(report_format_find("junit")->name, "junit");
	assert_string_equal(report_format_find("junit-strict")->name, "junit-strict");
	assert_null(report_format_find("JUnit"));
	assert_null(report_format_find(""));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_new_file),
		IN_FOLDER(an_old_file),
		IN_FOLDER(readers_see_one_or_the_other),
		IN_FOLDER(a_link_stays_a_link),
		IN_FOLDER(planted_links_are_not_followed),
		IN_FOLDER(a_name_without_folder),
		cmocka_unit_test(a_pipe),
		cmocka_unit_test(a_full_device),
		IN_FOLDER(a_missing_folder),
		IN_FOLDER(a_folder_in_its_place),
		IN_FOLDER(a_read_only_folder),
		IN_FOLDER(a_writer_that_fails),
		IN_FOLDER(a_size_limit),
		IN_FOLDER(standard_output),
		cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
