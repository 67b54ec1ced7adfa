#include "reference-server/sandbox.h"

#include "feed.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Each test is a child: a sandbox is for good. */

#ifdef __SANITIZE_ADDRESS__
enum { READS_ALL = 1 };               /* see sandbox.h */
#else
enum { READS_ALL = 0 };
#endif

static char folder[] = "/tmp/httpcheck-sandbox-XXXXXX";

static long landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* The line of the first expectation that failed is the child's exit code. */
#define EXPECT(condition)                   \
	do {                                \
		if (!(condition))           \
			_exit(__LINE__ & 255); \
	} while (0)

static void in_child(void (*test)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		test();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("the expectation in a line that ends in %d (of 256) failed, status %x",
			 WEXITSTATUS(status), (unsigned)status);
}

static int make_folder(void **state)
{
	char path[100];
	FILE *f;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/inside", folder);
	f = fopen(path, "w");
	return f ? fclose(f) : -1;
}

static int remove_folder(void **state)
{
	char path[100];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/inside", folder);
	(void)unlink(path);
	return rmdir(folder);
}

static int open_root(void)
{
	return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* ---- Landlock ---- */

static bool denied(long r)
{
	return r < 0 && (errno == EACCES || errno == EPERM);
}

static void only_the_root_is_read(void)
{
	struct listeners none = { .n = 0 };
	int root = open_root();
	char *const argv[] = { "/bin/true", NULL };

	EXPECT(access("/bin/true", X_OK) == 0);
	EXPECT(sandbox_enter(root, &none) == 0);
	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	EXPECT(openat(root, "inside", O_RDONLY) >= 0);
	EXPECT(denied(openat(root, "inside", O_WRONLY)));
	EXPECT(denied(openat(root, "new", O_WRONLY | O_CREAT, 0600)));
	EXPECT(denied(unlinkat(root, "inside", 0)));
	EXPECT(READS_ALL || denied(open("/etc/passwd", O_RDONLY)));
	EXPECT(denied(open("/tmp/httpcheck-never", O_WRONLY | O_CREAT, 0600)));
	EXPECT(denied(execv(argv[0], argv)));
}

static void files_are_shut(void **state)
{
	(void)state;
	if (landlock_abi() < 1)
		skip();
	in_child(only_the_root_is_read);
}

static void a_connection_elsewhere(void)
{
	struct listeners none = { .n = 0 };
	struct sock_address a;
	int listener, fd = socket(AF_INET, SOCK_STREAM, 0);

	EXPECT(sock_address_tcp("127.0.0.1:0", &a, NULL) == 0);
	listener = sock_listen(&a, 1, NULL);
	EXPECT(listener >= 0 && sock_local(listener, &a) == 0);
	EXPECT(sandbox_enter(-1, &none) == 0);
	EXPECT(denied(connect(fd, (void *)&a.storage, a.len)));
	EXPECT(denied(kill(getppid(), 0)) || landlock_abi() < 6);
	EXPECT(sock_address_tcp("127.0.0.1:0", &a, NULL) == 0);
	EXPECT(denied(bind(fd, (void *)&a.storage, a.len)));
}

static void nobody_is_called(void **state)
{
	(void)state;
	if (landlock_abi() < 4)
		skip();
	in_child(a_connection_elsewhere);
}

/* The socket's file and its lock go, though the folder is no root. */
static void a_unix_socket_ends(void)
{
	struct listeners ls = { .n = 0 };
	struct endpoint e = { .tls = false };
	char path[100];

	(void)snprintf(path, sizeof(path), "%s/socket", folder);
	EXPECT(sock_address_unix(path, &e.address, NULL) == 0);
	EXPECT(listeners_open(&ls, &e, 0600, false, NULL) == 0);
	EXPECT(sandbox_enter(-1, &ls) == 0);
	EXPECT(access(path, F_OK) == 0);
	listeners_close(&ls);
	EXPECT(access(path, F_OK) < 0);
}

static void files_of_sockets_go(void **state)
{
	(void)state;
	in_child(a_unix_socket_ends);
}

/* ---- seccomp ---- */

static void *other_thread(void *arg)
{
	int *pair = arg;
	char go;

	if (read(pair[0], &go, 1) != 1)
		return arg;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? NULL : arg;
}

static void few_calls_are_left(void)
{
	char *const argv[] = { "/bin/true", NULL };
	int pair[2];
	pthread_t thread;
	void *failed;

	EXPECT(pipe(pair) == 0);
	EXPECT(pthread_create(&thread, NULL, other_thread, pair) == 0);
	EXPECT(sandbox_filter() == 0);
	EXPECT(write(pair[1], "", 1) == 1);
	EXPECT(pthread_join(thread, &failed) == 0 && !failed);
	EXPECT(denied(socket(AF_INET, SOCK_STREAM, 0)));
	EXPECT(denied(execv(argv[0], argv)));
	EXPECT(denied(syscall(SYS_ptrace, 0, 0, 0, 0)));
	EXPECT(denied(syscall(SYS_mount, 0, 0, 0, 0, 0)));
	EXPECT(denied(chmod("/tmp", 0777)));
	EXPECT(open("/etc/passwd", O_RDONLY) >= 0);   /* that is for Landlock to refuse */
}

static void calls_are_refused(void **state)
{
	(void)state;
	if (READS_ALL)
		skip();
	in_child(few_calls_are_left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_shut),
		cmocka_unit_test(nobody_is_called),
		cmocka_unit_test(files_of_sockets_go),
		cmocka_unit_test(calls_are_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
