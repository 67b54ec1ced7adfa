#include "ask.h"

#include "reference-server/resources/beneath.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* A tree beside which lies what must not be seen:
 *
 *     secret, root/a.txt, root/big.bin, root/dir/b.html, root/dir/.hidden, root/empty,
 *     root/out -> ../secret, root/etc -> /etc, root/in -> a.txt, root/fifo */
static char tree[] = "/tmp/httpcheck-files-XXXXXX";

#define SECRET "the secret\n"

static void write_file(const char *name, const void *bytes, size_t len)
{
	CLEANUP(freep) char *path = NULL;
	struct timespec old[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
	int fd;

	assert_true(asprintf(&path, "%s/%s", tree, name) > 0);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(futimens(fd, old), 0);
	close(fd);
}

static char big[200 * 1024];

static int make_tree(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(tree));

	int at = open(tree, O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(mkdirat(at, "root", 0700), 0);
	assert_int_equal(mkdirat(at, "root/dir", 0700), 0);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 + i / 251);
	write_file("secret", SECRET, strlen(SECRET));
	write_file("root/a.txt", "hello hello hello hello hello hello\n", 36);
	write_file("root/big.bin", big, sizeof(big));
	write_file("root/dir/b.html", "<p>", 3);
	write_file("root/dir/.hidden", SECRET, strlen(SECRET));
	write_file("root/empty", "", 0);
	assert_int_equal(symlinkat("../secret", at, "root/out"), 0);
	assert_int_equal(symlinkat("/etc", at, "root/etc"), 0);
	assert_int_equal(symlinkat("a.txt", at, "root/in"), 0);
	assert_int_equal(symlinkat("/dev/zero", at, "root/zero"), 0);
	assert_int_equal(mkfifoat(at, "root/fifo", 0600), 0);
	ask_settings.root = openat(at, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(at);
	return ask_settings.root < 0;
}

static int remove_tree(void **state)
{
	CLEANUP(freep) char *command = NULL;

	(void)state;
	close(ask_settings.root);
	return asprintf(&command, "rm -rf %s", tree) < 0 || system(command) != 0;
}

/* The whole answer, which may be fetched piece by piece. */
static void get(struct asked *a, const char *path, const char *fields)
{
	struct instant now = { USEC_PER_SEC, ASK_NOW };

	askf(a, "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", path, fields);
	while (exchange_wants(&a->x) == WANT_WRITE) {
		struct slice more = exchange_output(&a->x);

		assert_int_equal(buffer_add_slice(&a->out, more), 0);
		exchange_sent(&a->x, more.len, now);
	}

	size_t end = slice_find_slice(buffer_slice(&a->out), SLICE("\r\n\r\n"));

	a->head = slice_sub(buffer_slice(&a->out), 0, end + 2);
	a->content = slice_skip(buffer_slice(&a->out), end + 4);
}

static void files_are_served(void **state)
{
	static const struct {
		const char *why, *path, *fields;
		int status;
		const char *line;
	} row[] = {
		{ "a text", "/files/a.txt", "", 200, "Content-Type: text/plain; charset=utf-8" },
		{ "its date", "/files/a.txt", "", 200, "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT" },
		{ "what it was chosen by", "/files/a.txt", "", 200, "Vary: Accept-Encoding" },
		{ "in a folder", "/files/dir/b.html", "", 200,
		  "Content-Type: text/html; charset=utf-8" },
		{ "an escape", "/files/dir%2Fb.html", "", 404, NULL },
		{ "needless escapes", "/files/%61.%74xt", "", 200, NULL },
		{ "an empty one", "/files/empty", "", 200, "Content-Length: 0" },
		{ "a long one", "/files/big.bin", "", 200, "Content-Length: 204800" },
		{ "a part of it", "/files/big.bin", "Range: bytes=100000-199999\r\n", 206,
		  "Content-Range: bytes 100000-199999/204800" },
		{ "parts of it", "/files/big.bin", "Range: bytes=1-2,5-6\r\n", 206, NULL },
		{ "behind its end", "/files/big.bin", "Range: bytes=204800-\r\n", 416,
		  "Content-Range: bytes */204800" },
		{ "packed", "/files/a.txt", "Accept-Encoding: gzip\r\n", 200,
		  "Content-Encoding: gzip" },
		{ "no use in packing it", "/files/big.bin", "Accept-Encoding: gzip\r\n", 200,
		  "Content-Length: 204800" },
		{ "unchanged", "/files/a.txt", "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
		  304, "Vary: Accept-Encoding" },
		{ "a folder", "/files/dir", "", 404, NULL },
		{ "a folder, with slash", "/files/dir/", "", 404, NULL },
		{ "the root", "/files/", "", 404, NULL },
		{ "nothing", "/files/no", "", 404, NULL },
		{ "below a file", "/files/a.txt/b", "", 404, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct asked a;

		get(&a, row[i].path, row[i].fields);
		if (a.status != row[i].status || (row[i].line && !ask_has(&a, row[i].line)))
			fail_msg("%s: %.*s", row[i].why, (int)a.head.len, a.head.at);
		ask_done(&a);
	}
}

static void a_long_file_comes_whole_and_in_part(void **state)
{
	struct asked a;

	(void)state;
	get(&a, "/files/big.bin", "");
	assert_int_equal(a.content.len, sizeof(big));
	assert_memory_equal(a.content.at, big, sizeof(big));
	assert_int_equal(exchange_wants(&a.x), WANT_READ);   /* and the next request may come */
	ask_done(&a);
	get(&a, "/files/big.bin", "Range: bytes=100000-199999\r\n");
	assert_int_equal(a.content.len, 100000);
	assert_memory_equal(a.content.at, big + 100000, 100000);
	ask_done(&a);
	get(&a, "/files/big.bin", "Range: bytes=1-2,100-109\r\n");
	assert_true(slice_find_slice(a.content, slice_of(big + 100, 10)) < a.content.len);
	ask_done(&a);
}

static void the_packed_form_has_a_tag_of_its_own(void **state)
{
	struct asked plain, packed;

	(void)state;
	get(&plain, "/files/a.txt", "");
	get(&packed, "/files/a.txt", "Accept-Encoding: gzip\r\n");
	assert_false(slice_eq(ask_field(&plain, "ETag"), ask_field(&packed, "ETag")));
	assert_true(slice_starts(ask_field(&plain, "ETag"), SLICE("\"")));
	ask_done(&plain);
	ask_done(&packed);
}

/* A file that was changed this second may change again in it. */
static void a_file_still_warm_has_a_weak_tag_and_no_future_date(void **state)
{
	struct timespec future[2] = { { .tv_sec = ASK_NOW + 100 }, { .tv_sec = ASK_NOW + 100 } };
	CLEANUP(freep) char *path = NULL;
	struct asked a;

	(void)state;
	write_file("root/warm", "x", 1);
	assert_true(asprintf(&path, "%s/root/warm", tree) > 0);
	assert_int_equal(utimensat(AT_FDCWD, path, future, 0), 0);
	get(&a, "/files/warm", "");
	assert_true(slice_starts(ask_field(&a, "ETag"), SLICE("W/\"")));
	assert_true(ask_has(&a, "Last-Modified: Wed, 03 Jul 2024 09:46:40 GMT"));
	ask_done(&a);
}

/* Its length was promised: if there is less, the connection ends. */
static void a_file_that_shrinks_ends_the_connection(void **state)
{
	struct instant now = { USEC_PER_SEC, ASK_NOW };
	CLEANUP(freep) char *path = NULL;
	struct asked a;

	(void)state;
	write_file("root/shrinks", big, sizeof(big));
	assert_true(asprintf(&path, "%s/root/shrinks", tree) > 0);
	askf(&a, "GET /files/shrinks HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(truncate(path, 10), 0);
	while (exchange_wants(&a.x) == WANT_WRITE)
		exchange_sent(&a.x, exchange_output(&a.x).len, now);
	assert_int_equal(exchange_wants(&a.x), WANT_CLOSE);
	ask_done(&a);
}

/* ---- the way out ---- */

static const char *const ways_out[] = {
	"/files/../secret", "/files/..%2fsecret", "/files/..%2Fsecret", "/files/%2e%2e/secret",
	"/files/%2e%2e%2fsecret", "/files/.%2e/secret", "/files/%2e./secret", "/files/dir/../../secret",
	"/files/dir/..%2f..%2fsecret", "/files/dir/%2e%2e/%2e%2e/secret", "/files/./../secret",
	"/files//../secret", "/files/..//secret", "/files/..;/secret", "/files/..%5csecret",
	"/files/..%5Csecret", "/files/%2e%2e%5csecret", "/files/..%255csecret",
	"/files/..%252fsecret", "/files/%252e%252e/secret", "/files/%252e%252e%252fsecret",
	"/files/..%c0%afsecret", "/files/%c0%ae%c0%ae/secret", "/files/%c0%ae%c0%ae%c0%afsecret",
	"/files/..%e0%80%afsecret", "/files/..%c1%9csecret", "/files/....//secret",
	"/files/.../secret", "/files/..%00/secret", "/files/a.txt%00", "/files/%00",
	"/files/..%0d/secret", "/files/..%09/secret", "/files/..%20/secret", "/files/ ..%2fsecret",
	"/files/dir/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd", "/files/%2fetc/passwd",
	"/files//etc/passwd", "/files/%2Fetc%2Fpasswd", "/files/etc/passwd", "/files/etc%2fpasswd",
	"/files/out", "/files/out/", "/files/./out", "/files/dir/../out", "/files/zero",
	"/files/fifo", "/files/dir/.hidden", "/files/.", "/files/..", "/files/%2e", "/files/%2e%2e",
	"/files/dir/%2ehidden", "/files/dev/fd/0", "/files/proc/self/root/etc/passwd",
};

static void no_spelling_leads_out(void **state)
{
	size_t n = 0;

	(void)state;
	for (; n < ARRAY_SIZE(ways_out); n++) {
		struct asked a;

		get(&a, ways_out[n], "");
		/* "/files/.." is "/", which is a page of the server itself. */
		if ((a.status != 404 && a.status != 400 && !ask_has(&a, "ETag: \"page-1\"")) ||
		    slice_find_slice(a.content, SLICE("secret\n")) < a.content.len ||
		    slice_find_slice(a.content, SLICE("root:")) < a.content.len)
			fail_msg("%s: %.*s", ways_out[n], (int)a.out.len, a.out.at);
		ask_done(&a);
	}
	assert_true(n >= 40);
}

/* The walk without openat2(2) would have to follow it by hand; there the file is not found. */
static void a_link_that_stays_inside_is_followed(void **state)
{
	struct asked a;

	(void)state;
	if (syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0) < 0 && errno == ENOSYS) {
		print_message("skipped: no openat2(2)\n");
		skip();
	}
	get(&a, "/files/in", "");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.content.len, 36);
	ask_done(&a);
}

/* What the walk without openat2(2) opens is a part of what it opens with it. */
static void the_walk_follows_no_link(void **state)
{
	static const struct {
		const char *path;
		bool opens;
	} row[] = {
		{ "a.txt", true },   { "dir/b.html", true }, { "in", false },
		{ "out", false },    { "etc/passwd", false }, { "../secret", false },
		{ "dir/../a.txt", false }, { "/etc/passwd", false }, { ".", false },
		{ "", false },       { "dir//b.html", false }, { "dir/", false },
		{ "a.txt/", false }, { "..", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		int fd = beneath_walk(ask_settings.root, row[i].path);

		if ((fd >= 0) != row[i].opens)
			fail_msg("'%s': %d", row[i].path, fd);
		if (fd >= 0)
			close(fd);
	}
}

static atomic_bool racing = true;

/* root/race is by turns a folder with a file and a link out of the tree. */
static void *race(void *arg)
{
	int at = *(const int *)arg;

	while (racing) {
		(void)renameat2(at, "race", at, "race-link", RENAME_EXCHANGE);
	}
	return NULL;
}

static void a_rename_at_the_wrong_moment_shows_nothing(void **state)
{
	CLEANUP(freep) char *root = NULL;
	pthread_t thread;
	int at, found = 0;

	(void)state;
	assert_true(asprintf(&root, "%s/root", tree) > 0);
	at = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(mkdirat(at, "race", 0700), 0);
	write_file("root/race/secret", "inside\n", 7);
	assert_int_equal(symlinkat("..", at, "race-link"), 0);
	assert_int_equal(pthread_create(&thread, NULL, race, &at), 0);
	/* on a busy machine the other thread may stand still for long */
	for (int i = 0; i < 4000 || (found == 0 && i < 4000000); i++) {
		int walked = i % 2;
		char text[32];
		struct stat st;
		int fd = walked ? beneath_walk(at, "race/secret")
				: beneath_open(at, "race/secret", &st);
		ssize_t n;

		if (fd < 0)
			continue;
		n = read(fd, text, sizeof(text));
		close(fd);
		assert_true(slice_is(slice_of(text, (size_t)n), "inside\n"));
		found++;
	}
	racing = false;
	(void)pthread_join(thread, NULL);
	assert_true(found > 0);
	close(at);
}

static void without_a_root_there_are_no_files(void **state)
{
	int root = ask_settings.root;
	struct asked a;

	(void)state;
	ask_settings.root = -1;
	get(&a, "/files/a.txt", "");
	assert_int_equal(a.status, 404);
	ask_done(&a);
	ask_settings.root = root;
}

/* ---- content that is made while it leaves ---- */

static void a_stream_is_chunked_and_whole(void **state)
{
	struct asked a, plain;

	(void)state;
	get(&a, "/stream/70000", "");
	assert_true(ask_has(&a, "Transfer-Encoding: chunked"));
	assert_true(slice_starts(a.content, SLICE("8000\r\n")));
	assert_true(slice_ends(a.content, SLICE("\r\n0\r\n\r\n")));
	ask_done(&a);
	get(&plain, "/stream/0", "");
	assert_slice(plain.content, "0\r\n\r\n", "nothing");
	ask_done(&plain);
	get(&plain, "/stream/2000000000", "");
	assert_int_equal(plain.status, 404);
	ask_done(&plain);
}

/* Ten megabytes for a client that takes a kilobyte at a time. */
static void a_stream_holds_no_more_than_the_client_takes(void **state)
{
	struct instant now = { USEC_PER_SEC, ASK_NOW };
	uint64_t taken = 0;
	size_t most = 0;
	struct asked a;

	(void)state;
	ask(&a, SLICE("GET /stream/10000000 HTTP/1.0\r\n\r\n"));
	while (exchange_wants(&a.x) == WANT_WRITE) {
		struct slice more = exchange_output(&a.x);

		if (more.len > most)
			most = more.len;
		taken += more.len < 1024 ? more.len : 1024;
		exchange_sent(&a.x, more.len < 1024 ? more.len : 1024, now);
	}
	assert_true(taken + a.content.len > 10000000 - 1024);
	assert_true(most <= 64 * 1024);
	assert_int_equal(exchange_wants(&a.x), WANT_CLOSE);
	ask_done(&a);
}

static void requests_behind_a_stream_wait_for_it(void **state)
{
	struct asked a;

	(void)state;
	get(&a, "/stream/40000 HTTP/1.1\r\nHost: a\r\n\r\nGET /no", "");
	assert_true(slice_find_slice(a.content, SLICE("\r\n0\r\n\r\nHTTP/1.1 404 ")) < a.content.len);
	ask_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_served),
		cmocka_unit_test(a_link_that_stays_inside_is_followed),
		cmocka_unit_test(a_long_file_comes_whole_and_in_part),
		cmocka_unit_test(the_packed_form_has_a_tag_of_its_own),
		cmocka_unit_test(a_file_still_warm_has_a_weak_tag_and_no_future_date),
		cmocka_unit_test(a_file_that_shrinks_ends_the_connection),
		cmocka_unit_test(no_spelling_leads_out),
		cmocka_unit_test(the_walk_follows_no_link),
		cmocka_unit_test(a_rename_at_the_wrong_moment_shows_nothing),
		cmocka_unit_test(without_a_root_there_are_no_files),
		cmocka_unit_test(a_stream_is_chunked_and_whole),
		cmocka_unit_test(a_stream_holds_no_more_than_the_client_takes),
		cmocka_unit_test(requests_behind_a_stream_wait_for_it),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
