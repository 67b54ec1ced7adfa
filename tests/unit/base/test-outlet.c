#include "base/outlet.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { LINES = 100000, LINE = 10 };   /* a megabyte; a pipe takes 64 KiB */

static void put_lines(FILE *out, int n)
{
	for (int i = 0; i < n; i++) {
		assert_int_equal(fprintf(out, "%0*d\n", LINE - 1, i), LINE);
		assert_int_equal(fflush(out), 0);
	}
}

static void *read_all(void *arg)
{
	int fd = *(int *)arg;
	size_t len = 0;
	static char text[LINES * LINE];

	for (ssize_t n; (n = read(fd, text + len, sizeof(text) - len)) > 0;)
		len += (size_t)n;
	assert_int_equal(len, sizeof(text));
	return text;
}

static void nobody_waits_for_who_reads_later(void **state)
{
	int pair[2];
	pthread_t reader;
	void *text;

	(void)state;
	assert_int_equal(pipe(pair), 0);

	FILE *out = outlet_open(pair[1]);

	put_lines(out, LINES);                /* would stand still here for ever */
	assert_int_equal(pthread_create(&reader, NULL, read_all, &pair[0]), 0);
	assert_int_equal(fclose(out), 0);
	close(pair[1]);
	assert_int_equal(pthread_join(reader, &text), 0);
	for (int i = 0; i < LINES; i++)
		assert_int_equal(strtol((char *)text + (size_t)i * LINE, NULL, 10), i);
	close(pair[0]);
}

static void what_the_reader_takes_is_there_at_once(void **state)
{
	int pair[2];
	char got[100];

	(void)state;
	assert_int_equal(pipe(pair), 0);

	FILE *out = outlet_open(pair[1]);

	put_lines(out, 2);
	assert_int_equal(read(pair[0], got, sizeof(got)), 2 * LINE);
	assert_true(outlet_ready(pair[1]));
	put_lines(out, LINES / 10);
	assert_false(outlet_ready(pair[1]));
	close(pair[0]);
	(void)fclose(out);
	close(pair[1]);
}

static void a_file_gets_each_flush_as_it_is(void **state)
{
	char name[] = "/tmp/httpcheck-outlet-XXXXXX", got[LINE];
	int fd = mkstemp(name);
	FILE *out = outlet_open(fd);

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fprintf(out, "%0*d\n", LINE - 1, i), LINE);
		assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)i * LINE);
		assert_int_equal(fflush(out), 0);
		assert_int_equal(pread(fd, got, LINE, (off_t)i * LINE), LINE);
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(fcntl(fd, F_GETFD), 0);      /* stays open */
	close(fd);
	(void)unlink(name);
}

static void errors_are_told(void **state)
{
	int pair[2], full = open("/dev/full", O_WRONLY);

	(void)state;

	FILE *out = outlet_open(full);

	assert_true(fputs("x", out) >= 0);
	assert_int_equal(fclose(out), EOF);
	assert_int_equal(errno, ENOSPC);
	close(full);

	assert_int_equal(pipe(pair), 0);
	close(pair[0]);
	out = outlet_open(pair[1]);
	assert_true(fputs("x", out) >= 0);
	assert_int_equal(fflush(out), EOF);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(fclose(out), EOF);           /* later, too */
	close(pair[1]);

	out = outlet_open(pair[1]);                   /* nobody's any more */
	assert_true(fputs("x", out) >= 0);
	assert_int_equal(fclose(out), EOF);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_waits_for_who_reads_later),
		cmocka_unit_test(what_the_reader_takes_is_there_at_once),
		cmocka_unit_test(a_file_gets_each_flush_as_it_is),
		cmocka_unit_test(errors_are_told),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
